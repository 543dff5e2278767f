package dev.postern.mailgun;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the answers of the logs interface. Empty means: this is not such an answer. */
final class LogAnswers {

  /**
   * One page of the log.
   *
   * @param next the token of the page after this one; empty where there is none
   */
  record Page(List<Item> items, String next) {}

  /**
   * What an item tells about who did it; absent texts are empty. Nothing else of it is kept: it
   * holds recipients and subjects.
   *
   * @param login the SMTP login, if any field names one
   */
  record Item(String keyId, String login, boolean smtp, String source, Optional<Instant> time) {}

  private LogAnswers() {}

  static Optional<Page> page(Reply reply) {
    if (!reply.isSuccess()) {
      return Optional.empty();
    }
    return reply.jsonObject().flatMap(LogAnswers::page);
  }

  private static Optional<Page> page(Map<String, Object> answer) {
    if (!(answer.get("items") instanceof List<?> list)) {
      return Optional.empty();
    }
    List<Item> items = new ArrayList<>(list.size());
    for (Object each : list) {
      if (!(each instanceof Map<?, ?> item)) {
        return Optional.empty();
      }
      items.add(item(item));
    }
    return answer.get("pagination") instanceof Map<?, ?> pagination
        ? Optional.of(new Page(items, text(pagination, "next")))
        : Optional.empty();
  }

  private static Item item(Map<?, ?> item) {
    return new Item(
        text(item, "api-key-id"),
        login(item),
        text(item, "method").equalsIgnoreCase("smtp"),
        text(item, "originating-ip"),
        MailgunTime.parse(text(item, "@timestamp")));
  }

  /** The vendor's description has no field for it; should there be one, it will be called so. */
  private static String login(Map<?, ?> item) {
    for (Map.Entry<?, ?> field : item.entrySet()) {
      if (field.getKey() instanceof String name
          && name.toLowerCase(Locale.ROOT).endsWith("login")
          && field.getValue() instanceof String login) {
        return login.toLowerCase(Locale.ROOT);
      }
    }
    return "";
  }

  private static String text(Map<?, ?> map, String name) {
    return map.get(name) instanceof String value ? value : "";
  }
}
