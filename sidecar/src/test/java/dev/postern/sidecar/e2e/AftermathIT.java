package dev.postern.sidecar.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.IssuedKey;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.NewKey;
import dev.postern.sidecar.cli.InProcessCli;
import dev.postern.sidecar.server.RawClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An intruder who is in the account while its leaked key is being replaced. */
class AftermathIT {
  private static final String ENTRIES =
      "postern_account_entries_since_flag{secret=\"sending-key\",type=\"%s\"}";

  @TempDir private Path directory;

  @Test
  void whatAnIntruderMadeDuringTheRotationIsInTheReceiptAndItsTasksAreLeftToAPerson() {
    try (MailgunSimulator provider = MailgunSimulator.builder().start();
        Installation installation =
            Installation.create(directory, provider, "aftermath.example.com")) {
      String admin = installation.adminKey().exposeSecret();
      assertThat(Mailgun.allow(provider, admin, "127.0.0.1")).isEqualTo(200);
      Program agent = installation.agent();
      Management management = installation.management(agent);
      // A consumer that does not come back holds the revocation up until the deadline.
      RawClient.get(installation.socket(), "/v1/secrets/sending-key");
      Program rotate =
          installation.program(
              "rotate", "sending-key", "--compromised", "--deadline", "8s", "--wait");
      Eventually.isTrue(
          () -> "the account as it was, in the journal",
          () ->
              new String(Installation.bytes(installation.journal()), ISO_8859_1)
                  .contains("BASELINE"));
      IssuedKey intruders =
          provider.createKey(NewKey.sending(installation.domain(), "<b>nothing to see</b>"));
      assertThat(Mailgun.allow(provider, admin, "203.0.113.66")).isEqualTo(200);
      assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();

      Eventually.isTrue(
          () -> installation.cli("report", "last").out(),
          () -> installation.cli("report", "last").out().contains("203.0.113.66"));
      String markdown = installation.cli("report", "last").out();
      assertThat(markdown)
          .contains(
              "| key | " + intruders.id() + " | &lt;b&gt;nothing to see&lt;/b&gt; |",
              "| allow-list-entry | 203.0.113.66 | vpn | - | UNKNOWN | still there |",
              "| Postern | still there |")
          .doesNotContain("| allow-list-entry | 127.0.0.1");
      assertThat(management.metric(ENTRIES.formatted("key"))).isEqualTo(1);
      assertThat(management.metric(ENTRIES.formatted("allow_list_entry"))).isEqualTo(1);
      assertThat(installation.cli("report", "last", "--format", "html").out())
          .contains("203.0.113.66", intruders.id())
          .doesNotContain("<b>nothing");

      InProcessCli.Ended marked = installation.cli("rotations", "last", "--done", "ticket");
      assertThat(marked.exit()).as(marked.err()).isZero();
      assertThat(installation.cli("report", "last").out())
          .containsPattern("- \\[x] open a ticket .*says uid");
    }
  }
}
