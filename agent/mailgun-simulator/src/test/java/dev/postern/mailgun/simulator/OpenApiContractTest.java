package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.atlassian.oai.validator.model.Request.Method;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The simulator's answers, and the requests it accepts, held against the vendor's own description.
 */
final class OpenApiContractTest extends SimulatorFixture {
  private static final String LIST = "/v2/ip_whitelist";
  private static final String SIGNING_KEY = "/v5/accounts/http_signing_key";

  private VendorContract contract;

  private final Set<Operation> accepted = EnumSet.noneOf(Operation.class);

  /** Before each: a skipped class is not counted as skipped. */
  @BeforeEach
  void loadTheContract() {
    contract = VendorContract.load();
  }

  @Test
  void everyOperationAcceptsAndAnswersAsTheVendorDescribes() throws IOException {
    keys();
    logins();
    sendingAndLogs();
    allowlist();
    account();

    assertThat(accepted)
        .as("operations whose acceptance was checked")
        .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(Operation.SMTP_AUTH)));
  }

  @Test
  void refusalsAreThoseTheVendorDescribes() throws IOException {
    mailgun.setLogin("postmaster@" + DOMAIN, "password");
    mailgun.inject(Operation.CREATE_KEY, new Fault.KeyLimit(0));

    refused(400, Method.GET, "/v1/keys", api.get("/v1/keys?kind=none", admin));
    refused(403, Method.POST, "/v1/keys", api.post("/v1/keys", admin, "role", "admin"));
    refused(404, Method.DELETE, "/v1/keys/no-key", api.delete("/v1/keys/no-key", admin));
    refused(400, Method.POST, CREDENTIALS, api.post(CREDENTIALS, admin));
    refused(400, Method.GET, CREDENTIALS, api.get(CREDENTIALS + "?limit=1001", admin));
    refused(404, Method.PUT, CREDENTIALS + "/bob", api.put(CREDENTIALS + "/bob", admin));
    refused(
        400,
        Method.DELETE,
        CREDENTIALS + "/postmaster",
        api.delete(CREDENTIALS + "/postmaster", admin));
    refused(400, Method.POST, MESSAGES, api.post(MESSAGES, sending));
    refused(403, Method.GET, LIST, api.get(LIST, sending));
    refused(400, Method.POST, LIST, api.post(LIST, admin, "address", "here"));
    refused(400, Method.PUT, LIST, api.put(LIST, admin, "address", "10.0.0.1"));
    refused(400, Method.DELETE, LIST, api.delete(LIST, admin));
    refused(403, Method.GET, "/v5/users/me", api.get("/v5/users/me", admin));
    refused(401, Method.GET, "/v4/domains", api.get("/v4/domains", "nobody"));
    refused(
        400,
        Method.POST,
        "/v1/analytics/logs",
        api.send("POST", "/v1/analytics/logs", admin, "application/json", "[]"));
  }

  /** The vendor's example of it is the bare word; described as JSON, it was seen as text. */
  @Test
  void theOnlyObjectionToAnUnauthorizedSendIsItsContentType() throws IOException {
    assertThat(contract.objections(Method.POST, MESSAGES, api.post(MESSAGES, "nobody")))
        .singleElement()
        .asString()
        .startsWith("validation.response.contentType.notAllowed");
    assertThat(contract.objections(Method.POST, MESSAGES, 401, "\"Forbidden\"")).isEmpty();
  }

  @Test
  void theContractObjectsToAnAnswerThatLacksAField() throws IOException {
    String good = api.get("/v1/keys", admin).body();
    String noZone = "\"created_at\":\"2026-01-02T03:04:05\"";
    assertThat(good).contains(noZone);

    assertThat(contract.objections(Method.GET, "/v1/keys", 200, good)).isEmpty();
    for (String bad :
        new String[] {
          good.replace("total_count", "count"),
          good.replace(noZone, "\"created_at\":\"2026-01-02T03:04:05Z\""),
          good.replace("\"kind\":\"user\"", "\"kind\":\"robot\""),
          good.replace(",\"requestor\":null", "")
        }) {
      assertThat(contract.objections(Method.GET, "/v1/keys", 200, bad)).isNotEmpty();
    }
    assertThat(contract.objections(Method.DELETE, "/v1/keys/x", 204, "{}")).isNotEmpty();
  }

  private void keys() throws IOException {
    String[] wish = {
      "role",
      "sending",
      "kind",
      "domain",
      "domain_name",
      DOMAIN,
      "description",
      "tag",
      "expiration",
      "3600"
    };
    Map<?, ?> key = form(Operation.CREATE_KEY, "/v1/keys", wish).object("key");
    plain(Operation.LIST_KEYS, "/v1/keys", Map.of("kind", "domain", "domain_name", DOMAIN), admin);
    mailgun.disableKey(sendingKey.id(), "abuse");
    plain(Operation.LIST_KEYS, "/v1/keys", Map.of(), admin);
    plain(Operation.DELETE_KEY, "/v1/keys/" + key.get("id"), Map.of(), admin);
  }

  private void logins() throws IOException {
    form(Operation.CREATE_LOGIN, CREDENTIALS, "login", "a@" + DOMAIN, "password", "password");
    form(Operation.CREATE_LOGIN, CREDENTIALS, "login", "b@" + DOMAIN);
    form(Operation.SET_PASSWORD, CREDENTIALS + "/a@" + DOMAIN, "password", "replaced");
    plain(Operation.LIST_LOGINS, CREDENTIALS, Map.of("skip", "0", "limit", "10"), admin);
    plain(Operation.DELETE_LOGIN, CREDENTIALS + "/a@" + DOMAIN, Map.of(), admin);
    plain(Operation.DELETE_ALL_LOGINS, CREDENTIALS, Map.of(), admin);
  }

  private void sendingAndLogs() throws IOException {
    form(
        Operation.SEND_MESSAGE,
        MESSAGES,
        "from",
        "a@" + DOMAIN,
        "to",
        "b@example.org",
        "text",
        "hello");
    String path = "/v1/analytics/logs";
    String query =
        "{\"start\":\"Thu, 01 Jan 2026 00:00:00 +0000\",\"pagination\":{\"limit\":10},"
            + "\"events\":[\"accepted\"]}";
    Api.Reply reply = api.send("POST", path, admin, "application/json", query);
    assertThat(reply.list("items")).hasSize(1);
    check(Operation.QUERY_LOGS, path, Map.of(), "application/json", query, reply);
  }

  private void allowlist() throws IOException {
    form(Operation.ADD_ALLOWED, LIST, "address", "127.0.0.1", "description", "here");
    form(Operation.DESCRIBE_ALLOWED, LIST, "address", "127.0.0.1", "description", "there");
    plain(Operation.LIST_ALLOWED, LIST, Map.of(), admin);
    plain(Operation.REMOVE_ALLOWED, LIST, Map.of("address", "127.0.0.1"), admin);
  }

  private void account() throws IOException {
    String own =
        mailgun
            .createKey(new NewKey(KeyKind.WEB, KeyRole.ADMIN, null, "", null, "1", null, null))
            .exposeSecret();
    plain(Operation.LIST_USERS, "/v5/users", Map.of("role", "admin"), admin);
    plain(Operation.SHOW_ME, "/v5/users/me", Map.of(), own);
    plain(Operation.SHOW_SIGNING_KEY, SIGNING_KEY, Map.of(), admin);
    plain(Operation.REPLACE_SIGNING_KEY, SIGNING_KEY, Map.of(), admin);
    plain(Operation.LIST_DOMAINS, "/v4/domains", Map.of("limit", "10"), admin);
  }

  private Api.Reply form(Operation operation, String path, String... namesAndValues)
      throws IOException {
    String body = Api.multipart(namesAndValues);
    Api.Reply reply = api.send(operation.method(), path, admin, Api.MULTIPART, body);
    check(operation, path, Map.of(), Api.MULTIPART, body, reply);
    return reply;
  }

  private void plain(Operation operation, String path, Map<String, String> query, String key)
      throws IOException {
    String[] pairs =
        query.entrySet().stream()
            .flatMap(each -> Arrays.stream(new String[] {each.getKey(), each.getValue()}))
            .toArray(String[]::new);
    String target = query.isEmpty() ? path : path + "?" + Api.urlEncoded(pairs);
    Api.Reply reply = api.send(operation.method(), target, key, null, "");
    check(operation, path, query, null, "", reply);
  }

  private void check(
      Operation operation,
      String path,
      Map<String, String> query,
      @Nullable String type,
      String body,
      Api.Reply reply) {
    assertThat(reply.status()).as("status of %s", operation).isEqualTo(200);
    Method method = Method.valueOf(operation.method());
    assertThat(contract.objections(method, path, query, type, body, reply))
        .as("objections to %s", operation)
        .isEmpty();
    accepted.add(operation);
  }

  private void refused(int status, Method method, String path, Api.Reply reply) {
    assertThat(reply.status()).as("%s %s", method, path).isEqualTo(status);
    assertThat(contract.objections(method, path, reply)).as("%s %s", method, path).isEmpty();
  }
}
