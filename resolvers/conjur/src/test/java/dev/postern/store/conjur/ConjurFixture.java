package dev.postern.store.conjur;

import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.conjur.fake.FakeConjur;
import dev.postern.store.contract.StoreFixture;
import dev.postern.store.fields.FieldText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The strict server, with a host that has the rights of the rotator's policy file and no more. */
final class ConjurFixture implements StoreFixture {
  static final String ROTATOR = "host/postern/rotator";
  static final String READER = "host/postern/reader";
  static final ConjurConfig.Siblings SIBLINGS =
      new ConjurConfig.Siblings(Optional.of("/pending"), Optional.of("/compromised"));

  final FakeConjur server;
  private final Path directory;
  private final ConjurConfig.Siblings siblings;
  private int paths;

  ConjurFixture(Path directory, ConjurConfig.Siblings siblings) {
    this(directory, siblings, FakeConjur.create());
  }

  ConjurFixture(Path directory, ConjurConfig.Siblings siblings, FakeConjur server) {
    this.directory = directory;
    this.siblings = siblings;
    this.server = server;
  }

  @Override
  public String name() {
    return "conjur";
  }

  @Override
  public StoreCapabilities capabilities() {
    return new StoreCapabilities(
        true, siblings.pendingSuffix().isPresent(), false, siblings.flagSuffix().isPresent(), 19);
  }

  /** With what has to be encoded in an address. */
  @Override
  public SecretPath unusedPath() {
    return new SecretPath("mail/séc ret+" + ++paths + "%2F");
  }

  /** The policy files name one secret; they are loaded for each as if it were that one. */
  void makeVariables(SecretPath path) {
    server.loadDelivered(path.value().substring("mail/".length()));
  }

  @Override
  public void seed(SecretPath path, SecretFields fields) {
    makeVariables(path);
    byte[] text = FieldText.write(path, fields);
    server.write(path.value(), new String(text, StandardCharsets.UTF_8));
    Arrays.fill(text, (byte) 0);
  }

  void seed(SecretPath path, String text) {
    makeVariables(path);
    server.write(path.value(), text);
  }

  ConjurConfig config(String login) {
    return new ConjurConfig(
        name(),
        server.url(),
        FakeConjur.ACCOUNT,
        new ConjurLogin.ApiKey(
            login, new ConjurLogin.KeySource.File(server.writeKey(directory, login))),
        Optional.of(server.writeCa(directory)),
        siblings,
        Duration.ofSeconds(20));
  }

  ConjurConfig config() {
    return config(ROTATOR);
  }

  @Override
  public SecretStore open() {
    return ConjurStoreFactory.open(config());
  }

  @Override
  public Opening denied() {
    return new Opening.Possible(() -> ConjurStoreFactory.open(config("host/postern/stranger")));
  }

  @Override
  public Opening unreachable() {
    return new Opening.Possible(
        () -> {
          ConjurConfig config = config();
          server.stop();
          return ConjurStoreFactory.open(config);
        });
  }

  @Override
  public void close() {
    server.close();
  }
}
