package dev.postern.sidecar.cli.exec;

import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.AgentFailure;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.EventStream;
import dev.postern.sidecar.cli.client.JsonObject;
import dev.postern.sidecar.cli.client.Watching;
import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads secrets from the agent and hears of their changes. Fetching tells the agent that this
 * process is to be waited for: what it fetched counts only once it is acknowledged.
 */
public final class SecretFollower {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final AgentClient client;
  private final List<String> names;
  private final TimeSource time;
  private final Signal news = new Signal();

  public SecretFollower(AgentClient client, List<String> names, TimeSource time) {
    this.client = client;
    this.names = List.copyOf(names);
    this.time = time;
  }

  /** Raised at every change, and whenever the agent was away and is back. */
  public Signal news() {
    return news;
  }

  /** The agent would not give a secret. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Answer answer;

    RefusedException(String name, Answer answer) {
      super("the agent gives no " + name);
      this.answer = answer;
    }

    public Answer answer() {
      return answer;
    }
  }

  /**
   * All secrets as they are now, by name.
   *
   * @throws AgentFailure when the agent cannot be reached
   */
  public Map<String, JsonObject> fetch() throws RefusedException {
    Map<String, JsonObject> secrets = new LinkedHashMap<>();
    for (String name : names) {
      Answer answer = client.get("/v1/secrets/" + AgentClient.escape(name) + "?ack=explicit");
      if (!answer.ok()) {
        throw new RefusedException(name, answer);
      }
      try {
        secrets.put(name, answer.json());
      } finally {
        Arrays.fill(answer.body(), (byte) 0);
      }
    }
    return secrets;
  }

  /**
   * Tells the agent that these versions are in use. One that is no longer current needs no word:
   * news of its successor is on the way.
   */
  public void acknowledge(Map<String, JsonObject> secrets) {
    secrets.forEach(
        (name, secret) -> {
          Answer answer =
              client.put(
                  "/v1/secrets/" + AgentClient.escape(name) + "/ack",
                  JsonObject.of(Map.of("version", secret.textOr("version", ""))));
          assert answer.status() > 0;
        });
  }

  /** Listens until interrupted; connects again for as long as it takes. */
  public void listen() throws InterruptedException {
    String target =
        names.stream()
            .map(name -> "name=" + AgentClient.escape(name))
            .collect(Collectors.joining("&", "/v1/watch?", ""));
    Duration pause = FIRST_PAUSE;
    while (!Thread.currentThread().isInterrupted()) {
      if (listenOnce(target)) {
        pause = FIRST_PAUSE;
      }
      time.sleep(pause);
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }

  /** Whether the agent could be reached. */
  private boolean listenOnce(String target) {
    try {
      if (client.watch(target) instanceof Watching.Open(EventStream events)) {
        try (events) {
          while (events.next().isPresent()) {
            news.raise();
          }
        }
        return true;
      }
      return false;
    } catch (AgentFailure | IOException away) {
      return false;
    }
  }
}
