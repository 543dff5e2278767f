package dev.postern.sidecar.config;

import dev.postern.sidecar.config.ConfigProblem.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects what is found while one file is read, so that all of it can be told at once. */
final class Problems {
  private final List<ConfigProblem> found = new ArrayList<>();

  void error(Position position, String keyPath, String message) {
    add(Severity.ERROR, position, keyPath, message);
  }

  void warning(Position position, String keyPath, String message) {
    add(Severity.WARNING, position, keyPath, message);
  }

  List<ConfigProblem> errors() {
    return ofSeverity(Severity.ERROR);
  }

  List<ConfigProblem> warnings() {
    return ofSeverity(Severity.WARNING);
  }

  private void add(Severity severity, Position position, String keyPath, String message) {
    found.add(new ConfigProblem(severity, position.line(), position.column(), keyPath, message));
  }

  private List<ConfigProblem> ofSeverity(Severity severity) {
    return found.stream().filter(problem -> problem.severity() == severity).sorted().toList();
  }
}
