package dev.postern.mailgun.simulator;

import java.util.List;
import java.util.Map;

/** {@code /v2/ip_whitelist}: each change answers with the whole list. */
final class AllowlistApi {
  private final Account account;

  AllowlistApi(Account account) {
    this.account = account;
  }

  Answer list() {
    List<Map<String, String>> addresses =
        account.state().allowed().entrySet().stream()
            .map(each -> Map.of("ip_address", each.getKey(), "description", each.getValue()))
            .toList();
    return Answer.json(200, Map.of("addresses", addresses));
  }

  Answer add(Call call) throws Refusal {
    String address = call.form().first("address").orElse("").strip();
    if (!AllowList.isEntry(address)) {
      throw new Refusal(400, "Invalid IP Address or CIDR");
    }
    account.changeAllowed(all -> all.put(address, description(call)));
    return list();
  }

  Answer describe(Call call) throws Refusal {
    String address = known(call.form().first("address").orElse(""));
    account.changeAllowed(all -> all.put(address, description(call)));
    return list();
  }

  Answer remove(Call call) throws Refusal {
    String asked = call.query().first("address").orElse("");
    if (asked.isBlank()) {
      throw new Refusal(400, "IP address can not be blank");
    }
    String address = known(asked);
    account.changeAllowed(all -> all.remove(address));
    return list();
  }

  private String known(String asked) throws Refusal {
    String address = asked.strip();
    if (!account.state().allowed().containsKey(address)) {
      throw new Refusal(400, "IP not found");
    }
    return address;
  }

  private static String description(Call call) {
    return call.form().first("description").orElse("");
  }
}
