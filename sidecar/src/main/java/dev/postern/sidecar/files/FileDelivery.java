package dev.postern.sidecar.files;

import dev.postern.SecretFields;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServedVersion;
import dev.postern.serving.ServingState;
import dev.postern.sidecar.config.HookConfig;
import dev.postern.sidecar.hooks.Pursuit;
import dev.postern.sidecar.templates.Subject;
import dev.postern.time.TimeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the files of one secret at its current version, and has their hooks run. */
final class FileDelivery implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FileDelivery.class);

  /** What all secrets share. */
  record Surroundings(SecretCatalog catalog, ConsumerRegistry consumers, TimeSource time) {}

  private final SecretDefinition definition;
  private final Surroundings around;
  private final Map<Bundle, List<KeptFile>> bundles;
  private final Map<HookConfig, HookTask> hooks = new LinkedHashMap<>();
  private final Pursuit pursuit;
  private final Set<KeptFile> acknowledged = new HashSet<>();
  private Optional<Placed> placed = Optional.empty();
  private String lastProblem = "";

  /**
   * @param bundles in the order of the config
   */
  FileDelivery(
      SecretDefinition definition, Surroundings around, Map<Bundle, List<KeptFile>> bundles) {
    this.definition = definition;
    this.around = around;
    this.bundles = bundles;
    this.pursuit = new Pursuit("files-" + name(), around.time(), this::attempt);
    bundles.values().stream()
        .flatMap(List::stream)
        .flatMap(file -> file.onChange().stream())
        .forEach(hook -> hooks.computeIfAbsent(hook, this::task));
  }

  private HookTask task(HookConfig hook) {
    return new HookTask(name(), hook, around.time(), done -> confirmed(hook, done));
  }

  SecretName name() {
    return definition.name();
  }

  /** The secret changed, or is to be looked at for the first time; returns at once. */
  void changed() {
    pursuit.want();
  }

  /** Whether its files hold a version that this agent put there or found there. */
  synchronized boolean inPlace() {
    return placed.isPresent();
  }

  /** How often a file could not be written. */
  long writeFailures() {
    return pursuit.failures();
  }

  /** How often a hook failed. */
  long hookFailures() {
    return hooks.values().stream().mapToLong(hook -> hook.pursuit().failures()).sum();
  }

  synchronized List<FileState> states() {
    List<FileState> states = new ArrayList<>();
    for (List<KeptFile> files : bundles.values()) {
      for (KeptFile file : files) {
        Optional<HookTask> hook = file.onChange().map(hooks::get);
        states.add(
            new FileState(
                file.path(),
                placed.map(Placed::version),
                acknowledged.contains(file),
                hook.map(HookTask::describe),
                pursuit.trouble().or(() -> hook.flatMap(task -> task.pursuit().trouble()))));
      }
    }
    return states;
  }

  private Optional<String> attempt() {
    Optional<String> problem = Optional.empty();
    try {
      deliver();
    } catch (FileProblem e) {
      problem = Optional.of(e.getMessage());
    }
    // Who was interrupted because the agent stops has no problem.
    if (!Thread.currentThread().isInterrupted()) {
      tell(problem.orElse(""));
    }
    return problem;
  }

  private void deliver() throws FileProblem {
    while (around.catalog().state(name()) instanceof ServingState.Holding holding
        && !holding.expired(around.time().instant(), definition.maxStale())) {
      ServedVersion served = holding.served();
      SecretFields fields;
      try {
        fields = served.fields().copy();
      } catch (IllegalStateException replaced) {
        // Its values were wiped between the two lines: there is a newer version to look at.
        continue;
      }
      try (fields) {
        place(
            new Subject(
                name(), definition.kind(), served.version(), definition.attributes(), fields));
      }
      return;
    }
  }

  private void place(Subject subject) throws FileProblem {
    Map<Bundle, List<FileEntry>> contents = new LinkedHashMap<>();
    try {
      // All before any: what cannot be rendered must not leave half of a secret's files behind.
      for (Map.Entry<Bundle, List<KeptFile>> bundle : bundles.entrySet()) {
        List<FileEntry> entries = new ArrayList<>();
        contents.put(bundle.getKey(), entries);
        for (KeptFile file : bundle.getValue()) {
          entries.add(file.entry(subject));
        }
      }
      Map<Bundle, Path> directories = new LinkedHashMap<>();
      for (Map.Entry<Bundle, List<FileEntry>> bundle : contents.entrySet()) {
        directories.put(bundle.getKey(), bundle.getKey().put(bundle.getValue()));
      }
      inPlace(new Placed(subject.version(), directories));
    } finally {
      contents.values().forEach(entries -> entries.forEach(entry -> entry.content().close()));
    }
  }

  private void inPlace(Placed now) {
    Set<HookTask> toRun = new HashSet<>();
    synchronized (this) {
      boolean news = !placed.equals(Optional.of(now));
      placed = Optional.of(now);
      if (!news) {
        return;
      }
      acknowledged.clear();
      bundles.values().stream().flatMap(List::stream).forEach(file -> held(file, now, toRun));
    }
    log.atInfo()
        .addKeyValue("secret", name())
        .addKeyValue("version", now.version())
        .addKeyValue("hooks", toRun.size())
        .log("the files hold this version");
    toRun.forEach(hook -> hook.want(now));
  }

  private void held(KeptFile file, Placed now, Set<HookTask> toRun) {
    Optional<HookTask> hook = file.onChange().map(hooks::get);
    if (hook.isEmpty() || hook.get().isDone(directoriesOf(file.onChange().orElseThrow(), now))) {
      acknowledged.add(file);
      around.consumers().acknowledged(name(), now.version(), file.consumer());
    } else {
      around.consumers().replaced(name(), now.version(), file.consumer());
      toRun.add(hook.get());
    }
  }

  private List<Path> directoriesOf(HookConfig hook, Placed now) {
    return bundles.entrySet().stream()
        .filter(
            bundle ->
                bundle.getValue().stream()
                    .anyMatch(file -> file.onChange().equals(Optional.of(hook))))
        .flatMap(bundle -> Optional.ofNullable(now.directories().get(bundle.getKey())).stream())
        .toList();
  }

  /** A success for a version that was replaced meanwhile says nothing of its successor. */
  private synchronized void confirmed(HookConfig hook, Placed done) {
    if (placed.map(Placed::version).equals(Optional.of(done.version()))) {
      bundles.values().stream()
          .flatMap(List::stream)
          .filter(file -> file.onChange().equals(Optional.of(hook)))
          .forEach(file -> acknowledge(file, done.version()));
    }
  }

  private void acknowledge(KeptFile file, Version version) {
    acknowledged.add(file);
    around.consumers().acknowledged(name(), version, file.consumer());
  }

  /** One line for each change: what fails in the same way again is no news. */
  private void tell(String problem) {
    if (!problem.equals(lastProblem)) {
      (problem.isEmpty() ? log.atInfo() : log.atWarn())
          .addKeyValue("secret", name())
          .addKeyValue("problem", problem.isEmpty() ? "none" : problem)
          .log(
              problem.isEmpty()
                  ? "files are written again"
                  : "files cannot be written; those in place stay, and it is tried again");
      lastProblem = problem;
    }
  }

  @Override
  public void close() {
    pursuit.close();
    hooks.values().forEach(HookTask::close);
  }
}
