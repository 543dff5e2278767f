package dev.postern.store.conjur;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import okhttp3.Request;

/** What a login gives: good for a few minutes, by its own word. Prints its times only. */
final class AccessToken {
  /** Conjur's own default less a margin, for a token that does not say. */
  private static final Duration UNTOLD = Duration.ofMinutes(5);

  private final String header;
  private final Instant freshUntil;
  private final Instant expires;

  private AccessToken(String header, Instant freshUntil, Instant expires) {
    this.header = header;
    this.freshUntil = freshUntil;
    this.expires = expires;
  }

  /**
   * Takes the lifetime from the token and counts it from now, so that a clock that differs from the
   * server's does not matter.
   *
   * @param body the answer to a login: JSON, or that as base64
   * @param now when the login was sent
   * @return empty when it is neither
   */
  static Optional<AccessToken> read(byte[] body, Instant now) {
    try {
      byte[] json = body.length > 0 && body[0] == '{' ? body : Base64.getMimeDecoder().decode(body);
      Map<String, Object> token = JSON.std.mapFrom(json);
      if (!(token.get("payload") instanceof String payload)
          || !(token.get("signature") instanceof String)) {
        return Optional.empty();
      }
      Duration life = lifetime(JSON.std.mapFrom(decoded(payload)));
      String encoded = Base64.getEncoder().encodeToString(json);
      return Optional.of(
          new AccessToken(
              "Token token=\"" + encoded + "\"",
              now.plus(life.multipliedBy(3).dividedBy(4)),
              now.plus(life)));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] decoded(String payload) {
    return Base64.getUrlDecoder()
        .decode(payload.replace('+', '-').replace('/', '_').getBytes(StandardCharsets.US_ASCII));
  }

  private static Duration lifetime(Map<String, Object> payload) {
    return payload.get("iat") instanceof Number issued && payload.get("exp") instanceof Number end
        ? Duration.ofSeconds(Math.max(1, end.longValue() - issued.longValue()))
        : UNTOLD;
  }

  boolean isFresh(Instant now) {
    return now.isBefore(freshUntil);
  }

  boolean isValid(Instant now) {
    return now.isBefore(expires);
  }

  /** The same token, taken for fresh until then or its end. */
  AccessToken freshUntil(Instant time) {
    return new AccessToken(header, time.isBefore(expires) ? time : expires, expires);
  }

  Request sign(Request request) {
    return request.newBuilder().header("Authorization", header).build();
  }

  @Override
  public String toString() {
    return "AccessToken[until " + expires + "]";
  }
}
