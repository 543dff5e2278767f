package dev.postern.sidecar.config;

import dev.postern.consumer.AckMode;
import java.util.List;
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

  /** Whether a process with these credentials is on the list. */
  public boolean admits(int uid, int gid) {
    return allow.stream().anyMatch(peer -> peer.matches(uid, gid));
  }

  /** A line of the list: a user, a group, or a user in a group. At least one is present. */
  public record Peer(OptionalInt uid, OptionalInt gid) {

    boolean matches(int peerUid, int peerGid) {
      boolean named = uid.isPresent() || gid.isPresent();
      return named
          && (uid.isEmpty() || uid.getAsInt() == peerUid)
          && (gid.isEmpty() || gid.getAsInt() == peerGid);
    }
  }
}
