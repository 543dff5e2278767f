package dev.postern.mailgun;

import dev.postern.issuer.LiveCredential;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the answers about SMTP credentials. Empty means: this is not such an answer. */
final class LoginAnswers {

  /** What setting a password found. */
  enum Setting {
    SET,
    NO_SUCH_LOGIN
  }

  private LoginAnswers() {}

  /** One page of logins. */
  static Optional<List<LiveCredential>> listed(Reply reply) {
    if (!reply.isSuccess()
        || !(reply.jsonObject().map(object -> object.get("items")).orElse(null)
            instanceof List<?> items)) {
      return Optional.empty();
    }
    List<LiveCredential> logins = new ArrayList<>(items.size());
    for (Object item : items) {
      if (!(item instanceof Map<?, ?> map) || address(map).isEmpty()) {
        return Optional.empty();
      }
      String created = map.get("created_at") instanceof String text ? text : "";
      logins.add(new LiveCredential(address(map), "", MailgunTime.parse(created)));
    }
    return Optional.of(logins);
  }

  /** The vendor's texts of success vary between its own documents: only the status is looked at. */
  static Optional<Setting> set(Reply reply) {
    if (reply.isSuccess() && reply.jsonObject().isPresent()) {
      return Optional.of(Setting.SET);
    }
    return reply.status() == 404 && reply.message().isPresent()
        ? Optional.of(Setting.NO_SUCH_LOGIN)
        : Optional.empty();
  }

  static Optional<Setting> created(Reply reply) {
    return set(reply).filter(Setting.SET::equals);
  }

  private static String address(Map<?, ?> item) {
    Object name = item.get("login") instanceof String ? item.get("login") : item.get("mailbox");
    return name instanceof String text && text.contains("@")
        ? text.strip().toLowerCase(Locale.ROOT)
        : "";
  }
}
