package dev.postern.sidecar.http;

import java.util.Locale;

/** The closed set of errors that the servers answer with (RFC 9457). */
public enum Problem {
  BAD_REQUEST(400, "The request cannot be understood"),
  DENIED(403, "Not allowed"),
  UNKNOWN_PATH(404, "No such path"),
  UNKNOWN_SECRET(404, "No such secret"),
  UNKNOWN_FIELD(404, "No such field"),
  UNKNOWN_ROTATION(404, "No such rotation"),
  UNKNOWN_TASK(404, "No such task"),
  METHOD_NOT_ALLOWED(405, "The path does not take this method"),
  NOT_TEXT(406, "A value is not text"),
  TIMEOUT(408, "The request did not arrive in time"),
  NOT_CURRENT(409, "Not the current version"),
  TOO_LATE(409, "Too late to go back"),
  NOT_ROTATABLE(409, "The secret cannot be rotated"),
  STORE_READ_ONLY(409, "The store cannot be written"),
  STORE_REFUSED(409, "The store has no value that can be served"),
  BODY_TOO_LARGE(413, "The body is too large"),
  URI_TOO_LONG(414, "The request line is too long"),
  TOO_MANY_REQUESTS(429, "Too many requests"),
  HEADERS_TOO_LARGE(431, "The header fields are too large"),
  INTERNAL(500, "The agent failed"),
  NO_VALUE(503, "No value was read yet"),
  EXPIRED(503, "The value is too old to be served"),
  TOO_MANY_CONNECTIONS(503, "Too many connections"),
  NOT_NOW(503, "Not possible now"),
  STORE_UNREACHABLE(503, "The store cannot be reached");

  private final int status;
  private final String title;

  Problem(int status, String title) {
    this.status = status;
    this.title = title;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /** The URI by which clients tell problems apart. */
  public String type() {
    return "urn:postern:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
