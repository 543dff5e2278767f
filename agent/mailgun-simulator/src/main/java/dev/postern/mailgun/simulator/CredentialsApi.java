package dev.postern.mailgun.simulator;

import dev.postern.mailgun.simulator.AccountState.StoredLogin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code /v3/domains/{domain}/credentials}: the SMTP logins. */
final class CredentialsApi {
  private static final int LARGEST_PAGE = 1000;

  private final Account account;

  CredentialsApi(Account account) {
    this.account = account;
  }

  Answer list(Call call) throws Refusal {
    String domain = domain(call);
    int limit = number(call, "limit", 100);
    int skip = number(call, "skip", 0);
    if (limit > LARGEST_PAGE) {
      throw new Refusal(400, "Limit parameter can't be larger than " + LARGEST_PAGE);
    }
    List<SimulatedLogin> all = logins(domain);
    List<Map<String, ?>> items =
        all.stream().skip(skip).limit(limit).<Map<String, ?>>map(CredentialsApi::item).toList();
    return Answer.json(200, Json.of("items", items, "total_count", all.size()));
  }

  Answer create(Call call) throws Refusal {
    String domain = domain(call);
    Form form = call.form();
    List<String> logins =
        Stream.concat(form.all("login").stream(), form.all("mailbox").stream())
            .filter(each -> !each.isBlank())
            .toList();
    List<String> passwords = form.all("password");
    if (logins.isEmpty()) {
      throw new Refusal(400, "Parameter 'login' is missing");
    }
    if (!passwords.isEmpty() && passwords.size() != logins.size()) {
      throw new Refusal(400, "there must be as many passwords as logins, or none");
    }
    for (String password : passwords) {
      checkLength(password);
    }
    boolean system = form.first("system").filter("true"::equals).isPresent();
    Map<String, String> generated = new LinkedHashMap<>();
    for (int i = 0; i < logins.size(); i++) {
      SimulatedLogin login =
          new SimulatedLogin(address(domain, logins.get(i)), domain, account.now(), system);
      String password =
          passwords.isEmpty() ? generate(login.address(), generated) : passwords.get(i);
      account.setPassword(login, password, null);
    }
    return created(logins.size(), generated);
  }

  Answer setPassword(Call call) throws Refusal {
    SimulatedLogin login = find(call).orElseThrow(() -> new Refusal(404, "Credentials not found"));
    Map<String, String> generated = new LinkedHashMap<>();
    Optional<String> wished = call.form().first("password");
    String password = wished.orElseGet(() -> generate(login.address(), generated));
    checkLength(password);
    account.setPassword(login, password, call.lag());
    return created(1, generated);
  }

  Answer delete(Call call) throws Refusal {
    SimulatedLogin login = find(call).orElseThrow(() -> new Refusal(404, "Credentials not found"));
    if (isSystem(login)) {
      throw new Refusal(400, "Cannot delete system mailbox: " + login.address());
    }
    account.deleteLogins(login::equals, call.lag());
    return Answer.json(
        200, Json.of("message", "Credentials have been deleted", "spec", login.address()));
  }

  Answer deleteAll(Call call) throws Refusal {
    String domain = domain(call);
    int count =
        account.deleteLogins(each -> each.domain().equals(domain) && !isSystem(each), call.lag());
    return Answer.json(
        200, Json.of("message", "All domain credentials have been deleted", "count", count));
  }

  private String generate(String address, Map<String, String> generated) {
    String password = account.mint().password();
    generated.put(address, password);
    return password;
  }

  private static Answer created(int count, Map<String, String> generated) {
    String message = "Created " + count + " credentials pair(s)";
    return generated.isEmpty()
        ? Answer.message(200, message)
        : Answer.json(
            200,
            Json.of(
                "message", message,
                "note", "These credentials are shown only once; store them now",
                "credentials", generated));
  }

  private String domain(Call call) throws Refusal {
    String domain = call.path("domain").toLowerCase(Locale.ROOT);
    if (!account.state().domains().containsKey(domain)) {
      throw new Refusal(404, "Domain not found: " + domain);
    }
    return domain;
  }

  private List<SimulatedLogin> logins(String domain) {
    return account.state().logins().values().stream()
        .map(StoredLogin::login)
        .filter(each -> each.domain().equals(domain))
        .toList();
  }

  private Optional<SimulatedLogin> find(Call call) throws Refusal {
    String domain = domain(call);
    String address = address(domain, call.path("spec"));
    return logins(domain).stream().filter(each -> each.address().equals(address)).findFirst();
  }

  /** Older samples of the vendor's give the local part alone. */
  private static String address(String domain, String spec) throws Refusal {
    String address = (spec.contains("@") ? spec : spec + "@" + domain).toLowerCase(Locale.ROOT);
    if (!address.endsWith("@" + domain)) {
      throw new Refusal(400, "the login is not an address of the domain " + domain);
    }
    return address;
  }

  private static boolean isSystem(SimulatedLogin login) {
    return login.system() || login.address().equals("postmaster@" + login.domain());
  }

  private static void checkLength(String password) throws Refusal {
    if (password.length() < 5 || password.length() > 32) {
      throw new Refusal(
          400, "Password is too short or too long. It must be between 5 and 32 characters.");
    }
  }

  private static int number(Call call, String name, int otherwise) throws Refusal {
    try {
      int number = call.query().filled(name).map(Integer::valueOf).orElse(otherwise);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Answered below, with the negative ones.
    }
    throw new Refusal(400, "Parameter '" + name + "' must be a number that is not negative");
  }

  private static Map<String, ?> item(SimulatedLogin login) {
    return Json.of(
        "mailbox", login.address(),
        "login", login.address(),
        "created_at", Timestamps.mail(login.createdAt()),
        "size_bytes", null);
  }
}
