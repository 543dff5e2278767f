package dev.postern.mailgun;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The body of a question to the log. */
final class LogQuery {
  private LogQuery() {}

  /**
   * @param domain empty for the whole account
   * @param token of the page; empty for the first one
   */
  static byte[] json(String domain, Instant from, Instant to, String token, int limit) {
    Map<String, Object> pagination = new LinkedHashMap<>();
    pagination.put("sort", "timestamp:asc");
    pagination.put("limit", limit);
    if (!token.isEmpty()) {
      pagination.put("token", token);
    }
    Map<String, Object> query = new LinkedHashMap<>();
    query.put("start", MailgunTime.mail(from.truncatedTo(ChronoUnit.SECONDS)));
    // Times are in whole seconds: the last one belongs to it.
    query.put("end", MailgunTime.mail(to.plusSeconds(1).truncatedTo(ChronoUnit.SECONDS)));
    // One item per message: what became of it later is logged too, and would be counted again.
    query.put("events", List.of("accepted", "rejected"));
    if (!domain.isEmpty()) {
      query.put("filter", Map.of("AND", List.of(isDomain(domain))));
    }
    query.put("include_subaccounts", false);
    query.put("pagination", pagination);
    try {
      return JSON.std.asBytes(query);
    } catch (IOException e) {
      throw new UncheckedIOException("can not write json to memory", e);
    }
  }

  private static Map<String, Object> isDomain(String domain) {
    return Map.of(
        "attribute",
        "domain",
        "comparator",
        "=",
        "values",
        List.of(Map.of("label", domain, "value", domain)));
  }
}
