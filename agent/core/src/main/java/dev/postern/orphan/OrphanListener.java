package dev.postern.orphan;

/** Told of what the sweep finds, for metrics. Must not block and must not throw. */
public interface OrphanListener {

  /** A look at an issuer was completed; so many credentials were found that nothing claims. */
  void looked(String issuer, int found);

  /** An orphan was deleted. */
  void deleted(String issuer);
}
