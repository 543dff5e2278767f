package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LogsTest extends SimulatorFixture {
  private static final String LOGS = "/v1/analytics/logs";

  @Test
  void anAcceptedMessageIsLoggedWithItsKeyAndAddress() throws IOException {
    send("first");

    Map<?, ?> item = (Map<?, ?>) query("{\"duration\":\"1d\"}").list("items").getFirst();

    assertThat(item.get("event")).isEqualTo("accepted");
    assertThat(item.get("api-key-id")).isEqualTo(sendingKey.id());
    assertThat(item.get("originating-ip")).isEqualTo("127.0.0.1");
    assertThat(item.get("domain")).isEqualTo(Map.of("name", DOMAIN));
    assertThat(item.get("@timestamp")).isEqualTo("2026-01-02T03:04:05Z");
  }

  @Test
  void theWindowIsADayUnlessTheCallerSaysOtherwise() throws IOException {
    send("old");
    clock.advance(Duration.ofDays(2));
    send("new");

    assertThat(subjects(query("{}"))).containsExactly("new");
    assertThat(subjects(query("{\"start\":\"Thu, 01 Jan 2026 00:00:00 +0000\"}")))
        .containsExactly("new", "old");
    assertThat(
            subjects(
                query(
                    "{\"start\":\"Thu, 01 Jan 2026 00:00:00 +0000\","
                        + "\"end\":\"Fri, 02 Jan 2026 04:00:00 +0000\"}")))
        .containsExactly("old");
  }

  @Test
  void pagesFollowEachOtherByTheirTokens() throws IOException {
    send("a");
    send("b");
    send("c");

    Api.Reply first = query("{\"pagination\":{\"limit\":2}}");
    Object token = first.object("pagination").get("next");
    Api.Reply second = query("{\"pagination\":{\"limit\":2,\"token\":\"" + token + "\"}}");

    assertThat(subjects(first)).containsExactly("c", "b");
    assertThat(subjects(second)).containsExactly("a");
    assertThat(first.object("pagination").get("total")).isEqualTo(3);
  }

  @Test
  void theFilterKnowsDomainsAndRefusesWhatTheVendorDoesNotHave() throws IOException {
    send("mine");
    assertThat(subjects(query(filter("domain", DOMAIN)))).containsExactly("mine");
    assertThat(subjects(query(filter("domain", "other.example")))).isEmpty();
    assertThat(query(filter("api-key-id", sendingKey.id())).status()).isEqualTo(400);
    assertThat(subjects(query("{\"events\":[\"failed\"]}"))).isEmpty();
    assertThat(subjects(query("{\"events\":[\"failed\",\"accepted\"]}"))).hasSize(1);
  }

  @Test
  void whatIsNoQueryIsRefused() throws IOException {
    assertThat(query("[1").status()).isEqualTo(400);
    assertThat(query("{\"start\":\"yesterday\"}").status()).isEqualTo(400);
    assertThat(query("{\"pagination\":{\"limit\":101}}").status()).isEqualTo(400);
    assertThat(query("{\"pagination\":{\"token\":\"xyz\"}}").status()).isEqualTo(400);
  }

  private void send(String subject) throws IOException {
    api.post(
        MESSAGES,
        sending,
        "from",
        "a@mg.example.com",
        "to",
        "b@example.org",
        "text",
        "x",
        "subject",
        subject);
  }

  private Api.Reply query(String json) throws IOException {
    return api.send("POST", LOGS, admin, "application/json", json);
  }

  private static String filter(String attribute, String value) {
    return "{\"filter\":{\"AND\":[{\"attribute\":\""
        + attribute
        + "\",\"comparator\":\"=\",\"values\":[{\"label\":\""
        + value
        + "\",\"value\":\""
        + value
        + "\"}]}]}}";
  }

  private static List<Object> subjects(Api.Reply reply) {
    return reply.list("items").stream().<Object>map(LogsTest::subject).toList();
  }

  private static Object subject(Object item) {
    if (item instanceof Map<?, ?> log
        && log.get("message") instanceof Map<?, ?> message
        && message.get("headers") instanceof Map<?, ?> headers) {
      return String.valueOf(headers.get("subject"));
    }
    throw new IllegalStateException("the log item has no headers");
  }
}
