package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.SecretBytes;
import dev.postern.issuer.IssuerException;
import dev.postern.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminKeyTest {
  private static final String RENEWED = "canary-admin-renewed";
  private static final Answer REFUSED = Answer.text(401, "Forbidden");

  private final IssuerFixture fixture;

  AdminKeyTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void itIsReadOnceForManyCalls() {
    fixture.then(Keys.listed(), Keys.listed());

    fixture.issuer().check();
    fixture.issuer().check();

    assertThat(fixture.adminReads).hasValue(1);
  }

  @Test
  void aRefusedKeyIsReadAgainAndTheRenewedOneMakesTheKey() {
    fixture.adminKeys.add(RENEWED);
    fixture.then(REFUSED, Keys.created());

    fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD).close();

    assertThat(fixture.server.requests())
        .extracting(request -> request.header("Authorization"))
        .containsExactly(basic(Keys.CANARY_ADMIN_KEY), basic(RENEWED));
    assertThat(fixture.observed).containsExactly("create refused", "create ok");
  }

  @Test
  void aRefusedKeyThatIsStillTheSameIsNotSentAgain() {
    fixture.then(REFUSED, Keys.listed());

    assertRefused();
    assertThat(fixture.adminReads).hasValue(2);
    assertThat(fixture.server.requests()).hasSize(1);
  }

  @Test
  void aRenewedKeyThatIsRefusedTooIsNotRenewedASecondTime() {
    fixture.adminKeys.addAll(List.of(RENEWED, "canary-admin-third"));
    fixture.then(REFUSED, REFUSED, Keys.listed());

    assertRefused();
    assertThat(fixture.adminReads).hasValue(2);
    assertThat(fixture.server.requests()).hasSize(2);
  }

  @Test
  void everyValueThatWasReadIsWipedInTheEnd() {
    List<SecretBytes> read = new ArrayList<>();
    fixture.use(
        MailgunConfig.of("mailgun", fixture.server.uri()).withTimeouts(IssuerFixture.QUICK),
        () -> {
          read.add(SecretBytes.ofUtf8(read.isEmpty() ? Keys.CANARY_ADMIN_KEY : RENEWED));
          return read.getLast();
        });
    fixture.then(REFUSED, REFUSED, REFUSED);

    assertRefused();
    assertRefused();
    fixture.issuer().close();

    assertThat(read)
        .hasSize(3)
        .allSatisfy(
            key ->
                assertThat(catchThrowableOfType(IllegalStateException.class, key::exposeCopy))
                    .hasMessageContaining("wiped"));
  }

  @Test
  void aStoreThatIsDownMakesTheIssuerUnavailable() {
    useStoreThatFailsWith(new StoreException.Unavailable("store prod does not answer", null));

    assertThat(
            catchThrowableOfType(
                IssuerException.Unavailable.class,
                () -> fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD).close()))
        .hasMessageContaining("the admin key can not be read")
        .hasMessageContaining("store prod does not answer");
    assertThat(fixture.server.requests()).isEmpty();
  }

  @Test
  void anAdminKeyThatIsNotInItsStoreIsAMatterForAPerson() {
    useStoreThatFailsWith(new StoreException.NotFound("there is no mail/mailgun-admin"));

    assertThat(
            catchThrowableOfType(
                IssuerException.Unauthorized.class, () -> fixture.issuer().check()))
        .hasMessageContaining("there is no mail/mailgun-admin");
    assertThat(fixture.server.requests()).isEmpty();
  }

  private void useStoreThatFailsWith(StoreException failure) {
    fixture.use(
        MailgunConfig.of("mailgun", fixture.server.uri()).withTimeouts(IssuerFixture.QUICK),
        () -> {
          throw failure;
        });
  }

  private void assertRefused() {
    Keys.assertNoCanaryIn(
        catchThrowableOfType(IssuerException.Unauthorized.class, () -> fixture.issuer().check()));
  }

  private static String basic(String key) {
    return "Basic "
        + Base64.getEncoder().encodeToString(("api:" + key).getBytes(StandardCharsets.UTF_8));
  }
}
