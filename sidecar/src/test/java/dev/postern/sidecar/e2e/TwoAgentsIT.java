package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.InProcessCli;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two agents of one installation, each with its journal, that both may rotate the same secret: the
 * store's compare-and-set is all that they have in common.
 */
class TwoAgentsIT {
  private static final String DOMAIN = "two.example.com";
  private static final int DONE = 0;

  @TempDir private Path directory;
  private final MailgunSimulator provider = MailgunSimulator.builder().domain(DOMAIN).start();
  private @Nullable OutsideStore outside;

  @SuppressWarnings("NullAway.Init") // install
  private Installation installation;

  /** Where the secret is. */
  enum Store {
    LOCAL,
    AWS,
    VAULT
  }

  @AfterEach
  void close() {
    installation.close();
    if (outside != null) {
      outside.close();
    }
    provider.close();
  }

  @ParameterizedTest
  @EnumSource
  void leakReportedToBothIsRotatedOnceAndNoKeyIsLeftBehind(Store store) {
    install(store);
    List<Program> agents = List.of(agent("one"), agent("two"));
    agents.forEach(agent -> agent.said("agent started"));
    Eventually.isTrue(() -> "both serve", () -> serves("one") && serves("two"));

    List<Program> rotates = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      rotates.add(
          installation.programOn(socket(name), "rotate", "sending-key", "--compromised", "--wait"));
    }
    List<Integer> exits = rotates.stream().map(Program::exit).toList();

    assertThat(exits)
        .as(rotates.stream().map(rotate -> rotate.out() + rotate.err()).toList().toString())
        .containsOnlyOnce(DONE);
    String key = storedKey();
    installation.canary().watch("the key in the store", key);
    assertThat(Mailgun.answer(provider, DOMAIN, key)).isEqualTo(Mailgun.ALIVE);
    assertThat(provider.key(installation.oldKey().id())).isEmpty();
    assertThat(installation.liveKeysExcept()).as("live keys of the domain").hasSize(1);
    for (String name : List.of("one", "two")) {
      Eventually.isTrue(
          () -> name + " serves the key in the store", () -> served(name).equals(key));
    }
  }

  private void install(Store store) {
    installation = Installation.create(directory, provider, DOMAIN);
    if (store == Store.AWS) {
      outside = OutsideStore.install(OutsideStore.Kind.AWS, installation, directory);
    } else if (store == Store.VAULT) {
      outside = OutsideStore.install(OutsideStore.Kind.VAULT, installation, directory);
    }
  }

  /** The same config but for what an agent has for itself. */
  private Program agent(String name) {
    Path config = directory.resolve(name + ".yaml");
    assertThat(directory.resolve(name).toFile().mkdir()).isTrue();
    Installation.write(
        config,
        Installation.read(installation.config())
            .replace("{path: p.sock", "{path: " + name + "/p.sock")
            .replace("{path: postern-admin.sock", "{path: " + name + "/postern-admin.sock")
            .replace("{dir: journal}", "{dir: " + name + "/journal}"));
    return installation.agentOn(config, List.of());
  }

  private Path socket(String name) {
    return directory.resolve(name).resolve("p.sock");
  }

  private boolean serves(String name) {
    return InProcessCli.run(socket(name), "", "list").out().contains("primary");
  }

  private String served(String name) {
    return InProcessCli.run(socket(name), "", "get", "sending-key").out().strip();
  }

  private String storedKey() {
    return Optional.ofNullable(outside)
        .map(store -> store.field(Installation.PATH, "api_key").orElseThrow())
        .orElseGet(() -> installation.storedKey().exposeSecret());
  }
}
