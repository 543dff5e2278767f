package dev.postern.sidecar.cli.report;

import dev.postern.sidecar.cli.HumanTime;
import dev.postern.sidecar.cli.SafeText;
import java.util.List;
import java.util.Locale;

/**
 * A receipt as one page that loads nothing: its policy forbids scripts and requests, so that a
 * hostile reason text has nothing to work with even if it were not escaped.
 */
public final class HtmlReport {
  private static final int WIDTH = 640;
  private static final int LABEL = 90;
  private static final int ROW = 26;

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width">
      <style>
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 760px; margin: 2em auto; padding: 0 1em; color: #1c2733; }
      h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin-top: 1.8em; }
      .outcome { padding: .6em 1em; border-left: 5px solid #b7791f; background: #fdf6e3; }
      .outcome.proven { border-color: #2f855a; background: #eef8f1; }
      table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .2em .8em .2em 0; vertical-align: top; border-bottom: 1px solid #e3e8ee; overflow-wrap: anywhere; }
      svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: #1c2733; }
      .bar { fill: #3b6ea8; } .bar.open { fill: #c05621; } .axis { stroke: #cbd5e0; }
      </style>
      """;

  private final StringBuilder html = new StringBuilder();

  private HtmlReport() {}

  public static String render(RotationView rotation) {
    HtmlReport report = new HtmlReport();
    String title = "Receipt: rotation of " + escape(rotation.secret());
    report.html.append(HEAD);
    report.line("<title>%s</title>", title);
    report.line("</head>");
    report.line("<body>");
    report.line("<h1>%s</h1>", title);
    report.line(
        "<p class=\"outcome%s\">%s</p>",
        rotation.proven() ? " proven" : "", escape(Facts.outcome(rotation)));
    report.line("<table>");
    Facts.table(rotation)
        .forEach(
            (name, value) -> report.line("<tr><th>%s</th><td>%s</td></tr>", name, escape(value)));
    report.line("</table>");
    report.timeline(Timeline.of(rotation));
    report.consumers(rotation);
    report.proof(rotation.probes());
    report.openPoints(OpenPoints.of(rotation));
    report.line("</body>");
    report.line("</html>");
    return report.html.toString();
  }

  private void timeline(Timeline timeline) {
    line("<h2>Timeline</h2>");
    drawing(timeline);
    row("th", "after the flag", "step", "took", "attempts", "result");
    for (Timeline.Bar bar : timeline.bars()) {
      RotationView.Step step = bar.step();
      row(
          "td",
          "+" + HumanTime.elapsed(bar.start()),
          step.name(),
          Facts.took(step),
          Integer.toString(step.attempts()),
          Facts.result(step));
    }
    line("</table>");
  }

  private void drawing(Timeline timeline) {
    int height = timeline.bars().size() * ROW + 24;
    line("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"steps in time\">", WIDTH, height);
    double scale = (WIDTH - LABEL - 70) / timeline.length();
    int top = 0;
    for (Timeline.Bar bar : timeline.bars()) {
      double left = LABEL + bar.start() * scale;
      double width = Math.max(2, bar.seconds() * scale);
      line("<text x=\"0\" y=\"%d\">%s</text>", top + 16, escape(bar.step().name()));
      line(
          "<rect class=\"bar%s\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"14\"/>",
          bar.step().finished() ? "" : " open", number(left), top + 5, number(width));
      line(
          "<text x=\"%s\" y=\"%d\">%s</text>",
          number(left + width + 5), top + 16, escape(Facts.took(bar.step())));
      top += ROW;
    }
    line(
        "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>",
        LABEL, top + 2, WIDTH - 70, top + 2);
    line("<text x=\"%d\" y=\"%d\">flagged</text>", LABEL, top + 18);
    line(
        "<text x=\"%d\" y=\"%d\">+%s</text>",
        WIDTH - 70, top + 18, HumanTime.elapsed(timeline.length()));
    line("</svg>");
    line("<table>");
  }

  private void consumers(RotationView rotation) {
    line("<h2>Consumers</h2>");
    if (rotation.acknowledged().isEmpty() && rotation.cut().isEmpty()) {
      line("<p>None is recorded.</p>");
      return;
    }
    line("<table>");
    for (RotationView.Ack ack : rotation.acknowledged()) {
      row(
          "td",
          ack.consumer(),
          "has the new version" + ack.at().map(at -> ", since " + at).orElse(""));
    }
    rotation.cut().forEach(consumer -> row("td", consumer, "was cut off"));
    line("</table>");
  }

  private void proof(List<RotationView.Probe> probes) {
    line("<h2>Proof of death</h2>");
    if (probes.isEmpty()) {
      line("<p>None was made.</p>");
      return;
    }
    line("<table>");
    row("th", "at", "old key", "new key, at the same moment", "proves it");
    for (RotationView.Probe probe : probes) {
      row(
          "td",
          probe.at().map(Object::toString).orElse("-"),
          probe.old(),
          probe.successor(),
          probe.proves() ? "yes" : "no");
    }
    line("</table>");
  }

  private void openPoints(List<String> points) {
    line("<h2>Left for a person</h2>");
    if (points.isEmpty()) {
      line("<p>Nothing.</p>");
      return;
    }
    line("<ul>");
    points.forEach(point -> line("<li>%s</li>", escape(point)));
    line("</ul>");
  }

  private void row(String tag, String... cells) {
    html.append("<tr>");
    for (String cell : cells) {
      html.append('<').append(tag).append('>').append(escape(cell));
      html.append("</").append(tag).append('>');
    }
    html.append("</tr>\n");
  }

  private void line(String format, Object... values) {
    html.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String escape(String foreign) {
    return SafeText.line(foreign)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
