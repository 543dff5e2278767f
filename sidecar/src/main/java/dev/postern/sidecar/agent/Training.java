package dev.postern.sidecar.agent;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.ExitCode;
import dev.postern.sidecar.cli.PosternCli;
import dev.postern.sidecar.config.ConfigLoader;
import dev.postern.sidecar.config.ConfigResult;
import dev.postern.sidecar.server.AccessPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/**
 * The run that the build makes its AOT cache from: the main job once, from start-up over a rotation
 * to the metrics, then the commands that scripts call most.
 */
public final class Training {
  private Training() {}

  public static void main(String[] arguments) throws Exception {
    // What `get` prints is for nobody's log, be it a simulated key.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    try (DevDirectory directory = DevDirectory.fresh();
        MailgunSimulator simulator = directory.startSimulator()) {
      directory.seed(simulator);
      directory.writeConfig(simulator, AccessPolicy.uidOfThisProcess());
      if (!(ConfigLoader.load(directory.config()) instanceof ConfigResult.Valid valid)) {
        throw new IllegalStateException("the config of dev is not valid");
      }
      try (Agent agent = Agent.start(valid.config())) {
        String socket = agent.socket().toString();
        command("get", "sending-key", "--field", "api_key", "--socket", socket);
        command("list", "--socket", socket);
        command("rotate", "sending-key", "--compromised", "--wait", "--socket", socket);
        command("report", "last", "--socket", socket);
        command("status", "--socket", socket);
        command("consumers", "--socket", socket);
        fetch(agent, "/metrics");
        fetch(agent, "/health/ready");
      }
    }
  }

  /** A training run that does not do the job would train the wrong thing. */
  private static void command(String... arguments) {
    int code =
        PosternCli.ofProcess(
                () -> {
                  throw new IllegalStateException("training starts no second agent");
                })
            .run(arguments);
    if (code != ExitCode.OK.code()) {
      throw new IllegalStateException(
          "training: `" + String.join(" ", arguments) + "` ended with " + code);
    }
  }

  private static void fetch(Agent agent, String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + agent.managementPort() + path);
      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("training: " + path + " answered " + answer.statusCode());
      }
    }
  }
}
