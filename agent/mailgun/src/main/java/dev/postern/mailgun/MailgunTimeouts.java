package dev.postern.mailgun;

import java.time.Duration;

/**
 * How long the issuer waits.
 *
 * @param connect for a connection, where the issuer makes its own HTTP client
 * @param request for one request with its whole answer
 * @param call for one call of the issuer with all its repeats
 * @param firstPause between the first attempt and its repeat; doubles from there, with jitter
 * @param longestPause between any two attempts, unless Mailgun asks for a longer one
 */
public record MailgunTimeouts(
    Duration connect, Duration request, Duration call, Duration firstPause, Duration longestPause) {

  /** Leaves room for a whole rotation within a deadline of 60 s. */
  public static final MailgunTimeouts DEFAULTS =
      new MailgunTimeouts(
          Duration.ofSeconds(3),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofMillis(250),
          Duration.ofSeconds(3));

  public MailgunTimeouts {
    requirePositive("connect", connect);
    requirePositive("request", request);
    requirePositive("call", call);
    requirePositive("first pause", firstPause);
    if (longestPause.compareTo(firstPause) <= 0) {
      throw new IllegalArgumentException("the longest pause must be longer than the first one");
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException("the " + name + " time must be longer than zero");
    }
  }
}
