package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class MessagesTest extends SimulatorFixture {

  @Test
  void aMessageIsAcceptedAndRecordedWithItsKey() throws IOException {
    Api.Reply reply =
        api.post(
            MESSAGES,
            sending,
            "from",
            "Shop <shop@mg.example.com>",
            "to",
            "a@example.org, b@example.org",
            "to",
            "a@example.org",
            "subject",
            "hello",
            "text",
            "body",
            "o:testmode",
            "yes");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.message()).isEqualTo("Queued. Thank you.");
    AcceptedMessage message = mailgun.acceptedMessages().getFirst();
    assertThat(mailgun.acceptedMessages()).hasSize(1);
    assertThat(reply.json().get("id")).isEqualTo(message.id());
    assertThat(message.keyId()).isEqualTo(sendingKey.id());
    assertThat(message.login()).isNull();
    assertThat(message.domain()).isEqualTo(DOMAIN);
    assertThat(message.from()).isEqualTo("Shop <shop@mg.example.com>");
    assertThat(message.to()).containsExactly("a@example.org", "b@example.org");
    assertThat(message.subject()).isEqualTo("hello");
    assertThat(message.testMode()).isTrue();
    assertThat(message.acceptedAt()).isEqualTo(clock.instant());
    assertThat(message.originatingAddress()).isEqualTo("127.0.0.1");
  }

  @Test
  void theKeyIsCheckedBeforeTheFields() throws IOException {
    assertThat(api.post(MESSAGES, "nobody").status()).isEqualTo(401);
    assertThat(api.post(MESSAGES, sending).status()).isEqualTo(400);
    assertThat(mailgun.refusedCalls())
        .singleElement()
        .satisfies(call -> assertThat(call.operation()).isEqualTo(Operation.SEND_MESSAGE))
        .satisfies(call -> assertThat(call.client()).startsWith("Java-http-client/"));
    assertThat(mailgun.acceptedMessages()).isEmpty();
  }

  @Test
  void eachMissingFieldIsToldAndNothingIsRecorded() throws IOException {
    assertThat(refusal("to", "a@b.c", "text", "x")).isEqualTo("from parameter is missing");
    assertThat(refusal("from", "a@b.c", "text", "x")).isEqualTo("to parameter is missing");
    assertThat(refusal("from", "a@b.c", "to", "nobody", "text", "x"))
        .startsWith("to parameter is not a valid address");
    assertThat(refusal("from", "a@b.c", "to", "a@b.c")).startsWith("Need at least one of 'text'");
    assertThat(refusal("from", "a@b.c", "to", "a@b.c", "text", "x", "v:big", "x".repeat(16_385)))
        .contains("limited to 16KB total");
    assertThat(mailgun.acceptedMessages()).isEmpty();
  }

  @Test
  void aMessageInMultipartMayCarryAFile() throws IOException {
    String body =
        Api.multipart("from", "a@mg.example.com", "to", "b@example.org", "text", "two\r\nlines")
            .replace(
                "--" + Api.BOUNDARY + "--",
                "--"
                    + Api.BOUNDARY
                    + "\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"a.txt\""
                    + "\r\nContent-Type: text/plain\r\n\r\ncontent\r\n--"
                    + Api.BOUNDARY
                    + "--");

    assertThat(api.send("POST", MESSAGES, sending, Api.MULTIPART, body).status()).isEqualTo(200);
    assertThat(mailgun.acceptedMessages()).hasSize(1);
  }

  @Test
  void aBodyOverTheLimitIsRefused() throws IOException {
    String body = Api.urlEncoded("text", "x".repeat(HttpRequest.LARGEST_BODY));

    Api.Reply reply = api.send("POST", MESSAGES, sending, Api.URL_ENCODED, body);

    assertThat(reply.status()).isEqualTo(413);
  }

  @Test
  void anUnknownDomainIsNotFound() throws IOException {
    assertThat(api.post("/v3/unknown.example/messages", admin).status()).isEqualTo(404);
  }

  private String refusal(String... form) throws IOException {
    Api.Reply reply = api.post(MESSAGES, sending, form);
    assertThat(reply.status()).isEqualTo(400);
    return reply.message();
  }
}
