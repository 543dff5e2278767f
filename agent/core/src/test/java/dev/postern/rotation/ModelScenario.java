package dev.postern.rotation;

import dev.postern.SecretKind;
import dev.postern.SecretKind.Succession;
import dev.postern.consumer.AckMode;
import dev.postern.issuer.CredentialScope;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What kind of rotation the world is about.
 *
 * @param consumers how many there are; the first holds the old version from the beginning
 */
record ModelScenario(
    String name,
    SecretKind kind,
    List<String> logins,
    Order order,
    Cause cause,
    boolean staging,
    AckMode ack,
    int consumers) {
  static final Duration DEADLINE = Duration.ofMinutes(1);
  static final Duration GRACE = Duration.ofMinutes(10);

  private static final String LOGIN_A = "a@mg.example.com";
  private static final String LOGIN_B = "b@mg.example.com";

  static ModelScenario sendingKey(Order order, Cause cause) {
    return new ModelScenario(
        "sending key, " + order.wireName() + ", " + cause.wireName(),
        SecretKind.MAILGUN_SENDING_KEY,
        List.of(),
        order,
        cause,
        true,
        AckMode.FETCH,
        1);
  }

  static ModelScenario alternating(Order order, Cause cause) {
    return new ModelScenario(
        "smtp alternating, " + order.wireName() + ", " + cause.wireName(),
        SecretKind.MAILGUN_SMTP,
        List.of(LOGIN_A, LOGIN_B),
        order,
        cause,
        true,
        AckMode.FETCH,
        1);
  }

  static ModelScenario inPlace(Cause cause) {
    return new ModelScenario(
        "smtp in place, " + cause.wireName(),
        SecretKind.MAILGUN_SMTP,
        List.of(),
        Order.OVERLAP,
        cause,
        true,
        AckMode.FETCH,
        1);
  }

  static ModelScenario webhookKey(Cause cause) {
    return new ModelScenario(
        "webhook key, " + cause.wireName(),
        SecretKind.MAILGUN_WEBHOOK_SIGNING_KEY,
        List.of(),
        Order.REVOKE_FIRST,
        cause,
        true,
        AckMode.FETCH,
        1);
  }

  ModelScenario withoutStaging() {
    return new ModelScenario(
        name + ", store without staging", kind, logins, order, cause, false, ack, consumers);
  }

  ModelScenario explicitAcks() {
    return new ModelScenario(
        name + ", explicit acks", kind, logins, order, cause, staging, AckMode.EXPLICIT, consumers);
  }

  ModelScenario consumers(int number) {
    return new ModelScenario(
        name + ", " + number + " consumers", kind, logins, order, cause, staging, ack, number);
  }

  Succession succession() {
    return kind.succession();
  }

  CredentialScope scope() {
    return new CredentialScope(kind, "mg.example.com", logins);
  }

  /** Whether the served credential must be alive at every moment. */
  boolean neverInterrupted() {
    boolean inPlace = succession() == Succession.CHOSEN && logins.isEmpty();
    return order == Order.OVERLAP && !inPlace;
  }

  Map<String, String> oldFields() {
    String secret = ModelProvider.SECRET_MARK + "-old";
    return switch (succession()) {
      case BESIDE -> Map.of("api_key", secret, "api_key_id", "old");
      case CHOSEN -> Map.of("login", LOGIN_A, "password", secret);
      case REGENERATED, NONE -> Map.of("signing_key", secret);
    };
  }

  /** Puts what the provider knows of at the beginning there. */
  void populate(ModelProvider provider) {
    String secret = ModelProvider.SECRET_MARK + "-old";
    switch (succession()) {
      case BESIDE -> {
        provider.add("old", secret, "made by hand");
        foreign().forEach((id, description) -> provider.add(id, id + "-value", description));
      }
      case CHOSEN -> {
        provider.add(LOGIN_A, secret, "");
        provider.add(LOGIN_B, provider.freshSecret(), "");
      }
      case REGENERATED, NONE -> provider.add("http-signing-key", secret, "");
    }
  }

  /** Credentials that are none of this installation's business, or none of this rotation's. */
  Map<String, String> foreign() {
    String rotation = "/00000000-0000-4000-8000-000000000001";
    return succession() == Succession.BESIDE
        ? Map.of(
            "foreign", "another program's",
            "elsewhere", "postern/other/" + ModelWorld.NAME + rotation,
            "sibling", "postern/" + ModelWorld.INSTALLATION + "/other-key" + rotation)
        : Map.of();
  }
}
