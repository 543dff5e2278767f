package dev.postern.sidecar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.sidecar.http.Peer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.event.Level;

class AuditLineTest {
  private static final String DATE =
      "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) ";

  static Stream<Arguments> lines() {
    Peer peer = new Peer(1234, 2000, 4321, Set.of(8));
    return Stream.of(
        Arguments.of(
            Level.INFO,
            peer,
            new Audit.Decision("read", "sending-key", "7", "uid 1234 group mail"),
            "allowed"),
        Arguments.of(Level.INFO, peer, new Audit.Decision("list", "*", "", null), "allowed"),
        Arguments.of(
            Level.WARN, Peer.UNKNOWN, new Audit.Decision("read", "a?b", "", null), "denied"));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void lineOfTheAgentIsTheOneThatTheLoggerWouldWrite(
      Level level, Peer peer, Audit.Decision decision, String outcome) {
    String own = Audit.line(level, peer, decision, outcome);

    String logged = logged(() -> Audit.log(level, peer, decision, outcome));

    assertThat(own).containsPattern(DATE);
    assertThat(logged).containsPattern(DATE);
    assertThat(own.replaceFirst(DATE, "") + System.lineSeparator())
        .isEqualTo(logged.replaceFirst(DATE, ""));
  }

  private static String logged(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return captured.toString(StandardCharsets.UTF_8);
  }
}
