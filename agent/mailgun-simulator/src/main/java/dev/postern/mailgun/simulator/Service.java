package dev.postern.mailgun.simulator;

/** Gives each admitted call to the API that it is for. */
final class Service {
  private final KeysApi keys;
  private final CredentialsApi credentials;
  private final MessagesApi messages;
  private final LogsApi logs;
  private final AllowlistApi allowlist;
  private final AccountApi accountApi;

  Service(Account account) {
    keys = new KeysApi(account);
    credentials = new CredentialsApi(account);
    messages = new MessagesApi(account);
    logs = new LogsApi(account);
    allowlist = new AllowlistApi(account);
    accountApi = new AccountApi(account);
  }

  Answer perform(Call call) throws Refusal {
    return switch (call.operation()) {
      case LIST_KEYS -> keys.list(call);
      case CREATE_KEY -> keys.create(call);
      case DELETE_KEY -> keys.delete(call);
      case LIST_LOGINS -> credentials.list(call);
      case CREATE_LOGIN -> credentials.create(call);
      case SET_PASSWORD -> credentials.setPassword(call);
      case DELETE_LOGIN -> credentials.delete(call);
      case DELETE_ALL_LOGINS -> credentials.deleteAll(call);
      case SEND_MESSAGE -> messages.send(call);
      case QUERY_LOGS -> logs.query(call);
      case LIST_ALLOWED -> allowlist.list();
      case ADD_ALLOWED -> allowlist.add(call);
      case DESCRIBE_ALLOWED -> allowlist.describe(call);
      case REMOVE_ALLOWED -> allowlist.remove(call);
      case LIST_USERS -> accountApi.users(call);
      case SHOW_ME -> accountApi.me(call);
      case SHOW_SIGNING_KEY -> accountApi.signingKey();
      case REPLACE_SIGNING_KEY -> accountApi.replaceSigningKey(call);
      case LIST_DOMAINS -> accountApi.domains(call);
      case SMTP_AUTH -> throw new IllegalStateException("SMTP does not come by HTTP");
    };
  }
}
