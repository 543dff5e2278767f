package dev.postern.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The layout of the journal file.
 *
 * <pre>
 * header  8 bytes "POSTERNJ", 4 bytes format version
 * record  2 bytes mark, 4 bytes payload length, 4 bytes CRC-32C over mark, length and payload, payload
 * </pre>
 *
 * All numbers are big-endian. A record that ends beyond the file, or whose checksum is wrong, is a
 * torn tail if nothing readable follows it, and damage otherwise.
 */
final class JournalFormat {
  static final int VERSION = 1;
  static final int HEADER_BYTES = 12;
  private static final byte[] MAGIC = "POSTERNJ".getBytes(StandardCharsets.US_ASCII);
  private static final short MARK = (short) 0xA55A;
  private static final int RECORD_HEADER_BYTES = 10;
  private static final int LONGEST_PAYLOAD = 1 << 20;

  private JournalFormat() {}

  /**
   * What a file holds.
   *
   * @param goodBytes the length up to which the file is sound
   */
  record Contents(List<RotationEvent> events, int goodBytes) {}

  /** Where a sound record's payload lies. */
  private record Located(int start, int end) {}

  static ByteBuffer header() {
    return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(VERSION).flip();
  }

  static byte[] record(byte[] payload) {
    if (payload.length > LONGEST_PAYLOAD) {
      throw new IllegalArgumentException("a journal record is at most 1 MiB");
    }
    byte[] record = new byte[RECORD_HEADER_BYTES + payload.length];
    ByteBuffer.wrap(record)
        .putShort(MARK)
        .putInt(payload.length)
        .putInt(checksum(ByteBuffer.wrap(payload)))
        .put(payload);
    return record;
  }

  /**
   * @throws JournalException.NewerFormat when a newer version wrote the file
   * @throws JournalException.Corrupt when something before the tail is damaged
   */
  static Contents read(Path file, byte[] bytes) {
    int version = version(file, bytes);
    if (version > VERSION) {
      throw new JournalException.NewerFormat(
          "the journal "
              + file
              + " has format "
              + version
              + ", and this version of Postern knows up to "
              + VERSION
              + ": run the version that wrote it, or a newer one");
    }
    List<RotationEvent> events = new ArrayList<>();
    int position = HEADER_BYTES;
    while (position < bytes.length) {
      Optional<Located> found = recordAt(bytes, position);
      if (found.isEmpty()) {
        refuseDamageBeforeTail(file, bytes, position);
        break;
      }
      events.add(
          EventCodec.decode(Arrays.copyOfRange(bytes, found.get().start(), found.get().end())));
      position = found.get().end();
    }
    return new Contents(events, position);
  }

  private static int version(Path file, byte[] bytes) {
    if (bytes.length < HEADER_BYTES) {
      throw new JournalException.Corrupt(
          "the journal " + file + " is shorter than its header: restore it from a backup");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    byte[] magic = new byte[MAGIC.length];
    header.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new JournalException.Corrupt(
          "the file " + file + " is not a Postern journal: name another directory as journal.dir");
    }
    int version = header.getInt();
    if (version < 1) {
      throw new JournalException.Corrupt(
          "the header of the journal " + file + " is damaged: restore it from a backup");
    }
    return version;
  }

  private static Optional<Located> recordAt(byte[] bytes, int position) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, position, bytes.length - position);
    if (buffer.remaining() < RECORD_HEADER_BYTES || buffer.getShort() != MARK) {
      return Optional.empty();
    }
    int length = buffer.getInt();
    int checksum = buffer.getInt();
    if (length < 0 || length > LONGEST_PAYLOAD || length > buffer.remaining()) {
      return Optional.empty();
    }
    int start = buffer.position();
    return checksum(ByteBuffer.wrap(bytes, start, length)) == checksum
        ? Optional.of(new Located(start, start + length))
        : Optional.empty();
  }

  /** A sound record behind an unsound one means that the middle was damaged, not the tail torn. */
  private static void refuseDamageBeforeTail(Path file, byte[] bytes, int position) {
    for (int later = position + 1; later < bytes.length; later++) {
      if (recordAt(bytes, later).isPresent()) {
        throw new JournalException.Corrupt(
            "the journal "
                + file
                + " is damaged at byte "
                + position
                + " with sound records behind it; nothing was changed. Restore it from a backup, or"
                + " move it away and check the provider for keys tagged postern/");
      }
    }
  }

  private static int checksum(ByteBuffer payload) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(6).putShort(MARK).putInt(payload.remaining()).flip());
    crc.update(payload);
    return (int) crc.getValue();
  }
}
