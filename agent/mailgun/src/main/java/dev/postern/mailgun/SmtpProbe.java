package dev.postern.mailgun;

import dev.postern.SecretBytes;
import dev.postern.issuer.ProbeResult;
import dev.postern.mailgun.CallObserver.Operation;
import dev.postern.mailgun.CallObserver.Outcome;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * Asks an SMTP server whether it takes a login and its password: connect, TLS, AUTH, QUIT; a new
 * connection each time, and no mail. The password never leaves without TLS, nor to a server whose
 * certificate is not in order.
 *
 * <p>Angus Mail takes the password as a {@code String}: it lives for the one connection and is not
 * kept, but nobody can wipe it. Its protocol trace leaves AUTH out, and is off.
 */
final class SmtpProbe {
  private static final String PREFIX = "mail.smtp.";

  private final Optional<MailgunSmtp> server;
  private final MailgunTimeouts timeouts;
  private final CallObserver observer;

  SmtpProbe(Optional<MailgunSmtp> server, MailgunTimeouts timeouts, CallObserver observer) {
    this.server = server;
    this.timeouts = timeouts;
    this.observer = observer;
  }

  ProbeResult ask(String login, SecretBytes password) {
    if (server.isEmpty()) {
      return new ProbeResult.Unknown(
          "no smtp server is configured for this issuer, so nobody can be asked about "
              + login
              + "; name it as smtp in the config, with host, port and, if need be, ca");
    }
    long start = System.nanoTime();
    ProbeResult result = withinTime(server.get(), login, password);
    Outcome outcome =
        switch (result) {
          case ProbeResult.Accepted accepted -> Outcome.OK;
          case ProbeResult.Refused refused -> Outcome.REFUSED;
          case ProbeResult.Unknown unknown -> Outcome.UNAVAILABLE;
        };
    observer.requestEnded(Operation.PROBE, outcome, Duration.ofNanos(System.nanoTime() - start));
    return result;
  }

  /**
   * On a thread of its own, because a server that sends a byte now and then passes every time-out
   * of a socket. An interrupt closes the socket on which a virtual thread waits.
   */
  private ProbeResult withinTime(MailgunSmtp smtp, String login, SecretBytes password) {
    FutureTask<ProbeResult> task = new FutureTask<>(() -> converse(smtp, login, password));
    Thread thread = Thread.ofVirtual().name("smtp-probe").start(task);
    try {
      return task.get(timeouts.call().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return SmtpReplies.unknown(
          smtp, "no end after " + timeouts.call().toMillis() + " ms; check the network");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return SmtpReplies.unknown(smtp, "interrupted while waiting for the answer");
    } catch (ExecutionException e) {
      // Of a bug: its text might be anything, and so is not shown.
      return SmtpReplies.unknown(
          smtp, "the smtp client failed (" + String.valueOf(e.getCause()).split(":", 2)[0] + ")");
    } finally {
      thread.interrupt();
    }
  }

  private ProbeResult converse(MailgunSmtp smtp, String login, SecretBytes password) {
    Properties properties = properties(smtp);
    try {
      properties.put(PREFIX + "ssl.socketFactory", SmtpTrust.sockets(smtp.ca()));
    } catch (IOException | GeneralSecurityException e) {
      return SmtpReplies.unknown(
          smtp,
          "the certificate authorities can not be read from "
              + smtp.ca().map(String::valueOf).orElse("the JDK's own file")
              + "; name a readable PEM file as ca");
    }
    URLName nowhere = new URLName("smtp", smtp.host(), smtp.port(), null, null, null);
    SMTPTransport transport = new SMTPTransport(Session.getInstance(properties), nowhere);
    try {
      transport.connect(smtp.host(), smtp.port(), login, password.exposeUtf8());
      return SmtpReplies.afterConnecting(smtp, transport);
    } catch (MessagingException e) {
      return SmtpReplies.of(smtp, transport, e);
    } finally {
      quit(transport);
    }
  }

  private static void quit(SMTPTransport transport) {
    try {
      transport.close();
    } catch (MessagingException unheard) {
      // The answer to AUTH has been given, and the connection is closed either way.
    }
  }

  private Properties properties(MailgunSmtp smtp) {
    Properties properties = new Properties();
    properties.setProperty(PREFIX + "auth", "true");
    properties.setProperty(PREFIX + "auth.mechanisms", "PLAIN LOGIN");
    properties.setProperty(PREFIX + "ssl.enable", Boolean.toString(smtp.implicitTls()));
    properties.setProperty(PREFIX + "starttls.enable", "true");
    properties.setProperty(PREFIX + "starttls.required", "true");
    properties.setProperty(PREFIX + "ssl.checkserveridentity", "true");
    properties.setProperty(PREFIX + "ssl.protocols", "TLSv1.3 TLSv1.2");
    // Without this a failed handshake would be followed by a second try with the JDK's authorities.
    properties.setProperty(PREFIX + "socketFactory.fallback", "false");
    properties.setProperty(PREFIX + "connectiontimeout", millis(timeouts.connect()));
    properties.setProperty(PREFIX + "timeout", millis(timeouts.request()));
    // The name for EHLO; else it is looked up, which may take long and tells our host's name.
    properties.setProperty(PREFIX + "localhost", "[127.0.0.1]");
    properties.setProperty("mail.debug.auth", "false");
    return properties;
  }

  private static String millis(Duration time) {
    return Long.toString(Math.clamp(time.toMillis(), 1, Integer.MAX_VALUE));
  }
}
