package dev.postern.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.journal.RotationEvent.Detail;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventCodecTest {
  private static final String[] PIECES = {
    "",
    "\n",
    "\r",
    "\r\n",
    "\\",
    "\\n",
    "\\\\",
    "=",
    "at=",
    "\t",
    "\0",
    " ",
    "a",
    "\u2028",
    "\u0085",
    "é",
    "😀",
    "fact=DONE\n",
    "\ufeff",
    "\u00a5Z"
  };

  @Test
  void anyTextInAnyDetailComesBackAsItWas() {
    Random random = new Random(20261121);
    for (int round = 0; round < 5_000; round++) {
      Map<Detail, String> details = new HashMap<>();
      for (Detail name : Detail.values()) {
        if (random.nextBoolean()) {
          details.put(name, text(random));
        }
      }
      RotationEvent event = Events.with(details);
      assertThat(EventCodec.decode(EventCodec.encode(event))).isEqualTo(event);
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      if (random.nextBoolean()) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      } else {
        int point = random.nextInt(Character.MAX_CODE_POINT + 1);
        boolean encodable = point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE;
        text.appendCodePoint(encodable ? point : 'x');
      }
    }
    return text.toString();
  }

  @Test
  void everyDetailIsOneLineThatAPersonCanRead() {
    byte[] encoded =
        EventCodec.encode(Events.with(Map.of(Detail.REASON, "two\nlines", Detail.STEP, "issue")));

    assertThat(new String(encoded, StandardCharsets.UTF_8).lines())
        .hasSize(5)
        .contains("REASON=two\\nlines", "STEP=issue", "fact=DONE");
  }

  @Test
  void everyTruncationIsRefusedOrEndsAtALine() {
    byte[] whole = EventCodec.encode(Events.event(1));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      if (length > 0 && cut[length - 1] == '\n' && lines(cut) >= 3) {
        continue;
      }
      assertThatThrownBy(() -> EventCodec.decode(cut))
          .as("%d bytes", length)
          .isInstanceOf(JournalException.Corrupt.class);
    }
  }

  private static long lines(byte[] text) {
    return new String(text, StandardCharsets.UTF_8).lines().count();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rotation=not-a-uuid\nat=2026-01-02T03:04:05Z\nfact=DONE\n",
        "rotation=0B7C1C1E-6F0A-4D51-9F0E-4A6C2A1D9B11\nat=2026-01-02T03:04:05Z\nfact=DONE\n",
        "rotation=0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11\nat=yesterday\nfact=DONE\n",
        "rotation=0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11\nat=2026-01-02T03:04:05Z\nfact=DREAMT\n",
        "at=2026-01-02T03:04:05Z\nrotation=0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11\nfact=DONE\n",
        "rotation=0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11\nat=2026-01-02T03:04:05Z\nfact=DONE\nSTEP\n",
        "rotation=0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11\nat=2026-01-02T03:04:05Z\nfact=DONE\nX=1\n",
        "rotation=0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11\nat=2026-01-02T03:04:05Z\nfact=DONE\nSTEP=\\q\n",
        "rotation=0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11\nat=2026-01-02T03:04:05Z\nfact=DONE\nSTEP=\\\n",
        "\n\n\n\n"
      })
  void whatNoPosternWroteIsRefusedWithoutShowingIt(String text) {
    assertThatThrownBy(() -> EventCodec.decode(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(JournalException.Corrupt.class)
        .hasMessage("a journal record is intact but cannot be understood");
  }
}
