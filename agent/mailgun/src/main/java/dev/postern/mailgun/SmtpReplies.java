package dev.postern.mailgun;

import dev.postern.issuer.ProbeResult;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.eclipse.angus.mail.util.MailConnectException;
import org.jspecify.annotations.Nullable;

/**
 * Says what the end of an SMTP conversation means. Only 235 to AUTH is life and only 535 is
 * refusal; anything else leaves it open. Passes on reply codes, never a server's words.
 */
final class SmtpReplies {
  private static final int ACCEPTED = 235;
  private static final int REFUSED = 535;
  private static final int CAUSES = 10;

  private SmtpReplies() {}

  static ProbeResult.Unknown unknown(MailgunSmtp smtp, String why) {
    return new ProbeResult.Unknown("could not ask the smtp server " + smtp + ": " + why);
  }

  /** The library is content with a server that offers no AUTH at all. */
  static ProbeResult afterConnecting(MailgunSmtp smtp, SMTPTransport transport) {
    return transport.getLastReturnCode() == ACCEPTED
        ? new ProbeResult.Accepted()
        : unknown(smtp, "it offers no AUTH; check that it is the one for submission");
  }

  static ProbeResult of(MailgunSmtp smtp, SMTPTransport transport, MessagingException failure) {
    int code = transport.getLastReturnCode();
    boolean answered = failure instanceof AuthenticationFailedException && cause(failure) == null;
    if (answered && code == REFUSED) {
      return new ProbeResult.Refused();
    }
    return unknown(smtp, why(smtp, transport, failure, code));
  }

  private static String why(
      MailgunSmtp smtp, SMTPTransport transport, MessagingException failure, int code) {
    if (has(failure, UnknownHostException.class)) {
      return "its name can not be resolved; check host";
    }
    if (has(failure, SocketTimeoutException.class)) {
      return "no answer in time; check host, port and the network";
    }
    if (has(failure, CertPathBuilderException.class)
        || has(failure, CertPathValidatorException.class)) {
      return "its certificate is not trusted; check host, and give its authority as ca"
          + smtp.ca().map(file -> " (now " + file + ")").orElse("");
    }
    if (has(failure, CertificateException.class)) {
      return "its certificate is not for this name, or for no server at all; check host";
    }
    if (has(failure, SSLException.class)) {
      return "the TLS connection failed; check that port "
          + smtp.port()
          + (smtp.implicitTls() ? " is TLS from the start" : " speaks STARTTLS");
    }
    if (has(failure, MailConnectException.class)) {
      return "no connection; check host and port, and that the network lets this host out";
    }
    return whyNot(smtp, transport, failure, code);
  }

  private static String whyNot(
      MailgunSmtp smtp, SMTPTransport transport, MessagingException failure, int code) {
    if (code / 100 == 4) {
      return "it answered " + code + ", which is for the moment only; try again later";
    }
    if (code / 100 == 5) {
      return "it answered "
          + code
          + ", which tells nothing about the password; check that it takes PLAIN or LOGIN from"
          + " this address";
    }
    if (!smtp.implicitTls() && !transport.supportsExtension("STARTTLS")) {
      return "it offers no STARTTLS, and no password goes out without TLS; check host and port"
          + " (465 is TLS from the start)";
    }
    return failure instanceof AuthenticationFailedException && code / 100 == 2
        ? "it offers neither AUTH PLAIN nor AUTH LOGIN"
        : "the connection broke; check the network";
  }

  private static boolean has(Throwable failure, Class<? extends Exception> type) {
    Throwable link = failure;
    for (int i = 0; i < CAUSES && link != null; i++, link = cause(link)) {
      if (type.isInstance(link)) {
        return true;
      }
    }
    return false;
  }

  /** The library's exceptions chain in two ways. */
  private static @Nullable Throwable cause(Throwable failure) {
    if (failure instanceof MessagingException chained && chained.getNextException() != null) {
      return chained.getNextException();
    }
    return failure.getCause();
  }
}
