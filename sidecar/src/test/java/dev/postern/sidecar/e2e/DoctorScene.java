package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.sidecar.cli.InProcessCli;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code doctor --json} said, and how it ended. */
record DoctorScene(int exit, List<Map<String, Object>> rows, String text) {

  static DoctorScene of(Installation installation) {
    InProcessCli.Ended ended = installation.doctor("--json");
    try {
      List<Map<String, Object>> rows =
          JSON.std.listOfFrom(Object.class, ended.out()).stream().map(DoctorScene::row).toList();
      assertThat(rows).as(ended.err()).isNotEmpty();
      return new DoctorScene(ended.exit(), rows, ended.out() + ended.err());
    } catch (IOException e) {
      throw new UncheckedIOException(ended.out() + ended.err(), e);
    }
  }

  private static Map<String, Object> row(Object json) {
    Map<String, Object> row = new LinkedHashMap<>();
    ((Map<?, ?>) json).forEach((key, value) -> row.put(String.valueOf(key), value));
    return row;
  }

  /** {@code result: found -> advice} of one row. */
  String row(String target, String check) {
    return rows.stream()
        .filter(row -> target.equals(row.get("target")) && check.equals(row.get("check")))
        .map(row -> row.get("result") + ": " + row.get("found") + " -> " + row.get("advice"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row " + target + ", " + check + " in " + text));
  }

  /** {@code target, check} of all rows with this result. */
  List<String> all(String result) {
    return rows.stream()
        .filter(row -> result.equals(row.get("result")))
        .map(row -> row.get("target") + ", " + row.get("check"))
        .toList();
  }
}
