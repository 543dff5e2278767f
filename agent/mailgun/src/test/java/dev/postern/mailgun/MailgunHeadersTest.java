package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from headers, times and the config, without a server. */
class MailgunHeadersTest {
  // 2026-11-21T12:00:00Z
  private static final InstantSource CLOCK = InstantSource.fixed(IssuerFixture.NOW);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Retry-After       | 30                            | PT30S",
        "Retry-After       | 0                             | PT0S",
        "Retry-After       | Sat, 21 Nov 2026 12:00:45 GMT | PT45S",
        "Retry-After       | Sat, 21 Nov 2026 11:00:00 GMT | PT0S",
        "Retry-After       | 99999                         | PT1H",
        "Retry-After       | 99999999999999                |",
        "Retry-After       | -5                            |",
        "Retry-After       | soon                          |",
        "X-RateLimit-Reset | 1795262420                    | PT20S",
        "X-RateLimit-Reset | 1795262399                    | PT0S",
        "X-RateLimit-Reset | 1999999999                    | PT1H",
        "X-RateLimit-Reset | 60                            | PT1M",
        "X-RateLimit-Reset | never                         |",
        "X-Other           | 5                             |"
      })
  void aThrottledAnswerTellsHowLongToWait(String name, String value, Duration expected) {
    assertThat(RetryAfter.of(throttled(Map.of(name, List.of(value))), CLOCK))
        .isEqualTo(Optional.ofNullable(expected));
  }

  @Test
  void theRelativeTimeGoesBeforeTheAbsoluteOne() {
    Reply reply =
        throttled(Map.of("Retry-After", List.of("7"), "X-RateLimit-Reset", List.of("1795262420")));

    assertThat(RetryAfter.of(reply, CLOCK)).contains(Duration.ofSeconds(7));
  }

  @Test
  void anUnreadableRetryAfterLeavesTheOtherHeader() {
    Reply reply =
        throttled(
            Map.of("Retry-After", List.of("soon"), "X-RateLimit-Reset", List.of("1795262420")));

    assertThat(RetryAfter.of(reply, CLOCK)).contains(Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T12:00:00,2026-11-21T12:00:00Z",
    "2026-11-21T12:00:00.5,2026-11-21T12:00:00.5Z",
    "2026-11-21T12:00:00Z,2026-11-21T12:00:00Z",
    "2026-11-21T12:00:00+02:00,2026-11-21T10:00:00Z",
    "0001-01-01T00:00:00,",
    "2026-11-21,",
    "'',"
  })
  void aTimeWithoutAZoneIsUtc(String text, Instant expected) {
    assertThat(MailgunTime.parse(text)).isEqualTo(Optional.ofNullable(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://api.mailgun.net",
        "api.mailgun.net",
        "http:///v1",
        "https://api:canary@api.mailgun.net",
        "https://api.mailgun.net?x=canary",
        "https://api.mailgun.net/#canary"
      })
  void aBaseUrlThatCouldNotWorkIsRefusedAndNotShown(String url) {
    assertThatThrownBy(() -> MailgunConfig.of("mailgun", URI.create(url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("issuer mailgun")
        .satisfies(Keys::assertNoCanaryIn);
  }

  @Test
  void aLifetimeUnderASecondIsRefused() {
    MailgunConfig config = MailgunConfig.of("mailgun", MailgunRegion.US);

    assertThatThrownBy(() -> config.withKeyLifetime(Duration.ofMillis(999)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theRegionsHaveTheVendorsAddresses() {
    assertThat(MailgunConfig.of("mailgun", MailgunRegion.US).baseUri())
        .hasToString("https://api.mailgun.net");
    assertThat(MailgunConfig.of("mailgun", MailgunRegion.EU).baseUri())
        .hasToString("https://api.eu.mailgun.net");
    assertThat(MailgunRegion.ofWireName("eu")).contains(MailgunRegion.EU);
    assertThat(MailgunRegion.ofWireName("EU")).isEmpty();
  }

  private static Reply throttled(Map<String, List<String>> headers) {
    BoundedBody body = new BoundedBody(1);
    body.onComplete();
    return new Reply(
        429,
        HttpHeaders.of(headers, (name, value) -> true),
        body.getBody().toCompletableFuture().join());
  }
}
