package dev.postern.sidecar.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Left-aligned columns two spaces apart; the last one is as long as its text. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... titles) {
    rows.add(List.of(titles));
  }

  void add(String... cells) {
    rows.add(Arrays.stream(cells).map(cell -> cell.isEmpty() ? "-" : SafeText.line(cell)).toList());
  }

  void print(PrintStream out) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], width(row.get(column)));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        String cell = row.get(column);
        line.append(cell);
        if (column < widths.length - 1) {
          line.repeat(' ', widths[column] - width(cell) + 2);
        }
      }
      out.println(line);
    }
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
