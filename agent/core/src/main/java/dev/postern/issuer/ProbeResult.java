package dev.postern.issuer;

/** What a probe, which costs nothing and sends nothing, showed about a credential. */
public sealed interface ProbeResult {

  /** The provider accepts the credential. */
  record Accepted() implements ProbeResult {}

  /**
   * The provider refuses the credential: it is dead, <em>or</em> our address is not on its allow
   * list, <em>or</em> this is the wrong region. Only beside a positive control does it mean death.
   */
  record Refused() implements ProbeResult {}

  /**
   * Nothing is known.
   *
   * @param reason for the log and the receipt; never a response body
   */
  record Unknown(String reason) implements ProbeResult {}
}
