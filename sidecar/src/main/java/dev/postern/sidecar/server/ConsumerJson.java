package dev.postern.sidecar.server;

import dev.postern.consumer.Consumer;
import dev.postern.consumer.Holding;
import dev.postern.consumer.Interest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Consumers as JSON, in the way of {@link RotationJson}. */
final class ConsumerJson {
  private ConsumerJson() {}

  /**
   * One row of {@code GET /v1/consumers}. Who only watches has no version and nothing to
   * acknowledge; its {@code since} is when it began to watch.
   */
  static Map<String, Object> of(Interest interest, Instant now) {
    Map<String, Object> json =
        interest
            .holding()
            .map(ConsumerJson::of)
            .orElseGet(() -> watcher(interest.secret().value(), interest));
    json.put("watching", interest.watching());
    json.put(
        "age_seconds", Math.max(0, Duration.between(interest.since(), now).toMillis() / 1000.0));
    return json;
  }

  /**
   * A row for another agent of the fleet, which speaks for its own consumers. Since when they hold
   * it is not told here.
   */
  static Map<String, Object> ofAgent(Holding holding) {
    Map<String, Object> json = who(holding.secret().value(), holding.consumer());
    json.put("version", holding.fetched().id());
    json.put("acknowledged", holding.acknowledged());
    json.put("connected", holding.connected());
    json.put("watching", true);
    return json;
  }

  static Map<String, Object> of(Holding holding) {
    Map<String, Object> json = who(holding.secret().value(), holding.consumer());
    json.put("version", holding.fetched().id());
    json.put("acknowledged", holding.acknowledged());
    json.put("since", holding.since().toString());
    json.put("last_seen", holding.lastSeen().toString());
    json.put("connected", holding.connected());
    return json;
  }

  private static Map<String, Object> watcher(String secret, Interest interest) {
    Map<String, Object> json = who(secret, interest.consumer());
    json.put("since", interest.since().toString());
    json.put("connected", true);
    return json;
  }

  private static Map<String, Object> who(String secret, Consumer consumer) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("secret", secret);
    json.put("kind", consumer.isFile() ? "file" : consumer.isAgent() ? "pod" : "process");
    json.put("consumer", consumer.describe());
    if (!consumer.isFile() && !consumer.isAgent()) {
      json.put("uid", consumer.uid());
      json.put("gid", consumer.gid());
      json.put("pid", consumer.pid());
      json.put("name", consumer.name());
    }
    return json;
  }
}
