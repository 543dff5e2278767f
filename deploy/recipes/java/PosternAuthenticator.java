import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Transport;

/**
 * For {@code Session.getInstance(properties, authenticator)}: each new connection gets the login as
 * it is now. {@link #send} also tries again when it is refused, and lets Postern know when the one
 * before is out of use.
 */
public final class PosternAuthenticator extends Authenticator {
  private final PosternSecret secret;
  private final ThreadLocal<PasswordAuthentication> inUse = new ThreadLocal<>();

  public PosternAuthenticator(PosternSecret secret) {
    this.secret = secret;
  }

  @Override
  protected PasswordAuthentication getPasswordAuthentication() {
    try {
      PasswordAuthentication login = inUse.get();
      return login == null ? secret.use(now -> now) : login;
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
}
