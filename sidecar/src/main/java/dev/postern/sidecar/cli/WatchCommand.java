package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentClient;
import dev.postern.sidecar.cli.client.AgentFailure;
import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.client.EventStream;
import dev.postern.sidecar.cli.client.JsonObject;
import dev.postern.sidecar.cli.client.Watching;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "watch",
    description = {
      "Print a line for every change of a secret: time, name, version, state; never a value.",
      "The first line of each secret is its present state, which --count does not count.",
      "Runs until Ctrl-C and connects again when the agent restarts."
    },
    footer = "Example: postern watch sending-key")
final class WatchCommand implements Callable<Integer> {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Surroundings surroundings;
  private final Map<String, String> lastSeen = new HashMap<>();
  @Mixin private final AgentOptions agent = new AgentOptions();

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "the secrets (default: all)")
  private List<String> names = List.of();

  @Option(names = "--count", paramLabel = "N", description = "stop after so many changes")
  private long count = Long.MAX_VALUE;

  @Option(names = "--json", description = "print a JSON object a line")
  private boolean json;

  WatchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (count < 1) {
      throw new CommandFailure(ExitCode.USAGE, "--count is at least 1");
    }
    AgentClient client = agent.client(surroundings);
    String target = target();
    long left = count;
    Duration pause = FIRST_PAUSE;
    boolean connectedBefore = false;
    while (true) {
      Optional<EventStream> stream = connect(client, target, connectedBefore);
      if (stream.isPresent()) {
        try (EventStream events = stream.get()) {
          if (connectedBefore) {
            surroundings.err().println("postern: connected again");
          }
          connectedBefore = true;
          pause = FIRST_PAUSE;
          left -= print(events, left);
        }
        if (left == 0 || surroundings.out().checkError()) {
          return ExitCode.OK.code();
        }
        surroundings.err().println("postern: the agent ended the connection, trying again");
      }
      surroundings.time().sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  private String target() {
    return "/v1/watch"
        + names.stream()
            .map(name -> "name=" + AgentClient.escape(name))
            .collect(Collectors.joining("&", names.isEmpty() ? "" : "?", ""));
  }

  /** Empty when the agent, once reached, cannot be reached now. */
  private static Optional<EventStream> connect(
      AgentClient client, String target, boolean connectedBefore) {
    try {
      return switch (client.watch(target)) {
        case Watching.Open(EventStream events) -> Optional.of(events);
        case Watching.Refused(Answer answer) when connectedBefore && answer.status() >= 500 ->
            Optional.empty();
        case Watching.Refused(Answer answer) -> throw Refusals.refusal(answer);
      };
    } catch (AgentFailure e) {
      if (!connectedBefore) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Prints until the stream ends or the limit is reached, and says how many it printed. */
  private long print(EventStream events, long limit) {
    long printed = 0;
    try {
      while (printed < limit && !surroundings.out().checkError()) {
        Optional<EventStream.Event> event = events.next();
        if (event.isEmpty()) {
          break;
        }
        if (event.get().type().equals("secret")
            && changed(JsonObject.parse(event.get().data().getBytes(StandardCharsets.UTF_8)))) {
          printed++;
        }
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNREACHABLE, "what the agent sends is no stream of changes: see its version");
    }
    return printed;
  }

  /**
   * A stream begins with the present state: no change the first time, and after a reconnect only
   * where it is not what was seen last.
   */
  private boolean changed(JsonObject change) {
    String seen = change.textOr("version", "") + ' ' + SecretState.of(change);
    String before = lastSeen.put(change.textOr("name", ""), seen);
    if (!seen.equals(before)) {
      print(change);
    }
    return before != null && !seen.equals(before);
  }

  private void print(JsonObject change) {
    String time = HumanTime.time(surroundings.time().instant());
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("time", time);
      line.putAll(change.values());
      new JsonOutput(surroundings).print(JsonObject.of(line));
    } else {
      surroundings
          .out()
          .println(
              SafeText.line(
                  String.join(
                      " ",
                      time,
                      change.textOr("name", ""),
                      change.textOr("version", ""),
                      SecretState.of(change))));
    }
  }
}
