package dev.postern.store.local;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import dev.postern.store.local.LocalFile.Outcome;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a person does to the embedded store, beside a running agent or without one. Every method
 * throws {@link StoreException}s as the port does.
 */
public final class LocalAdministration implements AutoCloseable {
  private static final Pattern FIELD = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

  /** What a field's new value makes stale: the id names the key that was there before. */
  private static final Map<String, String> DEPENDENT = Map.of("api_key", "api_key_id");

  private final LocalFile file;
  private final InstantSource clock;

  private LocalAdministration(LocalFile file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  public static LocalAdministration open(LocalConfig config) {
    return new LocalAdministration(
        LocalFile.open(config, DurableReplace.NOBODY), InstantSource.system());
  }

  /**
   * Makes a new current version with one field replaced and the others kept; a new {@code api_key}
   * also drops {@code api_key_id}. Creates the path if there is none. A compromise flag and a
   * pending version stay.
   *
   * @param value stays the caller's
   * @return the new version
   * @throws IllegalArgumentException when the field's name is not 1 to 64 of {@code a-z 0-9 _ -}
   */
  public Version put(SecretPath path, String field, SecretBytes value) {
    if (!FIELD.matcher(field).matches()) {
      throw new IllegalArgumentException(
          "a field name is 1 to 64 of a-z, 0-9, _ and -, such as api_key");
    }
    return file.update(
        document -> {
          Instant now = clock.instant();
          return Outcome.changed(
              document
                  .find(path)
                  .map(secret -> replaceField(secret, field, value, now))
                  .orElseGet(() -> addSecret(document, path, field, value, now)));
        });
  }

  /** In alphabetical order of the paths. */
  public List<LocalEntry> list() {
    return file.read(
        document ->
            document.secrets().entrySet().stream()
                .map(entry -> LocalEntry.of(entry.getKey(), entry.getValue()))
                .toList());
  }

  @Override
  public void close() {
    file.close();
  }

  private static Version replaceField(
      LocalSecret secret, String field, SecretBytes value, Instant now) {
    String stale = DEPENDENT.getOrDefault(field, field);
    SecretFields kept =
        secret.current().fields().copy(name -> !name.equals(field) && !name.equals(stale));
    Map<String, SecretBytes> fields = new TreeMap<>();
    kept.names().forEach(name -> fields.put(name, kept.field(name).orElseThrow()));
    fields.put(field, copyOf(value));
    return secret.replaceCurrent(SecretFields.takeOwnershipOf(fields), now).version();
  }

  private static Version addSecret(
      LocalDocument document, SecretPath path, String field, SecretBytes value, Instant now) {
    SecretFields fields = SecretFields.takeOwnershipOf(Map.of(field, copyOf(value)));
    LocalSecret added = LocalSecret.first(fields, now);
    document.add(path, added);
    return added.current().version();
  }

  private static SecretBytes copyOf(SecretBytes value) {
    return SecretBytes.takeOwnershipOf(value.exposeCopy());
  }
}
