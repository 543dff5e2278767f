import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Path;
import java.util.Properties;

/**
 * For {@code Session.getInstance(properties, authenticator)}: each new connection gets the login as
 * it is now. {@link #send} also tries again when it is refused, and lets Postern know when the one
 * before is out of use.
 */
public final class PosternAuthenticator extends Authenticator {
  private final PosternSecret secret;
  private final ThreadLocal<PosternSecret.Login> inUse = new ThreadLocal<>();

  public PosternAuthenticator(PosternSecret secret) {
    this.secret = secret;
  }

  @Override
  protected PasswordAuthentication getPasswordAuthentication() {
    PosternSecret.Login login = inUse.get();
    try {
      PosternSecret.Login now = login == null ? secret.use(each -> each) : login;
      return new PasswordAuthentication(now.name, now.password);
    } catch (MessagingException e) {
      throw new IllegalStateException("no login for mail", e);
    }
  }

  /** As {@code Transport.send}, for a message whose session asks this. */
  public void send(Message message) throws MessagingException {
    secret.use(
        login -> {
          inUse.set(login);
          try {
            Transport.send(message);
            return null;
          } finally {
            inUse.remove();
          }
        });
  }

  /** Sends each line of the standard input as a message. */
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
    SendLines.main(
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
