package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretKind;
import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuerCheckup;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the issuer says of its admin key and of the domains. */
class MailgunCheckupTest {
  private static final CredentialScope KEYS =
      new CredentialScope(SecretKind.MAILGUN_SENDING_KEY, "mg.example.com");
  private static final CredentialScope LOGINS =
      new CredentialScope(SecretKind.MAILGUN_SMTP, "mg.example.com");

  private final IssuerFixture fixture;

  MailgunCheckupTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void keyAndDomainAreKnownByListsAlone() {
    fixture.then(Answer.json(200, "{\"items\":[]}"), Answer.json(200, "{\"items\":[]}"));

    Map<String, Finding> findings = examine(KEYS);

    assertThat(findings.keySet())
        .containsExactly("admin key", "domain mg.example.com", "make keys");
    assertThat(of(findings, "admin key").outcome()).isEqualTo(Outcome.OK);
    assertThat(of(findings, "domain mg.example.com").outcome()).isEqualTo(Outcome.OK);
    assertThat(of(findings, "make keys").outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(fixture.server.requests()).allMatch(request -> request.method().equals("GET"));
  }

  @Test
  void domainOfAnotherRegionIsHintedAt() {
    fixture.then(
        Answer.json(200, "{\"items\":[]}"), Answer.json(404, "{\"message\":\"canary: no\"}"));

    Finding domain = of(examine(KEYS), "domain mg.example.com");

    assertThat(domain.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(domain.found()).contains("does not know mg.example.com at " + fixture.server.uri());
    assertThat(domain.advice()).contains("other region", "'region'");
    assertThat(domain.toString()).doesNotContain("canary");
  }

  @Test
  void keyThatIsAcceptedForKeysAndNotForTheDomainMeansTheOtherRegionToo() {
    fixture.then(Answer.json(200, "{\"items\":[]}"), Answer.text(401, "Forbidden"));

    assertThat(of(examine(KEYS), "domain mg.example.com").advice()).contains("other region");
  }

  @Test
  void refusedAdminKeyIsNotShown() {
    fixture.then(Answer.text(401, "Forbidden"));

    Finding key = of(examine(KEYS), "admin key");

    assertThat(key.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(key.found()).contains("refused the admin key");
    assertThat(key.toString()).doesNotContain(Keys.CANARY_ADMIN_KEY);
  }

  @Test
  void smtpServerIsLookedAtWhereThereAreLoginsAndMissedWhereThereIsNone() {
    assertThat(checkup().others(List.of(LOGINS))).isEmpty();
    assertThat(checkup().checks(List.of(LOGINS))).extracting(Check::name).contains("smtp");

    fixture.use(
        MailgunConfig.of("mailgun", fixture.server.uri())
            .withSmtp(MailgunSmtp.of("smtp.example.com", 587, Optional.empty())));

    assertThat(checkup().others(List.of(KEYS))).isEmpty();
    assertThat(checkup().others(List.of(LOGINS)))
        .extracting(Endpoint::address)
        .containsExactly(URI.create("smtp://smtp.example.com:587"));
  }

  private IssuerCheckup checkup() {
    return (IssuerCheckup) fixture.issuer();
  }

  private Map<String, Finding> examine(CredentialScope scope) {
    Map<String, Finding> findings = new LinkedHashMap<>();
    for (Check check : checkup().checks(List.of(scope))) {
      findings.put(check.name(), check.look().get());
    }
    return findings;
  }

  private static Finding of(Map<String, Finding> findings, String check) {
    return Optional.ofNullable(findings.get(check)).orElseThrow(() -> new AssertionError(check));
  }
}
