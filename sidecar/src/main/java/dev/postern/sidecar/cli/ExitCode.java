package dev.postern.sidecar.cli;

import java.util.Collection;
import java.util.Comparator;

/** How a command ended, as scripts see it. */
public enum ExitCode {
  OK(0, 0),
  FAILED(1, 3),
  USAGE(2, 1),
  REFUSED(3, 2),
  UNREACHABLE(4, 4),
  NEEDS_PERSON(5, 5);

  private final int code;
  private final int weight;

  ExitCode(int code, int weight) {
    this.code = code;
    this.weight = weight;
  }

  /** What a refusing answer means to the caller. */
  static ExitCode ofStatus(int status) {
    return switch (status) {
      case 400, 405, 413, 414, 415, 422 -> USAGE;
      case 401, 403, 404, 409 -> REFUSED;
      case 429, 502, 503, 504 -> UNREACHABLE;
      default -> status < 300 ? OK : FAILED;
    };
  }

  /** Of several outcomes the one that most needs attention. */
  static ExitCode worst(Collection<ExitCode> codes) {
    return codes.stream().max(Comparator.comparingInt(code -> code.weight)).orElse(OK);
  }

  public int code() {
    return code;
  }
}
