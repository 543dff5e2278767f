package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.mailgun.simulator.AcceptedMessage;
import dev.postern.mailgun.simulator.Fault;
import dev.postern.mailgun.simulator.Operation;
import dev.postern.mailgun.simulator.RefusedCall;
import dev.postern.sidecar.cli.InProcessCli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs of deploy/recipes, all of them consumers of one agent, sending all the time while
 * what they send with is replaced.
 */
class RecipesIT {
  /** What the agent calls itself when it proves that the old credential is dead: HTTP, and SMTP. */
  private static final Set<String> AGENT = Set.of("postern", "[127.0.0.1]");

  /** Between two messages of a sender: steady, and room for the agent and its proofs of death. */
  private static final Map<String, Duration> PACE =
      Map.of(EveryKind.SENDING, Duration.ofMillis(50), EveryKind.SMTP, Duration.ofMillis(150));

  private static final List<Recipe> MISSING =
      Arrays.stream(Recipe.values()).filter(recipe -> !recipe.isInstalled()).toList();

  @TempDir private Path directory;

  /** Apart from the rest, which is searched for secrets. */
  @TempDir private Path programs;

  private final Map<Recipe, SteadySender> senders = new EnumMap<>(Recipe.class);
  private EveryKind kinds;
  private Installation installation;

  @BeforeEach
  void install() {
    kinds = EveryKind.install(directory);
    installation = kinds.installation();
    String config = Installation.read(installation.config());
    Installation.write(installation.config(), config.replace("}]}", "}], ack: explicit}"));
  }

  @AfterEach
  void close() {
    senders.values().forEach(SteadySender::close);
    kinds.close();
  }

  @Test
  void noSendByHttpIsLostInTenRotations() throws Exception {
    noSendIsLost(EveryKind.SENDING, 10);
    assertThat(kinds.provider().acceptedMessages().stream().map(AcceptedMessage::keyId))
        .as("keys used, each for some messages")
        .satisfies(keys -> assertThat(Set.copyOf(keys)).hasSize(12));
  }

  @Test
  void noSendBySmtpIsLostInFiveRotations() throws Exception {
    noSendIsLost(EveryKind.SMTP, 5);
    assertThat(kinds.provider().acceptedMessages().stream().map(AcceptedMessage::login))
        .as("logins used")
        .containsOnly(EveryKind.FIRST_LOGIN, EveryKind.SECOND_LOGIN);
  }

  private void noSendIsLost(String secret, int rotations) throws Exception {
    Program first = installation.agent();
    start(secret);
    sendFurther(10);
    for (int i = 0; i < rotations; i++) {
      rotate(secret);
      acknowledgedByAll();
      sendFurther(5);
    }
    assertThat(refusals()).as("sends refused while no one had to be").isEmpty();
    versionsWereFetchedOnce(first, senders.size() * (rotations + 1));

    first.terminate();
    sendFurther(5);

    Program second = installation.agent();
    revokeUnderThem(secret);
    sendFurther(5);
    everyOneWasRefusedAndSaysSo(second, secret);
    everyLineWasSentOnce();
    // Last, so that the others have passed: it makes the test a skipped one.
    assumeTrue(MISSING.isEmpty(), () -> MISSING + " not installed; the others were run");
  }

  private void start(String secret) throws IOException {
    for (Recipe recipe : Recipe.values()) {
      if (recipe.sendsWith(secret) && (Program.required() || !MISSING.contains(recipe))) {
        Path folder = Files.createDirectory(programs.resolve(recipe.name()));
        senders.put(
            recipe,
            new SteadySender(
                directory,
                recipe.name(),
                recipe.line(kinds, folder),
                Recipe.environment(kinds, secret),
                Objects.requireNonNull(PACE.get(secret)),
                () -> (int) subjects(recipe).count()));
      }
    }
  }

  private void sendFurther(int messages) {
    senders.values().forEach(sender -> sender.sendsFurther(messages));
  }

  private void rotate(String secret, String... options) {
    List<String> line = new ArrayList<>(List.of("rotate", secret, "--compromised", "--wait"));
    line.addAll(List.of(options));
    InProcessCli.Ended rotate = installation.cli(line.toArray(String[]::new));
    assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
    assertThat(rotate.out()).contains(secret + ": done: old key ", " proven dead");
  }

  private void acknowledgedByAll() {
    String report = installation.cli("report", "last").out();
    assertThat(report).doesNotContain("cut off");
    senders.forEach(
        (recipe, sender) ->
            assertThat(report)
                .as(recipe.name())
                .containsPattern("has the new version: uid \\d+ pid " + sender.pid() + " "));
  }

  /** Whoever makes the successor gets the answer late, so that the old one is dead for a while. */
  private void revokeUnderThem(String secret) {
    kinds
        .provider()
        .inject(
            secret.equals(EveryKind.SENDING) ? Operation.CREATE_KEY : Operation.SET_PASSWORD,
            new Fault.Delay(Duration.ofSeconds(1)));
    rotate(secret, "--order", "revoke-first");
  }

  private void everyOneWasRefusedAndSaysSo(Program agent, String secret) {
    assertThat(refusals()).as("sends refused after the revocation").isNotEmpty();
    senders.forEach(
        (recipe, sender) ->
            assertThat(agent.err())
                .as("%s says that it was refused", recipe)
                .containsPattern("pid=" + sender.pid() + " action=reject secret=" + secret));
  }

  private void everyLineWasSentOnce() throws InterruptedException {
    for (Map.Entry<Recipe, SteadySender> each : senders.entrySet()) {
      SteadySender sender = each.getValue();
      List<String> lines = sender.finish();
      assertThat(sender.exit()).as(sender.err()).isZero();
      assertThat(sender.err()).isEmpty();
      assertThat(sender.out()).isEqualTo("sent=%d failed=0\n".formatted(lines.size()));
      assertThat(subjects(each.getKey())).containsExactlyInAnyOrderElementsOf(lines);
    }
  }

  /** The rest of their asking was answered with 304. */
  private void versionsWereFetchedOnce(Program agent, int versions) {
    Management management = installation.management(agent);
    double given =
        Stream.of("secret", "field", "wait")
            .mapToDouble(route -> requests(management, route, 200))
            .filter(Double::isFinite)
            .sum();
    // One who asks for a login and a password makes two requests for each version.
    assertThat(given).as("answers with a secret").isBetween(1.0 * versions, 2.0 * versions);
    assertThat(accepted()).as("messages").isGreaterThan(4 * versions);
  }

  private int accepted() {
    return kinds.provider().acceptedMessages().size();
  }

  private Stream<String> subjects(Recipe recipe) {
    String own = recipe.name() + " ";
    return kinds.provider().acceptedMessages().stream()
        .map(AcceptedMessage::subject)
        .filter(subject -> subject.startsWith(own));
  }

  /** What the provider refused, but for the agent's proofs of death. */
  private List<RefusedCall> refusals() {
    return kinds.provider().refusedCalls().stream()
        .filter(call -> !AGENT.contains(call.client()))
        .toList();
  }

  private static double requests(Management management, String route, int status) {
    return management.metric(
        "postern_socket_requests_seconds_count{route=\"%s\",status=\"%d\"}"
            .formatted(route, status));
  }
}
