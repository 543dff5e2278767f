package dev.postern.kubernetes;

import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import dev.postern.kubernetes.api.FabricClusterApi;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Random;

/**
 * What the Kubernetes client costs a process: memory and threads of one that is a reader of a
 * fleet, beside one that is none.
 *
 * <pre>ClientMemory api FILE | none | reader URL</pre>
 */
final class ClientMemory {
  private static final Duration AT_REST = Duration.ofSeconds(15);

  private ClientMemory() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "api" -> serve(Path.of(arguments[1]));
      case "none" -> rest("none");
      default -> {
        System.setProperty("kubernetes.master", arguments[1]);
        System.setProperty("kubernetes.auth.tryKubeConfig", "false");
        ClusterApi api = FabricClusterApi.ofSurroundings("mail");
        Fleet fleet =
            Fleet.join(
                api,
                new AgentIdentity(
                    new FleetNames("prod-eu"),
                    new Owner("reader-0", "uid"),
                    Role.READER,
                    "run",
                    "0.1.0"),
                new FleetListener() {},
                FleetTime.system(),
                new Random());
        if (!fleet.awaitAnnounced(Duration.ofSeconds(20))) {
          throw new IOException("the API at " + arguments[1] + " does not answer");
        }
        rest("reader");
        fleet.close();
        api.close();
      }
    }
  }

  /** An API, and its address in the file, until standard input ends. */
  private static void serve(Path file) throws IOException {
    KubernetesMockServer server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    server.init(InetAddress.getLoopbackAddress(), 0);
    Files.writeString(file, server.url("/"));
    while (System.in.read() >= 0) {}
    server.destroy();
  }

  private static void rest(String name) throws IOException, InterruptedException {
    Thread.sleep(AT_REST);
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        System.out.println(name + "_rss_kb " + line.replaceAll("[^0-9]", ""));
      } else if (line.startsWith("Threads:")) {
        System.out.println(name + "_threads " + line.replaceAll("[^0-9]", ""));
      }
    }
  }
}
