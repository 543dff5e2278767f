package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.issuer.IssuerException;
import dev.postern.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each thing that holds a rotation up has a name, while it lasts and when it was the end. */
final class ObstacleTest {
  @TempDir(factory = RamDirectory.class)
  Path directory;

  static Stream<Arguments> providersWords() {
    return Stream.of(
        Arguments.of(new IssuerException.AccountDisabled("x"), Obstacle.ACCOUNT_DISABLED),
        Arguments.of(new IssuerException.LimitReached("x"), Obstacle.KEY_LIMIT_REACHED),
        Arguments.of(new IssuerException.Forbidden("x"), Obstacle.ADMIN_KEY_LACKS_RIGHT),
        Arguments.of(new IssuerException.Unauthorized("x"), Obstacle.ADMIN_KEY_REFUSED),
        Arguments.of(
            new IssuerException.Throttled("x", Optional.of(Duration.ofSeconds(3))),
            Obstacle.PROVIDER_THROTTLES),
        Arguments.of(new IssuerException.Unavailable("x", null), Obstacle.PROVIDER_UNREACHABLE),
        Arguments.of(new IssuerException.OutcomeUnknown("x", null), Obstacle.OUTCOME_UNKNOWN),
        Arguments.of(new IssuerException.Malformed("x"), Obstacle.PROVIDER_ANSWER_STRANGE),
        Arguments.of(new IssuerException.Rejected("x"), Obstacle.REQUEST_REJECTED));
  }

  @ParameterizedTest
  @MethodSource("providersWords")
  void whatTheProviderSaysIsNamedWhileItLastsAndAtTheEnd(IssuerException said, Obstacle named) {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.issuer.issueFailure = said;
      agent.begin(Cause.COMPROMISED, Order.OVERLAP);
      agent.cycle.advance();
      assertThat(agent.run.chronicle.receipt().obstacle()).contains(named);

      Receipt end = agent.runToEnd();
      assertThat(end.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(end.obstacle()).contains(named);
      assertThat(end.message().orElseThrow()).contains("STILL ALIVE");
    }
  }

  @Test
  void anObstacleThatIsOvercomeIsForgotten() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.issuer.issueFailure = new IssuerException.LimitReached("x");
      agent.begin(Cause.COMPROMISED, Order.OVERLAP);
      agent.cycle.advance();
      agent.issuer.issueFailure = null;

      assertThat(agent.runUntil("issued").obstacle()).isEmpty();
      assertThat(agent.runToEnd().obstacle()).isEmpty();
    }
  }

  @Test
  void aCredentialThatDoesNotDieIsNamed() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.issuer.lag = 1_000_000;
      Receipt end = agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();

      assertThat(end.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(end.obstacle()).contains(Obstacle.OLD_STILL_ACCEPTED);
    }
  }

  @Test
  void aRefusalOfBothIsNoDeath() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("revoked");
      agent.issuer.refuseAll = true;
      Receipt end = agent.runToEnd();

      assertThat(end.state()).isEqualTo(Receipt.NEEDS_OPERATOR);
      assertThat(end.obstacle()).contains(Obstacle.ADDRESS_OR_REGION_REFUSED);
      assertThat(end.probes()).isEmpty();
    }
  }

  @Test
  void everyStoreFailureHasAName() {
    assertThat(
            Stream.of(
                    new StoreException.NotFound("x"),
                    new StoreException.Denied("x"),
                    new StoreException.Unavailable("x", null),
                    new StoreException.Throttled("x", Optional.empty()),
                    new StoreException.Conflict("x"),
                    new StoreException.Malformed("x"))
                .map(Obstacle::of))
        .containsExactly(
            Obstacle.STORE_CHANGED,
            Obstacle.STORE_DENIES,
            Obstacle.STORE_UNREACHABLE,
            Obstacle.STORE_UNREACHABLE,
            Obstacle.STORE_CHANGED,
            Obstacle.STORE_ANSWER_STRANGE);
  }

  @Test
  void everyNameCanBeReadBack() {
    List<Obstacle> read =
        Arrays.stream(Obstacle.values())
            .flatMap(one -> Obstacle.ofWireName(one.wireName()).stream())
            .toList();
    assertThat(read).containsExactly(Obstacle.values());
  }
}
