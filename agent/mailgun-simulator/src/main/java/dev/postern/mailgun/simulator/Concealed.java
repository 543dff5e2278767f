package dev.postern.mailgun.simulator;

/** A secret the account must be able to show again: the webhook signing key. */
final class Concealed {
  private final String value;

  Concealed(String value) {
    this.value = value;
  }

  String expose() {
    return value;
  }

  @Override
  public String toString() {
    return "not shown";
  }
}
