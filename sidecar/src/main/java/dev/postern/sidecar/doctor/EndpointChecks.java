package dev.postern.sidecar.doctor;

import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.checkup.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Whether a server's name resolves, it takes connections, and can be trusted; and its clock. */
final class EndpointChecks {
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private final InstantSource clock;
  private final Map<String, String> environment;

  /**
   * @param environment where some clients look for a proxy
   */
  EndpointChecks(InstantSource clock, Map<String, String> environment) {
    this.clock = clock;
    this.environment = Map.copyOf(environment);
  }

  /**
   * @param subject what the names of the checks begin with; empty for a target's own server
   */
  List<Check> of(Endpoint endpoint, String subject) {
    if (isBehindProxy(endpoint)) {
      return List.of(
          Check.of(
              subject + "reach",
              () ->
                  Finding.skipped(
                      "not checked: " + endpoint + " is reached by way of a proxy",
                      "see whether the checks below pass")));
    }
    List<Check> checks = new ArrayList<>();
    checks.add(Check.gate(subject + "reach", () -> reach(endpoint)));
    if (endpoint.encrypted()) {
      checks.add(
          Check.gate(subject + "certificate", () -> new CertificateLook(endpoint, clock).look()));
    }
    if (endpoint.speaksHttp() && !endpoint.clockMatters().isEmpty()) {
      checks.add(Check.of(subject + "clock", () -> new ClockLook(endpoint, clock).look()));
    }
    return checks;
  }

  static Socket connect(Endpoint endpoint) throws IOException {
    Socket socket = new Socket(Proxy.NO_PROXY);
    try {
      int millis = (int) PATIENCE.toMillis();
      socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), millis);
      socket.setSoTimeout(millis);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Finding reach(Endpoint endpoint) {
    try {
      int addresses = InetAddress.getAllByName(endpoint.host()).length;
      long start = System.nanoTime();
      connect(endpoint).close();
      return Finding.ok(
          "%s resolves to %d address%s and takes connections, in %d ms"
              .formatted(
                  endpoint,
                  addresses,
                  addresses == 1 ? "" : "es",
                  Duration.ofNanos(System.nanoTime() - start).toMillis()));
    } catch (UnknownHostException e) {
      return Finding.unreachable(
          "the name " + endpoint.host() + " does not resolve",
          "check the address in the config, and the resolver of this machine or pod");
    } catch (SocketTimeoutException e) {
      return Finding.unreachable(
          "%s takes no connection within %d s".formatted(endpoint, PATIENCE.toSeconds()),
          "check firewalls, security groups and network policies on the way");
    } catch (IOException e) {
      return Finding.unreachable(
          endpoint + " takes no connection", "check that it runs, and the port in the config");
    }
  }

  private boolean isBehindProxy(Endpoint endpoint) {
    if (!endpoint.speaksHttp()) {
      return false;
    }
    String scheme = endpoint.address().getScheme();
    boolean told =
        List.of(scheme + "_proxy", (scheme + "_proxy").toUpperCase(Locale.ROOT)).stream()
            .anyMatch(name -> !environment.getOrDefault(name, "").isBlank());
    return !isLoopback(endpoint) && (told || isProxied(endpoint.address()));
  }

  private static boolean isProxied(URI address) {
    return Optional.ofNullable(ProxySelector.getDefault()).stream()
        .flatMap(selector -> selector.select(address).stream())
        .anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
  }

  private static boolean isLoopback(Endpoint endpoint) {
    return endpoint.host().equals("localhost")
        || endpoint.host().equals("::1")
        || endpoint.host().startsWith("127.");
  }
}
