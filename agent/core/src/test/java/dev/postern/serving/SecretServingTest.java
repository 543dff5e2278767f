package dev.postern.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import dev.postern.time.ParkingTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SecretServingTest {
  private static final SecretName NAME = new SecretName("sending-key");
  private static final Duration REFRESH = Duration.ofSeconds(60);
  private static final Duration MAX_STALE = Duration.ofHours(1);
  private static final Version ONE = new Version("1");
  private static final Version TWO = new Version("2");

  private final ParkingTime time = new ParkingTime();
  private final ScriptedStore store = new ScriptedStore();
  private final List<String> flagged = Collections.synchronizedList(new ArrayList<>());
  private final List<SecretChange> changes = Collections.synchronizedList(new ArrayList<>());
  private SecretServing serving = serving(SecretKind.MAILGUN_SENDING_KEY);

  private SecretServing serving(SecretKind kind) {
    SecretDefinition definition =
        new SecretDefinition(
            NAME, kind, store, new SecretPath("mail/sending"), Map.of(), REFRESH, MAX_STALE);
    return new SecretServing(List.of(definition), time);
  }

  @AfterEach
  void stop() {
    serving.close();
  }

  @Test
  void nothingIsServedBeforeTheFirstLook() {
    assertThat(serving.state(NAME)).isEqualTo(new ServingState.Empty(Optional.empty()));
    assertThat(store.heads).hasValue(0);
  }

  @Test
  void firstLookServesTheStoresValueWithItsTimes() {
    start();

    ServingState.Holding holding = holding();
    assertThat(holding.served().version()).isEqualTo(ONE);
    assertThat(value()).isEqualTo("value-1");
    assertThat(holding.served().createdAt()).isEqualTo(Instant.EPOCH);
    assertThat(holding.confirmedAt()).isEqualTo(time.instant());
    assertThat(holding.stale()).isFalse();
    assertThat(changes).containsExactly(new SecretChange(NAME, ONE, false));
  }

  @Test
  void laterLookConfirmsTheVersionWithoutReadingTheValueAgain() {
    start();
    Instant first = holding().confirmedAt();
    lookAgain();

    assertThat(store.heads).hasValue(2);
    assertThat(store.reads).hasValue(1);
    assertThat(holding().confirmedAt()).isAfter(first).isEqualTo(time.instant());
    assertThat(changes).hasSize(1);
  }

  @Test
  void newVersionIsPublishedAndThenTheOldValueIsWiped() {
    start();
    SecretFields old = holding().served().fields();
    List<Boolean> oldReadableInListener = new ArrayList<>();
    serving.subscribe(
        change -> {
          oldReadableInListener.add(readable(old));
          assertThat(holding().served().version()).isEqualTo(change.version());
        });
    store.put("2", Map.of("api_key", "value-2"));
    lookAgain();

    assertThat(value()).isEqualTo("value-2");
    assertThat(changes).last().isEqualTo(new SecretChange(NAME, TWO, false));
    assertThat(oldReadableInListener).containsExactly(true);
    assertThat(readable(old)).isFalse();
  }

  @Test
  void whatTheStoreHandedOutIsWipedOnceItIsCopied() {
    start();
    assertThat(store.handedOut).hasSize(1).noneMatch(SecretServingTest::readable);
  }

  @Test
  void storeThatIsAwayLeavesTheLastValueWithItsOldStamp() {
    start();
    Instant confirmed = holding().confirmedAt();
    store.failure = new StoreException.Unavailable("the store is away", null);
    lookAgain();
    lookAgain();

    assertThat(value()).isEqualTo("value-1");
    assertThat(holding().confirmedAt()).isEqualTo(confirmed);
    assertThat(holding().stale()).isTrue();
    assertThat(holding().problem()).contains("the store is away");
    assertThat(holding().staleness(time.instant()))
        .isEqualTo(Duration.between(confirmed, time.instant()));

    store.failure = null;
    lookAgain();
    assertThat(holding().problem()).isEmpty();
    assertThat(holding().confirmedAt()).isEqualTo(time.instant());
    assertThat(store.reads).hasValue(1);
  }

  @Test
  void storeInErrorIsNeverAskedMoreOftenThanInHealth() {
    start();
    for (int look = 0; look < 200; look++) {
      Duration pause = Duration.between(time.instant(), time.onlyWaitEnds());
      if (look < 100) {
        assertThat(pause).isBetween(REFRESH.multipliedBy(8).dividedBy(10), REFRESH);
      } else {
        assertThat(pause).isBetween(REFRESH, REFRESH.multipliedBy(3).dividedBy(2));
      }
      if (look == 99) {
        store.failure = new StoreException.Unavailable("the store is away", null);
      }
      lookAgain();
    }
    assertThat(store.heads).hasValue(201);
  }

  @Test
  void errorsOfTheAgentAreNotAskedMoreOftenEither() {
    store.failure = new IllegalStateException("a bug");
    start();

    assertThat(Duration.between(time.instant(), time.onlyWaitEnds()))
        .isBetween(REFRESH, REFRESH.multipliedBy(3).dividedBy(2));
    assertThat(serving.state(NAME).problem().orElseThrow()).doesNotContain("a bug");
    store.failure = null;
    lookAgain();
    assertThat(value()).isEqualTo("value-1");
  }

  @Test
  void wishToBeLeftAloneIsHonouredUpToFiveMinutes() {
    store.failure = new StoreException.Throttled("too many", Optional.of(Duration.ofMinutes(4)));
    start();
    assertThat(time.onlyWaitEnds()).isEqualTo(time.instant().plus(Duration.ofMinutes(4)));

    store.failure = new StoreException.Throttled("too many", Optional.of(Duration.ofDays(1)));
    lookAgain();
    assertThat(time.onlyWaitEnds()).isEqualTo(time.instant().plus(Duration.ofMinutes(5)));

    store.failure = new StoreException.Throttled("too many", Optional.of(Duration.ofSeconds(1)));
    lookAgain();
    assertThat(time.onlyWaitEnds()).isAfterOrEqualTo(time.instant().plus(REFRESH));
  }

  @Test
  void valueExpiresExactlyWhenItIsOlderThanMaxStale() {
    start();
    Instant confirmed = holding().confirmedAt();

    assertThat(holding().expired(confirmed.plus(MAX_STALE), MAX_STALE)).isFalse();
    assertThat(holding().expired(confirmed.plus(MAX_STALE).plusMillis(1), MAX_STALE)).isTrue();
    assertThat(holding().staleness(confirmed.minusSeconds(60))).isZero();
  }

  @Test
  void valueWithoutAFieldOfItsKindIsAProblemThatNamesTheField() {
    store.fields = Map.of("apikey", "value-1");
    start();

    assertThat(serving.state(NAME)).isInstanceOf(ServingState.Empty.class);
    assertThat(serving.state(NAME).problem().orElseThrow())
        .contains("mail/sending", "scripted", "no field api_key", "mailgun-sending-key")
        .doesNotContain("value-1");
    assertThat(store.handedOut).noneMatch(SecretServingTest::readable);

    store.fields = Map.of("api_key", "value-1");
    lookAgain();
    assertThat(value()).isEqualTo("value-1");
  }

  @Test
  void newVersionWithoutItsFieldLeavesTheOldOneServed() {
    start();
    store.put("2", Map.of("password", "value-2"));
    lookAgain();

    assertThat(holding().served().version()).isEqualTo(ONE);
    assertThat(value()).isEqualTo("value-1");
    assertThat(holding().stale()).isTrue();
  }

  @Test
  void secretThatDoesNotExistYetIsServedOnceItAppears() {
    store.failure = new StoreException.NotFound("nothing at mail/sending");
    start();
    assertThat(serving.state(NAME))
        .isEqualTo(new ServingState.Empty(Optional.of("nothing at mail/sending")));

    store.failure = null;
    lookAgain();
    assertThat(value()).isEqualTo("value-1");
  }

  @Test
  void flagInTheStoreTaintsTheVersionAndIsReportedAtEveryLook() {
    start();
    store.flag = new CompromiseFlag("incident 7");
    lookAgain();
    lookAgain();

    assertThat(holding().served().tainted()).isTrue();
    assertThat(value()).isEqualTo("value-1");
    assertThat(flagged).containsExactly("1 incident 7", "1 incident 7");
    assertThat(changes)
        .containsExactly(new SecretChange(NAME, ONE, false), new SecretChange(NAME, ONE, true));

    store.flag = null;
    lookAgain();
    assertThat(holding().served().tainted()).isFalse();
    assertThat(changes).last().isEqualTo(new SecretChange(NAME, ONE, false));
  }

  @Test
  void flagThatStandsAtTheStartIsSeenAtOnce() {
    store.flag = new CompromiseFlag("incident 7");
    start();

    assertThat(holding().served().tainted()).isTrue();
    assertThat(flagged).containsExactly("1 incident 7");
  }

  @Test
  void flagThatNamesAnotherVersionIsNotAboutThisOne() {
    store.put("2", Map.of("api_key", "value-2"));
    store.flag = CompromiseFlag.of(ONE, "incident 7");
    start();
    lookAgain();

    assertThat(holding().served().tainted()).isFalse();
    assertThat(flagged).isEmpty();
  }

  @Test
  void taintingStaysWhateverTheStoreSays() {
    start();
    serving.taint(NAME, ONE);
    assertThat(changes).last().isEqualTo(new SecretChange(NAME, ONE, true));
    lookAgain();
    assertThat(holding().served().tainted()).isTrue();

    serving.taint(NAME, TWO);
    assertThat(changes).hasSize(2);
    store.put("2", Map.of("api_key", "value-2"));
    lookAgain();
    assertThat(changes).last().isEqualTo(new SecretChange(NAME, TWO, true));
  }

  @Test
  void publishedVersionIsServedAtOnceFromACopy() {
    start();
    SecretFields mine = fields("value-2");
    Instant created = time.instant().minusSeconds(5);
    serving.publish(NAME, TWO, mine, created);
    mine.close();

    assertThat(value()).isEqualTo("value-2");
    assertThat(holding().served().createdAt()).isEqualTo(created);
    assertThat(holding().confirmedAt()).isEqualTo(time.instant());
  }

  @Test
  void publicationDuringASlowReadIsNotUndoneByThatRead() {
    store.whileReading = () -> serving.publish(NAME, TWO, fields("value-2"), time.instant());
    start();

    assertThat(holding().served().version()).isEqualTo(TWO);
    assertThat(value()).isEqualTo("value-2");
    assertThat(changes).containsExactly(new SecretChange(NAME, TWO, false));
  }

  @Test
  void publicationAtTheLastMomentOfAReadIsNotUndoneEither() {
    store.whileReading =
        () -> time.atNextLook(() -> serving.publish(NAME, TWO, fields("value-2"), Instant.EPOCH));
    start();

    assertThat(holding().served().version()).isEqualTo(TWO);
    assertThat(value()).isEqualTo("value-2");
  }

  @Test
  void versionWithdrawnWhileItIsReadIsNotServed() {
    store.whileReading = () -> time.atNextLook(() -> serving.withdraw(NAME, ONE));
    start();

    assertThat(serving.state(NAME)).isInstanceOf(ServingState.Empty.class);
  }

  @Test
  void withdrawnVersionIsNeverServedAgainThoughTheStoreSaysItIsCurrent() {
    start();
    serving.withdraw(NAME, ONE);
    serving.publish(NAME, TWO, fields("value-2"), time.instant());
    Instant published = time.instant();
    lookAgain();
    lookAgain();

    assertThat(holding().served().version()).isEqualTo(TWO);
    assertThat(holding().confirmedAt()).isEqualTo(published);
    assertThat(holding().problem().orElseThrow())
        .contains("version 1", "known to be compromised", "store a new value");
    assertThat(store.reads).hasValue(1);

    store.put("2", Map.of("api_key", "value-2"));
    lookAgain();
    assertThat(holding().problem()).isEmpty();
  }

  @Test
  void versionWithdrawnBeforeTheStartIsNotServedAtAll() {
    serving.withdraw(NAME, ONE);
    start();

    assertThat(serving.state(NAME)).isInstanceOf(ServingState.Empty.class);
    assertThat(store.reads).hasValue(0);
  }

  @Test
  void listenerThatFailsDoesNotKeepTheOthersFromHearing() {
    List<Version> heard = new ArrayList<>();
    serving.subscribe(
        change -> {
          throw new IllegalStateException("a listener's fault");
        });
    serving.subscribe(change -> heard.add(change.version()));
    start();

    assertThat(heard).containsExactly(ONE);
    assertThat(holding().problem()).isEmpty();
  }

  @Test
  void endedSubscriptionHearsNothingMore() {
    List<Version> heard = new ArrayList<>();
    SecretCatalog.Subscription subscription =
        serving.subscribe(change -> heard.add(change.version()));
    start();
    subscription.close();
    subscription.close();
    serving.publish(NAME, TWO, fields("value-2"), time.instant());

    assertThat(heard).containsExactly(ONE);
  }

  @Test
  void wishForALookIsFulfilledWithoutWaiting() {
    start();
    int before = time.parks();
    serving.refreshSoon(NAME);
    time.awaitParks(before + 1);
    time.awaitParked(1, serving::rests);

    assertThat(store.heads).hasValue(2);
  }

  @Test
  void fieldsBesideTheKindsOwnAreNotServed() {
    store.fields = Map.of("api_key", "value-1", "api_key_id", "id-1", "note", "x");
    start();

    assertThat(holding().served().fields().names()).containsExactly("api_key");
  }

  @Test
  void staticSecretIsServedWithAllItsFields() {
    serving = serving(SecretKind.STATIC);
    store.fields = Map.of("host", "h", "token", "t");
    start();

    assertThat(holding().served().fields().names()).containsExactly("host", "token");
  }

  @Test
  void closingWipesTheValueAndStopsLooking() {
    start();
    SecretFields served = holding().served().fields();
    serving.close();
    serving.publish(NAME, TWO, fields("value-2"), time.instant());

    assertThat(readable(served)).isFalse();
    assertThat(serving.state(NAME))
        .isEqualTo(new ServingState.Empty(Optional.of("the agent is stopping")));
    time.advance(REFRESH.multipliedBy(10));
    assertThat(store.heads).hasValue(1);
  }

  @Test
  void secretThatTheConfigDoesNotHaveIsABugOfTheCaller() {
    assertThatThrownBy(() -> serving.state(new SecretName("other")))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("other");
    assertThat(serving.definition(new SecretName("other"))).isEmpty();
    assertThat(serving.definitions()).extracting(SecretDefinition::name).containsExactly(NAME);
  }

  private void start() {
    serving.subscribe(changes::add);
    serving.start((name, version, flag) -> flagged.add(version + " " + flag.mark()));
    time.awaitParked(1, serving::rests);
  }

  /** Moves the clock to the next look, and lets that end. */
  private void lookAgain() {
    time.advance(Duration.between(time.instant(), time.onlyWaitEnds()));
    time.awaitParked(1, serving::rests);
  }

  private ServingState.Holding holding() {
    return (ServingState.Holding) serving.state(NAME);
  }

  private String value() {
    return holding().served().fields().field("api_key").orElseThrow().exposeUtf8();
  }

  private static boolean readable(SecretFields fields) {
    try {
      fields.names().forEach(name -> fields.field(name).orElseThrow().exposeUtf8());
      return true;
    } catch (IllegalStateException wiped) {
      return false;
    }
  }

  private static SecretFields fields(String value) {
    return SecretFields.takeOwnershipOf(Map.of("api_key", SecretBytes.ofUtf8(value)));
  }
}
