package dev.postern.store.conjur;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.store.StoreException;
import dev.postern.store.conjur.ConjurErrors.Act;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Request;

/** Conjur's calls on variables, one method each, with a token that is good. */
final class ConjurApi implements AutoCloseable {
  private final String store;
  private final RequestBuilder requests;
  private final Wire wire;
  private final TokenKeeper tokens;

  ConjurApi(String store, RequestBuilder requests, Wire wire, TokenKeeper tokens) {
    this.store = store;
    this.requests = requests;
    this.wire = wire;
    this.tokens = tokens;
  }

  /** Proves that the server is there and takes this host's token. */
  void whoAmI(Deadline deadline) {
    try (Answer answer = send(requests.whoAmI(), deadline)) {
      if (!answer.ok()) {
        throw ConjurErrors.of(answer, Act.IDENTIFY, store, "whoami");
      }
    }
  }

  /** Empty when it is missing or not visible to this host. */
  Optional<Variable> find(String id, Deadline deadline) {
    try (Answer answer = send(requests.describe(id), deadline)) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      if (!answer.ok()) {
        throw ConjurErrors.of(answer, Act.DESCRIBE, store, id);
      }
      return Optional.of(
          Variable.read(json(answer, id), prefix())
              .orElseThrow(() -> ConjurErrors.unintelligible(store, id)));
    }
  }

  /** Whether this host has the privilege; no also when there is no such variable. */
  boolean may(String privilege, String id, Deadline deadline) {
    try (Answer answer = send(requests.check(privilege, id), deadline)) {
      if (answer.status() == 204 || answer.status() == 404) {
        return answer.status() == 204;
      }
      throw ConjurErrors.of(answer, Act.DESCRIBE, store, id);
    }
  }

  /**
   * @throws StoreException.NotFound when it is missing, empty or not visible to this host
   */
  Variable describe(String id, Deadline deadline) {
    return find(id, deadline)
        .filter(Variable::hasValue)
        .orElseThrow(() -> ConjurErrors.missing(store, id));
  }

  /**
   * Variables that this host sees, ordered by id.
   *
   * @return empty when the server gives no page of this size: an administrator can limit it
   */
  Optional<List<Variable>> page(int offset, int limit, Deadline deadline) {
    String subject = "the list of variables";
    try (Answer answer = send(requests.list(offset, limit), deadline)) {
      if (answer.status() == 422) {
        return Optional.empty();
      }
      if (!answer.ok()) {
        throw ConjurErrors.of(answer, Act.LIST, store, subject);
      }
      if (!(json(answer, subject) instanceof List<?> resources)) {
        throw ConjurErrors.unintelligible(store, subject);
      }
      List<Variable> page = new ArrayList<>();
      for (Object each : resources) {
        page.add(
            Variable.read(each, prefix())
                .orElseThrow(() -> ConjurErrors.unintelligible(store, subject)));
      }
      return Optional.of(page);
    }
  }

  /** One version, by its number, so that number and value cannot be of two versions. */
  Held read(String id, int version, Deadline deadline) {
    try (Answer answer = send(requests.read(id, version), deadline)) {
      if (answer.status() == 404) {
        throw new StoreException.NotFound(
            "store %s: conjur does not, or no longer, hold version %d of %s; it keeps the last 20"
                .formatted(store, version, id));
      }
      return new Held(version, value(answer, id));
    }
  }

  Held readNewest(String id, Deadline deadline) {
    return read(id, describe(id, deadline).version(), deadline);
  }

  /**
   * The newest value without its number.
   *
   * @return the caller's to wipe; empty when it is missing, empty or not visible to this host
   */
  Optional<byte[]> value(String id, Deadline deadline) {
    try (Answer answer = send(requests.read(id, null), deadline)) {
      return answer.status() == 404 ? Optional.empty() : Optional.of(value(answer, id));
    }
  }

  /**
   * The newest values of several variables, each named once. Conjur gives all or nothing.
   *
   * @return the caller's to wipe; empty when one of them could not be had, or the request was too
   *     long
   */
  Optional<Map<String, byte[]>> values(List<String> ids, Deadline deadline) {
    String subject = ids.size() + " variables at once";
    try (Answer answer = send(requests.readMany(ids), deadline)) {
      if (answer.status() == 401 || answer.status() == 429 || answer.status() >= 500) {
        throw ConjurErrors.of(answer, Act.LIST, store, subject);
      }
      if (!answer.ok()) {
        return Optional.empty();
      }
      if (!(json(answer, subject) instanceof Map<?, ?> members)) {
        throw ConjurErrors.unintelligible(store, subject);
      }
      Map<String, byte[]> values = new HashMap<>();
      for (String id : ids) {
        if (!(members.get(requests.fullId(id)) instanceof String base64)) {
          throw ConjurErrors.unintelligible(store, subject);
        }
        values.put(id, decoded(base64, subject));
      }
      return Optional.of(values);
    }
  }

  /**
   * Writes a value; the same as the newest one makes no version.
   *
   * @return false when the server failed, as it does when several write at once: what is there must
   *     be read
   */
  boolean write(String id, byte[] value, Deadline deadline) {
    try (Answer answer = send(requests.write(id, value), deadline)) {
      if (!answer.ok() && answer.status() < 500) {
        throw ConjurErrors.of(answer, Act.WRITE, store, id);
      }
      return answer.ok();
    }
  }

  @Override
  public void close() {
    tokens.forget();
    wire.close();
  }

  private Answer send(Request request, Deadline deadline) {
    AccessToken token = tokens.token(deadline);
    Answer answer = wire.send(token.sign(request), deadline);
    if (answer.status() != 401) {
      return answer;
    }
    answer.close();
    return wire.send(tokens.insteadOf(token, deadline).sign(request), deadline);
  }

  private byte[] value(Answer answer, String id) {
    if (!answer.ok()) {
      throw ConjurErrors.of(answer, Act.READ, store, id);
    }
    return answer.exposeBody().clone();
  }

  private byte[] decoded(String base64, String subject) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw ConjurErrors.unintelligible(store, subject);
    }
  }

  private Object json(Answer answer, String subject) {
    try {
      return JSON.std.anyFrom(answer.exposeBody());
    } catch (IOException e) {
      // Jackson quotes what it stumbles over.
      throw ConjurErrors.unintelligible(store, subject);
    }
  }

  private String prefix() {
    return requests.fullId("");
  }
}
