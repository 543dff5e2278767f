package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.RotationTag;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.mailgun.simulator.Fault;
import dev.postern.mailgun.simulator.IssuedKey;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.NewKey;
import dev.postern.mailgun.simulator.Operation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The issuer against a server that keeps keys and lets them die. */
class MailgunIssuerIT {
  private static final ProbeResult ACCEPTED = new ProbeResult.Accepted();
  private static final ProbeResult REFUSED = new ProbeResult.Refused();

  private final MailgunSimulator mailgun =
      MailgunSimulator.builder().domain(Keys.SENDING.domain()).start();
  private final IssuedKey admin = mailgun.createKey(NewKey.admin("admin"));
  private final CredentialIssuer issuer = issuerWith(admin.exposeSecret());

  @AfterEach
  void close() {
    issuer.close();
    mailgun.close();
  }

  @Test
  void aKeyIsMadeListedAcceptedRevokedAndRefused() {
    try (IssuedCredential issued = issuer.issue(Keys.SENDING, Keys.TAG, Keys.OLD)) {
      assertThat(liveIds()).containsExactly(issued.id());
      assertThat(issuer.live(Keys.SENDING).getFirst().createdAt()).isPresent();
      assertThat(issuer.probe(Keys.SENDING, issued.fields())).isEqualTo(ACCEPTED);

      assertThat(issuer.revoke(Keys.SENDING, issued.id())).isEqualTo(Revocation.REVOKED);
      assertThat(issuer.probe(Keys.SENDING, issued.fields())).isEqualTo(REFUSED);
      assertThat(issuer.revoke(Keys.SENDING, issued.id())).isEqualTo(Revocation.ALREADY_GONE);
    }
    assertThat(liveIds()).isEmpty();
    assertThat(mailgun.acceptedMessages()).as("a probe sends nothing").isEmpty();
  }

  @Test
  void aKeyWhoseAnswerWasLostIsFoundByItsTagAndRevoked() {
    mailgun.inject(Operation.CREATE_KEY, new Fault.AnswerLost());

    assertThat(
            catchThrowableOfType(
                IssuerException.OutcomeUnknown.class,
                () -> issuer.issue(Keys.SENDING, Keys.TAG, Keys.OLD).close()))
        .hasMessageContaining("mg.example.com");

    List<LiveCredential> tagged =
        issuer.live(Keys.SENDING).stream()
            .filter(key -> RotationTag.parse(key.description()).equals(Optional.of(Keys.TAG)))
            .toList();
    assertThat(tagged).hasSize(1);
    assertThat(issuer.revoke(Keys.SENDING, tagged.getFirst().id())).isEqualTo(Revocation.REVOKED);
    assertThat(liveIds()).isEmpty();
  }

  @Test
  void aDeletionWhoseAnswerWasLostIsRepeatedAndFindsTheKeyGone() {
    IssuedKey old = mailgun.createKey(NewKey.sending(Keys.SENDING.domain(), "by hand"));
    mailgun.inject(Operation.DELETE_KEY, new Fault.AnswerLost());

    assertThat(issuer.revoke(Keys.SENDING, old.id())).isEqualTo(Revocation.ALREADY_GONE);
  }

  @Test
  void aThrottledListingWaitsAndSucceeds() {
    mailgun.inject(Operation.LIST_KEYS, new Fault.Throttled(Duration.ofSeconds(1)));

    assertThat(liveIds()).isEmpty();
  }

  @Test
  void throttlingBeyondTheDeadlineIsPassedOnWithItsTime() {
    mailgun.inject(
        Operation.CREATE_KEY,
        new Fault.Throttled(Duration.ofMinutes(5), Fault.Throttled.Told.RATE_LIMIT_RESET));

    assertThat(
            catchThrowableOfType(
                    IssuerException.Throttled.class,
                    () -> issuer.issue(Keys.SENDING, Keys.TAG, Keys.OLD).close())
                .retryAfter()
                .orElseThrow())
        .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5).plusSeconds(1));
    assertThat(mailgun.keys()).as("only the admin key").hasSize(1);
  }

  @Test
  void aFullAccountIsToldApartFromAMissingRight() {
    mailgun.inject(Operation.CREATE_KEY, new Fault.KeyLimit(1));

    assertThat(
            catchThrowableOfType(
                IssuerException.LimitReached.class,
                () -> issuer.issue(Keys.SENDING, Keys.TAG, Keys.OLD).close()))
        .hasMessageContaining("delete one");
  }

  @Test
  void aSendingKeyAsAdminKeyMayNotManageKeys() {
    IssuedKey sending = mailgun.createKey(NewKey.sending(Keys.SENDING.domain(), "by hand"));
    try (CredentialIssuer weak = issuerWith(sending.exposeSecret())) {
      assertThat(catchThrowableOfType(IssuerException.class, weak::check))
          .isInstanceOfAny(IssuerException.Forbidden.class, IssuerException.Unauthorized.class);
    }
  }

  @Test
  void aDeadAdminKeyIsRefused() {
    mailgun.deleteKey(admin.id());

    assertThat(catchThrowableOfType(IssuerException.Unauthorized.class, issuer::check))
        .hasMessageContaining("ip allow list");
  }

  @Test
  void aProxysPageInPlaceOfAnAnswerIsNotAnAnswer() {
    Fault page = new Fault.Status(404, "<html>not found</html>");
    mailgun.inject(Operation.DELETE_KEY, page);
    mailgun.inject(Operation.SEND_MESSAGE, new Fault.Status(401, "<html>log in</html>"));

    assertThat(
            catchThrowableOfType(
                IssuerException.Malformed.class,
                () -> issuer.revoke(Keys.SENDING, "f2153fd0-f1277777")))
        .hasMessageContaining("proxy");
    try (SecretFields fields = Keys.fields("whatever")) {
      assertThat(issuer.probe(Keys.SENDING, fields)).isInstanceOf(ProbeResult.Unknown.class);
    }
  }

  @Test
  void anAccountKeyIsProbedToo() {
    try (SecretFields fields = Keys.fields(admin.exposeSecret())) {
      assertThat(issuer.probe(Keys.ACCOUNT, fields)).isEqualTo(ACCEPTED);
      assertThat(issuer.live(Keys.ACCOUNT))
          .extracting(LiveCredential::id)
          .containsExactly(admin.id());
      mailgun.deleteKey(admin.id());
      assertThat(issuer.probe(Keys.ACCOUNT, fields)).isEqualTo(REFUSED);
    }
  }

  private CredentialIssuer issuerWith(String adminKey) {
    return MailgunIssuerFactory.create(
        MailgunConfig.of("mailgun", mailgun.baseUri()),
        () -> SecretBytes.ofUtf8(adminKey),
        InstantSource.system(),
        CallObserver.NONE);
  }

  private List<String> liveIds() {
    return issuer.live(Keys.SENDING).stream().map(LiveCredential::id).toList();
  }
}
