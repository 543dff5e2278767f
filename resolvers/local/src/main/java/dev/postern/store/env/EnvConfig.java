package dev.postern.store.env;

import java.util.Map;

/**
 * A store made of environment variables.
 *
 * @param name the name that the config gives this store
 * @param environment variables by name, usually {@link System#getenv()}; read once, when the store
 *     is opened
 */
public record EnvConfig(String name, Map<String, String> environment) {

  public EnvConfig {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a store's name is not blank");
    }
  }

  /** Names only: the variables' values are secrets. */
  @Override
  public String toString() {
    return "EnvConfig[" + name + "]";
  }
}
