package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.IssuedKey;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.NewKey;
import dev.postern.mailgun.simulator.SimulatedKey;
import dev.postern.sidecar.agent.AgentProcess;
import dev.postern.sidecar.cli.InProcessCli;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoredSecret;
import dev.postern.store.local.LocalConfig;
import dev.postern.store.local.LocalStoreFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A set-up of one's own, in a folder of its own: config, embedded store, journal, and a provider
 * that runs in the test and so outlives every agent.
 */
final class Installation implements AutoCloseable {
  static final String SECRET = "sending-key";
  static final String PATH = "mail/sending";
  private static final Pattern MANAGEMENT = Pattern.compile("management=\\S*?:(\\d+)");

  private final Path directory;
  private final Path outputs;
  private final MailgunSimulator provider;
  private final String domain;
  private final IssuedKey admin;
  private final IssuedKey old;
  private final LeakCanary canary = new LeakCanary();
  private final List<Program> programs = new ArrayList<>();
  private List<String> agentFlags = List.of();

  private Installation(Path directory, MailgunSimulator provider, String domain) {
    this.directory = directory;
    this.outputs = directory.resolve("outputs");
    this.provider = provider;
    this.domain = domain;
    try {
      Files.createDirectories(outputs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    provider.addDomain(domain);
    admin = provider.createKey(NewKey.admin("the admin key of " + directory.getFileName()));
    old = provider.createKey(NewKey.sending(domain, "made by hand"));
    canary.watch("the admin key", admin.exposeSecret());
    canary.watch("the old key", old.exposeSecret());
  }

  /** Makes the store as the manual says, and writes the config. */
  static Installation create(Path directory, MailgunSimulator provider, String domain) {
    Installation made = new Installation(directory, provider, domain);
    made.local("", "init");
    made.local(made.admin.exposeSecret() + "\n", "put", "mail/mailgun-admin", "--field", "api_key");
    made.local(made.old.exposeSecret() + "\n", "put", PATH, "--field", "api_key");
    made.local(made.old.id(), "put", PATH, "--field", "api_key_id");
    made.canary.watch("the store's identity", made.identitySecret());
    made.writeConfig(config -> config);
    return made;
  }

  /** A change of the config's text. */
  @FunctionalInterface
  interface Change {
    String of(String config);
  }

  Installation writeConfig(Change change) {
    String text =
        change.of(
            """
            installation: %s
            stores:
              embedded: {type: local, file: store.age, identity: identity.txt}
            issuers:
              mailgun:
                type: mailgun
                base-url: %s
                timeout: 5s
                admin-key: {store: embedded, path: mail/mailgun-admin, field: api_key}
            secrets:
              sending-key:
                kind: mailgun-sending-key
                source: {store: embedded, path: mail/sending}
                issuer: mailgun
                domain: %s
                refresh: 1s
                max-stale: 1h
                rotation: {deadline: 60s, grace: 1s}
                consumers: {allow: [{uid: %d}]}
            socket: {path: p.sock, mode: "0660"}
            admin-socket: {path: postern-admin.sock}
            management: {address: 127.0.0.1:0}
            journal: {dir: journal}
            """
                .formatted(name(), provider.baseUri(), domain, AccessPolicy.uidOfThisProcess()));
    write(config(), text);
    return this;
  }

  /** Its name in the config, and so in the tags at the provider. */
  String name() {
    return "e2e-" + domain.substring(0, domain.indexOf('.'));
  }

  Path directory() {
    return directory;
  }

  Path config() {
    return directory.resolve("postern.yaml");
  }

  Path socket() {
    return directory.resolve("p.sock");
  }

  Path adminSocket() {
    return directory.resolve("postern-admin.sock");
  }

  Path storeFile() {
    return directory.resolve("store.age");
  }

  Path identity() {
    return directory.resolve("identity.txt");
  }

  Path journal() {
    return directory.resolve("journal").resolve("rotations.journal");
  }

  String domain() {
    return domain;
  }

  MailgunSimulator provider() {
    return provider;
  }

  IssuedKey adminKey() {
    return admin;
  }

  IssuedKey oldKey() {
    return old;
  }

  LeakCanary canary() {
    return canary;
  }

  /** Starts the agent, and returns when it serves. */
  Program agent() {
    Program agent = agentWithFlags(List.of());
    agent.said("agent started");
    return agent;
  }

  /** From now on, every agent is started with these, too. */
  void agentsNeed(List<String> flags) {
    agentFlags = List.copyOf(flags);
  }

  /** Starts the agent, and does not wait for it. */
  Program agentWithFlags(List<String> flags) {
    return agentOn(config(), flags);
  }

  /** Starts an agent on a config of its own, and does not wait for it. */
  Program agentOn(Path config, List<String> flags) {
    List<String> all = new ArrayList<>(agentFlags);
    all.addAll(flags);
    return keep(
        Program.start(outputs, Optional.empty(), all, "run", "--config", config.toString()));
  }

  /** Starts an agent in an environment of its own, and does not wait for it. */
  Program agentIn(Map<String, String> environment, Path config) {
    return keep(
        Program.start(
            outputs,
            Optional.empty(),
            Program.line(agentFlags, "run", "--config", config.toString()),
            environment));
  }

  /** A client command, or any other, as a process of its own. */
  Program program(String... command) {
    return programOn(socket(), command);
  }

  /** A client of the agent behind this socket. */
  Program programOn(Path agent, String... command) {
    List<String> line = new ArrayList<>(List.of(command));
    if (!List.of("local", "run", "validate", "doctor").contains(command[0])) {
      line.addAll(List.of("--socket", agent.toString()));
    }
    return keep(Program.start(outputs, Optional.empty(), List.of(), line.toArray(String[]::new)));
  }

  /** Any program of the system. */
  Program system(String... line) {
    return keep(Program.start(outputs, Optional.empty(), List.of(line), Map.of()));
  }

  private Program keep(Program program) {
    programs.add(program);
    return program;
  }

  /** A client command in this process; what it prints is searched for secrets. */
  InProcessCli.Ended cli(String... command) {
    InProcessCli.Ended ended = InProcessCli.run(socket(), "", command);
    canary.check("postern " + String.join(" ", command), ended.out() + ended.err());
    return ended;
  }

  /** {@code doctor} on this config; what it prints is searched for secrets. */
  InProcessCli.Ended doctor(String... options) {
    List<String> line = new ArrayList<>(List.of("doctor", "--config", config().toString()));
    line.addAll(List.of(options));
    InProcessCli.Ended ended =
        InProcessCli.run(AgentProcess::new, socket(), "", line.toArray(String[]::new));
    canary.check("postern doctor", ended.out() + ended.err());
    return ended;
  }

  /**
   * Whether the agent has the secret. Asks for no value: who has one is a consumer, for whom the
   * next rotation waits.
   */
  boolean serves() {
    return cli("list").out().contains("primary");
  }

  /** {@code rotate --wait}, with further options. */
  InProcessCli.Ended rotate(String... options) {
    List<String> line = new ArrayList<>(List.of("rotate", SECRET, "--wait"));
    line.addAll(List.of(options));
    return cli(line.toArray(String[]::new));
  }

  InProcessCli.Ended local(String input, String... command) {
    List<String> line = new ArrayList<>(List.of("local"));
    line.addAll(List.of(command));
    line.addAll(List.of("--file", storeFile().toString(), "--identity", identity().toString()));
    InProcessCli.Ended ended = InProcessCli.run(socket(), input, line.toArray(String[]::new));
    canary.check(String.join(" ", line), ended.out() + ended.err());
    assertThat(ended.exit()).as(ended.err()).isZero();
    return ended;
  }

  /** Where the agent's metrics and health are. */
  Management management(Program agent) {
    return new Management(Integer.parseInt(agent.saying(MANAGEMENT).group(1)), canary);
  }

  /** The key in the store, as another program that may read the store sees it. */
  StoredKey storedKey() {
    try (SecretStore store = openStore();
        StoredSecret current = store.readCurrent(new SecretPath(PATH))) {
      String key = current.fields().field("api_key").orElseThrow().exposeUtf8();
      canary.watch("the key in the store", key);
      return new StoredKey(
          key,
          current.fields().field("api_key_id").map(id -> id.exposeUtf8()).orElse(""),
          current.version().id());
    }
  }

  void flagInStore(String mark) {
    try (SecretStore store = openStore()) {
      store.flagCompromised(new SecretPath(PATH), new CompromiseFlag(mark));
    }
  }

  boolean flaggedInStore() {
    try (SecretStore store = openStore()) {
      return store.head(new SecretPath(PATH)).flag().isPresent();
    }
  }

  boolean pendingInStore() {
    try (SecretStore store = openStore()) {
      Optional<StoredSecret> pending = store.readPending(new SecretPath(PATH));
      pending.ifPresent(StoredSecret::close);
      return pending.isPresent();
    }
  }

  private SecretStore openStore() {
    return LocalStoreFactory.open(new LocalConfig("embedded", storeFile(), identity()));
  }

  /** The sending keys of the domain that live, without those given. */
  List<SimulatedKey> liveKeysExcept(IssuedKey... known) {
    List<String> ids = Arrays.stream(known).map(IssuedKey::id).toList();
    return provider.liveKeys().stream()
        .filter(key -> domain.equals(key.domain()))
        .filter(key -> !ids.contains(key.id()))
        .toList();
  }

  private String identitySecret() {
    return read(identity())
        .lines()
        .filter(line -> line.startsWith("AGE-SECRET-KEY-1"))
        .findFirst()
        .orElseThrow();
  }

  /** Everything that any process wrote here, but for the store, must be without a secret. */
  void checkNothingLeaked() {
    canary.checkFiles(directory, List.of(storeFile(), identity()));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    programs.forEach(Program::close);
    checkNothingLeaked();
  }
}
