import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The training run of the image's cache for {@code postern run}: a reader whose store is away
 * behind TLS, as nearly all are that run in a container. TLS and HTTP are what costs such a reader
 * time at its start, and memory, when they are not in the cache. The build's own training, of a
 * store that is a file, has neither; such a store is read here too.
 *
 * <p>The store that is away is a Vault with one secret and the answers that reading it needs. It is in this
 * process, and not in the agent's, so that nothing of it gets into the cache, and so that the agent
 * is trained with the class path that it runs with.
 */
final class Trainer {
  private static final Path HOME = Path.of("/opt/postern");
  private static final char[] PASSWORD = "training".toCharArray();
  private static final long TRAINED_MILLIS = 8_000;
  private static final int LOOKS = 1_200;
  private static final Map<String, String> ANSWERS =
      Map.of(
          "/v1/auth/approle/login",
          reply(
              "null",
              "{\"client_token\":\"hvs.training\",\"lease_duration\":6,\"renewable\":true,\"policies\":[]}"),
          "/v1/auth/token/renew-self",
          reply(
              "null",
              "{\"client_token\":\"hvs.training\",\"lease_duration\":6,\"renewable\":true,\"policies\":[]}"),
          "/v1/secret/metadata/mail/sending",
          reply(
              "{\"current_version\":1,\"custom_metadata\":null,\"versions\":"
                  + "{\"1\":{\"created_time\":\"2026-01-01T00:00:00Z\",\"deletion_time\":\"\",\"destroyed\":false}}}",
              "null"),
          "/v1/secret/data/mail/sending",
          reply(
              "{\"data\":{\"api_key\":\"a value for the training run only\"},\"metadata\":"
                  + "{\"created_time\":\"2026-01-01T00:00:00Z\",\"deletion_time\":\"\",\"destroyed\":false,\"version\":1}}",
              "null"));

  private Trainer() {}

  private static String reply(String data, String auth) {
    return "{\"request_id\":\"\",\"lease_id\":\"\",\"renewable\":false,\"lease_duration\":0,\"data\":"
        + data
        + ",\"wrap_info\":null,\"warnings\":null,\"auth\":"
        + auth
        + "}";
  }

  /**
   * @param arguments a folder with the key {@code vault.p12} and its certificate {@code vault.pem},
   *     and the cache to make
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    HttpsServer vault =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    vault.setHttpsConfigurator(new HttpsConfigurator(tls(folder.resolve("vault.p12"))));
    vault.createContext("/", Trainer::answer);
    vault.start();
    try {
      train(folder, vault.getAddress().getPort(), arguments[1]);
    } finally {
      vault.stop(0);
    }
  }

  private static SSLContext tls(Path keys) throws Exception {
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(KeyStore.getInstance(keys.toFile(), PASSWORD), PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    return context;
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream request = exchange.getRequestBody()) {
      request.readAllBytes();
      String known = ANSWERS.get(exchange.getRequestURI().getPath());
      byte[] body =
          (known == null ? "{\"errors\":[\"not of the training\"]}" : known).getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(known == null ? 404 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static void train(Path folder, int vault, String cache) throws Exception {
    InetSocketAddress management = freePort();
    Path socket = folder.resolve("postern.sock");
    Files.writeString(folder.resolve("secret-id"), "training\n");
    fillLocalStore(folder);
    Path config =
        Files.writeString(folder.resolve("postern.yaml"), config(vault, management.getPort()));
    Process agent = start(config, cache);
    await(agent, UnixDomainSocketAddress.of(socket), "/v1/secrets/sending-key");
    await(agent, UnixDomainSocketAddress.of(socket), "/v1/secrets/local-key");
    await(agent, management, "/metrics");
    await(agent, management, "/health/ready");
    // Some rounds of refreshing, and a renewal of the login.
    Thread.sleep(TRAINED_MILLIS);
    agent.destroy();
    if (!agent.waitFor(5, TimeUnit.MINUTES) || agent.exitValue() != 0) {
      agent.destroyForcibly();
      throw new IllegalStateException(
          "training: the agent did not end well; see the lines before this one");
    }
  }

  private static InetSocketAddress freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
  }

  private static String config(int vault, int management) throws IOException {
    return """
    installation: training
    stores:
      prod:
        type: vault
        address: https://127.0.0.1:%2$d
        ca: vault.pem
        auth: {method: approle, role-id: training, secret-id-file: secret-id}
      local: {type: local, file: store.age, identity: identity.txt}
    secrets:
      sending-key:
        kind: mailgun-sending-key
        source: {store: prod, path: mail/sending}
        domain: mg.example.com
        refresh: 1s
        consumers: {allow: [{uid: %1$s}]}
      local-key:
        kind: mailgun-sending-key
        source: {store: local, path: mail/local}
        domain: mg.example.com
        refresh: 1s
        consumers: {allow: [{uid: %1$s}]}
    socket: {path: postern.sock, mode: "0600"}
    management: {address: "127.0.0.1:%3$d"}
    journal: {dir: journal}
    """
        .formatted(Files.getAttribute(Path.of("/proc/self"), "unix:uid"), vault, management);
  }

  private static void fillLocalStore(Path folder) throws Exception {
    String[] store = {
      "--file", folder.resolve("store.age").toString(),
      "--identity", folder.resolve("identity.txt").toString()
    };
    command(folder, List.of("local", "init"), store);
    command(folder, List.of("local", "put", "mail/local", "--field", "api_key"), store);
  }

  /** Does it, with a value on its standard input. */
  private static void command(Path folder, List<String> words, String[] more) throws Exception {
    Path value = Files.writeString(folder.resolve("value"), "a value for the training run only\n");
    ProcessBuilder builder = postern(List.of(), words);
    builder.command().addAll(List.of(more));
    int code = builder.redirectInput(value.toFile()).start().waitFor();
    if (code != 0) {
      throw new IllegalStateException("training: " + words + " ended with " + code);
    }
  }

  private static Process start(Path config, String cache) throws IOException {
    return postern(
            List.of("-XX:AOTCacheOutput=" + cache), List.of("run", "--config", config.toString()))
        .start();
  }

  /** As the launcher starts it. */
  private static ProcessBuilder postern(List<String> options, List<String> words) {
    List<String> line =
        new ArrayList<>(
            List.of(HOME.resolve("jdk/bin/java").toString(), "@" + HOME.resolve("jvm.options")));
    line.add("-Djava.library.path=" + HOME.resolve("native"));
    line.addAll(options);
    line.addAll(List.of("-cp", HOME.resolve("postern.jar").toString(), "dev.postern.sidecar.Main"));
    line.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    return builder;
  }

  private static void await(Process agent, SocketAddress address, String path) throws Exception {
    for (int look = 0; look < LOOKS && agent.isAlive(); look++) {
      if (answers(address, path)) {
        return;
      }
      Thread.sleep(50);
    }
    agent.destroyForcibly();
    throw new IllegalStateException(
        "training: no 200 for " + path + "; see the lines before this one");
  }

  private static boolean answers(SocketAddress address, String path) {
    try (SocketChannel channel = SocketChannel.open(address)) {
      channel.write(UTF_8.encode("GET " + path + " HTTP/1.1\r\nHost: postern\r\n\r\n"));
      ByteBuffer head = ByteBuffer.allocate("HTTP/1.1 200".length());
      while (head.hasRemaining() && channel.read(head) >= 0) {}
      return UTF_8.decode(head.flip()).toString().equals("HTTP/1.1 200");
    } catch (IOException notYet) {
      return false;
    }
  }
}
