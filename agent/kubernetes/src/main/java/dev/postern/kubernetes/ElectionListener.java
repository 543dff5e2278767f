package dev.postern.kubernetes;

/** Whom an election tells. Returns at once; called by one thread at a time. */
public interface ElectionListener {

  /** This agent is the secret's rotator now. */
  void elected(Term term);

  /** It is not any more: {@link Term#isOver()}. */
  void ended(Term term);
}
