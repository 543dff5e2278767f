package dev.postern.sidecar.cli.exec;

import dev.postern.sidecar.cli.client.AgentFailure;
import dev.postern.sidecar.cli.client.JsonObject;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Keeps the copies running with the secrets' current versions, until they end. */
public final class Upkeep {
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

  private final SecretFollower follower;
  private final Variables variables;
  private final Copies copies;
  private final Consumer<String> say;
  private final TimeSource time;

  // From here on all belongs to the renewing thread.

  /** The versions that every copy runs with; empty while they do not. */
  private Map<String, String> running = Map.of();

  /** Of what news the agent was asked while copies were being started. */
  private long asked;

  private String lastProblem = "";

  public Upkeep(
      SecretFollower follower,
      Variables variables,
      Copies copies,
      Consumer<String> say,
      TimeSource time) {
    this.follower = follower;
    this.variables = variables;
    this.copies = copies;
    this.say = say;
    this.time = time;
  }

  /**
   * Starts the copies and returns their exit code when they have ended.
   *
   * @throws SecretFollower.RefusedException when the agent will not give a secret at the beginning
   * @throws IllegalArgumentException when a secret does not have what is to be in a variable
   * @throws AgentFailure when no agent can be reached at the beginning
   */
  public int run()
      throws SecretFollower.RefusedException, CannotStartException, InterruptedException {
    Map<String, JsonObject> first = follower.fetch();
    Map<String, String> firstVariables = variables.of(first);
    Thread listening = Thread.ofVirtual().name("listening").start(this::listen);
    Thread renewing =
        Thread.ofVirtual().name("renewing").start(() -> keepUp(first, firstVariables));
    try {
      return copies.end().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CannotStartException failure) {
        throw failure;
      }
      throw new IllegalStateException("the copies cannot be kept up to date", e.getCause());
    } finally {
      listening.interrupt();
      renewing.interrupt();
      renewing.join();
      copies.stopAll();
    }
  }

  private void listen() {
    try {
      follower.listen();
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void keepUp(Map<String, JsonObject> first, Map<String, String> firstVariables) {
    try {
      long seen = 0;
      boolean settled = renewed(first, firstVariables);
      while (!copies.end().isDone()) {
        if (settled) {
          time.await(follower.news(), seen, time.instant().plus(LOOK_AGAIN));
        } else {
          time.sleep(AFTER_A_FAILURE);
        }
        seen = follower.news().seen();
        settled = look();
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    } catch (CannotStartException | RuntimeException e) {
      copies.end().completeExceptionally(e);
    }
  }

  /** Whether there is nothing more to do before the next news. */
  private boolean look() throws CannotStartException, InterruptedException {
    try {
      Map<String, JsonObject> secrets = follower.fetch();
      return renewed(secrets, variables.of(secrets));
    } catch (AgentFailure | SecretFollower.RefusedException | IllegalArgumentException e) {
      return failed(e);
    }
  }

  private boolean renewed(Map<String, JsonObject> secrets, Map<String, String> wanted)
      throws CannotStartException, InterruptedException {
    Map<String, String> versions = versions(secrets);
    if (!versions.equals(running)) {
      if (!running.isEmpty()) {
        say.accept("starting the program again with " + text(versions));
      }
      running = Map.of();
      if (!copies.renew(wanted, () -> isSuperseded(versions))) {
        return false;
      }
      running = versions;
    }
    try {
      follower.acknowledge(secrets);
      lastProblem = "";
      return true;
    } catch (AgentFailure e) {
      return failed(e);
    }
  }

  private boolean failed(Exception e) {
    String problem = String.valueOf(e.getMessage());
    if (!problem.equals(lastProblem)) {
      lastProblem = problem;
      say.accept(problem + "; the program goes on with what it has");
    }
    return false;
  }

  /** While copies are being started: asks the agent only when there was news. */
  private boolean isSuperseded(Map<String, String> versions) {
    long now = follower.news().seen();
    if (now == asked) {
      return false;
    }
    asked = now;
    try {
      return !versions(follower.fetch()).equals(versions);
    } catch (AgentFailure | SecretFollower.RefusedException e) {
      return false;
    }
  }

  private static Map<String, String> versions(Map<String, JsonObject> secrets) {
    return secrets.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().textOr("version", "")));
  }

  private static String text(Map<String, String> versions) {
    return versions.entrySet().stream()
        .map(one -> one.getKey() + " version " + one.getValue())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
