package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.AcceptedMessage;
import dev.postern.mailgun.simulator.Fault;
import dev.postern.mailgun.simulator.Operation;
import dev.postern.mailgun.simulator.RefusedCall;
import dev.postern.sidecar.cli.InProcessCli;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The programs of deploy/recipes, sending all the time while what they send with is replaced. */
class RecipesIT {
  private static final int ROTATIONS = 3;

  /** What the agent calls itself when it proves that the old credential is dead: HTTP, and SMTP. */
  private static final Set<String> AGENT = Set.of("postern", "[127.0.0.1]");

  @TempDir private Path directory;
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
    kinds.close();
  }

  @ParameterizedTest
  @EnumSource
  void noSendIsLostWhileTheSecretIsRotatedAgainAndAgain(Recipe recipe) throws InterruptedException {
    Program.assumeInstalled(recipe.program());
    List<String> line = recipe.line(installation);
    Management management = installation.management(installation.agent());
    try (SteadySender sender =
        new SteadySender(directory, line, recipe.environment(kinds), this::accepted)) {
      sender.sendsFurther(20);
      for (int i = 0; i < ROTATIONS; i++) {
        rotate(recipe);
        acknowledgedBy(sender);
        sender.sendsFurther(10);
      }
      assertThat(refusals()).as("sends refused while no one had to be").isEmpty();

      revokeUnderIt(recipe);
      sender.sendsFurther(10);

      everyLineWasSentOnce(sender);
    }
    assertThat(refusals()).as("sends refused after the revocation").isNotEmpty();
    assertThat(requests(management, "rejected", 202)).isPositive();
    String route = recipe.sendsByHttp() || !recipe.program().equals("java") ? "secret" : "field";
    assertThat(requests(management, route, 304)).isGreaterThan(accepted() / 2.0);
    if (recipe.sendsByHttp()) {
      assertThat(kinds.provider().acceptedMessages().stream().map(AcceptedMessage::keyId))
          .as("keys used, each for some messages")
          .satisfies(keys -> assertThat(Set.copyOf(keys)).hasSize(ROTATIONS + 2));
    }
  }

  private void rotate(Recipe recipe, String... options) {
    String[] line = new String[options.length + 4];
    System.arraycopy(
        new String[] {"rotate", recipe.secret(), "--compromised", "--wait"}, 0, line, 0, 4);
    System.arraycopy(options, 0, line, 4, options.length);
    InProcessCli.Ended rotate = installation.cli(line);
    assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
    assertThat(rotate.out()).contains(recipe.secret() + ": done: old key ", " proven dead");
  }

  private void acknowledgedBy(SteadySender sender) {
    assertThat(installation.cli("report", "last").out())
        .containsPattern("has the new version: uid \\d+ pid " + sender.pid() + " ")
        .doesNotContain("cut off");
  }

  /** Whoever makes the successor gets the answer late, so that the old one is dead for a while. */
  private void revokeUnderIt(Recipe recipe) {
    kinds
        .provider()
        .inject(
            recipe.sendsByHttp() ? Operation.CREATE_KEY : Operation.SET_PASSWORD,
            new Fault.Delay(Duration.ofMillis(500)));
    rotate(recipe, "--order", "revoke-first");
  }

  private void everyLineWasSentOnce(SteadySender sender) throws InterruptedException {
    List<String> lines = sender.finish();
    assertThat(sender.exit()).as(sender.err()).isZero();
    assertThat(sender.err()).isEmpty();
    assertThat(sender.out()).isEqualTo("sent=%d failed=0\n".formatted(lines.size()));
    assertThat(kinds.provider().acceptedMessages().stream().map(AcceptedMessage::subject))
        .containsExactlyInAnyOrderElementsOf(lines);
  }

  private int accepted() {
    return kinds.provider().acceptedMessages().size();
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
