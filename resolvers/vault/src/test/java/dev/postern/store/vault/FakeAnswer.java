package dev.postern.store.vault;

import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.util.Map;

/** What the fake server says, in the shapes of the real one. */
record FakeAnswer(int status, String body, Map<String, String> headers) {

  static FakeAnswer of(int status, JsonObject data) {
    return envelope(status, data, Json.NULL, Json.NULL);
  }

  static FakeAnswer auth(JsonObject auth) {
    return envelope(200, Json.NULL, auth, Json.NULL);
  }

  static FakeAnswer warning(int status, String text) {
    return envelope(status, Json.NULL, Json.NULL, new JsonArray().add(text));
  }

  static FakeAnswer error(int status, String... texts) {
    JsonArray errors = new JsonArray();
    for (String text : texts) {
      errors.add(text);
    }
    return new FakeAnswer(status, new JsonObject().add("errors", errors).toString(), Map.of());
  }

  static FakeAnswer none() {
    return new FakeAnswer(204, "", Map.of());
  }

  FakeAnswer with(String header, String value) {
    return new FakeAnswer(status, body, Map.of(header, value));
  }

  private static FakeAnswer envelope(
      int status, JsonValue data, JsonValue auth, JsonValue warnings) {
    String body =
        new JsonObject()
            .add("request_id", "f4a1e2c0-0000-4000-8000-000000000000")
            .add("lease_id", "")
            .add("renewable", false)
            .add("lease_duration", 0)
            .add("data", data)
            .add("wrap_info", Json.NULL)
            .add("warnings", warnings)
            .add("auth", auth)
            .toString();
    return new FakeAnswer(status, body, Map.of());
  }
}
