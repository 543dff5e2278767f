package dev.postern.mailgun;

import dev.postern.issuer.AccountEntry;
import dev.postern.issuer.AccountUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads users and allow list. Empty means: this is not such an answer. */
final class AccountAnswers {
  private AccountAnswers() {}

  /** People who are not disabled. */
  static Optional<List<AccountUser>> users(Reply reply) {
    return list(reply, "users", AccountAnswers::user);
  }

  static Optional<List<AccountEntry>> allowed(Reply reply) {
    return list(reply, "addresses", AccountAnswers::address);
  }

  private static Optional<AccountUser> user(Map<?, ?> user) {
    String name = text(user, "email").isEmpty() ? text(user, "id") : text(user, "email");
    // Enabled means that it may be used; only when it is active is it asked for.
    boolean secondFactor = Boolean.TRUE.equals(user.get("tfa_active"));
    return Optional.of(
            new AccountUser(
                name,
                text(user, "role"),
                MailgunTime.parse(text(user, "password_updated_at")),
                secondFactor))
        .filter(each -> !each.name().isEmpty());
  }

  private static Optional<AccountEntry> address(Map<?, ?> entry) {
    return Optional.of(
            new AccountEntry(
                AccountEntry.Type.ALLOW_LIST_ENTRY,
                text(entry, "ip_address"),
                text(entry, "description"),
                Optional.empty()))
        .filter(each -> !each.id().isEmpty());
  }

  private static <T> Optional<List<T>> list(
      Reply reply, String name, Function<Map<?, ?>, Optional<T>> read) {
    if (!reply.isSuccess()
        || !(reply.jsonObject().map(object -> object.get(name)).orElse(null)
            instanceof List<?> list)) {
      return Optional.empty();
    }
    List<T> all = new ArrayList<>(list.size());
    for (Object each : list) {
      Optional<T> one = each instanceof Map<?, ?> map ? read.apply(map) : Optional.empty();
      if (one.isEmpty()) {
        return Optional.empty();
      }
      all.add(one.get());
    }
    return Optional.of(all);
  }

  private static String text(Map<?, ?> map, String name) {
    return map.get(name) instanceof String value ? value : "";
  }
}
