package dev.postern.sidecar.server;

import dev.postern.serving.StoreCondition;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How a store answers, for an administrator. */
final class StoreJson {
  private StoreJson() {}

  static Map<String, Object> of(StoreCondition store) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", store.store());
    json.put("state", store.state().name().toLowerCase(Locale.ROOT));
    store.since().ifPresent(since -> json.put("since", since.toString()));
    store.nextLook().ifPresent(next -> json.put("next_look_at", next.toString()));
    store.problem().ifPresent(problem -> json.put("problem", problem));
    return json;
  }
}
