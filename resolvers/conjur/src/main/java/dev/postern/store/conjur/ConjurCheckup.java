package dev.postern.store.conjur;

import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.checkup.Finding;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The host's privileges, proven without a write: what is only read is read, and for the rest the
 * server is asked whether this host has the privilege. It answers no alike for a variable that is
 * not there and for one without the privilege.
 */
final class ConjurCheckup {
  private static final String READER = "deploy/policies/conjur-reader.yml";
  private static final String ROTATOR = "deploy/policies/conjur-rotator.yml";

  private final ConjurConfig config;
  private final ConjurApi api;
  private final SecretStore store;

  ConjurCheckup(ConjurConfig config, ConjurApi api, SecretStore store) {
    this.config = config;
    this.api = api;
    this.store = store;
  }

  Endpoint endpoint() {
    return new Endpoint(
        config.url(),
        config.ca(),
        "set 'ca' of the store to the PEM file of the authority that signed it",
        "by our clock it is decided when conjur's tokens of 8 minutes end");
  }

  List<Check> checks(SecretPath path, StoreCheckup.Use use) {
    ConjurConfig.Siblings siblings = config.siblings();
    List<Check> checks = new ArrayList<>();
    boolean rotates = use == StoreCheckup.Use.ROTATE;
    checks.add(Check.of("read " + path, () -> value(path, rotates ? ROTATOR : READER)));
    if (rotates) {
      checks.add(Check.of("stage beside " + path, () -> staging(path, siblings.pendingSuffix())));
      checks.add(
          Check.of(
              "promote " + path, () -> may(path.value(), List.of("update"), "it may be written")));
    }
    if (use != StoreCheckup.Use.VALUE) {
      checks.add(Check.of("flag " + path, () -> flag(path, rotates, siblings.flagSuffix())));
    }
    return checks;
  }

  private Finding value(SecretPath path, String policy) {
    try {
      store.readCurrent(path).close();
      return Finding.ok("its value can be read");
    } catch (StoreException.NotFound e) {
      return missing(path, policy);
    } catch (StoreException e) {
      return StoreCheckup.failed(e, right(path.value(), List.of("execute"), policy));
    }
  }

  /** Conjur hides what a host may not see; whether it has the privilege it does say. */
  private Finding missing(SecretPath path, String policy) {
    try {
      return api.may("execute", path.value(), deadline())
          ? Finding.fail(
              "variable " + path + " has no value that this host can see",
              "write one, and " + right(path.value(), List.of("read", "execute"), policy))
          : Finding.fail(
              "variable " + path + " is not there, or not visible to this host",
              "check the path, and " + right(path.value(), List.of("read", "execute"), policy));
    } catch (StoreException e) {
      return StoreCheckup.failed(e, "");
    }
  }

  private Finding staging(SecretPath path, Optional<String> suffix) {
    if (suffix.isEmpty()) {
      return Finding.warn(
          "the store keeps no successors, so they are tested before they are stored",
          "name the variables beside the secrets' own by 'pending-suffix'");
    }
    return may(
        path + suffix.get(), List.of("read", "execute", "update"), "successors may be kept in it");
  }

  private Finding flag(SecretPath path, boolean rotates, Optional<String> suffix) {
    if (suffix.isEmpty()) {
      return Finding.ok("the config names no variables for flags");
    }
    Finding full =
        may(
            path + suffix.get(),
            rotates ? List.of("read", "execute", "update") : List.of("read", "execute"),
            rotates ? "flags can be seen and cleared" : "flags can be seen");
    // A reader serves without it, and sees no flag.
    return full.outcome() == Finding.Outcome.FAIL && !rotates
        ? Finding.warn(
            full.found() + ": a flag would not be seen", full.advice().replace(ROTATOR, READER))
        : full;
  }

  private Finding may(String variable, List<String> privileges, String good) {
    try {
      List<String> missing = new ArrayList<>();
      for (String privilege : privileges) {
        if (!api.may(privilege, variable, deadline())) {
          missing.add(privilege);
        }
      }
      return missing.isEmpty()
          ? Finding.ok(good)
          : Finding.fail(
              "this host lacks a privilege on variable " + variable + ", or it is not there",
              right(variable, missing, ROTATOR));
    } catch (StoreException e) {
      return StoreCheckup.failed(e, "");
    }
  }

  private static String right(String variable, List<String> privileges, String policy) {
    return "permit [%s] on !variable %s, as in %s"
        .formatted(String.join(", ", privileges), variable, policy);
  }

  private Deadline deadline() {
    return Deadline.in(config.timeout());
  }
}
