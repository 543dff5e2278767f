package dev.postern.store.conjur;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a Conjur is and what the agent may use of it.
 *
 * @param name the name that the config gives this store
 * @param url https only; with a path where the API is below one
 * @param account the account that holds the variables
 * @param ca a PEM file: the only authorities that are trusted; without one, the JDK's
 * @param siblings the variables beside each secret's own
 * @param timeout how long one call of the port may take, with all its requests
 */
public record ConjurConfig(
    String name,
    URI url,
    String account,
    ConjurLogin login,
    Optional<Path> ca,
    Siblings siblings,
    Duration timeout) {
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /**
   * What is appended to a secret's path to name the variable that holds its successor, and the one
   * that holds its flag. Conjur keeps neither by itself; absent means: no staging, no flags.
   */
  public record Siblings(Optional<String> pendingSuffix, Optional<String> flagSuffix) {
    public static final Siblings NONE = new Siblings(Optional.empty(), Optional.empty());

    public Siblings {
      if (pendingSuffix.filter(String::isBlank).isPresent()
          || flagSuffix.filter(String::isBlank).isPresent()) {
        throw new IllegalArgumentException("a suffix of a Conjur variable is not blank");
      }
      if (pendingSuffix.isPresent() && pendingSuffix.equals(flagSuffix)) {
        throw new IllegalArgumentException(
            "the successor and the flag of a secret are kept in two variables");
      }
    }
  }

  public ConjurConfig {
    if (name.isBlank() || account.isBlank()) {
      throw new IllegalArgumentException("a Conjur store has a name and an account");
    }
    if (!"https".equals(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT))
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw new IllegalArgumentException("a Conjur is reached at https://host[:port][/path]");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a store's timeout is longer than nothing");
    }
    ca = ca.map(Path::toAbsolutePath);
  }
}
