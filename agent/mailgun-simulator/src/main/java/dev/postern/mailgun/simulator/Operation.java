package dev.postern.mailgun.simulator;

import java.util.Locale;

/** What the simulator can do for a caller, and so what a {@link Fault} can be put on. */
public enum Operation {
  LIST_KEYS("GET", "/v1/keys"),
  CREATE_KEY("POST", "/v1/keys"),
  DELETE_KEY("DELETE", "/v1/keys/{key_id}"),
  LIST_LOGINS("GET", "/v3/domains/{domain}/credentials"),
  CREATE_LOGIN("POST", "/v3/domains/{domain}/credentials"),
  DELETE_ALL_LOGINS("DELETE", "/v3/domains/{domain}/credentials"),
  SET_PASSWORD("PUT", "/v3/domains/{domain}/credentials/{spec}"),
  DELETE_LOGIN("DELETE", "/v3/domains/{domain}/credentials/{spec}"),
  SEND_MESSAGE("POST", "/v3/{domain}/messages"),
  QUERY_LOGS("POST", "/v1/analytics/logs"),
  LIST_ALLOWED("GET", "/v2/ip_whitelist"),
  ADD_ALLOWED("POST", "/v2/ip_whitelist"),
  DESCRIBE_ALLOWED("PUT", "/v2/ip_whitelist"),
  REMOVE_ALLOWED("DELETE", "/v2/ip_whitelist"),
  LIST_USERS("GET", "/v5/users"),
  SHOW_ME("GET", "/v5/users/me"),
  SHOW_SIGNING_KEY("GET", "/v5/accounts/http_signing_key"),
  REPLACE_SIGNING_KEY("POST", "/v5/accounts/http_signing_key"),
  LIST_DOMAINS("GET", "/v4/domains"),
  /** The AUTH command of the SMTP server, which has no path. */
  SMTP_AUTH("AUTH", "");

  private final String method;
  private final String template;

  Operation(String method, String template) {
    this.method = method;
    this.template = template;
  }

  /** The HTTP method, or {@code AUTH}. */
  public String method() {
    return method;
  }

  /** The path with its parameters in braces; empty for SMTP. */
  public String template() {
    return template;
  }

  /** The form in which a person writes it: {@code create-key}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The vendor answers 401 in JSON here, and as the bare word elsewhere. */
  boolean onDomains() {
    return template.startsWith("/v3/domains/") || template.startsWith("/v4/domains");
  }

  boolean revokes() {
    return this == DELETE_KEY
        || this == DELETE_LOGIN
        || this == DELETE_ALL_LOGINS
        || this == SET_PASSWORD
        || this == REPLACE_SIGNING_KEY;
  }
}
