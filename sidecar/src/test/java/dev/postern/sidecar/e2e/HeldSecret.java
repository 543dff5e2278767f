package dev.postern.sidecar.e2e;

/** What somebody holds of a secret, of whatever kind. */
final class HeldSecret {
  private final String name;
  private final String login;
  private final String value;

  /**
   * @param login empty for what has none
   */
  HeldSecret(String name, String login, String value) {
    this.name = name;
    this.login = login;
    this.value = value;
  }

  String name() {
    return name;
  }

  String login() {
    return login;
  }

  String exposeSecret() {
    return value;
  }

  @Override
  public String toString() {
    return "HeldSecret[" + name + (login.isEmpty() ? "" : ", " + login) + "]";
  }
}
