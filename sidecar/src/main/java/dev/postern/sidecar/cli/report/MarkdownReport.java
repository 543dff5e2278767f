package dev.postern.sidecar.cli.report;

import dev.postern.sidecar.cli.HumanTime;
import dev.postern.sidecar.cli.SafeText;
import java.util.List;

/** A receipt in Markdown, for a ticket or a wiki. What others wrote cannot become markup. */
public final class MarkdownReport {
  private static final String MARKUP = "\\`*_[]|#!~";

  private final StringBuilder text = new StringBuilder();

  private MarkdownReport() {}

  public static String render(RotationView rotation) {
    MarkdownReport report = new MarkdownReport();
    report.line("# Receipt: rotation of " + escape(rotation.secret()));
    report.line("");
    report.line("**" + escape(Facts.outcome(rotation)) + "**");
    report.line("");
    report.row("fact", "value");
    report.row("---", "---");
    Facts.table(rotation).forEach((name, value) -> report.row(name, escape(value)));
    report.timeline(Timeline.of(rotation));
    report.consumers(rotation);
    report.proof(rotation.probes());
    if (rotation.aftermath().watched()) {
      report.aftermath(rotation.aftermath());
    }
    report.openPoints(OpenPoints.of(rotation));
    return report.text.toString();
  }

  private void timeline(Timeline timeline) {
    section("Timeline");
    row("after the flag", "step", "took", "attempts", "result");
    row("---:", "---", "---:", "---:", "---");
    for (Timeline.Bar bar : timeline.bars()) {
      RotationView.Step step = bar.step();
      row(
          "+" + HumanTime.elapsed(bar.start()),
          escape(step.name()),
          Facts.took(step),
          Integer.toString(step.attempts()),
          escape(Facts.result(step)));
    }
  }

  private void consumers(RotationView rotation) {
    section("Consumers");
    if (rotation.acknowledged().isEmpty() && rotation.cut().isEmpty()) {
      line("None is recorded.");
      return;
    }
    for (RotationView.Ack ack : rotation.acknowledged()) {
      line(
          "- has the new version: %s%s"
              .formatted(escape(ack.consumer()), ack.at().map(at -> ", since " + at).orElse("")));
    }
    rotation.cut().forEach(consumer -> line("- **was cut off**: " + escape(consumer)));
  }

  private void proof(List<RotationView.Probe> probes) {
    section("Proof of death");
    if (probes.isEmpty()) {
      line("None was made.");
      return;
    }
    row("at", "old key", "new key, at the same moment", "proves it");
    row("---", "---", "---", "---");
    for (RotationView.Probe probe : probes) {
      row(
          probe.at().map(Object::toString).orElse("-"),
          escape(probe.old()),
          escape(probe.successor()),
          probe.proves() ? "yes" : "no");
    }
  }

  private void aftermath(AftermathView seen) {
    section("Use of the old key");
    boolean alarm = !seen.usesAfterRevocation().isEmpty();
    String verdict = escape(AftermathText.verdict(seen));
    line(alarm ? "**" + verdict + "**" : verdict);
    line("");
    line(escape(AftermathText.watched(seen)));
    if (!seen.uses().isEmpty()) {
      line("");
      table(AftermathText.USES, seen.uses().stream().map(AftermathText::use).toList());
    }
    for (String note : seen.notes()) {
      line("");
      line("Note: " + escape(note));
    }
    section("Made in the account since the flag");
    if (seen.newEntries().isEmpty()) {
      line("Nothing was seen.");
    } else {
      table(AftermathText.ENTRIES, seen.newEntries().stream().map(AftermathText::entry).toList());
    }
    if (!seen.tasks().isEmpty()) {
      section("Steps that only a person can do");
      seen.tasks().forEach(this::task);
    }
  }

  private void task(AftermathView.Task task) {
    line(
        "- [%s] %s%s (%s; task %s)"
            .formatted(
                task.done() ? "x" : " ",
                escape(task.text()),
                AftermathText.page(task)
                    .map(link -> ": <" + link + ">")
                    .orElseGet(() -> task.link().isEmpty() ? "" : ": " + escape(task.link())),
                escape(AftermathText.state(task)),
                escape(task.id())));
  }

  private void table(List<String> titles, List<List<String>> rows) {
    row(titles.toArray(String[]::new));
    row(titles.stream().map(_ -> "---").toArray(String[]::new));
    rows.forEach(cells -> row(cells.stream().map(MarkdownReport::escape).toArray(String[]::new)));
  }

  private void openPoints(List<String> points) {
    section("Left for a person");
    if (points.isEmpty()) {
      line("Nothing.");
    }
    points.forEach(point -> line("- " + escape(point)));
  }

  private void section(String title) {
    line("");
    line("## " + title);
    line("");
  }

  private void row(String... cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String escape(String foreign) {
    StringBuilder escaped = new StringBuilder();
    for (char character : SafeText.line(foreign).toCharArray()) {
      switch (character) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        default -> {
          if (MARKUP.indexOf(character) >= 0) {
            escaped.append('\\');
          }
          escaped.append(character);
        }
      }
    }
    return escaped.toString();
  }
}
