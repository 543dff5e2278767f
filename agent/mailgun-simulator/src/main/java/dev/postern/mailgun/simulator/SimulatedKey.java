package dev.postern.mailgun.simulator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the account knows about an API key. The secret is not part of it: nobody has it twice. */
public record SimulatedKey(
    String id,
    KeyKind kind,
    KeyRole role,
    @Nullable String domain,
    String description,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant expiresAt,
    @Nullable String disabledReason,
    @Nullable String userId,
    @Nullable String userName,
    @Nullable String email) {

  public boolean disabled() {
    return disabledReason != null;
  }

  /** Whether the account would take it at this time. */
  public boolean liveAt(Instant now) {
    return !disabled() && (expiresAt == null || now.isBefore(expiresAt));
  }

  SimulatedKey disabledAt(Instant now, String reason) {
    return new SimulatedKey(
        id,
        kind,
        role,
        domain,
        description,
        createdAt,
        now,
        expiresAt,
        reason,
        userId,
        userName,
        email);
  }
}
