package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretKind;
import dev.postern.Version;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is rotated how: each kind of secret, in each order and kind of store that it allows. */
enum Setting {
  SENDING_KEY_OVERLAP(Order.OVERLAP, true),
  SENDING_KEY_REVOKE_FIRST(Order.REVOKE_FIRST, true),
  SENDING_KEY_UNSTAGED(Order.OVERLAP, false),
  /** In a store that keeps values, and no word of who wrote them. */
  SENDING_KEY_UNMARKED(Order.OVERLAP, true),
  SENDING_KEY_UNMARKED_UNSTAGED(Order.OVERLAP, false),
  SENDING_KEY_UNMARKED_REVOKE_FIRST(Order.REVOKE_FIRST, true),
  SMTP_ALTERNATING(Order.OVERLAP, true),
  SMTP_ALTERNATING_REVOKE_FIRST(Order.REVOKE_FIRST, true),
  SMTP_ALTERNATING_UNMARKED(Order.OVERLAP, true),
  SMTP_ALTERNATING_UNSTAGED(Order.OVERLAP, false),
  SMTP_IN_PLACE(Order.OVERLAP, true),
  SMTP_IN_PLACE_UNMARKED(Order.OVERLAP, true),
  SMTP_IN_PLACE_UNSTAGED(Order.OVERLAP, false),
  SMTP_IN_PLACE_REVOKE_FIRST(Order.REVOKE_FIRST, true),
  WEBHOOK_SIGNING_KEY(Order.REVOKE_FIRST, true),
  WEBHOOK_SIGNING_KEY_UNMARKED(Order.REVOKE_FIRST, true),
  WEBHOOK_SIGNING_KEY_UNSTAGED(Order.REVOKE_FIRST, false);

  private static final String DOMAIN = "mg.example.com";
  private static final String FIRST = "one@mg.example.com";
  private static final String SECOND = "two@mg.example.com";
  private static final String FOREIGN = "foreign@mg.example.com";

  final Order order;
  private final boolean staged;

  Setting(Order order, boolean staged) {
    this.order = order;
    this.staged = staged;
  }

  boolean isSmtp() {
    return name().startsWith("SMTP");
  }

  private boolean isInPlace() {
    return name().startsWith("SMTP_IN_PLACE");
  }

  private boolean isWebhook() {
    return name().startsWith("WEBHOOK");
  }

  /** An agent, and the provider's side of it. */
  Trial trial(Path directory) {
    Trial trial = trialOf(directory);
    trial.agent.store.staging = staged;
    trial.agent.store.forgetsRotations = name().contains("UNMARKED");
    return trial;
  }

  private Trial trialOf(Path directory) {
    if (isSmtp()) {
      FakeLogins logins = new FakeLogins();
      logins.passwords.put(FIRST, "old-secret");
      logins.passwords.put(SECOND, "idle-secret");
      logins.passwords.put(FOREIGN, "foreign-secret");
      CredentialScope scope =
          new CredentialScope(
              SecretKind.MAILGUN_SMTP, DOMAIN, isInPlace() ? List.of() : List.of(FIRST, SECOND));
      return trial(directory, scope, FakeLogins.fields(FIRST, "old-secret"), logins);
    }
    if (isWebhook()) {
      CredentialScope scope = new CredentialScope(SecretKind.MAILGUN_WEBHOOK_SIGNING_KEY, "");
      return trial(directory, scope, Map.of("signing_key", "old-secret"), new FakeSigningKey());
    }
    RotationHarness agent = new RotationHarness(directory);
    return new Trial(this, agent, agent.issuer);
  }

  private Trial trial(
      Path directory,
      CredentialScope scope,
      Map<String, String> stored,
      CredentialIssuer provider) {
    return new Trial(this, new RotationHarness(directory, scope, stored, provider), provider);
  }

  /** One agent in this setting. */
  static final class Trial implements AutoCloseable {
    private final Setting setting;
    final RotationHarness agent;
    private final CredentialIssuer provider;

    Trial(Setting setting, RotationHarness agent, CredentialIssuer provider) {
      this.setting = setting;
      this.agent = agent;
      this.provider = provider;
    }

    RotationPlan plan(Cause cause) {
      return agent.plan(cause, setting.order, WithoutSuccessor.KEEP);
    }

    /** The end that every way must lead to: by the provider's and the store's word. */
    void assertDone() {
      Receipt receipt = agent.run.chronicle.receipt();
      assertThat(receipt.state()).as("%s", receipt).isEqualTo(Receipt.DONE);
      assertThat(acceptsStored()).as("the stored value works").isTrue();
      assertThat(acceptsOld()).as("the old value works").isFalse();
      assertThat(foreignIsUntouched()).as("what is not ours is untouched").isTrue();
      assertThat(ours()).as("what lives of ours").hasSize(1);
      assertThat(agent.store.pending).isNull();
      assertThat(agent.store.flag).isNull();
      assertThat(receipt.newVersion()).contains(new Version("" + agent.store.current.number()));
      assertThat(agent.served()).isEqualTo(servedWhen(receipt));
      assertThat(receipt.order()).isEqualTo(setting.order);
    }

    /** An agent that came back after promotion serves when it has looked at its store. */
    private Optional<Version> servedWhen(Receipt receipt) {
      return agent.served().isPresent() ? receipt.newVersion() : Optional.empty();
    }

    /** Whether the provider accepts what the store's current version says. */
    boolean acceptsStored() {
      return accepts(agent.store.current.fields());
    }

    boolean acceptsOld() {
      return switch (provider) {
        case FakeLogins logins -> logins.accepts(FIRST, "old-secret");
        case FakeSigningKey key -> key.value.equals("old-secret");
        default -> agent.issuer.accepts("old-secret");
      };
    }

    private boolean accepts(Map<String, String> fields) {
      return switch (provider) {
        case FakeLogins logins ->
            logins.accepts(
                String.valueOf(fields.get("login")), String.valueOf(fields.get("password")));
        case FakeSigningKey key -> key.value.equals(fields.get("signing_key"));
        default -> agent.issuer.accepts(String.valueOf(fields.get("api_key")));
      };
    }

    boolean foreignIsUntouched() {
      return switch (provider) {
        case FakeLogins logins -> logins.accepts(FOREIGN, "foreign-secret");
        case FakeSigningKey key -> true;
        default -> agent.issuer.accepts("foreign-secret");
      };
    }

    /** The credentials of ours that somebody could use. */
    private List<String> ours() {
      return switch (provider) {
        case FakeLogins logins ->
            logins.passwords.entrySet().stream()
                .filter(login -> !login.getKey().equals(FOREIGN))
                .filter(login -> !login.getValue().startsWith("nobodys"))
                .filter(login -> !login.getValue().equals("idle-secret"))
                .map(Map.Entry::getKey)
                .toList();
        case FakeSigningKey key -> List.of(key.value);
        default -> {
          List<String> ids = new ArrayList<>(agent.issuer.live.keySet());
          ids.remove("foreign");
          yield ids;
        }
      };
    }

    @Override
    public void close() {
      agent.close();
    }
  }
}
