package dev.postern.sidecar.e2e;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stand-in of a store outside, in the place of the embedded one. It outlives every agent, and
 * lets them in as the rotator of {@code deploy/policies}, with no more rights than that.
 */
interface OutsideStore extends AutoCloseable {
  String ADMIN = "mail/mailgun-admin";

  /** The stores that there are stand-ins for. */
  enum Kind {
    AWS,
    VAULT,
    CONJUR;

    OutsideStore start() {
      return switch (this) {
        case AWS -> new OutsideAws();
        case VAULT -> new OutsideVault();
        case CONJUR -> new OutsideConjur();
      };
    }

    /** How often a leaked key's rotation writes to it, one way to the end. */
    int writes() {
      return switch (this) {
        // The flag, the value, the pending label, the current label, the pending label off, the
        // flag
        // off.
        case AWS -> 6;
        // The flag, the successor, the value, the successor destroyed, the flag off.
        case VAULT -> 5;
        // The flag, the successor, the value, the successor overwritten, the flag off.
        case CONJUR -> 5;
      };
    }
  }

  /** A kind with the sending key and the admin key in it, which the installation's config names. */
  static OutsideStore install(Kind kind, Installation installation, Path credentials) {
    OutsideStore store = kind.start();
    String config = store.admit(credentials);
    store.put(ADMIN, Map.of("api_key", installation.adminKey().exposeSecret()));
    store.put(
        Installation.PATH,
        Map.of(
            "api_key", installation.oldKey().exposeSecret(),
            "api_key_id", installation.oldKey().id()));
    installation.agentsNeed(store.flags(credentials));
    installation.writeConfig(
        text ->
            text.replaceFirst(" {2}embedded: .*\n", config.indent(2))
                .replace("{store: embedded,", "{store: prod,"));
    return store;
  }

  /** A kind with the admin key in it, beside the embedded store with the sending key. */
  static OutsideStore installAdmin(Kind kind, Installation installation, Path credentials) {
    OutsideStore store = kind.start();
    String config = store.admit(credentials);
    store.put(ADMIN, Map.of("api_key", installation.adminKey().exposeSecret()));
    installation.agentsNeed(store.flags(credentials));
    installation.writeConfig(
        text ->
            text.replace("stores:\n", "stores:\n" + config.indent(2))
                .replace("{store: embedded, path: " + ADMIN, "{store: prod, path: " + ADMIN));
    return store;
  }

  /** Writes the agent's credentials; returns what the config says under {@code stores}. */
  String admit(Path credentials);

  /** What the agent's JVM needs to find its credentials. */
  default List<String> flags(Path credentials) {
    return List.of();
  }

  /** As a person does. */
  void put(String path, Map<String, String> fields);

  /** Of the current value. */
  Optional<String> field(String path, String field);

  boolean pending(String path);

  boolean flagged(String path);

  /** Called when a write was carried out, before it is answered. */
  void afterWrites(Runnable act);

  /** From now on, nothing is answered, or nothing of use. */
  void goAway();

  void comeBack();

  @Override
  void close();
}
