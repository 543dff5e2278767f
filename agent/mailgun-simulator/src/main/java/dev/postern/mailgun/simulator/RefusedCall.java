package dev.postern.mailgun.simulator;

import java.time.Instant;

/**
 * A call with a secret that the simulator does not take: HTTP 401 or SMTP 535.
 *
 * @param client what the caller calls itself: its {@code User-Agent}, or its name after EHLO; empty
 *     when it gave none
 */
public record RefusedCall(Operation operation, String client, Instant at) {}
