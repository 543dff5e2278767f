package dev.postern.store.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service in trouble; each call has half a second, each test much more. */
@Timeout(60)
final class AwsFaultsTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");
  private static final String VALUE = "canary-of-a-value";

  @TempDir private Path directory;
  private FakeSecretsManager fake;
  private SecretStore store;

  @BeforeEach
  void open() {
    Surroundings.profiles(directory);
    fake = Surroundings.fake();
    fake.seed(PATH.value(), VALUE);
    store =
        AwsStoreFactory.open(
            Surroundings.config(fake, Surroundings.ROTATOR, Duration.ofMillis(500)));
    store.head(PATH);
  }

  @AfterEach
  void close() {
    store.close();
    fake.close();
  }

  @ParameterizedTest
  @CsvSource({
    "STALL, Unavailable",
    "DRIP, Unavailable",
    "ENDLESS, Unavailable",
    "CUT, Unavailable",
    "GARBAGE, Malformed",
    "THROTTLED, Throttled",
    "FAILED, Unavailable",
    "EXPIRED, Denied"
  })
  void everyTroubleEndsInTimeAndIsTold(FakeFault fault, String expected) throws Exception {
    fake.fail(fault);
    int before = fake.actions().size();
    StoreException onPlatformThread = failure();
    StoreException onVirtualThread;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      onVirtualThread = threads.submit(this::failure).get();
    }
    assertThat(onPlatformThread.getClass().getSimpleName()).isEqualTo(expected);
    assertThat(onVirtualThread.getClass().getSimpleName()).isEqualTo(expected);
    assertThat(onPlatformThread).hasNoCause();
    assertThat(onPlatformThread.getMessage()).doesNotContain("canary");
    assertThat(fake.actions().size() - before).as("no repeats of the SDK's own").isEqualTo(2);

    fake.fail(FakeFault.NONE);
    store.readCurrent(PATH).close();
  }

  @Test
  void serviceThatIsGoneIsUnavailableAndNotAskedAgain() {
    fake.close();
    assertThat(failure())
        .isInstanceOf(StoreException.Unavailable.class)
        .hasMessageContaining("the connection was refused");
  }

  private StoreException failure() {
    return catchThrowableOfType(StoreException.class, () -> store.readCurrent(PATH).close());
  }
}
