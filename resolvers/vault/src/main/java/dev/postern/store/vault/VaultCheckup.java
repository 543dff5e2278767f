package dev.postern.store.vault;

import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.checkup.Finding;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreException;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The agent's rights, proven without a write: what is only read is read, and for the rest the
 * server is asked what the token may do ({@code sys/capabilities-self}, which Vault's default
 * policy permits, and those of {@code deploy/policies} do).
 */
final class VaultCheckup {
  private static final String READER = "deploy/policies/vault-reader.hcl";
  private static final String ROTATOR = "deploy/policies/vault-rotator.hcl";
  private static final String ASK = "sys/capabilities-self";

  private final VaultConfig config;
  private final VaultConnection connection;
  private final SecretStore store;

  VaultCheckup(VaultConfig config, VaultConnection connection, SecretStore store) {
    this.config = config;
    this.connection = connection;
    this.store = store;
  }

  Endpoint endpoint() {
    URI address = config.address();
    return new Endpoint(
        address,
        config.tls().ca(),
        "set 'ca' of the store to the PEM file of the authority that signed it",
        "by our clock it is decided whether a version's deletion_time has come");
  }

  List<Check> checks(SecretPath path, StoreCheckup.Use use) {
    List<Check> checks = new ArrayList<>();
    boolean versioned = config.engine().version() == 2;
    String policy = use == StoreCheckup.Use.ROTATE ? ROTATOR : READER;
    checks.add(Check.of("read " + path, () -> value(path, policy)));
    if (versioned && use != StoreCheckup.Use.VALUE) {
      checks.add(Check.of("look at " + path, () -> head(path, policy)));
    }
    if (versioned && use == StoreCheckup.Use.ROTATE) {
      checks.add(Check.of("stage beside " + path, () -> may(staging(path), path)));
      checks.add(Check.of("promote " + path, () -> may(List.of(promotion(path)), path)));
      checks.add(Check.of("flag " + path, () -> may(List.of(flagging(path)), path)));
    }
    return checks;
  }

  /**
   * A right on a path of the server's interface.
   *
   * @param instead does as well as all the others
   */
  private record Need(String path, Set<String> capabilities, Optional<String> instead) {
    Set<String> missingOf(Set<String> granted) {
      if (granted.contains("root") || instead.filter(granted::contains).isPresent()) {
        return Set.of();
      }
      Set<String> missing = new HashSet<>(capabilities);
      missing.removeAll(granted);
      return missing;
    }
  }

  private List<Need> staging(SecretPath path) {
    String pending = path + "/" + config.engine().pendingSuffix();
    return List.of(
        new Need(data(pending), Set.of("create", "read", "update"), Optional.empty()),
        new Need(
            config.engine().mount() + "/destroy/" + pending, Set.of("update"), Optional.empty()));
  }

  private Need promotion(SecretPath path) {
    return new Need(data(path.value()), Set.of("update"), Optional.empty());
  }

  /** An older server has no patch: then the metadata are written whole. */
  private Need flagging(SecretPath path) {
    return new Need(metadata(path.value()), Set.of("patch"), Optional.of("update"));
  }

  private Finding value(SecretPath path, String policy) {
    try {
      store.readCurrent(path).close();
      return Finding.ok("its value can be read");
    } catch (StoreException e) {
      boolean versioned = config.engine().version() == 2;
      String place = versioned ? data(path.value()) : config.engine().mount() + "/" + path;
      return StoreCheckup.failed(e, right(place, Set.of("read"), policy));
    }
  }

  private Finding head(SecretPath path, String policy) {
    try {
      return store.head(path).flag().isPresent()
          ? Finding.warn("it is flagged as compromised", "rotate it, or clear the flag")
          : Finding.ok("its version and its flag can be read");
    } catch (StoreException e) {
      return StoreCheckup.failed(e, right(metadata(path.value()), Set.of("read"), policy));
    }
  }

  private Finding may(List<Need> needs, SecretPath about) {
    String what = "asking what the token may do with %s in store %s".formatted(about, store.name());
    try {
      Map<String, Set<String>> granted = granted(needs, what);
      List<String> missing = new ArrayList<>();
      for (Need need : needs) {
        Set<String> lacking = need.missingOf(granted.getOrDefault(need.path(), Set.of()));
        if (!lacking.isEmpty()) {
          missing.add(right(need.path(), lacking, ROTATOR));
        }
      }
      return missing.isEmpty()
          ? Finding.ok("the token's policies permit it")
          : Finding.fail("the token's policies do not permit it", String.join("; ", missing));
    } catch (StoreException.Denied unasked) {
      return Finding.skipped(
          "not checked: the token may not ask for its own rights",
          right(ASK, Set.of("update"), ROTATOR));
    } catch (StoreException e) {
      return StoreCheckup.failed(e, "");
    }
  }

  private Map<String, Set<String>> granted(List<Need> needs, String what) {
    JsonArray paths = new JsonArray();
    needs.forEach(need -> paths.add(need.path()));
    VaultCall call = connection.begin();
    VaultReply reply = call.post(ASK, new JsonObject().add("paths", paths), what);
    if (reply.status() != 200) {
      throw call.translate(reply, what);
    }
    JsonObject data =
        reply.data().orElseThrow(() -> VaultErrors.notUnderstood(what, reply.status()));
    Map<String, Set<String>> granted = new LinkedHashMap<>();
    for (Need need : needs) {
      granted.put(need.path(), words(data.get(need.path())));
    }
    return granted;
  }

  private static Set<String> words(@Nullable JsonValue list) {
    Set<String> words = new HashSet<>();
    if (list != null && list.isArray()) {
      for (JsonValue item : list.asArray()) {
        if (item.isString()) {
          words.add(item.asString());
        }
      }
    }
    return words;
  }

  /** As the line would stand in a policy. */
  private static String right(String path, Set<String> capabilities, String policy) {
    return "grant \"%s\" [%s], as in %s"
        .formatted(path, String.join(", ", capabilities.stream().sorted().toList()), policy);
  }

  private String data(String path) {
    return config.engine().mount() + "/data/" + path;
  }

  private String metadata(String path) {
    return config.engine().mount() + "/metadata/" + path;
  }
}
