package dev.postern.sidecar.server;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Consumer;

/**
 * Told that a consumer saw the provider refuse a version. Called on a virtual thread; may block.
 */
@FunctionalInterface
public interface RejectionListener {
  void rejected(SecretName secret, Version version, Consumer consumer);
}
