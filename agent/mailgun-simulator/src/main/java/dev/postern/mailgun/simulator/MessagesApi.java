package dev.postern.mailgun.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** {@code POST /v3/{domain}/messages}: checks as the vendor does, records, and sends nothing. */
final class MessagesApi {
  private static final int OPTIONS_LIMIT = 16 * 1024;

  private final Account account;

  MessagesApi(Account account) {
    this.account = account;
  }

  Answer send(Call call) throws Refusal {
    String domain = call.path("domain").toLowerCase(Locale.ROOT);
    if (!account.state().domains().containsKey(domain)) {
      throw new Refusal(404, "Domain not found: " + domain);
    }
    Form form = call.form();
    List<String> recipients = recipients(form);
    check(form, recipients);
    String id = "<" + account.mint().recordId() + "@" + domain + ">";
    account.accept(
        new AcceptedMessage(
            id,
            domain,
            call.caller().id(),
            null,
            call.address(),
            account.now(),
            form.first("from").orElse(""),
            recipients,
            form.first("subject").orElse(""),
            form.first("o:testmode").filter(word -> word.matches("yes|true")).isPresent()));
    return Answer.json(200, Json.of("id", id, "message", "Queued. Thank you."));
  }

  private static void check(Form form, List<String> recipients) throws Refusal {
    if (form.filled("from").isEmpty() && form.filled("template").isEmpty()) {
      throw new Refusal(400, "from parameter is missing");
    }
    if (recipients.isEmpty()) {
      throw new Refusal(400, "to parameter is missing");
    }
    if (!recipients.stream().allMatch(each -> each.matches(".*[^@\\s]@[^@\\s]+.*"))) {
      throw new Refusal(400, "to parameter is not a valid address. please check documentation");
    }
    if (Stream.of("text", "html", "amp-html", "template").noneMatch(form.names()::contains)) {
      throw new Refusal(
          400,
          "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified");
    }
    if (optionBytes(form) > OPTIONS_LIMIT) {
      throw new Refusal(
          400, "Send options (parameters starting with o:, h:, or v:) are limited to 16KB total");
    }
  }

  private static int optionBytes(Form form) {
    return form.names().stream()
        .filter(name -> name.matches("[ohvt]:.*"))
        .flatMap(name -> form.all(name).stream())
        .mapToInt(value -> value.getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  private static List<String> recipients(Form form) {
    return form.all("to").stream()
        .flatMap(each -> Arrays.stream(each.split(",", -1)))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .distinct()
        .toList();
  }
}
