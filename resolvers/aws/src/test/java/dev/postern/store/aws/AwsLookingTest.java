package dev.postern.store.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.store.Look;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many heads in few calls, and what happens where only single ones are allowed. */
final class AwsLookingTest {
  private static final int MANY = 45;

  @TempDir private Path directory;
  private FakeSecretsManager fake;

  @BeforeEach
  void start() {
    Surroundings.profiles(directory);
    fake = Surroundings.fake();
    for (int i = 0; i < MANY; i++) {
      fake.seed(path(i).value(), "value " + i);
    }
  }

  @AfterEach
  void close() {
    fake.close();
  }

  @Test
  void manyTakeOneCallForTwentyAndOneForAllFlags() {
    fake.tag(path(7).value(), "postern:compromised", "leaked");
    try (SecretStore store = open(Surroundings.MANY)) {
      Map<SecretPath, Look> looks = store.look(paths(MANY));
      assertThat(fake.actions()).hasSize(4).contains("ListSecrets");
      assertThat(Collections.frequency(fake.actions(), "BatchGetSecretValue")).isEqualTo(3);
      assertThat(looks).containsOnlyKeys(paths(MANY));
      looks.forEach((path, look) -> assertThat(look).isEqualTo(new Look.Seen(store.head(path))));
    }
  }

  @Test
  void fewAreDescribedEach() {
    try (SecretStore store = open(Surroundings.MANY)) {
      assertThat(store.look(paths(3))).hasSize(3);
      assertThat(fake.actions()).hasSize(3).containsOnly("DescribeSecret");
    }
  }

  @Test
  void withoutTheRightToBatchesEachIsDescribedAndTheRightNotAskedForAgain() {
    try (SecretStore store = open(Surroundings.READER)) {
      assertThat(store.look(paths(10))).hasSize(10);
      assertThat(store.look(paths(10)).values()).hasOnlyElementsOfType(Look.Seen.class);
      assertThat(Collections.frequency(fake.actions(), "DescribeSecret")).isEqualTo(20);
      assertThat(fake.actions()).hasSize(21);
    }
  }

  @Test
  void errorsInsideAnAnswerAreThoseSecretsOwn() {
    fake.secrets().secret(path(3).value()).deleted = true;
    fake.seed("other/secret", "not for us");
    Set<SecretPath> asked = new LinkedHashSet<>(paths(10));
    asked.add(new SecretPath("mail/nothing"));
    asked.add(new SecretPath("other/secret"));
    try (SecretStore store = open(Surroundings.MANY)) {
      Map<SecretPath, Look> looks = store.look(asked);
      assertFailed(looks, path(3), StoreException.NotFound.class);
      assertFailed(looks, new SecretPath("mail/nothing"), StoreException.NotFound.class);
      assertFailed(looks, new SecretPath("other/secret"), StoreException.Denied.class);
      assertThat(looks.get(path(4))).isInstanceOf(Look.Seen.class);
    }
  }

  @Test
  void serviceInTroubleIsAskedOnceForAllOfThem() {
    for (int count : new int[] {3, MANY}) {
      fake.fail(FakeFault.THROTTLED);
      int before = fake.actions().size();
      try (SecretStore store = open(Surroundings.MANY)) {
        assertThatExceptionOfType(StoreException.Throttled.class)
            .isThrownBy(() -> store.look(paths(count)));
      }
      assertThat(fake.actions()).hasSize(before + 1);
    }
  }

  private static void assertFailed(
      Map<SecretPath, Look> looks, SecretPath path, Class<? extends StoreException> why) {
    assertThat(looks.get(path))
        .isInstanceOfSatisfying(
            Look.Failed.class, failed -> assertThat(failed.why()).isInstanceOf(why));
  }

  private SecretStore open(String profile) {
    return AwsStoreFactory.open(Surroundings.config(fake, profile));
  }

  private static Set<SecretPath> paths(int count) {
    Set<SecretPath> paths = new LinkedHashSet<>();
    for (int i = 0; i < count; i++) {
      paths.add(path(i));
    }
    return paths;
  }

  private static SecretPath path(int number) {
    return new SecretPath("mail/number-" + number);
  }
}
