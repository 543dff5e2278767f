package dev.postern.store.vault;

import dev.postern.SecretBytes;
import java.time.Duration;

/**
 * A token as the server gave it.
 *
 * @param lease zero for one that never ends
 */
record Grant(SecretBytes token, Duration lease, boolean renewable) {}
