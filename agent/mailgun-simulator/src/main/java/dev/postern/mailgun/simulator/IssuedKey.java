package dev.postern.mailgun.simulator;

/** A key just made, with its secret, which the account itself does not keep. */
public final class IssuedKey {
  private final SimulatedKey key;
  private final String secret;

  IssuedKey(SimulatedKey key, String secret) {
    this.key = key;
    this.secret = secret;
  }

  public SimulatedKey key() {
    return key;
  }

  public String id() {
    return key.id();
  }

  public String exposeSecret() {
    return secret;
  }

  @Override
  public String toString() {
    return "IssuedKey[" + key + ", secret not shown]";
  }
}
