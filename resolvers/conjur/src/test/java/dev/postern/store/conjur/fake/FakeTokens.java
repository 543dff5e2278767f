package dev.postern.store.conjur.fake;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server's side of logins: keys, platform tokens, and what it gives for them. */
final class FakeTokens {
  private static final Pattern HEADER = Pattern.compile("Token token=\"([A-Za-z0-9+/=]+)\"");

  private final Map<String, String> keys = new HashMap<>();
  private final Map<String, String> platformTokens = new HashMap<>();
  private final Map<String, String> signatures = new HashMap<>();
  private long lifeSeconds = 480;

  /** Who calls, or how the server refuses: with a text, or without one. */
  record Caller(Optional<String> login, String refusal) {}

  synchronized String keyOf(String login) {
    return keys.computeIfAbsent(login, name -> UUID.randomUUID().toString().replace("-", ""));
  }

  synchronized void rotateKey(String login) {
    keys.put(login, UUID.randomUUID().toString().replace("-", ""));
  }

  synchronized void acceptPlatformToken(String serviceId, String jwt, String login) {
    platformTokens.put(serviceId + " " + jwt, login);
  }

  synchronized void live(long seconds) {
    lifeSeconds = seconds;
  }

  /** All tokens are from now on refused as expired. */
  synchronized void expireAll() {
    signatures.clear();
  }

  synchronized boolean isKey(String login, String key) {
    return key.equals(keys.get(login));
  }

  synchronized Optional<String> platformLogin(String serviceId, String jwt) {
    return Optional.ofNullable(platformTokens.get(serviceId + " " + jwt));
  }

  synchronized String issue(String login) {
    long now = Instant.now().getEpochSecond();
    String payload =
        "{\"iat\":%d,\"sub\":\"%s\",\"exp\":%d}".formatted(now, login, now + lifeSeconds);
    String signature = UUID.randomUUID().toString();
    signatures.put(signature, payload);
    return "{\"protected\":\"%s\",\"payload\":\"%s\",\"signature\":\"%s\"}"
        .formatted(base64("{\"alg\":\"conjur.org/slosilo/v2\"}"), base64(payload), signature);
  }

  synchronized Caller caller(Optional<String> header) {
    Matcher matcher = HEADER.matcher(header.orElse(""));
    if (!matcher.matches()) {
      return new Caller(Optional.empty(), "Authorization missing");
    }
    try {
      Map<String, Object> token = JSON.std.mapFrom(Base64.getDecoder().decode(matcher.group(1)));
      String payload =
          new String(
              Base64.getDecoder().decode(String.valueOf(token.get("payload"))),
              StandardCharsets.UTF_8);
      Map<String, Object> claims = JSON.std.mapFrom(payload);
      boolean good =
          payload.equals(signatures.get(String.valueOf(token.get("signature"))))
              && claims.get("exp") instanceof Number end
              && end.longValue() > Instant.now().getEpochSecond();
      return good
          ? new Caller(Optional.of(String.valueOf(claims.get("sub"))), "")
          : new Caller(Optional.empty(), "Unauthorized: Invalid token");
    } catch (IOException | IllegalArgumentException e) {
      return new Caller(Optional.empty(), "Malformed authorization token");
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
