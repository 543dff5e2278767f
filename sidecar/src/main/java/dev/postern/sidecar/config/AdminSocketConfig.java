package dev.postern.sidecar.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The socket from which rotations are asked for.
 *
 * @param allow the user ids that may; empty for the agent's own and root
 */
public record AdminSocketConfig(Path path, Optional<NavigableSet<Integer>> allow) {

  /** The file's name, beside the socket, when the config says nothing. */
  public static final String DEFAULT_NAME = "postern-admin.sock";

  public AdminSocketConfig {
    allow = allow.map(uids -> Collections.unmodifiableNavigableSet(new TreeSet<>(uids)));
  }

  /** Whether a process of this user may ask, when the agent runs as {@code agentUid}. */
  public boolean admits(int uid, int agentUid) {
    return allow.map(uids -> uids.contains(uid)).orElseGet(() -> uid == 0 || uid == agentUid);
  }
}
