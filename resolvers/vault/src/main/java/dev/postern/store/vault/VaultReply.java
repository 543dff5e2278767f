package dev.postern.store.vault;

import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.json.ParseException;
import io.github.jopenlibs.vault.rest.RestResponse;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the server. What it says is looked at and never repeated; so this has no text form.
 */
final class VaultReply {
  private final int status;
  private final @Nullable JsonObject body;
  private final List<String> words;
  private final Optional<Duration> retryAfter;

  private VaultReply(
      int status, @Nullable JsonObject body, List<String> words, Optional<Duration> retryAfter) {
    this.status = status;
    this.body = body;
    this.words = words;
    this.retryAfter = retryAfter;
  }

  static VaultReply of(RestResponse answer, HttpHeaders headers) {
    return parse(
        answer.getStatus(),
        new String(answer.getBody(), StandardCharsets.UTF_8),
        RetryAfter.in(headers));
  }

  static VaultReply parse(int status, String text, Optional<Duration> retryAfter) {
    JsonObject body = object(text);
    List<String> words = new ArrayList<>();
    if (body != null) {
      collect(body.get("errors"), words);
      collect(body.get("warnings"), words);
    }
    return new VaultReply(status, body, words, retryAfter);
  }

  /** For what the driver throws: the status, and a text that has the body somewhere in it. */
  static VaultReply refusal(int status, String text, Optional<Duration> retryAfter) {
    return new VaultReply(status, null, List.of(text.toLowerCase(Locale.ROOT)), retryAfter);
  }

  int status() {
    return status;
  }

  Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** Whether an error or a warning of the answer has these words, in lower case, in it. */
  boolean says(String fragment) {
    return words.stream().anyMatch(text -> text.contains(fragment));
  }

  /** Whether it is an answer of Vault's that gives no reason, as for a path that holds nothing. */
  boolean isBare() {
    return body != null && words.isEmpty();
  }

  /** Whether it came from something else than Vault, such as a proxy with a page of its own. */
  boolean isForeign() {
    return body == null && words.isEmpty();
  }

  /** The member {@code data}; empty when there is none, and when the body is not JSON. */
  Optional<JsonObject> data() {
    return body == null ? Optional.empty() : member(body, "data");
  }

  static Optional<JsonObject> member(JsonObject object, String name) {
    return Optional.ofNullable(object.get(name))
        .filter(JsonValue::isObject)
        .map(JsonValue::asObject);
  }

  private static @Nullable JsonObject object(String text) {
    try {
      JsonValue value = Json.parse(text);
      return value.isObject() ? value.asObject() : null;
    } catch (ParseException e) {
      return null;
    }
  }

  private static void collect(@Nullable JsonValue list, List<String> words) {
    if (list != null && list.isArray()) {
      JsonArray array = list.asArray();
      for (JsonValue item : array) {
        if (item.isString()) {
          words.add(item.asString().toLowerCase(Locale.ROOT));
        }
      }
    }
  }
}
