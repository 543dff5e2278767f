package dev.postern.sidecar.config;

import dev.postern.consumer.AckMode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Who may have a secret.
 *
 * @param allow empty for nobody
 */
public record ConsumersConfig(List<Peer> allow, AckMode ack) {

  /** What holds when the config says nothing: denied for everyone. */
  public static final ConsumersConfig DEFAULT = new ConsumersConfig(List.of(), AckMode.FETCH);

  public ConsumersConfig {
    allow = List.copyOf(allow);
  }

  /**
   * A line of the list: a user, a group, or a user in a group. At least one is present.
   *
   * @param gid a group by its number; not beside {@code group}
   * @param group a group by the name that this machine knows it by; its number is looked up when
   *     the agent starts, and is the one that counts until it is started again, whatever becomes of
   *     the name meanwhile
   */
  public record Peer(OptionalInt uid, OptionalInt gid, Optional<String> group) {}
}
