import jakarta.mail.MessagingException;
import jakarta.mail.Transport;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/**
 * Spring's {@code JavaMailSender} with a login of Postern's, instead of {@code
 * spring.mail.username} and {@code spring.mail.password}:
 *
 * <pre>{@code
 * @Bean
 * JavaMailSender mailSender() {
 *   var socket = Path.of("/run/postern/postern.sock");
 *   var sender = new PosternMailSender(new PosternSecret("smtp-login", socket));
 *   sender.setHost("smtp.eu.mailgun.org");
 *   sender.setPort(587);
 *   return sender;
 * }
 * }</pre>
 */
public class PosternMailSender extends JavaMailSenderImpl {
  private final PosternSecret secret;

  public PosternMailSender(PosternSecret secret) {
    this.secret = secret;
    getJavaMailProperties().setProperty("mail.smtp.auth", "true");
    getJavaMailProperties().setProperty("mail.smtp.starttls.required", "true");
    getJavaMailProperties().setProperty("mail.smtp.ssl.checkserveridentity", "true");
  }

  /** Each connection with the login as it is now; with the next one when that is refused. */
  @Override
  protected Transport connectTransport() throws MessagingException {
    return secret.use(
        login -> {
          Transport transport = getTransport(getSession());
          transport.connect(getHost(), getPort(), login.getUserName(), login.getPassword());
          return transport;
        });
  }
}
