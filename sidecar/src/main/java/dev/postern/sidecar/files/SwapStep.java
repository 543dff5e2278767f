package dev.postern.sidecar.files;

/** The places of a swap between which a process may die. */
enum SwapStep {
  DIRECTORY_MADE,
  FILE_WRITTEN,
  DIRECTORY_OPENED,
  FILE_LINKED,
  NEXT_LINKED,
  SWAPPED,
  CLEANED;

  /** Called at each place; does nothing outside tests. */
  @FunctionalInterface
  interface Observer {
    void reached(SwapStep step);
  }
}
