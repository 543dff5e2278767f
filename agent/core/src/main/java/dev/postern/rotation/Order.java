package dev.postern.rotation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whether the old credential dies after its successor is in use, or before it is made. */
public enum Order {
  /** No send fails: the old credential lives until the consumers hold the new one. */
  OVERLAP,
  /** The leak ends at once, and sends fail until the successor is in use. */
  REVOKE_FIRST;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<Order> ofWireName(String name) {
    return Arrays.stream(values()).filter(order -> order.wireName().equals(name)).findFirst();
  }
}
