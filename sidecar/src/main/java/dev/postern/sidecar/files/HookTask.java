package dev.postern.sidecar.files;

import dev.postern.SecretName;
import dev.postern.sidecar.config.HookConfig;
import dev.postern.sidecar.hooks.Hook;
import dev.postern.sidecar.hooks.HookFailure;
import dev.postern.sidecar.hooks.Pursuit;
import dev.postern.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One hook of one secret, run until it has succeeded for the version in place. While it runs for
 * one version and the next is put in place, it runs once more.
 */
final class HookTask implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HookTask.class);

  private final SecretName secret;
  private final Hook hook;
  private final String mark;
  private final Consumer<Placed> confirmed;
  private final Pursuit pursuit;
  private volatile @Nullable Placed wanted;
  private String lastProblem = "";

  /**
   * @param confirmed called after each success, on the hook's own thread
   */
  HookTask(SecretName secret, HookConfig config, TimeSource time, Consumer<Placed> confirmed) {
    this.secret = secret;
    this.hook = Hook.of(config);
    this.mark = nameOf(config);
    this.confirmed = confirmed;
    this.pursuit = new Pursuit("hook-" + secret, time, this::attempt);
  }

  /** The same for the same hook in every agent; a changed hook is another one, and is run. */
  private static String nameOf(HookConfig config) {
    return UUID.nameUUIDFromBytes(config.toString().getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** Whether it has succeeded for all of these, this time or before the agent was restarted. */
  boolean isDone(List<Path> versions) {
    return versions.stream().allMatch(version -> Bundle.isMarked(version, mark));
  }

  void want(Placed placed) {
    wanted = placed;
    pursuit.want();
  }

  String describe() {
    return hook.describe();
  }

  Pursuit pursuit() {
    return pursuit;
  }

  private Optional<String> attempt() throws InterruptedException {
    Placed placed = wanted;
    if (placed == null) {
      return Optional.empty();
    }
    try {
      hook.run(secret, placed.version());
    } catch (HookFailure e) {
      tell(e.getMessage());
      return Optional.of(e.getMessage());
    }
    remember(placed);
    tell("");
    confirmed.accept(placed);
    return Optional.empty();
  }

  /** One line for each change: a hook that fails in the same way again is no news. */
  private void tell(String problem) {
    if (!problem.equals(lastProblem)) {
      (problem.isEmpty() ? log.atInfo() : log.atWarn())
          .addKeyValue("secret", secret)
          .addKeyValue("hook", hook.describe())
          .addKeyValue("problem", problem.isEmpty() ? "none" : problem)
          .log(
              problem.isEmpty()
                  ? "a hook succeeds again"
                  : "a hook failed; it is repeated while the version is current");
      lastProblem = problem;
    }
  }

  private void remember(Placed placed) {
    for (Path version : placed.directories().values()) {
      try {
        Bundle.mark(version, mark);
      } catch (IOException e) {
        // Replaced meanwhile, or no room: then it is run once more than needed after a restart.
        log.atDebug().addKeyValue("secret", secret).log("a hook's success was not marked");
      }
    }
  }

  @Override
  public void close() {
    pursuit.close();
  }
}
