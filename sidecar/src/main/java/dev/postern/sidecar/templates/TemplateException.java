package dev.postern.sidecar.templates;

/** A template that cannot be used, or a value that it cannot hold; the message shows no value. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String message;

  TemplateException(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
