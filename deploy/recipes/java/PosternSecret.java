import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Phaser;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An SMTP login of Postern's, for any number of threads. Copy it with the class that you need of
 * {@code PosternAuthenticator} and {@code PosternMailSender}. Nothing but the JDK (21 or later) and
 * Jakarta Mail is used.
 */
public final class PosternSecret {
  private static final Pattern ETAG = Pattern.compile("(?im)^etag: *(\"(.*)\")");

  /** What a use of the login does. */
  @FunctionalInterface
  public interface Use<T> {
    T with(Login login) throws MessagingException;
  }

  /** One version of the login; not a record, which would print its password. */
  public static final class Login {
    final String name;
    final String password;
    private final String etag;
    private final String version;
    private final Phaser uses = new Phaser(1);

    private Login(String name, Answer password) {
      this.name = name;
      this.password = password.body;
      this.etag = password.etag;
      this.version = password.version;
    }
  }

  private record Answer(int status, String etag, String version, String body) {
    @Override
    public String toString() {
      return "answer " + status;
    }
  }

  private final String secret;
  private final UnixDomainSocketAddress socket;
  private Login held;

  public PosternSecret(String name, Path socket) {
    this.secret = "/v1/secrets/" + name;
    this.socket = UnixDomainSocketAddress.of(socket);
  }

  /** Uses the login as it is now, and once more when the provider refuses it (SMTP 535). */
  public <T> T use(Use<T> use) throws MessagingException {
    Login login = take("", null);
    try {
      return use.with(login);
    } catch (AuthenticationFailedException e) {
      // Below, and not here: the refused one is out of use first.
    } finally {
      login.uses.arriveAndDeregister();
    }
    Login fresh = take("", null);
    if (fresh == login) {
      fresh.uses.arriveAndDeregister();
      tell("POST", "/rejected", login);
      fresh = take("?wait=10s", login);
    }
    try {
      return use.with(fresh);
    } finally {
      fresh.uses.arriveAndDeregister();
    }
  }

  /** For one use, the login as it is now: a local 304 as long as it is the same. */
  private synchronized Login take(String wait, Login known) throws MessagingException {
    try {
      Login fresh = fetch(wait, known == null ? held : known);
      if (fresh != null && (held == null || !fresh.version.equals(held.version))) {
        Login before = held;
        held = fresh;
        Thread.ofVirtual().start(() -> acknowledge(fresh, before));
      }
    } catch (IOException e) {
      if (held == null) {
        throw new MessagingException("no login for mail", e);
      } // Later, an agent that is away for a moment is no reason not to send.
    }
    held.uses.register();
    return held;
  }

  /** Name and password of one version, or null when it is the known one. */
  private Login fetch(String wait, Login known) throws IOException {
    while (true) {
      Answer password = call("GET", "/password" + wait, known == null ? "" : known.etag, "");
      if (password.status == 304) {
        return null;
      }
      Answer name = call("GET", "/login", "", "");
      if (password.status != 200 || name.status != 200) {
        throw new IOException("postern answers " + password.status + " for " + secret);
      }
      if (name.version.equals(password.version)) {
        return new Login(name.body, password);
      }
    }
  }

  /** Waits until no send uses the login before: then it may be revoked. */
  private void acknowledge(Login fresh, Login before) {
    if (before != null) {
      before.uses.arriveAndAwaitAdvance();
    }
    tell("PUT", "/ack", fresh);
  }

  private void tell(String method, String action, Login login) {
    try {
      call(method, action, "", "{\"version\":\"" + login.version + "\"}");
    } catch (IOException e) {
      // The agent will do without, at the latest at its deadline.
    }
  }

  private Answer call(String method, String action, String etag, String body) throws IOException {
    String head =
        String.join(
            "\r\n",
            method + " " + secret + action + " HTTP/1.1",
            "Host: postern",
            "Connection: close",
            "If-None-Match: " + etag,
            "Content-Length: " + body.length(),
            "\r\n");
    try (SocketChannel channel = SocketChannel.open(socket)) {
      Channels.newOutputStream(channel).write((head + body).getBytes(StandardCharsets.UTF_8));
      byte[] bytes = Channels.newInputStream(channel).readAllBytes();
      String[] answer = new String(bytes, StandardCharsets.UTF_8).split("\r\n\r\n", 2);
      if (answer.length < 2) {
        throw new IOException("postern broke off its answer");
      }
      Matcher tag = ETAG.matcher(answer[0]);
      boolean tagged = tag.find();
      return new Answer(
          Integer.parseInt(answer[0].substring(9, 12)),
          tagged ? tag.group(1) : "",
          tagged ? tag.group(2) : "",
          answer[1]);
    }
  }
}
