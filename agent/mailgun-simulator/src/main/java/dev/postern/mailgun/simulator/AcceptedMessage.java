package dev.postern.mailgun.simulator;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that the simulator took. It goes nowhere.
 *
 * @param keyId the API key it came with; none when it came by SMTP
 * @param login the SMTP login it came with; none when it came by HTTP
 */
public record AcceptedMessage(
    String id,
    String domain,
    @Nullable String keyId,
    @Nullable String login,
    String originatingAddress,
    Instant acceptedAt,
    String from,
    List<String> to,
    String subject,
    boolean testMode) {

  public AcceptedMessage {
    to = List.copyOf(to);
  }
}
