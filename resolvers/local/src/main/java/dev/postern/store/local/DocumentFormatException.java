package dev.postern.store.local;

/** The decrypted text is not what this version of Postern writes. Shows none of the text. */
final class DocumentFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  DocumentFormatException(String message) {
    super(message);
  }
}
