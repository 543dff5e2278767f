import java.nio.file.Path;
import org.springframework.mail.SimpleMailMessage;

/** Sends each line of the standard input as a message, four at a time, and counts. */
final class SendBySpring {
  private SendBySpring() {}

  public static void main(String[] arguments) {
    Path socket = Path.of(System.getenv("POSTERN_SOCKET"));
    var sender = new PosternMailSender(new PosternSecret(System.getenv("POSTERN_SECRET"), socket));
    sender.setHost(System.getenv("MAIL_HOST"));
    sender.setPort(Integer.parseInt(System.getenv("MAIL_PORT")));
    SendLines.run(
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
