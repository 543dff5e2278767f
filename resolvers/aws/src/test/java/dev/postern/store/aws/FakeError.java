package dev.postern.store.aws;

/** An error as the service answers it. */
final class FakeError extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String code;

  FakeError(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  FakeError(String code, String message) {
    this(400, code, message);
  }

  static FakeError notFound() {
    return new FakeError(
        "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  }

  static FakeError parameter(String message) {
    return new FakeError("InvalidParameterException", message);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
