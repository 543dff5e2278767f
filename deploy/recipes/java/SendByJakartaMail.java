import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Path;
import java.util.Properties;

/** Sends each line of the standard input as a message, four at a time, and counts. */
final class SendByJakartaMail {
  private SendByJakartaMail() {}

  public static void main(String[] arguments) {
    Path socket = Path.of(System.getenv("POSTERN_SOCKET"));
    var authenticator =
        new PosternAuthenticator(new PosternSecret(System.getenv("POSTERN_SECRET"), socket));
    var properties = new Properties();
    properties.setProperty("mail.smtp.host", System.getenv("MAIL_HOST"));
    properties.setProperty("mail.smtp.port", System.getenv("MAIL_PORT"));
    properties.setProperty("mail.smtp.auth", "true");
    properties.setProperty("mail.smtp.starttls.required", "true");
    properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    Session session = Session.getInstance(properties, authenticator);
    SendLines.run(
        line -> {
          var message = new MimeMessage(session);
          message.setFrom(System.getenv("MAIL_FROM"));
          message.setRecipients(Message.RecipientType.TO, System.getenv("MAIL_TO"));
          message.setSubject(line);
          message.setText(line);
          authenticator.send(message);
        });
  }
}
