package dev.postern.mailgun.simulator;

import java.time.Instant;

/** What the account knows about an SMTP login. The password is not part of it. */
public record SimulatedLogin(String address, String domain, Instant createdAt, boolean system) {}
