package dev.postern.mailgun;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where Mailgun takes mail, for probing an SMTP login.
 *
 * @param implicitTls whether TLS begins with the first byte; else STARTTLS is required
 * @param ca a PEM file of the authorities to trust instead of the JDK's; read anew at each probe
 */
public record MailgunSmtp(String host, int port, boolean implicitTls, Optional<Path> ca) {
  private static final int IMPLICIT_TLS = 465;
  private static final int SUBMISSION = 587;

  public MailgunSmtp {
    if (host.isBlank() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "an smtp server needs a host and a port between 1 and 65535");
    }
  }

  /** As its port has it: 465 is TLS from the first byte, the others are not. */
  public static MailgunSmtp of(String host, int port, Optional<Path> ca) {
    return new MailgunSmtp(host, port, port == IMPLICIT_TLS, ca);
  }

  static MailgunSmtp of(MailgunRegion region) {
    return of(region.smtpHost(), SUBMISSION, Optional.empty());
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
