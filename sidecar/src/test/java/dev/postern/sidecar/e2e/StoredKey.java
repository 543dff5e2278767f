package dev.postern.sidecar.e2e;

/** What the store holds of the sending key. */
final class StoredKey {
  private final String secret;
  private final String id;
  private final String version;

  StoredKey(String secret, String id, String version) {
    this.secret = secret;
    this.id = id;
    this.version = version;
  }

  String exposeSecret() {
    return secret;
  }

  String id() {
    return id;
  }

  String version() {
    return version;
  }

  @Override
  public String toString() {
    return "StoredKey[" + id + ", version " + version + "]";
  }
}
