package dev.postern.sidecar.files;

import dev.postern.SecretName;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretCatalog.Subscription;
import dev.postern.sidecar.config.FileConfig;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.config.SecretConfig;
import dev.postern.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of all secrets. Thread-safe. */
public final class SecretFiles implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SecretFiles.class);

  private final SecretCatalog catalog;
  private final Map<Path, SecretDirectory> directories;
  private final Map<SecretName, FileDelivery> deliveries = new TreeMap<>();
  private Optional<Subscription> subscription = Optional.empty();

  /**
   * @param ownUid the user that this process runs as
   */
  public SecretFiles(
      PosternConfig config,
      int ownUid,
      SecretCatalog catalog,
      ConsumerRegistry consumers,
      TimeSource time) {
    this.catalog = catalog;
    Map<SecretName, List<KeptFile>> kept = new LinkedHashMap<>();
    Principals principals = new Principals();
    config.secrets().values().stream()
        .filter(secret -> !secret.files().isEmpty())
        .forEach(
            secret ->
                kept.put(
                    secret.name(),
                    secret.files().stream().map(file -> new KeptFile(file, principals)).toList()));
    this.directories = directories(kept, ownUid);
    FileDelivery.Surroundings around = new FileDelivery.Surroundings(catalog, consumers, time);
    kept.forEach(
        (name, files) ->
            deliveries.put(
                name,
                new FileDelivery(
                    catalog.definition(name).orElseThrow(), around, bundles(name, files))));
  }

  /** Whether a consumer that is a file is one of this config's. */
  public static Predicate<Consumer> keptBy(PosternConfig config) {
    Set<Consumer> kept =
        config.secrets().values().stream()
            .map(SecretConfig::files)
            .flatMap(List::stream)
            .map(FileConfig::path)
            .map(path -> Consumer.ofFile(path.toString()))
            .collect(Collectors.toSet());
    return kept::contains;
  }

  private static Map<Path, SecretDirectory> directories(
      Map<SecretName, List<KeptFile>> kept, int ownUid) {
    Map<Path, Set<SecretName>> secrets = new TreeMap<>();
    Map<Path, DirectoryGuard> guards = new HashMap<>();
    Map<Path, Set<String>> names = new HashMap<>();
    kept.forEach(
        (secret, files) ->
            files.forEach(
                file -> {
                  guards.put(file.directory(), new DirectoryGuard(ownUid, file.folder()));
                  secrets.computeIfAbsent(file.directory(), path -> new HashSet<>()).add(secret);
                  names.computeIfAbsent(file.directory(), path -> new HashSet<>()).add(file.name());
                }));
    Map<Path, SecretDirectory> directories = new TreeMap<>();
    secrets.forEach(
        (path, owners) ->
            directories.put(
                path,
                new SecretDirectory(
                    path,
                    Objects.requireNonNull(guards.get(path)),
                    owners.stream()
                        .collect(
                            Collectors.toMap(
                                secret -> secret,
                                secret -> VersionNames.dataLink(secret, owners.size() == 1))),
                    names.getOrDefault(path, Set.of()))));
    return directories;
  }

  private Map<Bundle, List<KeptFile>> bundles(SecretName secret, List<KeptFile> files) {
    Map<Path, List<KeptFile>> byDirectory = new LinkedHashMap<>();
    files.forEach(
        file -> byDirectory.computeIfAbsent(file.directory(), path -> new ArrayList<>()).add(file));
    Map<Bundle, List<KeptFile>> bundles = new LinkedHashMap<>();
    byDirectory.forEach(
        (path, own) ->
            bundles.put(
                new Bundle(Optional.ofNullable(directories.get(path)).orElseThrow(), secret), own));
    return bundles;
  }

  /** Removes what a crash left, and keeps the files from here on. Returns at once. */
  public void start() {
    directories.values().forEach(SecretFiles::prepare);
    if (!deliveries.isEmpty()) {
      subscription =
          Optional.of(
              catalog.subscribe(
                  change ->
                      Optional.ofNullable(deliveries.get(change.name()))
                          .ifPresent(FileDelivery::changed)));
      deliveries.values().forEach(FileDelivery::changed);
    }
  }

  private static void prepare(SecretDirectory directory) {
    directory.lock.lock();
    try {
      directory.check();
      directory.clean();
      directory
          .disk()
          .ifPresent(
              type ->
                  log.atWarn()
                      .addKeyValue("directory", directory.path())
                      .addKeyValue("type", type)
                      .log("secrets in files are on a disk; use a tmpfs"));
    } catch (FileProblem | IOException e) {
      // Whoever writes there meets the same, tells of it, and tries again.
      log.atDebug().addKeyValue("directory", directory.path()).log("not prepared");
    } finally {
      directory.lock.unlock();
    }
  }

  /** The secrets that have files. */
  public Set<SecretName> secrets() {
    return deliveries.keySet();
  }

  /** Whether the secret's files hold a version of it; true of a secret without files. */
  public boolean inPlace(SecretName secret) {
    return delivery(secret).map(FileDelivery::inPlace).orElse(true);
  }

  /** How it stands with each of its files. */
  public List<FileState> states(SecretName secret) {
    return delivery(secret).map(FileDelivery::states).orElse(List.of());
  }

  /** How often its files could not be written. */
  public long writeFailures(SecretName secret) {
    return delivery(secret).map(FileDelivery::writeFailures).orElse(0L);
  }

  /** How often a hook of its files failed. */
  public long hookFailures(SecretName secret) {
    return delivery(secret).map(FileDelivery::hookFailures).orElse(0L);
  }

  private Optional<FileDelivery> delivery(SecretName secret) {
    return Optional.ofNullable(deliveries.get(secret));
  }

  /** Ends what is under way; the files stay. */
  @Override
  public void close() {
    subscription.ifPresent(Subscription::close);
    deliveries.values().forEach(FileDelivery::close);
  }
}
