package dev.postern.kubernetes;

import dev.postern.journal.JournalException;
import dev.postern.kubernetes.api.ClusterObject;

/**
 * How what others have written is understood. One process with many agents may remember it: all are
 * told of the same objects.
 */
class FleetReading {

  /**
   * @throws JournalException when the journal cannot be understood
   */
  SecretNews news(String secret, ClusterObject journal) {
    return SecretNews.of(secret, JournalPage.read(journal));
  }

  AgentCard card(ClusterObject lease) {
    return AgentCard.read(lease);
  }
}
