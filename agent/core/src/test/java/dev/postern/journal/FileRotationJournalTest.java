package dev.postern.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileRotationJournalTest {
  @TempDir Path temporary;
  private Path directory = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void nameTheFile() {
    directory = temporary.resolve("state/postern");
    file = directory.resolve("rotations.journal");
  }

  @Test
  void newJournalIsEmptyAndPrivateAndMakesItsDirectory() throws IOException {
    try (FileRotationJournal journal = FileRotationJournal.open(directory)) {
      assertThat(journal.recovered()).isEmpty();
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("rotations.lock"))))
        .isEqualTo("rw-------");
    assertThat(Files.size(file)).isEqualTo(JournalFormat.HEADER_BYTES);
    assertThat(directory.resolve("rotations.journal.new")).doesNotExist();
  }

  @Test
  void leftoverOfACreationThatWasKilledIsReplaced() throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("rotations.journal.new"), "half a hea");

    write(1);

    assertThat(read()).containsExactly(Events.event(0));
  }

  @Test
  void recordsComeBackInTheOrderOfWritingAfterEachReopening() {
    List<RotationEvent> written = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      try (FileRotationJournal journal = FileRotationJournal.open(directory)) {
        assertThat(journal.recovered()).isEqualTo(written);
        for (int i = 0; i < 3; i++) {
          RotationEvent event = Events.event(written.size());
          journal.append(event);
          written.add(event);
        }
      }
    }
    assertThat(read()).isEqualTo(written);
  }

  @Test
  void recordsOfManyThreadsAllArriveWhole() throws Exception {
    try (FileRotationJournal journal = FileRotationJournal.open(directory);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> writers =
          IntStream.range(0, 50)
              .<Callable<Boolean>>mapToObj(
                  i ->
                      () -> {
                        journal.append(Events.event(i));
                        return true;
                      })
              .toList();
      for (Future<Boolean> done : threads.invokeAll(writers)) {
        assertThat(done.get()).isTrue();
      }
    }
    assertThat(read())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 50).mapToObj(Events::event).toList());
  }

  @Test
  void lastRecordTornAtAnyByteIsCutAndWritingGoesOn() throws IOException {
    write(3);
    byte[] whole = Files.readAllBytes(file);
    int lastRecord = JournalFormat.record(EventCodec.encode(Events.event(2))).length;

    for (int torn = whole.length - lastRecord; torn < whole.length; torn++) {
      Files.write(file, Arrays.copyOf(whole, torn));
      try (FileRotationJournal journal = FileRotationJournal.open(directory)) {
        assertThat(journal.recovered())
            .as("cut to %d bytes", torn)
            .containsExactly(Events.event(0), Events.event(1));
        journal.append(Events.event(9));
      }
      assertThat(read()).containsExactly(Events.event(0), Events.event(1), Events.event(9));
    }
  }

  @Test
  void tailOfGarbageOrZeroesIsCut() throws IOException {
    write(2);
    byte[] whole = Files.readAllBytes(file);
    byte[] mark = {(byte) 0xA5, 0x5A};
    List<byte[]> tails =
        List.of(
            new byte[4096],
            "not a record".getBytes(StandardCharsets.UTF_8),
            mark,
            ByteBuffer.allocate(10).put(mark).putInt(-1).putInt(0).array(),
            ByteBuffer.allocate(10).put(mark).putInt(Integer.MAX_VALUE).putInt(0).array(),
            ByteBuffer.allocate(10).put(mark).putInt(0).putInt(0).array());

    for (byte[] tail : tails) {
      Files.write(
          file, ByteBuffer.allocate(whole.length + tail.length).put(whole).put(tail).array());
      assertThat(read()).containsExactly(Events.event(0), Events.event(1));
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
  }

  @Test
  void anyFlippedBitBeforeTheTailIsDamageAndNothingIsChanged() throws IOException {
    write(3);
    byte[] whole = Files.readAllBytes(file);
    int record = JournalFormat.record(EventCodec.encode(Events.event(1))).length;
    int middle = JournalFormat.HEADER_BYTES + record;

    for (int position = middle; position < middle + record; position++) {
      byte[] damaged = whole.clone();
      damaged[position] ^= (byte) (1 << (position % 8));
      Files.write(file, damaged);
      assertThatThrownBy(() -> FileRotationJournal.open(directory))
          .as("byte %d", position)
          .isInstanceOf(JournalException.Corrupt.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("is damaged at byte " + middle);
      assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
    }
  }

  @Test
  void flippedBitAnywhereInTheHeaderIsNeverReadAsAJournal() throws IOException {
    write(1);
    byte[] whole = Files.readAllBytes(file);
    for (int bit = 0; bit < JournalFormat.HEADER_BYTES * 8; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, damaged);
      assertThatThrownBy(() -> FileRotationJournal.open(directory))
          .as("bit %d", bit)
          .isInstanceOf(JournalException.class);
    }
  }

  @Test
  void refusedJournalCanBeOpenedOnceItIsRepaired() throws IOException {
    write(1);
    byte[] whole = Files.readAllBytes(file);
    Files.writeString(file, "something else entirely");
    assertThat(catchThrowable(() -> FileRotationJournal.open(directory)))
        .isInstanceOf(JournalException.Corrupt.class);

    Files.write(file, whole);
    assertThat(read()).hasSize(1);
  }

  @Test
  void journalOfANewerVersionIsRefusedNamingBothFormats() throws IOException {
    write(1);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).putInt(8, 7);
    Files.write(file, bytes);

    assertThatThrownBy(() -> FileRotationJournal.open(directory))
        .isInstanceOf(JournalException.NewerFormat.class)
        .hasMessageContaining("has format 7")
        .hasMessageContaining("knows up to 1")
        .hasMessageContaining("run the version that wrote it");
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void soundRecordOfAnUnknownFactIsRefused() throws IOException {
    write(1);
    byte[] payload =
        new String(EventCodec.encode(Events.event(1)), StandardCharsets.UTF_8)
            .replace("fact=BEGUN", "fact=DREAMT")
            .getBytes(StandardCharsets.UTF_8);
    byte[] record = JournalFormat.record(payload);
    byte[] whole = Files.readAllBytes(file);
    byte[] all = ByteBuffer.allocate(whole.length + record.length).put(whole).put(record).array();
    Files.write(file, all);

    assertThatThrownBy(() -> FileRotationJournal.open(directory))
        .isInstanceOf(JournalException.Corrupt.class);
    assertThat(Files.readAllBytes(file)).isEqualTo(all);
  }

  @Test
  void foreignAndEmptyFilesAreRefusedAndKept() throws IOException {
    Files.createDirectories(directory);
    for (String content : List.of("", "POSTERN", "a text that somebody else keeps here\n")) {
      Files.writeString(file, content);
      assertThatThrownBy(() -> FileRotationJournal.open(directory))
          .isInstanceOf(JournalException.Corrupt.class)
          .hasMessageContaining(file.toString());
      assertThat(file).hasContent(content);
    }
  }

  @Test
  void secondAgentOnTheSameDirectoryIsRefusedUntilTheFirstIsGone() {
    try (FileRotationJournal first = FileRotationJournal.open(directory)) {
      assertThatThrownBy(() -> FileRotationJournal.open(directory))
          .isInstanceOf(JournalException.InUse.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("journal.dir");
      first.append(Events.event(0));
    }
    assertThat(read()).hasSize(1);
  }

  @Test
  void closedJournalTakesNothingMore() {
    FileRotationJournal journal = FileRotationJournal.open(directory);
    journal.close();
    journal.close();

    assertThatThrownBy(() -> journal.append(Events.event(0)))
        .isInstanceOf(JournalException.Unwritable.class)
        .hasMessageContaining("closed");
    assertThat(read()).isEmpty();
  }

  @Test
  void interruptedThreadStillRecordsAndLeavesTheJournalOpen() {
    try (FileRotationJournal journal = FileRotationJournal.open(directory)) {
      Thread.currentThread().interrupt();
      journal.append(Events.event(0));
      assertThat(Thread.interrupted()).isTrue();
      journal.append(Events.event(1));
    } finally {
      Thread.interrupted();
    }
    assertThat(read()).containsExactly(Events.event(0), Events.event(1));
  }

  @Test
  void recordBeyondTheLimitIsRefusedAndTheJournalGoesOn() {
    RotationEvent huge =
        Events.with(java.util.Map.of(RotationEvent.Detail.MESSAGE, "x".repeat(1 << 20)));
    try (FileRotationJournal journal = FileRotationJournal.open(directory)) {
      assertThatThrownBy(() -> journal.append(huge)).isInstanceOf(IllegalArgumentException.class);
      journal.append(Events.event(0));
    }
    assertThat(read()).containsExactly(Events.event(0));
  }

  @Test
  void directoryThatIsAFileIsRefusedWithWhatToDo() throws IOException {
    Files.writeString(temporary.resolve("state"), "in the way");

    assertThatThrownBy(() -> FileRotationJournal.open(directory))
        .isInstanceOf(JournalException.Unwritable.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("make the directory writable");
  }

  private void write(int records) {
    try (FileRotationJournal journal = FileRotationJournal.open(directory)) {
      IntStream.range(0, records).mapToObj(Events::event).forEach(journal::append);
    }
  }

  private List<RotationEvent> read() {
    try (FileRotationJournal journal = FileRotationJournal.open(directory)) {
      return journal.recovered();
    }
  }
}
