package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class FaultsTest extends SimulatorFixture {
  private static final String[] SENDING = {
    "role", "sending", "kind", "domain", "domain_name", DOMAIN, "description", "tag"
  };

  @Test
  void aLostAnswerLeavesTheActDone() {
    mailgun.inject(Operation.CREATE_KEY, new Fault.AnswerLost());

    assertThatThrownBy(() -> api.post("/v1/keys", admin, SENDING)).isInstanceOf(IOException.class);

    assertThat(mailgun.keys()).extracting(SimulatedKey::description).contains("tag");
  }

  @Test
  void aLostAnswerToARefusedCallDoesNothing() {
    mailgun.inject(Operation.CREATE_KEY, new Fault.AnswerLost());

    assertThatThrownBy(() -> api.post("/v1/keys", "nobody", SENDING))
        .isInstanceOf(IOException.class);

    assertThat(mailgun.keys()).hasSize(2);
  }

  @Test
  void aDelayedAnswerComesLate() throws IOException {
    mailgun.inject(Operation.LIST_KEYS, new Fault.Delay(Duration.ofMillis(120)));

    long start = System.nanoTime();
    Api.Reply reply = api.get("/v1/keys", admin);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(119));
  }

  @Test
  @Timeout(30)
  void theActBehindADelayIsDoneAtOnceAndClosingEndsTheWait() {
    mailgun.inject(Operation.CREATE_KEY, new Fault.Delay(Duration.ofHours(1)));

    CompletableFuture<HttpResponse<String>> late = api.postLater("/v1/keys", admin, SENDING);
    while (mailgun.keys().size() < 3) {
      Thread.onSpinWait();
    }
    assertThat(late).isNotDone();
    mailgun.close();

    assertThatThrownBy(() -> late.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
  }

  @Test
  void aStatusIsAnsweredAndNothingDone() throws IOException {
    mailgun.inject(Operation.CREATE_KEY, new Fault.Status(502, "<html>bad gateway</html>"));
    mailgun.inject(Operation.CREATE_KEY, new Fault.Status(500, "{\"message\":\"oops\"}"));
    mailgun.inject(Operation.CREATE_KEY, new Fault.Status(503, ""));

    Api.Reply html = api.post("/v1/keys", admin, SENDING);
    Api.Reply json = api.post("/v1/keys", admin, SENDING);
    Api.Reply empty = api.post("/v1/keys", admin, SENDING);

    assertThat(html.status()).isEqualTo(502);
    assertThat(html.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(html.body()).isEqualTo("<html>bad gateway</html>");
    assertThat(json.message()).isEqualTo("oops");
    assertThat(empty.status()).isEqualTo(503);
    assertThat(empty.body()).isEmpty();
    assertThat(mailgun.keys()).hasSize(2);
    assertThat(api.post("/v1/keys", admin, SENDING).status()).isEqualTo(200);
  }

  @Test
  void throttlingTellsTheWaitInTheWayItIsAskedTo() throws IOException {
    Duration wait = Duration.ofSeconds(30);
    mailgun.inject(Operation.LIST_KEYS, new Fault.Throttled(wait));
    mailgun.inject(
        Operation.LIST_KEYS, new Fault.Throttled(wait, Fault.Throttled.Told.RATE_LIMIT_RESET));
    mailgun.inject(
        Operation.LIST_KEYS, new Fault.Throttled(wait, Fault.Throttled.Told.RETRY_AFTER));
    mailgun.inject(Operation.LIST_KEYS, new Fault.Throttled(wait, Fault.Throttled.Told.NEITHER));
    String reset = Long.toString(clock.instant().getEpochSecond() + 30);

    assertThrottled(api.get("/v1/keys", admin), reset, "30");
    assertThrottled(api.get("/v1/keys", admin), reset, "");
    assertThrottled(api.get("/v1/keys", admin), "", "30");
    assertThrottled(api.get("/v1/keys", admin), "", "");
    assertThat(api.get("/v1/keys", admin).status()).isEqualTo(200);
  }

  @Test
  void throttlingOfDomainsTellsTheSecondsInItsBody() throws IOException {
    mailgun.inject(Operation.LIST_LOGINS, new Fault.Throttled(Duration.ofSeconds(60)));

    assertThat(api.get(CREDENTIALS, admin).body()).isEqualTo("{\"retry-seconds\":60}");
  }

  @Test
  void aKeyLimitRefusesTheKeyThatWouldBeTooMany() throws IOException {
    mailgun.inject(Operation.CREATE_KEY, new Fault.KeyLimit(3), MailgunSimulator.ALWAYS);

    assertThat(api.post("/v1/keys", admin, SENDING).status()).isEqualTo(200);
    Api.Reply refused = api.post("/v1/keys", admin, SENDING);

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.message()).isEqualTo("could not create key, account limit reached");
    mailgun.clearFaults();
    assertThat(api.post("/v1/keys", admin, SENDING).status()).isEqualTo(200);
  }

  @Test
  void aLaggingRevocationIsAcceptedForSoManyUses() throws IOException {
    mailgun.inject(Operation.DELETE_KEY, Fault.RevocationLag.ofUses(2));

    api.delete("/v1/keys/" + sendingKey.id(), admin);

    assertThat(mailgun.liveKeys()).extracting(SimulatedKey::id).doesNotContain(sendingKey.id());
    assertThat(api.get("/v1/keys", admin).body()).doesNotContain(sendingKey.id());
    assertThat(probe(sending)).isEqualTo(400);
    assertThat(probe(sending)).isEqualTo(400);
    assertThat(probe(sending)).isEqualTo(401);
    assertThat(probe(sending)).isEqualTo(401);
  }

  @Test
  void aLaggingRevocationIsAcceptedForSoLong() throws IOException {
    mailgun.inject(Operation.DELETE_KEY, Fault.RevocationLag.lasting(Duration.ofSeconds(5)));

    api.delete("/v1/keys/" + sendingKey.id(), admin);

    clock.advance(Duration.ofMillis(4999));
    assertThat(probe(sending)).isEqualTo(400);
    clock.advance(Duration.ofMillis(1));
    assertThat(probe(sending)).isEqualTo(401);
  }

  @Test
  void aRefusedSourceLooksLikeADeadKey() throws IOException {
    mailgun.inject(Operation.SEND_MESSAGE, new Fault.SourceRefused(), 2);

    assertThat(probe(sending)).isEqualTo(401);
    assertThat(probe(sending)).isEqualTo(401);
    assertThat(probe(sending)).isEqualTo(400);
  }

  @Test
  void aFaultTouchesItsOwnOperationOnly() throws IOException {
    mailgun.inject(Operation.DELETE_KEY, new Fault.Status(500, ""), MailgunSimulator.ALWAYS);

    assertThat(api.get("/v1/keys", admin).status()).isEqualTo(200);
    assertThat(api.delete("/v1/keys/" + sendingKey.id(), admin).status()).isEqualTo(500);
    assertThat(api.delete("/v1/keys/" + sendingKey.id(), admin).status()).isEqualTo(500);
    assertThat(probe(sending)).isEqualTo(400);
  }

  @Test
  void aFaultThatMeansNothingIsRefused() {
    assertThatThrownBy(() -> mailgun.inject(Operation.LIST_KEYS, new Fault.KeyLimit(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> mailgun.inject(Operation.SMTP_AUTH, Fault.RevocationLag.ofUses(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> mailgun.inject(Operation.LIST_KEYS, new Fault.AnswerLost(), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Fault.Delay(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Fault.Status(99, "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Fault.RevocationLag.ofUses(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertThrottled(Api.Reply reply, String reset, String retryAfter) {
    assertThat(reply.status()).isEqualTo(429);
    assertThat(reply.headers().firstValue("X-RateLimit-Reset").orElse("")).isEqualTo(reset);
    assertThat(reply.headers().firstValue("Retry-After").orElse("")).isEqualTo(retryAfter);
  }
}
