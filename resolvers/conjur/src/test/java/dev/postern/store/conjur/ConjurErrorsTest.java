package dev.postern.store.conjur;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.store.StoreException;
import dev.postern.store.conjur.ConjurErrors.Act;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every status for every act, as one table. */
final class ConjurErrorsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LOG_IN   | 400 | Denied      | takes what the subject holds for no token of a platform",
        "LOG_IN   | 401 | Denied      | check account, login, key and the host's restrictions",
        "LOG_IN   | 403 | Denied      | refuses the subject",
        "LOG_IN   | 404 | Unavailable | check url and service-id",
        "LOG_IN   | 418 | Malformed   | 418 is no answer of conjur to a login",
        "LOG_IN   | 503 | Unavailable | conjur failed with 503",
        "IDENTIFY | 401 | Denied      | the token that it has just issued",
        "IDENTIFY | 403 | Denied      | the host may have been deleted",
        "IDENTIFY | 404 | Unavailable | there is no conjur at this url",
        "DESCRIBE | 403 | Denied      | the host may have been deleted",
        "DESCRIBE | 404 | NotFound    | missing, empty or not visible to this host",
        "DESCRIBE | 500 | Unavailable | conjur failed with 500 on the subject",
        "LIST     | 403 | Denied      | the host may have been deleted",
        "LIST     | 404 | Unavailable | there is no conjur at this url",
        "READ     | 401 | Denied      | the token that it has just issued",
        "READ     | 403 | Denied      | permit it execute",
        "READ     | 404 | NotFound    | missing, empty or not visible to this host",
        "READ     | 422 | Malformed   | 422 is no answer of conjur",
        "READ     | 302 | Malformed   | check url and account",
        "WRITE    | 403 | Denied      | permit it update",
        "WRITE    | 404 | NotFound    | permit this host update on it",
        "WRITE    | 405 | Malformed   | 405 is no answer of conjur",
        "WRITE    | 422 | Malformed   | keeps no empty or blank value",
      })
  void statusMeansWhatTheActMakesOfIt(Act act, int status, String kind, String text) {
    StoreException failure = failure(act, status, Optional.empty());

    assertThat(failure.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(failure)
        .hasMessageStartingWith("store prod: ")
        .hasMessageContaining(text)
        .hasNoCause();
    assertThat(failure.getMessage()).doesNotContain("canary").doesNotEndWith(".");
    assertThat(failure.isTransient()).isEqualTo(kind.equals("Unavailable"));
  }

  @ParameterizedTest
  @CsvSource({"LOG_IN", "IDENTIFY", "DESCRIBE", "LIST", "READ", "WRITE"})
  void throttlingSaysHowLongTheServerWants(Act act) {
    StoreException failure = failure(act, 429, Optional.of(Duration.ofSeconds(7)));

    assertThat(failure).isInstanceOf(StoreException.Throttled.class);
    assertThat(failure.retryAfter()).contains(Duration.ofSeconds(7));
  }

  private static StoreException failure(Act act, int status, Optional<Duration> retryAfter) {
    byte[] body = "canary".getBytes(StandardCharsets.UTF_8);
    return ConjurErrors.of(new Answer(status, body, retryAfter), act, "prod", "the subject");
  }
}
