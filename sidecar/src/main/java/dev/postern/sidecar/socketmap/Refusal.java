package dev.postern.sidecar.socketmap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * An answer without a login. Immutable.
 *
 * @param status what it counts as in the metrics, in HTTP's numbers
 */
record Refusal(int status, String text) {
  static final Refusal NOT_FOUND = new Refusal(404, "NOTFOUND ");
  static final Refusal DENIED =
      permanent(403, "your user and group may not read this: ask for a line in its allow list");
  static final Refusal NO_TABLE =
      permanent(
          400,
          "no such table: the tables are "
              + Tables.BY_HOST
              + ", "
              + Tables.BY_SENDER
              + " and the names of mailgun-smtp secrets");
  static final Refusal NO_KEY =
      permanent(400, "a request is the name of a table, a space and a key");
  static final Refusal TOO_OFTEN =
      temporary(429, "your user asks more often than it may: try later");
  static final Refusal TOO_MANY =
      temporary(503, "there are as many connections as there may be: close some, try later");
  static final Refusal TOO_SLOW =
      new Refusal(408, "TIMEOUT send the whole request at once and within the time limit");
  static final Refusal FAILED = temporary(500, "the agent failed: see its log");

  /** Mail waits, and it is worth trying again. */
  static Refusal temporary(int status, String why) {
    return new Refusal(status, "TEMP " + why);
  }

  /** Mail waits, until a person has changed something. */
  static Refusal permanent(int status, String why) {
    return new Refusal(status, "PERM " + why);
  }

  ByteBuf bytes() {
    return Unpooled.wrappedBuffer(Netstring.encode(text));
  }
}
