import jakarta.mail.MessagingException;
import jakarta.mail.Transport;
import java.nio.file.Path;
import org.springframework.mail.SimpleMailMessage;
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
          transport.connect(getHost(), getPort(), login.name, login.password);
          return transport;
        });
  }

  /** Sends each line of the standard input as a message. */
  public static void main(String[] arguments) {
    Path socket = Path.of(System.getenv("POSTERN_SOCKET"));
    var sender = new PosternMailSender(new PosternSecret(System.getenv("POSTERN_SECRET"), socket));
    sender.setHost(System.getenv("MAIL_HOST"));
    sender.setPort(Integer.parseInt(System.getenv("MAIL_PORT")));
    SendLines.main(
        line -> {
          var message = new SimpleMailMessage();
          message.setFrom(System.getenv("MAIL_FROM"));
          message.setTo(System.getenv("MAIL_TO"));
          message.setSubject(line);
          message.setText(line);
          sender.send(message);
        });
  }
}
