package dev.postern.sidecar.config;

import java.util.Locale;

/** An enum constant as the config file spells it, such as {@code revoke-first}. */
public interface ConfigWord {
  String name();

  default String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
