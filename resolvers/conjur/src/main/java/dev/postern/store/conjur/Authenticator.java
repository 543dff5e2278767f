package dev.postern.store.conjur;

import dev.postern.store.StoreException;
import dev.postern.store.conjur.ConjurErrors.Act;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Logs in. Reads the key or the platform's token anew each time, as both are replaced. */
final class Authenticator {
  private static final long LONGEST_CREDENTIAL = 1 << 16;

  private final String store;
  private final ConjurLogin login;
  private final RequestBuilder requests;
  private final Wire wire;
  private final InstantSource clock;
  private final UnaryOperator<@Nullable String> environment;

  Authenticator(
      ConjurConfig config,
      RequestBuilder requests,
      Wire wire,
      InstantSource clock,
      UnaryOperator<@Nullable String> environment) {
    this.store = config.name();
    this.login = config.login();
    this.requests = requests;
    this.wire = wire;
    this.clock = clock;
    this.environment = environment;
  }

  AccessToken authenticate(Deadline deadline) {
    Instant sent = clock.instant();
    try (Answer answer = wire.send(request(), deadline)) {
      if (!answer.ok()) {
        throw ConjurErrors.of(answer, Act.LOG_IN, store, subject());
      }
      return AccessToken.read(answer.exposeBody(), sent)
          .orElseThrow(() -> ConjurErrors.unintelligible(store, "the login"));
    }
  }

  private Request request() {
    return switch (login) {
      case ConjurLogin.ApiKey(String host, ConjurLogin.KeySource.File(Path file)) ->
          requests.loginByApiKey(host, read("api key", file));
      case ConjurLogin.ApiKey(String host, ConjurLogin.KeySource.Variable(String name)) ->
          requests.loginByApiKey(host, variable(name));
      case ConjurLogin.Jwt(String serviceId, Path file) ->
          requests.loginByJwt(serviceId, read("platform's token", file));
    };
  }

  private String subject() {
    return switch (login) {
      case ConjurLogin.ApiKey key -> "the api key of " + key.login();
      case ConjurLogin.Jwt jwt -> "the token in " + jwt.file() + " at authn-jwt/" + jwt.serviceId();
    };
  }

  private String variable(String name) {
    String value = environment.apply(name);
    if (value == null || value.isBlank()) {
      throw new StoreException.Denied(
          "store %s: the environment variable %s with the api key is not set; set it and start again"
              .formatted(store, name));
    }
    return value.strip();
  }

  /** Trimmed: Conjur refuses a key with the newline that editors and mounts leave. */
  private String read(String what, Path file) {
    try {
      if (Files.size(file) > LONGEST_CREDENTIAL) {
        throw unusable(what, file, "is far too long");
      }
      String text = Files.readString(file).strip();
      if (text.isEmpty()) {
        throw unusable(what, file, "is empty");
      }
      return text;
    } catch (NoSuchFileException e) {
      throw unusable(what, file, "does not exist");
    } catch (IOException e) {
      throw unusable(what, file, "cannot be read as text by this user");
    }
  }

  private StoreException unusable(String what, Path file, String why) {
    return new StoreException.Denied(
        "store %s: the file %s with the %s %s; mount it for this user"
            .formatted(store, file, what, why));
  }
}
