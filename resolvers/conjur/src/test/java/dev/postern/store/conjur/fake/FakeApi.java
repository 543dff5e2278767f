package dev.postern.store.conjur.fake;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Conjur's answers, as they were observed on a server 1.22: status by status, with its way of
 * hiding what a host may not see.
 */
final class FakeApi {
  private static final int DEFAULT_LIMIT = 10;

  private final String account;
  private final Policy policy;
  private final FakeTokens tokens;
  private final FakeVariables variables;
  private volatile int longestPage = Integer.MAX_VALUE;

  FakeApi(String account, Policy policy, FakeTokens tokens, FakeVariables variables) {
    this.account = account;
    this.policy = policy;
    this.tokens = tokens;
    this.variables = variables;
  }

  void limitPages(int longest) {
    longestPage = longest;
  }

  static Optional<Route> route(FakeRequest request) {
    List<String> path = request.path();
    boolean post = request.method().equals("POST");
    return Optional.ofNullable(
        switch (path.getFirst()) {
          case "authn", "authn-jwt" -> post && path.size() == 4 ? Route.LOGIN : null;
          case "whoami" -> path.size() == 1 ? Route.WHOAMI : null;
          case "resources" ->
              path.size() < 3 ? null : path.size() == 3 ? Route.LIST : Route.DESCRIBE;
          case "secrets" ->
              path.size() == 1
                  ? Route.BATCH
                  : path.size() < 4 ? null : post ? Route.WRITE : Route.READ;
          default -> null;
        });
  }

  FakeReply answer(Route route, FakeRequest request) {
    if (route == Route.LOGIN) {
      return login(request);
    }
    FakeTokens.Caller caller = tokens.caller(request.header("Authorization"));
    if (caller.login().isEmpty()) {
      return FakeReply.text(401, caller.refusal());
    }
    String login = caller.login().get();
    if (!policy.hosts().contains(login)) {
      return FakeReply.empty(403);
    }
    return switch (route) {
      case WHOAMI ->
          FakeReply.json(200, "{\"account\":\"%s\",\"username\":\"%s\"}".formatted(account, login));
      case DESCRIBE -> describe(login, request);
      case LIST -> list(login, request);
      case READ -> read(login, request);
      case BATCH -> batch(login, request);
      case WRITE -> write(login, request);
      case LOGIN -> throw new IllegalStateException("answered above");
    };
  }

