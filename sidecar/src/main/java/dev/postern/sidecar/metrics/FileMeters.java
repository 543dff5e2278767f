package dev.postern.sidecar.metrics;

import dev.postern.SecretName;
import dev.postern.sidecar.files.SecretFiles;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What became of the files of the secrets that have some. */
final class FileMeters {
  private static final String FAILURES_HELP =
      "Attempts that failed: to write a secret's files, or to run a hook of them";

  private FileMeters() {}

  static void register(MeterRegistry registry, SecretFiles files) {
    for (SecretName secret : files.secrets()) {
      Gauge.builder(
              MeterNames.FILES_IN_TROUBLE,
              () ->
                  files.states(secret).stream().filter(file -> file.trouble().isPresent()).count())
          .description("Files that cannot be written now, or whose hook fails")
          .tag("secret", secret.value())
          .register(registry);
      FunctionCounter.builder(MeterNames.FILE_FAILURES, files, one -> one.writeFailures(secret))
          .description(FAILURES_HELP)
          .tags("secret", secret.value(), "step", "write")
          .register(registry);
      FunctionCounter.builder(MeterNames.FILE_FAILURES, files, one -> one.hookFailures(secret))
          .description(FAILURES_HELP)
          .tags("secret", secret.value(), "step", "hook")
          .register(registry);
    }
  }
}
