package dev.postern.mailgun.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;

/** Takes one message by SMTP and records that it came. */
final class SmtpReceiver implements MessageHandler {
  private final Account account;
  private final MessageContext session;
  private final List<String> recipients = new ArrayList<>();
  private String sender = "";

  SmtpReceiver(Account account, MessageContext session) {
    this.account = account;
    this.session = session;
  }

  static String address(MessageContext session) {
    return ((InetSocketAddress) session.getRemoteAddress()).getAddress().getHostAddress();
  }

  @Override
  public void from(String from) {
    sender = from;
  }

  @Override
  public void recipient(String recipient) {
    recipients.add(recipient);
  }

  @Override
  public String data(InputStream data) throws RejectException, IOException {
    String login =
        session
            .getAuthenticationHandler()
            .map(handler -> String.valueOf(handler.getIdentity()).toLowerCase(Locale.ROOT))
            .orElseThrow(() -> new RejectException(530, "5.7.0 Authentication required"));
    String domain = login.substring(login.indexOf('@') + 1);
    String headers = headers(data.readAllBytes());
    String id = "<" + account.mint().recordId() + "@" + domain + ">";
    account.accept(
        new AcceptedMessage(
            id,
            domain,
            null,
            login,
            address(session),
            account.now(),
            sender,
            recipients,
            header(headers, "subject"),
            header(headers, "x-mailgun-drop-message").equalsIgnoreCase("yes")));
    return "Great success " + id;
  }

  @Override
  public void done() {}

  private static String headers(byte[] message) {
    String text = new String(message, StandardCharsets.UTF_8);
    int end = text.indexOf("\r\n\r\n");
    return end < 0 ? text : text.substring(0, end);
  }

  private static String header(String headers, String name) {
    return headers
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }
}
