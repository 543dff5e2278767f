package dev.postern.sidecar.server;

import dev.postern.SecretName;
import dev.postern.sidecar.http.Peer;
import dev.postern.sidecar.http.PeerCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may do what; whatever is not listed is denied. Immutable: a group that is allowed by its name
 * has the number that it had when the agent started, and what becomes of the name later changes
 * nothing until the next start.
 *
 * @param readers who may read each secret
 * @param administrators who may use the admin socket
 * @param ownUid the user of this agent
 */
public record AccessPolicy(
    Map<SecretName, List<Rule>> readers, List<Rule> administrators, int ownUid) {

  public AccessPolicy {
    readers = Map.copyOf(readers);
    administrators = List.copyOf(administrators);
  }

  /**
   * One line of an allow list; a peer must match all that is given, and something must be.
   *
   * @param gid of the peer's primary group, or of a supplementary one
   * @param groupName how the config names the group, empty where it gives its number
   */
  public record Rule(OptionalInt uid, OptionalInt gid, String groupName) {
    public static Rule ofUid(int uid) {
      return new Rule(OptionalInt.of(uid), OptionalInt.empty(), "");
    }

    public static Rule ofGid(int gid) {
      return new Rule(OptionalInt.empty(), OptionalInt.of(gid), "");
    }

    /** As the config has it: {@code uid 1000}, {@code group mail}, {@code uid 1000 gid 2000}. */
    public String describe() {
      String user = uid.isPresent() ? "uid " + uid.getAsInt() : "";
      String group = "";
      if (gid.isPresent()) {
        group = groupName.isEmpty() ? "gid " + gid.getAsInt() : "group " + groupName;
      }
      return (user + " " + group).strip();
    }

    private boolean matches(Peer peer) {
      return (uid.isPresent() || gid.isPresent())
          && (uid.isEmpty() || uid.getAsInt() == peer.uid())
          && (gid.isEmpty() || peer.isIn(gid.getAsInt()));
    }
  }

  /** The user of this process, or -1 where the system does not say. */
  public static int uidOfThisProcess() {
    return ThisProcess.UID;
  }

  /** Asked for once: nothing here changes its user. */
  private static final class ThisProcess {
    private static final int UID = uid();
  }

  private static int uid() {
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

  /** What has to be asked of the kernel about each peer for this policy to be applied. */
  public PeerCredentials credentials() {
    Stream<Rule> rules =
        Stream.concat(
            readers.values().stream().flatMap(Collection::stream), administrators.stream());
    Set<Integer> groups =
        rules
            .map(Rule::gid)
            .flatMapToInt(OptionalInt::stream)
            .boxed()
            .collect(Collectors.toUnmodifiableSet());
    return PeerCredentials.with(groups);
  }

  public boolean mayRead(SecretName secret, Peer peer) {
    return rule(secret, peer).isPresent();
  }

  /** The rule by which the peer may read the secret, if it may. */
  public Optional<Rule> rule(SecretName secret, Peer peer) {
    return first(readers.getOrDefault(secret, List.of()), peer);
  }

  public boolean mayAdminister(Peer peer) {
    return first(administrators, peer).isPresent();
  }

  private static Optional<Rule> first(List<Rule> rules, Peer peer) {
    if (peer.uid() >= 0) {
      for (Rule rule : rules) {
        if (rule.matches(peer)) {
          return Optional.of(rule);
        }
      }
    }
    return Optional.empty();
  }

  /** Whether the peer may learn that a name does not exist; others are told "denied". */
  public boolean mayKnowNames(Peer peer) {
    return mayAdminister(peer) && (peer.uid() == 0 || peer.uid() == ownUid);
  }
}
