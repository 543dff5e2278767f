package dev.postern.sidecar.socketmap;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which login is asked for: by table, key, and what the peer may read. */
final class Tables {
  /** Answers the relay's host. */
  static final String BY_HOST = "sasl_passwd";

  /** Answers the sender's address. */
  static final String BY_SENDER = "sender_passwd";

  /** What a request means. */
  sealed interface Finding {
    /** This one, which the peer may read. */
    record Found(Login login) implements Finding {}

    /** The config has none for this key. */
    record Nothing() implements Finding {}

    /** There may be one, and the peer may not read it. */
    record Denied(String asked) implements Finding {}

    /** More than one that the peer may read. */
    record Several(String names) implements Finding {}

    /** No table of this name. */
    record NoTable() implements Finding {}
  }

  private final List<Login> logins;

  Tables(List<Login> logins) {
    this.logins = List.copyOf(logins);
  }

  /**
   * @param readable what the peer may read; one that may read nothing is denied whatever it asks,
   *     so that it does not learn which names and hosts there are
   */
  Finding find(String table, String key, Predicate<Login> readable) {
    if (logins.stream().noneMatch(readable)) {
      return new Finding.Denied(key);
    }
    return switch (table) {
      case BY_HOST -> oneOf(byHost(logins, key), readable);
      case BY_SENDER -> oneOf(bySender(key), readable);
      default -> ofOneSecret(table, key, readable);
    };
  }

  private Finding ofOneSecret(String name, String key, Predicate<Login> readable) {
    List<Login> named =
        logins.stream().filter(login -> login.definition().name().value().equals(name)).toList();
    return named.isEmpty() ? new Finding.NoTable() : oneOf(byHost(named, key), readable);
  }

  private static List<Login> byHost(List<Login> among, String key) {
    @Nullable RelayKey relay = RelayKey.parse(key);
    return relay == null ? List.of() : among.stream().filter(login -> login.isFor(relay)).toList();
  }

  /** {@code user@domain} and {@code @domain} alike. */
  private List<Login> bySender(String key) {
    int at = key.lastIndexOf('@');
    String domain = key.substring(at + 1);
    return at < 0 ? List.of() : logins.stream().filter(login -> login.isOfDomain(domain)).toList();
  }

  private static Finding oneOf(List<Login> candidates, Predicate<Login> readable) {
    List<Login> allowed = candidates.stream().filter(readable).toList();
    if (allowed.size() == 1) {
      return new Finding.Found(allowed.getFirst());
    }
    if (!allowed.isEmpty()) {
      return new Finding.Several(names(allowed));
    }
    return candidates.isEmpty() ? new Finding.Nothing() : new Finding.Denied(names(candidates));
  }

  private static String names(List<Login> logins) {
    return String.join(
        ", ", logins.stream().map(login -> login.definition().name().value()).toList());
  }
}
