package dev.postern.sidecar.files;

import java.nio.file.Path;

/** A process that puts ever new versions in place, and halts, as by kill -9, at a given step. */
final class SwapCrashChild {
  static final int KILLED = 137;

  private SwapCrashChild() {}

  /** Directory, step, and at which time that it is reached to halt. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    SwapStep last = SwapStep.valueOf(arguments[1]);
    int[] remaining = {Integer.parseInt(arguments[2])};
    SecretDirectory secrets = FilesFixture.directory(directory, "a", "b");
    secrets.clean();
    Bundle bundle =
        new Bundle(
            secrets,
            FilesFixture.SECRET,
            Durability.SYNCED,
            step -> {
              if (step == last && --remaining[0] == 0) {
                Runtime.getRuntime().halt(KILLED);
              }
            });
    for (int version = 1; version < 1000; version++) {
      String value = ProcessHandle.current().pid() + "-" + version;
      FilesFixture.put(bundle, "a", value, "b", value);
    }
  }
}
