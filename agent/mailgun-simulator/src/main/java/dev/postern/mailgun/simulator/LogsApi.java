package dev.postern.mailgun.simulator;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/analytics/logs}: one {@code accepted} item per recorded message. Filters by time,
 * event and domain; like the vendor's, it cannot filter by key or address. Pages by an offset.
 */
final class LogsApi {
  private static final int LARGEST_PAGE = 100;
  private static final Duration DEFAULT_WINDOW = Duration.ofDays(1);

  private final Account account;

  LogsApi(Account account) {
    this.account = account;
  }

  Answer query(Call call) throws Refusal {
    Map<String, Object> query = json(call.body());
    Instant end = time(query, "end").orElse(account.now());
    Instant start = time(query, "start").orElse(end.minus(DEFAULT_WINDOW));
    Optional<List<String>> domains = domains(query);
    boolean wanted =
        !(query.get("events") instanceof List<?> events)
            || events.isEmpty()
            || events.contains("accepted");
    List<AcceptedMessage> found =
        account.messages().stream()
            .filter(_ -> wanted)
            .filter(each -> !each.acceptedAt().isBefore(start) && !each.acceptedAt().isAfter(end))
            .filter(each -> domains.isEmpty() || domains.get().contains(each.domain()))
            .toList()
            .reversed();
    return page(found, query, start, end);
  }

  private static Answer page(
      List<AcceptedMessage> found, Map<String, Object> query, Instant start, Instant end)
      throws Refusal {
    Map<?, ?> pagination = query.get("pagination") instanceof Map<?, ?> map ? map : Map.of();
    int limit = pagination.get("limit") instanceof Integer number ? number : LARGEST_PAGE;
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw new Refusal(400, "pagination.limit must be between 1 and " + LARGEST_PAGE);
    }
    int offset = offset(pagination.get("token"), found.size());
    int next = Math.min(found.size(), offset + limit);
    return Answer.json(
        200,
        Json.of(
            "start", Timestamps.mail(start),
            "end", Timestamps.mail(end),
            "items", found.subList(offset, next).stream().map(LogsApi::item).toList(),
            "pagination",
                Json.of(
                    "previous", Integer.toString(Math.max(0, offset - limit)),
                    "next", Integer.toString(next),
                    "first", "0",
                    "last", Integer.toString(Math.max(0, found.size() - 1) / limit * limit),
                    "total", found.size()),
            "aggregates", Map.of()));
  }

  private static int offset(@Nullable Object token, int size) throws Refusal {
    if (token == null || token.equals("")) {
      return 0;
    }
    try {
      int offset = Integer.parseInt(String.valueOf(token));
      if (offset >= 0) {
        return Math.min(offset, size);
      }
    } catch (NumberFormatException e) {
      // Answered below, with the negative ones.
    }
    throw new Refusal(400, "pagination.token is not one that this service gave");
  }

  private static Map<String, Object> json(byte[] body) throws Refusal {
    try {
      return body.length == 0 ? Map.of() : Json.object(body);
    } catch (IOException e) {
      throw new Refusal(400, "the body is not a JSON object");
    }
  }

  private static Optional<Instant> time(Map<String, Object> query, String name) throws Refusal {
    try {
      return query.get(name) instanceof String text
          ? Optional.of(Timestamps.ofMail(text))
          : Optional.empty();
    } catch (DateTimeException e) {
      throw new Refusal(400, "'" + name + "' must be in RFC 2822 format");
    }
  }

  /** The domains that the filter asks for; none when it asks for all. */
  private static Optional<List<String>> domains(Map<String, Object> query) throws Refusal {
    if (!(query.get("filter") instanceof Map<?, ?> filter)
        || !(filter.get("AND") instanceof List<?> terms)) {
      return Optional.empty();
    }
    Optional<List<String>> domains = Optional.empty();
    for (Object each : terms) {
      if (!(each instanceof Map<?, ?> term)
          || !"domain".equals(term.get("attribute"))
          || !"=".equals(term.get("comparator"))
          || !(term.get("values") instanceof List<?> values)) {
        throw new Refusal(400, "this simulator filters logs by 'domain' and '=' only");
      }
      domains =
          Optional.of(
              values.stream()
                  .map(value -> value instanceof Map<?, ?> map ? map.get("value") : null)
                  .map(String::valueOf)
                  .toList());
    }
    return domains;
  }

  private static Map<String, @Nullable Object> item(AcceptedMessage message) {
    Map<String, @Nullable Object> item =
        Json.of(
            "id", message.id().substring(1, message.id().indexOf('@')),
            "event", "accepted",
            "@timestamp", Timestamps.event(message.acceptedAt()),
            "account", Map.of("id", AccountApi.ACCOUNT_ID),
            "method", message.keyId() == null ? "SMTP" : "HTTP",
            "originating-ip", message.originatingAddress(),
            "domain", Map.of("name", message.domain()),
            "recipient", String.join(", ", message.to()),
            "envelope",
                Map.of("sender", message.from(), "targets", String.join(", ", message.to())),
            "message", Map.of("headers", headers(message)),
            "flags", flags(message));
    if (message.keyId() != null) {
      item.put("api-key-id", message.keyId());
    }
    if (message.login() != null) {
      // Whether the vendor's items name the login, and how, nobody could confirm.
      item.put("smtp-login", message.login());
    }
    return item;
  }

  private static Map<String, String> headers(AcceptedMessage message) {
    return Map.of(
        "to", String.join(", ", message.to()),
        "message-id", message.id().substring(1, message.id().length() - 1),
        "from", message.from(),
        "subject", message.subject());
  }

  private static Map<String, Boolean> flags(AcceptedMessage message) {
    return Map.of(
        "is-authenticated", true,
        "is-system-test", false,
        "is-routed", false,
        "is-test-mode", message.testMode(),
        "is-delayed-bounce", false,
        "is-callback", false);
  }
}
