package dev.postern.store.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each refusal of the server becomes. */
final class VaultErrorsTest {
  private static final String CANARY = "canary-71f0-of-the-server";

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal(307, "", StoreException.Unavailable.class, "is a standby that does not forward"),
        refusal(
            400,
            "check-and-set parameter did not match the current version",
            StoreException.Conflict.class,
            "somebody else wrote in between"),
        refusal(
            400,
            "Upgrading from non-versioned to versioned data",
            StoreException.Unavailable.class,
            "is being upgraded"),
        refusal(400, "missing client token", StoreException.Denied.class, "no token reached vault"),
        refusal(400, "no data provided", StoreException.Malformed.class, "check 'mount'"),
        refusal(401, "", StoreException.Denied.class, "permission denied"),
        refusal(403, "permission denied", StoreException.Denied.class, "on mount 'secret'"),
        refusal(404, "", StoreException.NotFound.class, "vault has nothing there"),
        refusal(
            404,
            "no handler for route \"x\". route entry not found.",
            StoreException.NotFound.class,
            "nothing is mounted at 'secret'"),
        refusal(
            404,
            "Invalid path for a versioned K/V secrets engine.",
            StoreException.NotFound.class,
            "set 'kv-version: 2'"),
        refusal(405, "unsupported operation", StoreException.Unsupported.class, "older than"),
        refusal(412, "", StoreException.Unavailable.class, "lags behind"),
        refusal(418, "", StoreException.Malformed.class, "not one of vault's"),
        refusal(429, "rate limit quota exceeded", StoreException.Throttled.class, "rate limit"),
        refusal(500, "internal error", StoreException.Unavailable.class, "(status 500)"),
        refusal(
            500,
            "local node not active but active cluster node not found",
            StoreException.Unavailable.class,
            "no active node"),
        refusal(501, "", StoreException.Unavailable.class, "not initialised"),
        refusal(502, "", StoreException.Unavailable.class, "(status 502)"),
        refusal(503, "Vault is sealed", StoreException.Unavailable.class, "vault is sealed"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("refusals")
  void everyRefusalHasItsOwnMessage(
      int status, String error, Class<? extends StoreException> type, String words) {
    String errors = error.isEmpty() ? "" : "\"" + error.replace("\"", "\\\"") + " " + CANARY + "\"";
    VaultReply reply =
        VaultReply.parse(
            status, "{\"errors\":[" + errors + "]}", Optional.of(Duration.ofSeconds(7)));
    StoreException failure =
        VaultErrors.translate(reply, "reading mail/sending in store prod", "secret");
    assertThat(failure)
        .isExactlyInstanceOf(type)
        .hasMessageStartingWith("reading mail/sending in store prod: ")
        .hasMessageContaining(words)
        .hasNoCause();
    assertThat(failure.getMessage()).doesNotContain(CANARY).doesNotEndWith(".");
    assertThat(failure.isTransient())
        .isEqualTo(
            failure instanceof StoreException.Unavailable
                || failure instanceof StoreException.Throttled);
  }

  @Test
  void pageOfAProxyIsNotTakenForAMissingSecret() {
    VaultReply page = VaultReply.parse(404, "<html>default backend</html>", Optional.empty());
    assertThat(VaultErrors.translate(page, "reading", "secret"))
        .isInstanceOf(StoreException.Malformed.class)
        .hasMessageContaining("check that 'address' is a vault's");
  }

  private static Arguments refusal(
      int status, String error, Class<? extends StoreException> type, String words) {
    return Arguments.of(status, error, type, words);
  }
}
