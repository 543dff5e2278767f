package dev.postern.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FirstSeenTest {
  private static final SecretName KEY = new SecretName("sending-key");
  private static final Version ONE = new Version("1");
  private static final Instant EARLY = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant LATE = EARLY.plusSeconds(60);

  @TempDir Path directory;

  @Test
  void theEarliestSightOfAVersionIsKept() {
    FirstSeen seen = FirstSeen.open(directory);

    assertThat(seen.of(KEY, ONE, LATE)).isEqualTo(LATE);
    assertThat(seen.of(KEY, ONE, EARLY)).isEqualTo(EARLY);
    assertThat(seen.of(KEY, ONE, LATE)).isEqualTo(EARLY);
    assertThat(seen.of(KEY, new Version("2"), LATE)).isEqualTo(LATE);
  }

  @Test
  void itSurvivesARestart() {
    FirstSeen seen = FirstSeen.open(directory);
    seen.of(KEY, ONE, EARLY);
    seen.save();

    assertThat(FirstSeen.open(directory).of(KEY, ONE, LATE)).isEqualTo(EARLY);
  }

  @Test
  void itsFolderIsMadeWhenNobodyElseHas() {
    Path folder = directory.resolve("postern").resolve("journal");
    FirstSeen seen = FirstSeen.open(folder);
    seen.of(KEY, ONE, EARLY);
    seen.save();

    assertThat(FirstSeen.open(folder).of(KEY, ONE, LATE)).isEqualTo(EARLY);
  }

  @Test
  void aDamagedLineCostsThatSecretItsAgeAndNothingElse() throws IOException {
    Files.writeString(
        directory.resolve("first-seen"),
        "sending-key yesterday 1\nrubbish\nother 2026-01-02T03:04:05Z 1\n");
    FirstSeen seen = FirstSeen.open(directory);

    assertThat(seen.of(KEY, ONE, LATE)).isEqualTo(LATE);
    assertThat(seen.of(new SecretName("other"), ONE, LATE)).isEqualTo(EARLY);
  }

  @Test
  void aFolderThatCannotBeWrittenIsNoFailure() throws IOException {
    Path file = Files.writeString(directory.resolve("not-a-folder"), "");
    FirstSeen seen = FirstSeen.open(file);
    seen.of(KEY, ONE, EARLY);
    seen.save();

    assertThat(seen.of(KEY, ONE, LATE)).isEqualTo(EARLY);
  }
}
