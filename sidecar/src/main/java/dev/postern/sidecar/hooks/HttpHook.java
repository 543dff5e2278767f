package dev.postern.sidecar.hooks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.postern.SecretName;
import dev.postern.Version;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request without a body to a server on this machine. The name is looked up once, and the address
 * that was checked is the one that is called. Written out by hand, because the JDK's client follows
 * a name and not an address, and takes 40 MB at its first call.
 */
record HttpHook(String method, URI url, Duration timeout) implements Hook {
  private static final int HTTP_PORT = 80;
  private static final int LONGEST_LINE = 1024;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");

  @Override
  public void run(SecretName secret, Version version) throws HookFailure {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address(), port()), left(deadline));
      socket.getOutputStream().write(request(secret, version).getBytes(US_ASCII));
      int status = status(socket, deadline);
      if (status < 200 || status > 299) {
        throw new HookFailure(url + " answered with status " + status + redirect(status));
      }
    } catch (SocketTimeoutException e) {
      throw new HookFailure(url + " did not answer within " + timeout.toMillis() + " ms");
    } catch (IOException e) {
      throw new HookFailure(url + " cannot be reached: start the server, or correct the port");
    }
  }

  private InetAddress address() throws HookFailure {
    String host = url.getHost();
    try {
      InetAddress[] found =
          InetAddress.getAllByName(
              host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
      for (InetAddress one : found) {
        if (!one.isLoopbackAddress()) {
          throw new HookFailure(host + " is not this machine, and a hook is called on it only");
        }
      }
      return found[0];
    } catch (UnknownHostException e) {
      throw new HookFailure(host + " is not known: use 127.0.0.1");
    }
  }

  private int port() {
    return url.getPort() < 0 ? HTTP_PORT : url.getPort();
  }

  private String request(SecretName secret, Version version) {
    String path = Optional.ofNullable(url.getRawPath()).filter(text -> !text.isEmpty()).orElse("/");
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: "
        + url.getRawAuthority()
        + "\r\nUser-Agent: postern\r\nPostern-Secret: "
        + secret
        + "\r\nPostern-Version: "
        + version
        + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  }

  private int status(Socket socket, long deadline) throws IOException, HookFailure {
    InputStream in = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    while (line.length() < LONGEST_LINE) {
      // Anew for each byte: a server that sends one now and then does not prolong it.
      socket.setSoTimeout(left(deadline));
      int next = in.read();
      if (next < 0 || next == '\n') {
        break;
      }
      line.append((char) next);
    }
    Matcher matcher = STATUS.matcher(line.toString().stripTrailing());
    if (!matcher.matches()) {
      throw new HookFailure(url + " does not answer in HTTP");
    }
    return Integer.parseInt(matcher.group(1));
  }

  private static String redirect(int status) {
    return status / 100 == 3 ? ": a redirect is not followed; name its target" : "";
  }

  private static int left(long deadline) throws SocketTimeoutException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException();
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  @Override
  public String describe() {
    return method + " " + url;
  }
}
