package dev.postern.store;

/** Where a store keeps a secret, in the store's own notation, such as {@code mail/sending}. */
public record SecretPath(String value) {

  public SecretPath {
    if (value.isBlank() || value.length() > 512) {
      throw new IllegalArgumentException("a store path is 1 to 512 characters and not blank");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
