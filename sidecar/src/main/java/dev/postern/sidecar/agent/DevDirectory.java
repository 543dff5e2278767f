package dev.postern.sidecar.agent;

import dev.postern.SecretBytes;
import dev.postern.journal.FileRotationJournal;
import dev.postern.journal.JournalException;
import dev.postern.mailgun.simulator.IssuedKey;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.NewKey;
import dev.postern.store.SecretPath;
import dev.postern.store.local.LocalAdministration;
import dev.postern.store.local.LocalConfig;
import dev.postern.store.local.LocalStoreFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The folder of {@code postern dev}: a local store, the simulated provider's state, the journal,
 * the sockets, and the config that puts them together, for whoever wants to see one.
 */
final class DevDirectory implements AutoCloseable {
  static final String DOMAIN = "mg.example.com";
  private static final String JOURNAL = "journal";
  private static final String SMTP_LOGIN = "app@" + DOMAIN;
  private static final String IDLE_SMTP_LOGIN = "app-b@" + DOMAIN;

  private final Path directory;
  private final boolean temporary;
  private final FileChannel lock;

  private DevDirectory(Path directory, boolean temporary) throws IOException {
    this.directory = directory;
    this.temporary = temporary;
    this.lock = lock(directory);
  }

  /**
   * Opens a folder, and makes it private where it has to be made.
   *
   * @throws AgentException when another dev uses it
   * @throws JournalException when another agent uses its journal; either way nothing was changed
   */
  static DevDirectory open(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    if (!Files.isDirectory(absolute)) {
      Files.createDirectories(
          absolute,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    DevDirectory opened = new DevDirectory(absolute, false);
    try {
      // Whoever runs on this folder's config as it is must not find another one there.
      FileRotationJournal.open(absolute.resolve(JOURNAL)).close();
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel file =
        FileChannel.open(
            directory.resolve("dev.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (file.tryLock() != null) {
      return file;
    }
    file.close();
    throw new AgentException(
        "another postern dev uses " + directory + ": stop it, or name another folder with --dir");
  }

  /** A new folder that nobody else has, and that goes when it is closed. */
  static DevDirectory fresh() throws IOException {
    return new DevDirectory(Files.createTempDirectory("postern-dev-"), true);
  }

  Path path() {
    return directory;
  }

  Path config() {
    return directory.resolve("postern.yaml");
  }

  MailgunSimulator startSimulator() {
    return MailgunSimulator.builder()
        .domain(DOMAIN)
        .stateFile(directory.resolve("simulator.json"))
        .start();
  }

  /** Fills a new store with what the simulated provider knows; leaves an old one alone. */
  void seed(MailgunSimulator simulator) {
    LocalConfig store = store();
    if (Files.exists(store.file())) {
      return;
    }
    LocalStoreFactory.init(store);
    IssuedKey admin = simulator.createKey(NewKey.admin("made by postern dev"));
    IssuedKey sending = simulator.createKey(NewKey.sending(DOMAIN, "made by postern dev"));
    String password = randomPassword();
    simulator.setLogin(SMTP_LOGIN, password);
    simulator.setLogin(IDLE_SMTP_LOGIN, randomPassword());
    try (LocalAdministration local = LocalAdministration.open(store)) {
      put(local, "mail/mailgun-admin", "api_key", admin.exposeSecret());
      put(local, "mail/sending", "api_key", sending.exposeSecret());
      put(local, "mail/sending", "api_key_id", sending.id());
      put(local, "mail/smtp", "login", SMTP_LOGIN);
      put(local, "mail/smtp", "password", password);
    }
  }

  private LocalConfig store() {
    return new LocalConfig(
        "local", directory.resolve("store.age"), directory.resolve("identity.txt"));
  }

  private static void put(LocalAdministration local, String path, String field, String value) {
    try (SecretBytes bytes = SecretBytes.ofUtf8(value)) {
      local.put(new SecretPath(path), field, bytes);
    }
  }

  private static String randomPassword() {
    byte[] random = new byte[18];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** The ports are new at each start, so the config is too. */
  void writeConfig(MailgunSimulator simulator, int uid) throws IOException {
    InetSocketAddress smtp = simulator.smtpAddress();
    Files.write(directory.resolve("smtp-ca.pem"), MailgunSimulator.smtpAuthority());
    Files.writeString(
        config(),
        """
        # Written by `postern dev` at each start; copy it before changing it.
        installation: dev
        stores:
          local: {type: local, file: store.age, identity: identity.txt}
        issuers:
          mailgun:
            type: mailgun
            base-url: %s
            smtp: {host: %s, port: %d, ca: smtp-ca.pem}
            admin-key: {store: local, path: mail/mailgun-admin, field: api_key}
        secrets:
          sending-key:
            kind: mailgun-sending-key
            source: {store: local, path: mail/sending}
            issuer: mailgun
            domain: %s
            refresh: 5s
            consumers: {allow: [{uid: %d}]}
          smtp-login:
            kind: mailgun-smtp
            source: {store: local, path: mail/smtp}
            issuer: mailgun
            domain: %s
            refresh: 5s
            rotation: {logins: [%s, %s]}
            consumers: {allow: [{uid: %d}]}
        socket: {path: postern.sock, mode: "0600"}
        management: {address: 127.0.0.1:0}
        journal: {dir: %s}
        """
            .formatted(
                simulator.baseUri(),
                smtp.getAddress().getHostAddress(),
                smtp.getPort(),
                DOMAIN,
                uid,
                DOMAIN,
                SMTP_LOGIN,
                IDLE_SMTP_LOGIN,
                uid,
                JOURNAL));
  }

  @Override
  public void close() throws IOException {
    lock.close();
    if (!temporary) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
