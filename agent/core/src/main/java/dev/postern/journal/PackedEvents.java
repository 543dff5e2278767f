package dev.postern.journal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * The events of a rotation that has ended, in little memory: an agent remembers its rotations for
 * years, and is asked for one of them now and then. Immutable.
 */
public final class PackedEvents {
  private final byte[] packed;
  private final int count;

  private PackedEvents(byte[] packed, int count) {
    this.packed = packed;
    this.count = count;
  }

  public static PackedEvents of(List<RotationEvent> events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      for (RotationEvent event : events) {
        byte[] encoded = EventCodec.encode(event);
        out.writeInt(encoded.length);
        out.write(encoded);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return new PackedEvents(bytes.toByteArray(), events.size());
  }

  /** The same events in the same order. */
  public List<RotationEvent> unpack() {
    List<RotationEvent> events = new ArrayList<>(count);
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(packed)))) {
      for (int i = 0; i < count; i++) {
        events.add(EventCodec.decode(in.readNBytes(in.readInt())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
    return List.copyOf(events);
  }
}
