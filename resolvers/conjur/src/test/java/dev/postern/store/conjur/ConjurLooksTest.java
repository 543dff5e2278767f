package dev.postern.store.conjur;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.Look;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import dev.postern.store.conjur.fake.Fault;
import dev.postern.store.conjur.fake.Route;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Many secrets in few requests. */
final class ConjurLooksTest extends ConjurScene {

  private Set<SecretPath> secrets(int count) {
    Set<SecretPath> paths = new HashSet<>();
    for (int i = 0; i < count; i++) {
      SecretPath path = new SecretPath("mail/number-" + i);
      fixture.seed(path, "value " + i);
      paths.add(path);
    }
    return paths;
  }

  private static SecretPath path(int number) {
    return new SecretPath("mail/number-" + number);
  }

  private static Look seen(int version, String... mark) {
    return new Look.Seen(
        new SecretHead(
            new Version(Integer.toString(version)),
            mark.length == 0 ? Optional.empty() : Optional.of(new CompromiseFlag(mark[0]))));
  }

  @Test
  void fourHundredSecretsWithTheirFlagsTakeThreePages() {
    Set<SecretPath> paths = secrets(400);
    store.check();
    int before = server.countAll();

    Map<SecretPath, Look> looks = store.look(paths);

    assertThat(looks).hasSize(400).containsValue(seen(1));
    assertThat(server.count(Route.LIST)).isEqualTo(3);
    assertThat(server.countAll() - before).isEqualTo(3);
  }

  @Test
  void flagsAreReadTogetherAndOnlyWhenTheyHaveChanged() {
    Set<SecretPath> paths = secrets(30);
    paths.forEach(path -> server.write(path + "/compromised", "not compromised"));
    server.write(path(3) + "/compromised", "leaked");

    assertThat(store.look(paths)).containsEntry(path(3), seen(1, "leaked"));
    int batches = server.count(Route.BATCH);
    assertThat(batches).isPositive().isLessThan(4);
    assertThat(server.count(Route.READ)).isZero();

    server.write(path(4) + "/compromised", "leaked too");
    server.write(path(5).value(), "another value");
    assertThat(store.look(paths))
        .containsEntry(path(3), seen(1, "leaked"))
        .containsEntry(path(4), seen(1, "leaked too"))
        .containsEntry(path(5), seen(2));
    assertThat(server.count(Route.BATCH)).as("one flag alone is read by itself").isEqualTo(batches);
    assertThat(server.count(Route.READ)).isEqualTo(1);
  }

  @Test
  void flagThatMayNotBeReadSpoilsOnlyItsOwnSecret() {
    Set<SecretPath> paths = secrets(3);
    paths.forEach(path -> server.write(path + "/compromised", "leaked"));
    server.revoke(ConjurFixture.ROTATOR, "execute", path(1) + "/compromised");

    Map<SecretPath, Look> looks = store.look(paths);

    assertThat(looks)
        .containsEntry(path(0), seen(1, "leaked"))
        .containsEntry(path(2), seen(1, "leaked"));
    assertThat(looks.get(path(1)))
        .isInstanceOfSatisfying(
            Look.Failed.class,
            failed -> assertThat(failed.why()).isInstanceOf(StoreException.Denied.class));
  }

  @Test
  void batchThatIsRefusedIsReadOneByOne() {
    Set<SecretPath> paths = secrets(3);
    paths.forEach(path -> server.write(path + "/compromised", "leaked"));
    server.fail(Route.BATCH, Fault.NOT_HERE_404, 1);

    assertThat(store.look(paths)).containsEntry(path(2), seen(1, "leaked"));

    assertThat(server.count(Route.READ)).isEqualTo(3);
  }

  @Test
  void limitOfAnAdministratorLeadsToSingleLooks() {
    Set<SecretPath> paths = secrets(3);
    server.limitPages(100);

    assertThat(store.look(paths)).containsEntry(path(2), seen(1)).hasSize(3);

    assertThat(server.count(Route.DESCRIBE)).isEqualTo(3);
  }

  @Test
  void hostThatSeesVeryManyOthersTurnsNoMorePagesThanItHasSecrets() {
    secrets(500);
    Set<SecretPath> two = Set.of(path(498), path(499));

    assertThat(store.look(two)).containsEntry(path(499), seen(1)).hasSize(2);

    assertThat(server.count(Route.LIST)).isLessThanOrEqualTo(4);
  }

  @Test
  void throttlingIsOfAllAndSaysHowLong() {
    Set<SecretPath> paths = secrets(3);
    server.fail(Route.LIST, Fault.THROTTLE, 1);

    assertThatExceptionOfType(StoreException.Throttled.class)
        .isThrownBy(() -> store.look(paths))
        .satisfies(throttled -> assertThat(throttled.retryAfter()).contains(Duration.ofSeconds(7)));
  }
}