  /** Every failure looks alike. */
  private FakeReply login(FakeRequest request) {
    List<String> path = request.path();
    if (!path.getLast().equals("authenticate")) {
      return FakeReply.html(404);
    }
    Optional<String> login;
    if (path.getFirst().equals("authn")) {
      boolean good =
          path.get(1).equals(account)
              && policy.hosts().contains(path.get(2))
              && tokens.isKey(path.get(2), request.bodyText());
      login = good ? Optional.of(path.get(2)) : Optional.empty();
    } else {
      String jwt = FakeRequest.form(request.bodyText()).get("jwt");
      if (jwt == null) {
        return FakeReply.empty(400);
      }
      login =
          path.get(2).equals(account) ? tokens.platformLogin(path.get(1), jwt) : Optional.empty();
    }
    if (login.isEmpty()) {
      return FakeReply.empty(401);
    }
    String token = tokens.issue(login.get());
    return request.wantsBase64()
        ? FakeReply.text(
                200, Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)))
            .with("Content-Encoding", "base64")
        : FakeReply.json(200, token);
  }

  private FakeReply describe(String login, FakeRequest request) {
    if ("true".equals(request.query().get("check"))) {
      String privilege = request.query().getOrDefault("privilege", "");
      return FakeReply.empty(
          isVariable(request) && policy.may(login, privilege, request.id()) ? 204 : 404);
    }
    return isVariable(request) && policy.sees(login, request.id())
        ? FakeReply.json(200, description(request.id()))
        : FakeReply.json(
            404, "{\"error\":{\"code\":\"not_found\",\"message\":\"not found in account\"}}");
  }

  private FakeReply list(String login, FakeRequest request) {
    Map<String, String> query = request.query();
    int limit = Integer.parseInt(query.getOrDefault("limit", Integer.toString(DEFAULT_LIMIT)));
    int offset = Integer.parseInt(query.getOrDefault("offset", "0"));
    if (limit > longestPage) {
      return FakeReply.unprocessable("'Limit' parameter must not exceed " + longestPage);
    }
    if (!isVariable(request)) {
      return FakeReply.json(200, "[]");
    }
    List<String> page =
        policy.variables().stream()
            .filter(id -> policy.sees(login, id))
            .skip(offset)
            .limit(limit)
            .map(this::description)
            .toList();
    return FakeReply.json(200, "[" + String.join(",", page) + "]");
  }

  /** With annotations, on which the SDK's own reading fails. */
  private String description(String id) {
    return """
    {"created_at":"2026-11-22T00:00:00.000+00:00","id":%s,"owner":"%s:policy:root",\
    "policy":"%s:policy:root","permissions":[],\
    "annotations":[{"name":"description","value":"for mail","policy":"%s:policy:root"}],\
    "secrets":[%s]}"""
        .formatted(quoted(full(id)), account, account, account, variables.versions(id));
  }

  private FakeReply read(String login, FakeRequest request) {
    String id = request.id();
    if (!isVariable(request) || !policy.sees(login, id)) {
      return FakeReply.missing(full(id));
    }
    if (!policy.may(login, "execute", id)) {
      return FakeReply.empty(403);
    }
    String version = request.query().get("version");
    if (version != null && !version.matches("-?[0-9]+")) {
      return FakeReply.unprocessable("invalid type for parameter 'version'");
    }
    return (version == null ? variables.read(id) : variables.read(id, Integer.parseInt(version)))
        .map(FakeReply::bytes)
        .orElse(FakeReply.missing(full(id)));
  }

  private FakeReply batch(String login, FakeRequest request) {
    List<String> ids = List.of(request.query().getOrDefault("variable_ids", "").split(",", -1));
    if (ids.stream().anyMatch(String::isEmpty)) {
      return FakeReply.unprocessable("variable_ids");
    }
    if (new HashSet<>(ids).size() < ids.size()) {
      return FakeReply.html(500);
    }
    String prefix = full("");
    for (String id : ids) {
      if (!id.startsWith(prefix) || !policy.hasVariable(id.substring(prefix.length()))) {
        return FakeReply.missing(id);
      }
    }
    if (ids.stream().anyMatch(id -> !policy.may(login, "execute", id.substring(prefix.length())))) {
      return FakeReply.empty(403);
    }
    Map<String, String> values = new TreeMap<>();
    for (String id : ids) {
      Optional<byte[]> value = variables.read(id.substring(prefix.length()));
      if (value.isEmpty()) {
        return FakeReply.missing(id);
      }
      if (!request.wantsBase64() && !isUtf8(value.get())) {
        return FakeReply.json(406, "{\"error\":{\"message\":\"CONJ00074E\"}}");
      }
      values.put(
          id,
          request.wantsBase64()
              ? mime(value.get())
              : new String(value.get(), StandardCharsets.UTF_8));
    }
    FakeReply reply = FakeReply.json(200, json(values));
    return request.wantsBase64() ? reply.with("Content-Encoding", "base64") : reply;
  }

  private FakeReply write(String login, FakeRequest request) {
    String id = request.id();
    if (!isVariable(request) || !policy.sees(login, id)) {
      return FakeReply.json(
          404, "{\"error\":{\"code\":\"not_found\",\"message\":\"Variable not found\"}}");
    }
    if (!policy.may(login, "update", id)) {
      return FakeReply.empty(403);
    }
    // Stricter than the server, which forgives what has neither a percent sign nor other bytes.
    boolean typed =
        request.header("Content-Type").filter("application/octet-stream"::equals).isPresent();
    if (!typed || new String(request.body(), StandardCharsets.ISO_8859_1).isBlank()) {
      return FakeReply.unprocessable("'value' may not be empty");
    }
    variables.write(id, request.body());
    return FakeReply.empty(201);
  }

  private boolean isVariable(FakeRequest request) {
    return request.path().get(1).equals(account) && request.path().get(2).equals("variable");
  }

  private String full(String id) {
    return account + ":variable:" + id;
  }

  /** Lines of sixty characters, each with its end, as Ruby writes them. */
  private static String mime(byte[] value) {
    return Base64.getMimeEncoder(60, new byte[] {'\n'}).encodeToString(value) + "\n";
  }

  private static boolean isUtf8(byte[] value) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static String quoted(String text) {
    return json(text);
  }

  private static String json(Object value) {
    try {
      return JSON.std.asString(value);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
