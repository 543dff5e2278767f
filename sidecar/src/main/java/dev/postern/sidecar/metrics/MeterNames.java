package dev.postern.sidecar.metrics;

/** Micrometer's names of the meters; the Prometheus name has underscores and the unit. */
final class MeterNames {
  /** Given to Prometheus directly, which adds {@code _info}. */
  static final String SECRET_INFO = "postern_secret";

  static final String BUILD_INFO = "postern_build";

  /** Given to Prometheus directly, as they are. */
  static final String ROTATION_DUE = "postern_rotation_due_timestamp_seconds";

  static final String LEAK_DEADLINE = "postern_leak_deadline_timestamp_seconds";
  static final String NEEDS_OPERATOR = "postern_rotation_needs_operator";

  static final String SECRET_CHANGES = "postern.secret.changes";
  static final String SECRET_AGE = "postern.secret.age";
  static final String SECRET_STALENESS = "postern.secret.staleness";
  static final String SECRET_MAX_STALE = "postern.secret.max.stale";
  static final String SECRET_STATE = "postern.secret.state";
  static final String NEXT_ROTATION = "postern.secret.next.rotation.timestamp";
  static final String MAX_AGE_REACHED = "postern.secret.max.age.timestamp";
  static final String STORE_REQUESTS = "postern.store.requests";
  static final String STORE_BREAKER_OPEN = "postern.store.breaker.open";
  static final String ISSUER_REQUESTS = "postern.issuer.requests";
  static final String ROTATIONS = "postern.rotations";
  static final String ROTATION_STEP = "postern.rotation.step";
  static final String TIME_TO_REVOKE = "postern.time.to.revoke";
  static final String ROTATION_IN_PROGRESS = "postern.rotation.in.progress";
  static final String USES_AFTER_REVOCATION = "postern.old.credential.uses.after.revocation";
  static final String ENTRIES_SINCE_FLAG = "postern.account.entries.since.flag";
  static final String ORPHAN_KEYS = "postern.orphan.keys";
  static final String ORPHAN_KEYS_DELETED = "postern.orphan.keys.deleted";
  static final String CONSUMERS = "postern.consumers";
  static final String CONSUMERS_LAGGING = "postern.consumers.lagging";
  static final String FILES_IN_TROUBLE = "postern.files.in.trouble";
  static final String FILE_FAILURES = "postern.file.failures";
  static final String SOCKET_REQUESTS = "postern.socket.requests";

  private MeterNames() {}
}
