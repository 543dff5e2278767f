package dev.postern.mailgun;

import dev.postern.SecretBytes;
import dev.postern.issuer.CredentialIssuer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A scripted server and an issuer that talks to it, with pauses of a few milliseconds. */
final class IssuerFixture implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final MailgunTimeouts QUICK = timeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));

  final ScriptedServer server = new ScriptedServer();
  final List<String> observed = new CopyOnWriteArrayList<>();
  final List<String> adminKeys = new CopyOnWriteArrayList<>(List.of(Keys.CANARY_ADMIN_KEY));
  final AtomicInteger adminReads = new AtomicInteger();
  private CredentialIssuer issuer;

  IssuerFixture() throws IOException {
    issuer = issuer(server.uri());
  }

  static MailgunTimeouts timeouts(Duration request, Duration call) {
    return new MailgunTimeouts(
        Duration.ofSeconds(5), request, call, Duration.ofMillis(1), Duration.ofMillis(2));
  }

  CredentialIssuer issuer() {
    return issuer;
  }

  CredentialIssuer issuer(URI baseUri) {
    return use(MailgunConfig.of("mailgun", baseUri).withTimeouts(QUICK));
  }

  CredentialIssuer use(MailgunTimeouts timeouts) {
    return use(MailgunConfig.of("mailgun", server.uri()).withTimeouts(timeouts));
  }

  CredentialIssuer use(MailgunConfig config) {
    return use(config, this::nextAdminKey);
  }

  CredentialIssuer use(MailgunConfig config, AdminKey adminKey) {
    if (issuer != null) {
      issuer.close();
    }
    issuer =
        MailgunIssuerFactory.create(
            config,
            adminKey,
            InstantSource.fixed(NOW),
            (operation, outcome, took) -> observed.add(operation.label() + " " + outcome.label()));
    return issuer;
  }

  IssuerFixture then(Answer... answers) {
    server.then(answers);
    return this;
  }

  @Override
  public void close() throws IOException {
    issuer.close();
    server.close();
  }

  /** The last key of the list is given again and again. */
  private SecretBytes nextAdminKey() {
    int read = adminReads.getAndIncrement();
    return SecretBytes.ofUtf8(adminKeys.get(Math.min(read, adminKeys.size() - 1)));
  }
}
