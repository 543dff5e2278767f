package dev.postern.sidecar.server;

import dev.postern.SecretName;
import dev.postern.sidecar.http.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Who may do what; whatever is not listed is denied. Immutable.
 *
 * @param readers who may read each secret
 * @param administrators user ids that may use the admin socket
 * @param ownUid the user of this agent
 */
public record AccessPolicy(
    Map<SecretName, List<Rule>> readers, Set<Integer> administrators, int ownUid) {

  public AccessPolicy {
    readers = Map.copyOf(readers);
    administrators = Set.copyOf(administrators);
  }

  /** One line of an allow list; a peer must match all that is given, and something must be. */
  public record Rule(OptionalInt uid, OptionalInt gid) {
    public static Rule ofUid(int uid) {
      return new Rule(OptionalInt.of(uid), OptionalInt.empty());
    }

    public static Rule ofGid(int gid) {
      return new Rule(OptionalInt.empty(), OptionalInt.of(gid));
    }

    private boolean matches(Peer peer) {
      return (uid.isPresent() || gid.isPresent())
          && (uid.isEmpty() || uid.getAsInt() == peer.uid())
          && (gid.isEmpty() || gid.getAsInt() == peer.gid());
    }
  }

  /** The user of this process, or -1 where the system does not say. */
  public static int uidOfThisProcess() {
    try {
      // Not the owner of /proc/self: that is root once the process is undumpable.
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("Uid:"))
          .map(line -> line.split("\\s+", -1)[1])
          .mapToInt(Integer::parseInt)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1;
    }
  }

  public boolean mayRead(SecretName secret, Peer peer) {
    if (peer.uid() < 0) {
      return false;
    }
    for (Rule rule : readers.getOrDefault(secret, List.of())) {
      if (rule.matches(peer)) {
        return true;
      }
    }
    return false;
  }

  public boolean mayAdminister(Peer peer) {
    return peer.uid() >= 0 && administrators.contains(peer.uid());
  }

  /** Whether the peer may learn that a name does not exist; others are told "denied". */
  public boolean mayKnowNames(Peer peer) {
    return mayAdminister(peer) && (peer.uid() == 0 || peer.uid() == ownUid);
  }
}
