package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.JsonObject;

/** A secret's state in a table: {@code primary,tainted,stale}. */
final class SecretState {
  private SecretState() {}

  static String of(JsonObject secret) {
    StringBuilder state = new StringBuilder(secret.textOr("state", ""));
    for (String mark : new String[] {"tainted", "stale"}) {
      if (secret.isTrue(mark)) {
        state.append(state.isEmpty() ? "" : ",").append(mark);
      }
    }
    return state.toString();
  }
}
