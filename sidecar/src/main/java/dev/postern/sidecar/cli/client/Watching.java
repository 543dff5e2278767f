package dev.postern.sidecar.cli.client;

/** What came of asking for an event stream. */
public sealed interface Watching {

  /** Whoever gets it closes the stream. */
  record Open(EventStream events) implements Watching {}

  /** The agent answered, with something else. */
  record Refused(Answer answer) implements Watching {}
}
