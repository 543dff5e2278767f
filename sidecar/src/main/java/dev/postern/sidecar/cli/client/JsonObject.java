package dev.postern.sidecar.cli.client;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A JSON object read leniently: what is absent, null or of another type counts as absent, so that a
 * client understands an agent that is a little older or newer. Prints nothing of its content.
 */
public final class JsonObject {
  private final Map<String, Object> values;

  private JsonObject(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * @throws IOException when this is not one JSON object; the message repeats nothing of it
   */
  public static JsonObject parse(byte[] json) throws IOException {
    try {
      return new JsonObject(new LinkedHashMap<>(JSON.std.mapFrom(json)));
    } catch (IOException e) {
      // Its message quotes the text, which may hold a secret.
      throw new MalformedAnswerException("no JSON object");
    }
  }

  /** Of a bare list, or of one that is a member of an object. */
  static List<JsonObject> parseList(byte[] json, String member) throws IOException {
    try {
      Object any = JSON.std.anyFrom(json);
      return of(Map.of(member, any instanceof Map<?, ?> map ? ofMap(map).listOf(member) : any))
          .objects(member);
    } catch (IOException e) {
      throw new MalformedAnswerException("no JSON");
    }
  }

  public static JsonObject of(Map<String, ?> values) {
    return new JsonObject(new LinkedHashMap<>(values));
  }

  public Map<String, Object> values() {
    return values;
  }

  /** A text, number or truth value as text. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name))
        .filter(value -> !(value instanceof Map) && !(value instanceof List))
        .map(Object::toString);
  }

  public String textOr(String name, String otherwise) {
    return text(name).orElse(otherwise);
  }

  public boolean isTrue(String name) {
    return Boolean.TRUE.equals(values.get(name));
  }

  public OptionalDouble number(String name) {
    return values.get(name) instanceof Number number
        ? OptionalDouble.of(number.doubleValue())
        : OptionalDouble.empty();
  }

  public Optional<Instant> instant(String name) {
    try {
      return text(name).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  public JsonObject object(String name) {
    return values.get(name) instanceof Map<?, ?> map ? ofMap(map) : of(Map.of());
  }

  public List<JsonObject> objects(String name) {
    return values.get(name) instanceof List<?> list
        ? list.stream()
            .filter(Map.class::isInstance)
            .map(Map.class::cast)
            .map(JsonObject::ofMap)
            .toList()
        : List.of();
  }

  public List<String> texts(String name) {
    return values.get(name) instanceof List<?> list
        ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : List.of();
  }

  public String toJson() {
    try {
      return JSON.std.asString(values);
    } catch (IOException e) {
      throw new IllegalStateException("a JSON object could not be written", e);
    }
  }

  private List<?> listOf(String name) {
    return values.get(name) instanceof List<?> list ? list : List.of();
  }

  private static JsonObject ofMap(Map<?, ?> map) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return new JsonObject(copy);
  }

  @Override
  public String toString() {
    return "JsonObject" + values.keySet();
  }
}
