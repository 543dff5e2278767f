package dev.postern.mailgun.simulator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person with access to the account. Users are not part of the state that a file keeps.
 *
 * @param role as the vendor writes it: admin, basic, billing, support, developer
 * @param passwordUpdatedAt none when the password was never changed
 */
public record SimulatedUser(
    String id,
    String email,
    String role,
    @Nullable Instant passwordUpdatedAt,
    boolean secondFactorEnabled,
    boolean secondFactorActive) {

  static final SimulatedUser OWNER =
      new SimulatedUser("1", "owner@postern.example", "admin", null, false, false);

  boolean isOwner() {
    return id.equals(OWNER.id);
  }
}
