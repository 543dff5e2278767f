package dev.postern.mailgun.simulator;

import java.util.Locale;

/** The vendor's roles of API key, and what each may do. */
public enum KeyRole {
  ADMIN,
  /** The vendor's analyst: reads. */
  BASIC,
  /** Sends as its own domain, and nothing else. */
  SENDING,
  /** Everything but keys, the allow list and the signing key, which it may only read. */
  DEVELOPER;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean may(Operation operation) {
    return switch (this) {
      case ADMIN -> true;
      case SENDING -> operation == Operation.SEND_MESSAGE;
      case BASIC -> operation.method().equals("GET") || operation == Operation.QUERY_LOGS;
      case DEVELOPER ->
          switch (operation) {
            case CREATE_KEY,
                DELETE_KEY,
                ADD_ALLOWED,
                DESCRIBE_ALLOWED,
                REMOVE_ALLOWED,
                REPLACE_SIGNING_KEY ->
                false;
            case LIST_KEYS,
                LIST_LOGINS,
                CREATE_LOGIN,
                DELETE_ALL_LOGINS,
                SET_PASSWORD,
                DELETE_LOGIN,
                SEND_MESSAGE,
                QUERY_LOGS,
                LIST_ALLOWED,
                LIST_USERS,
                SHOW_ME,
                SHOW_SIGNING_KEY,
                LIST_DOMAINS,
                SMTP_AUTH ->
                true;
          };
    };
  }
}
