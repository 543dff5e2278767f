import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.Phaser;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An SMTP login of Postern's, for any number of threads. It needs the JDK, 21 or later, and Jakarta
 * Mail only.
 */
public final class PosternSecret {
  private static final Pattern GIVEN =
      Pattern.compile("(?is)HTTP/1.1 (200|304) .*\r\netag: *\"([^\"]*)\".*");

  /** What is done with a login. */
  @FunctionalInterface
  public interface Use<T> {
    T with(PasswordAuthentication login) throws MessagingException;
  }

  private record Version(String id, PasswordAuthentication login, Phaser uses) {}

  private final String path;
  private final UnixDomainSocketAddress socket;
  private Version held = new Version("", null, new Phaser(1));

  public PosternSecret(String name, Path socket) {
    this.path = "/v1/secrets/" + name;
    this.socket = UnixDomainSocketAddress.of(socket);
  }

  /** Uses the login as it is now, and once more if the provider refuses it (SMTP 535). */
  public <T> T use(Use<T> use) throws MessagingException {
    Version used = take(null);
    try {
      return use(used, use);
    } catch (AuthenticationFailedException e) {
      tell("POST", "/rejected", used);
      return use(take(used), use);
    }
  }

  private static <T> T use(Version version, Use<T> use) throws MessagingException {
    try {
      return use.with(version.login);
    } finally {
      version.uses.arriveAndDeregister();
    }
  }

  /** For one use, the login as it is now: a local 304 for as long as it is the same. */
  private synchronized Version take(Version refused) throws MessagingException {
    Version before = held;
    try {
      Version now = fetch(before == refused ? "?wait=10s" : "");
      if (now != before) {
        held = now;
        Thread.ofVirtual().start(() -> acknowledge(now, before));
      }
    } catch (IOException e) {
      // An agent that is away for a moment is no reason not to send.
      if (before.login == null) {
        throw new MessagingException("no login for mail", e);
      }
    }
    held.uses.register();
    return held;
  }

  /** Waits until no send uses the login before: then that one may be revoked. */
  private void acknowledge(Version now, Version before) {
    before.uses.arriveAndAwaitAdvance();
    tell("PUT", "/ack", now);
  }

  private Version fetch(String wait) throws IOException {
    String[] password = call("GET", "/password" + wait, held.id, "");
    if (password[0].equals(held.id)) {
      return held;
    }
    String[] name = call("GET", "/login", "", "");
    return name[0].equals(password[0])
        ? new Version(name[0], new PasswordAuthentication(name[1], password[1]), new Phaser(1))
        : fetch(wait);
  }

  private void tell(String method, String action, Version version) {
    try {
      call(method, action, "", "{\"version\":\"" + version.id + "\"}");
    } catch (IOException e) {
      // The agent will do without, at the latest at its deadline.
    }
  }

  /** The version and the body; an exception for an answer that has no version. */
  private String[] call(String method, String action, String known, String body)
      throws IOException {
    String head = method + " " + path + action + " HTTP/1.1\r\nHost: postern\r\n";
    head += "Connection: close\r\nIf-None-Match: \"" + known + "\"\r\n";
    head += "Content-Length: " + body.length() + "\r\n\r\n";
    try (SocketChannel channel = SocketChannel.open(socket)) {
      Channels.newOutputStream(channel).write((head + body).getBytes(UTF_8));
      String text = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
      String[] answer = text.split("\r\n\r\n", 2);
      Matcher given = GIVEN.matcher(answer[0]);
      if (answer.length < 2 || !given.matches()) {
        throw new IOException("postern answers " + answer[0].lines().findFirst().orElse("nothing"));
      }
      return new String[] {given.group(2), answer[1]};
    }
  }
}
