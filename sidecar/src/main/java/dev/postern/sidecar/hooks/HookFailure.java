package dev.postern.sidecar.hooks;

/** Why a hook did not succeed, in words for an operator. */
public final class HookFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final String message;

  HookFailure(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
