package dev.postern.sidecar.config;

import dev.postern.SecretName;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The whole effective config: what the file says, with every default filled in. */
public record PosternConfig(
    String installation,
    Map<String, StoreConfig> stores,
    Map<String, IssuerConfig> issuers,
    Map<SecretName, SecretConfig> secrets,
    SocketConfig socket,
    AdminSocketConfig adminSocket,
    Optional<SocketmapConfig> socketmap,
    ManagementConfig management,
    CoordinationConfig coordination,
    JournalConfig journal,
    RotationsConfig rotations,
    MemoryLock memoryLock) {

  public PosternConfig {
    stores = sorted(stores);
    issuers = sorted(issuers);
    secrets = sorted(secrets);
  }

  /** What a consumer of this secret needs besides its fields: see {@link SecretConfig}. */
  public SortedMap<String, String> attributes(SecretName name) {
    SecretConfig secret = secrets.get(name);
    if (secret == null) {
      throw new IllegalArgumentException("the config names no secret " + name);
    }
    return secret.attributes(issuers);
  }

  /**
   * The SHA-256, in hex, of the effective config: the same for two files that differ only in order,
   * layout, comments or defaults spelled out. Tells in a log whether two agents run alike.
   */
  public String digest() {
    return ConfigDigest.of(this);
  }

  private static <K extends Comparable<K>, V> Map<K, V> sorted(Map<K, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
