package dev.postern.sidecar.config;

import java.util.Locale;

/** How the config file spells an enum's constants: {@code revoke-first}. */
final class ConfigWord {
  private ConfigWord() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
