package dev.postern.mailgun.simulator;

import dev.postern.mailgun.simulator.SmtpAuthentication.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;
import org.subethamail.smtp.server.Session;

/**
 * The SMTP side: AUTH against the account's logins, and mail that goes nowhere.
 *
 * <p>At DEBUG the library logs every command line, and so what a client sends after AUTH: a logging
 * set-up keeps {@code org.subethamail} at INFO.
 */
final class SmtpEndpoint implements AutoCloseable {
  private static final int LARGEST_MESSAGE = 1 << 20;
  private static final String REFUSED = "Authentication credentials invalid";

  private final Account account;
  private final Faults faults;
  private final SMTPServer server;
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * @param tls with which STARTTLS is offered, or which begins with the first byte
   */
  SmtpEndpoint(
      Account account, Faults faults, int port, Optional<SSLContext> tls, boolean implicit) {
    this.account = account;
    this.faults = faults;
    SMTPServer.Builder builder =
        SMTPServer.port(port)
            .bindAddress(InetAddress.getLoopbackAddress())
            .hostName("localhost")
            .softwareName("mailgun simulator")
            .requireAuth()
            .maxMessageSize(LARGEST_MESSAGE)
            .authenticationHandlerFactory(new SmtpAuthentication(this::check))
            .messageHandlerFactory(session -> new SmtpReceiver(account, session));
    if (implicit) {
      builder.serverSocketFactory(tls.orElseThrow());
    } else {
      tls.ifPresent(context -> builder.enableTLS().startTlsSocketFactory(context));
    }
    server = builder.build();
    server.start();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPortAllocated());
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop();
  }

  private void check(String login, String password, MessageContext session)
      throws LoginFailedException {
    Fault fault = faults.next(Operation.SMTP_AUTH).orElse(null);
    switch (fault) {
      case null -> admit(login, password, session);
      case Fault.Status(int status, String body) -> throw new Reply(status, body);
      case Fault.Throttled _ -> throw new Reply(421, "4.7.0 Too many connections, try later");
      case Fault.Disabled disabled -> throw new Reply(550, "5.7.1 " + disabled.text());
      case Fault.SourceRefused _ -> throw refused(session);
      case Fault.AnswerLost _ -> {
        admit(login, password, session);
        drop(session);
      }
      case Fault.Delay(Duration duration) -> {
        pause(duration);
        admit(login, password, session);
      }
      case Fault.KeyLimit _, Fault.RevocationLag _ ->
          throw new IllegalStateException("a fault that means nothing here was let in");
    }
  }

  private void admit(String login, String password, MessageContext session)
      throws LoginFailedException {
    boolean addressAllowed =
        AllowList.admits(account.state().allowed().keySet(), SmtpReceiver.address(session));
    if (!addressAllowed || !account.accepts(login.toLowerCase(Locale.ROOT), password)) {
      throw refused(session);
    }
  }

  private LoginFailedException refused(MessageContext session) {
    account.refused(Operation.SMTP_AUTH, session.getHelo().orElse(""));
    return new LoginFailedException(REFUSED);
  }

  private static void drop(MessageContext session) {
    try {
      ((Session) session).closeSocket();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close an smtp connection", e);
    }
  }

  private void pause(Duration duration) {
    try {
      if (closing.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Reply(421, "4.3.2 System not accepting network messages");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
