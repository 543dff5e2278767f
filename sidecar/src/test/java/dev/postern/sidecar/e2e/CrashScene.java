package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.IssuedKey;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.NewKey;
import dev.postern.sidecar.server.RawClient;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An agent that dies in the middle of a rotation, and what must be true when another has taken it
 * up.
 */
final class CrashScene {
  static final int KILLED = 137;

  private final Installation installation;
  private final List<IssuedKey> foreigners;

  /** Keys of the same domain that are nobody's business are put beside the secret's own. */
  CrashScene(Installation installation) {
    this.installation = installation;
    MailgunSimulator provider = installation.provider();
    String domain = installation.domain();
    foreigners =
        List.of(
            provider.createKey(NewKey.sending(domain, "of another program")),
            provider.createKey(
                NewKey.sending(
                    domain, "postern/another/sending-key/c2ce21cd-325a-49c8-8f43-944231a718d8")));
  }

  IssuedKey[] foreigners() {
    return foreigners.toArray(IssuedKey[]::new);
  }

  void foreignersLive() {
    for (IssuedKey key : foreigners) {
      assertThat(answer(key.exposeSecret())).isEqualTo(Mailgun.ALIVE);
    }
  }

  /** A rotation is asked of an agent that dies at the place. */
  void halt(String place) {
    halt(place, Installation.SECRET);
  }

  void halt(String place, String secret) {
    Program agent = installation.agentWithFlags(Program.haltingAt(place));
    agent.said("agent started");
    installation.cli("rotate", secret, "--compromised");
    assertThat(agent.exit()).as(agent.err()).isEqualTo(KILLED);
  }

  /**
   * The next agent takes the rotation up, and dies when that leads to the place: whether it did.
   * Where it does not, the rotation's end says so; no time has to pass.
   */
  boolean haltsAgain(String place) {
    Program agent = installation.agentWithFlags(Program.haltingAt(place));
    if (agent.saysOrEnds("agent started") && isUnknown()) {
      // It may die of this request, so that there is no answer.
      installation.cli("rotate", Installation.SECRET, "--compromised");
    }
    Eventually.isTrue(
        () -> "its end, or the rotation's, at " + place + ": " + agent.err(),
        () -> !agent.isAlive() || isIn("done"));
    if (agent.isAlive()) {
      agent.kill();
      return false;
    }
    assertThat(agent.exit()).as(agent.err()).isEqualTo(KILLED);
    return true;
  }

  /** Halted before the first journal record: nobody was told that there is a rotation. */
  private boolean isUnknown() {
    return !installation.cli("rotations").out().contains(Installation.SECRET);
  }

  /** The next agent brings the rotation to its end. */
  void ends() {
    installation.agent();
    if (isUnknown()) {
      assertThat(installation.rotate("--compromised").exit()).isZero();
    }
    awaitState("done");
  }

  /** The next agent brings the rotation to its end, and the provider and the store bear it out. */
  void completes() {
    ends();
    StoredKey fresh = installation.storedKey();
    assertThat(installation.liveKeysExcept(foreigners()))
        .as("keys that live")
        .singleElement()
        .satisfies(key -> assertThat(key.id()).isEqualTo(fresh.id()));
    assertThat(answer(fresh.exposeSecret())).isEqualTo(Mailgun.ALIVE);
    assertThat(answer(installation.oldKey().exposeSecret())).isEqualTo(Mailgun.DEAD);
    foreignersLive();
    assertThat(installation.pendingInStore()).isFalse();
    assertThat(installation.flaggedInStore()).isFalse();
    RawClient.Answer served = RawClient.get(installation.socket(), "/v1/secrets/sending-key");
    assertThat(served.body()).contains(fresh.exposeSecret(), "\"tainted\":false");
  }

  void awaitState(String state) {
    Eventually.isTrue(
        () -> state + " in " + installation.cli("rotations").out(), () -> isIn(state));
  }

  private boolean isIn(String state) {
    return installation
        .cli("rotations", "last", "--json")
        .out()
        .contains("\"state\":\"" + state + "\"");
  }

  String lastId() {
    Matcher id =
        Pattern.compile("\"id\":\"([^\"]+)\"")
            .matcher(installation.cli("rotations", "last", "--json").out());
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  private int answer(String key) {
    return Mailgun.answer(installation.provider(), installation.domain(), key);
  }
}
