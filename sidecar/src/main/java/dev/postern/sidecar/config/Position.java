package dev.postern.sidecar.config;

/** A place in the file, counted from 1; {@link #FILE} is the file itself. */
record Position(int line, int column) {
  static final Position FILE = new Position(0, 0);
}
