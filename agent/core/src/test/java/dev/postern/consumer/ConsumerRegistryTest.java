package dev.postern.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.time.ParkingTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ConsumerRegistryTest {
  private static final SecretName KEY = new SecretName("sending-key");
  private static final SecretName LOGIN = new SecretName("smtp-login");
  private static final Version ONE = new Version("1");
  private static final Version TWO = new Version("2");
  private static final Consumer APP = new Consumer(1000, 1000, 7, "app");
  private static final Consumer FOREIGN = new Consumer(1000, 1000, 0, "");

  private final ParkingTime time = new ParkingTime();
  private final Set<Integer> living = new HashSet<>(Set.of(7, 8, 9));
  private final Set<Consumer> kept = new HashSet<>();
  private final AtomicInteger changes = new AtomicInteger();
  private final ConsumerRegistry registry =
      new ConsumerRegistry(
          time,
          consumer -> consumer.isFile() ? kept.contains(consumer) : living.contains(consumer.pid()),
          secret -> secret.equals(LOGIN) ? AckMode.EXPLICIT : AckMode.FETCH);

  @SuppressWarnings("NullAway.Init") // @BeforeEach
  private Holdings.Listening counting;

  @BeforeEach
  void count() {
    counting = registry.onChange(changes::incrementAndGet);
  }

  @Test
  void whoeverNoLongerListensIsNotTold() {
    counting.close();
    registry.fetched(KEY, ONE, APP);

    assertThat(changes).hasValue(0);
  }

  @Test
  void fetchingAcknowledgesWhereFetchingIsEnough() {
    registry.fetched(KEY, ONE, APP);

    assertThat(registry.holdings(KEY))
        .containsExactly(new Holding(KEY, APP, ONE, true, time.instant(), time.instant(), false));
  }

  @Test
  void fetchingDoesNotAcknowledgeWhereTheConsumerMustSaySo() {
    registry.fetched(LOGIN, ONE, APP);
    assertThat(only(LOGIN).acknowledged()).isFalse();

    registry.acknowledged(LOGIN, ONE, APP);
    assertThat(only(LOGIN).acknowledged()).isTrue();

    registry.fetched(LOGIN, ONE, APP);
    assertThat(only(LOGIN).acknowledged()).isTrue();

    registry.fetched(LOGIN, TWO, APP);
    assertThat(only(LOGIN).acknowledged()).isFalse();
    assertThat(only(LOGIN).fetched()).isEqualTo(TWO);
  }

  @Test
  void acknowledgementOfAConsumerNotSeenBeforeCounts() {
    registry.acknowledged(LOGIN, TWO, APP);

    assertThat(only(LOGIN).fetched()).isEqualTo(TWO);
    assertThat(only(LOGIN).acknowledged()).isTrue();
  }

  @Test
  void fileHoldsAVersionBeforeItHasAcknowledgedItWhateverTheAckMode() {
    Consumer file = Consumer.ofFile("/secrets/.env");
    kept.add(file);

    registry.replaced(KEY, ONE, file);
    assertThat(only(KEY).fetched()).isEqualTo(ONE);
    assertThat(only(KEY).acknowledged()).isFalse();

    registry.acknowledged(KEY, ONE, file);
    assertThat(only(KEY).acknowledged()).isTrue();

    registry.replaced(KEY, TWO, file);
    assertThat(only(KEY).fetched()).isEqualTo(TWO);
    assertThat(only(KEY).acknowledged()).isFalse();
    assertThat(changes.get()).isEqualTo(3);
  }

  @Test
  void filesAreToldApartByTheirPathsAndLiveAsLongAsTheyAreKept() {
    Consumer one = Consumer.ofFile("/secrets/a");
    Consumer two = Consumer.ofFile("/secrets/b");
    kept.addAll(Set.of(one, two));
    registry.replaced(KEY, ONE, one);
    registry.replaced(KEY, ONE, two);
    time.advance(Duration.ofDays(1));
    assertThat(registry.holdings(KEY))
        .extracting(held -> held.consumer().describe())
        .containsExactly("file /secrets/a", "file /secrets/b");

    kept.remove(one);

    assertThat(only(KEY).consumer()).isEqualTo(two);
  }

  @Test
  void fetchingTheSameVersionAgainRenewsLastSeenOnly() {
    Instant first = time.instant();
    registry.fetched(KEY, ONE, APP);
    time.advance(Duration.ofSeconds(30));
    registry.fetched(KEY, ONE, APP);

    assertThat(only(KEY).since()).isEqualTo(first);
    assertThat(only(KEY).lastSeen()).isEqualTo(time.instant());

    registry.fetched(KEY, TWO, APP);
    assertThat(only(KEY).since()).isEqualTo(time.instant());
  }

  @Test
  void deadProcessIsForgotten() {
    registry.fetched(KEY, ONE, APP);
    living.remove(7);
    assertThat(registry.holdings()).isEmpty();

    living.add(7);
    assertThat(registry.holdings()).as("another process of that number").isEmpty();
  }

  @Test
  void processThatCannotBeSeenLivesTenMinutesAfterItsLastFetch() {
    registry.fetched(KEY, ONE, FOREIGN);
    time.advance(Duration.ofMinutes(9));
    registry.fetched(KEY, ONE, FOREIGN);
    time.advance(Duration.ofMinutes(10).minusMillis(1));
    assertThat(registry.holdings(KEY)).hasSize(1);

    time.advance(Duration.ofMillis(1));
    assertThat(registry.holdings(KEY)).isEmpty();
  }

  @Test
  void openConnectionKeepsAConsumerAlive() {
    registry.connected(FOREIGN);
    registry.connected(FOREIGN);
    registry.fetched(KEY, ONE, FOREIGN);
    time.advance(Duration.ofDays(1));
    assertThat(only(KEY).connected()).isTrue();

    registry.disconnected(FOREIGN);
    assertThat(only(KEY).connected()).as("one of two connections is left").isTrue();
  }

  @Test
  void consumerThatReconnectsIsNotForgottenInBetween() {
    registry.connected(FOREIGN);
    registry.fetched(KEY, ONE, FOREIGN);
    time.advance(Duration.ofHours(1));
    registry.disconnected(FOREIGN);
    assertThat(only(KEY).connected()).isFalse();

    time.advance(Duration.ofMinutes(10).minusMillis(1));
    assertThat(registry.holdings(KEY)).hasSize(1);
    time.advance(Duration.ofMillis(1));
    assertThat(registry.holdings(KEY)).isEmpty();
  }

  @Test
  void connectionOfADeadProcessThatIsStillOpenCounts() {
    registry.connected(APP);
    registry.fetched(KEY, ONE, APP);
    living.remove(7);
    assertThat(registry.holdings(KEY)).hasSize(1);

    registry.disconnected(APP);
    assertThat(registry.holdings(KEY)).isEmpty();
  }

  @Test
  void holdingsAreSortedBySecretThenUserThenProcess() {
    Consumer root = new Consumer(0, 0, 9, "root");
    Consumer other = new Consumer(1000, 1000, 8, "other");
    registry.fetched(LOGIN, ONE, APP);
    registry.fetched(KEY, ONE, other);
    registry.fetched(KEY, ONE, APP);
    registry.fetched(KEY, ONE, root);

    assertThat(registry.holdings())
        .extracting(holding -> holding.secret() + " " + holding.consumer().pid())
        .containsExactly("sending-key 9", "sending-key 7", "sending-key 8", "smtp-login 7");
    assertThat(registry.holdings(LOGIN)).hasSize(1);
  }

  @Test
  void listenersHearOfWhatIsNewOnly() {
    registry.fetched(KEY, ONE, APP);
    registry.fetched(KEY, ONE, APP);
    assertThat(changes).hasValue(1);

    registry.fetched(KEY, TWO, APP);
    registry.acknowledged(LOGIN, TWO, APP);
    assertThat(changes).hasValue(3);

    registry.connected(APP);
    assertThat(changes).hasValue(3);
    registry.disconnected(APP);
    assertThat(changes).hasValue(4);
  }

  @Test
  void disconnectionThatWasNeverAConnectionDoesNoHarm() {
    registry.disconnected(APP);
    registry.connected(APP);
    registry.fetched(KEY, ONE, APP);

    assertThat(only(KEY).connected()).isTrue();
  }

  @Test
  void thisProcessRunsAndOneWithAnImpossibleNumberDoesNot() {
    int self = Math.toIntExact(ProcessHandle.current().pid());
    assertThat(ConsumerRegistry.processRuns(new Consumer(0, 0, self, "self"))).isTrue();
    assertThat(ConsumerRegistry.processRuns(new Consumer(0, 0, Integer.MAX_VALUE, ""))).isFalse();
  }

  @Test
  void consumerIsDescribedByWhatIsKnownOfIt() {
    assertThat(APP.describe()).isEqualTo("uid 1000 pid 7 (app)");
    assertThat(FOREIGN.describe()).isEqualTo("uid 1000");
  }

  @Test
  void whoLooksUpForOneUseHoldsTheVersionForThatTimeOnly() {
    registry.lookedUp(LOGIN, ONE, APP, Duration.ofSeconds(5));

    assertThat(only(LOGIN).fetched()).isEqualTo(ONE);
    assertThat(only(LOGIN).acknowledged()).as("whatever the secret's ack mode").isTrue();

    time.advance(Duration.ofSeconds(5));
    assertThat(registry.holdings(LOGIN)).isEmpty();
  }

  @Test
  void lookingUpAgainBeginsAnotherUse() {
    registry.lookedUp(KEY, ONE, APP, Duration.ofSeconds(5));
    time.advance(Duration.ofSeconds(4));
    registry.lookedUp(KEY, ONE, APP, Duration.ofSeconds(5));
    time.advance(Duration.ofSeconds(4));
    assertThat(only(KEY).fetched()).isEqualTo(ONE);

    registry.lookedUp(KEY, TWO, APP, Duration.ofSeconds(5));
    assertThat(only(KEY).fetched()).isEqualTo(TWO);
    assertThat(only(KEY).since()).isEqualTo(time.instant());
  }

  @Test
  void endOfTheLastUseIsAChangeThatOthersAreToldOf() {
    registry.lookedUp(KEY, ONE, APP, Duration.ofSeconds(5));
    assertThat(changes).hasValue(1);

    registry.forgetUsed();
    assertThat(changes).as("it is in use").hasValue(1);

    time.advance(Duration.ofSeconds(5));
    registry.forgetUsed();
    assertThat(changes).hasValue(2);

    registry.forgetUsed();
    assertThat(changes).as("nothing is left to forget").hasValue(2);
  }

  @Test
  void whoAlsoKeepsWhatItFetchedHoldsItBeyondALookUp() {
    registry.fetched(KEY, ONE, APP);
    registry.lookedUp(KEY, ONE, APP, Duration.ofSeconds(5));
    time.advance(Duration.ofMinutes(1));
    registry.forgetUsed();

    assertThat(only(KEY).fetched()).isEqualTo(ONE);

    registry.lookedUp(LOGIN, ONE, APP, Duration.ofSeconds(5));
    registry.fetched(LOGIN, ONE, APP);
    time.advance(Duration.ofMinutes(1));
    registry.forgetUsed();
    assertThat(only(LOGIN).fetched()).isEqualTo(ONE);
  }

  @Test
  void whoOnlyWatchesIsKnownAndHoldsNothing() {
    Instant began = time.instant();
    Watching both = registry.watches(List.of(KEY, LOGIN), APP);
    time.advance(Duration.ofSeconds(5));

    assertThat(registry.holdings()).isEmpty();
    assertThat(registry.interests(KEY::equals))
        .containsExactly(new Interest(KEY, APP, Optional.empty(), true, began));
    assertThat(registry.interests(any -> true))
        .extracting(Interest::secret)
        .containsExactlyInAnyOrder(KEY, LOGIN);

    both.close();
    both.close();
    assertThat(registry.interests(any -> true)).isEmpty();
    assertThat(changes).as("nobody waits for a watcher").hasValue(0);
  }

  @Test
  void whoHoldsAndWatchesIsOneRowSinceItTookTheVersion() {
    Watching first = registry.watches(List.of(KEY), APP);
    Watching second = registry.watches(List.of(KEY), APP);
    time.advance(Duration.ofSeconds(5));
    Instant took = time.instant();
    registry.fetched(KEY, ONE, APP);
    time.advance(Duration.ofSeconds(5));
    registry.fetched(KEY, ONE, APP);

    first.close();
    assertThat(registry.interests(KEY::equals))
        .containsExactly(new Interest(KEY, APP, Optional.of(only(KEY)), true, took));

    second.close();
    assertThat(registry.interests(KEY::equals))
        .containsExactly(new Interest(KEY, APP, Optional.of(only(KEY)), false, took));
  }

  private Holding only(SecretName secret) {
    assertThat(registry.holdings(secret)).hasSize(1);
    return registry.holdings(secret).getFirst();
  }
}
