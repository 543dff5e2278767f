package dev.postern.sidecar.cli.report;

import static dev.postern.sidecar.cli.report.Page.escape;

import dev.postern.sidecar.cli.HumanTime;
import java.util.List;

/**
 * A receipt as one page that loads nothing: its policy forbids scripts and requests, so that a
 * hostile reason text has nothing to work with even if it were not escaped.
 */
public final class HtmlReport {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width">
      <meta name="referrer" content="no-referrer">
      <style>
      :root { color-scheme: light dark; --ink: #1c2733; --paper: #ffffff; --rule: #e3e8ee; --bar: #3b6ea8; --open: #c05621; --good: #2f855a; --bad: #c53030; --quiet: #5a6b7b; --warn: #fdf6e3; --fine: #eef8f1; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e2e8f0; --paper: #14191f; --rule: #2d3742; --bar: #6ea8e0; --open: #ed8936; --good: #68d391; --bad: #fc8181; --quiet: #9fb0c0; --warn: #3a3016; --fine: #14301f; } }
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 820px; margin: 2em auto; padding: 0 1em; color: var(--ink); background: var(--paper); }
      h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin-top: 1.8em; } a { color: var(--bar); }
      .outcome { padding: .6em 1em; border-left: 5px solid var(--open); background: var(--warn); }
      .outcome.proven { border-color: var(--good); background: var(--fine); }
      .alarm { padding: .6em 1em; border-left: 5px solid var(--bad); font-weight: bold; }
      table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .2em .8em .2em 0; vertical-align: top; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
      svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg .note { fill: var(--quiet); }
      .bar { fill: var(--bar); } .bar.open { fill: var(--open); } .axis { stroke: var(--quiet); } .flag { stroke: var(--quiet); } .deadline { stroke: var(--open); stroke-dasharray: 4 3; }
      .mark.good { fill: var(--good); } .mark.neutral { fill: var(--quiet); } .mark.bad { fill: var(--bad); }
      </style>
      """;

  private final Page page = new Page();
  private final RotationView rotation;

  private HtmlReport(RotationView rotation) {
    this.rotation = rotation;
  }

  public static String render(RotationView rotation) {
    HtmlReport report = new HtmlReport(rotation);
    report.write();
    return report.page.toString();
  }

  private void write() {
    String title = "Receipt: rotation of " + escape(rotation.secret());
    page.raw(HEAD);
    page.line("<title>%s</title>", title);
    page.line("</head>");
    page.line("<body>");
    page.line("<h1>%s</h1>", title);
    page.line(
        "<p class=\"outcome%s\">%s</p>",
        rotation.proven() ? " proven" : "", escape(Facts.outcome(rotation)));
    page.line("<table>");
    Facts.table(rotation)
        .forEach(
            (name, value) -> page.line("<tr><th>%s</th><td>%s</td></tr>", name, escape(value)));
    page.line("</table>");
    timeline(Timeline.of(rotation));
    consumers();
    proof();
    if (rotation.aftermath().watched()) {
      new HtmlAftermath(page, rotation.aftermath()).write();
    }
    openPoints(OpenPoints.of(rotation));
    page.line("</body>");
    page.line("</html>");
  }

  private void timeline(Timeline timeline) {
    page.heading("Timeline");
    TimelineDrawing.draw(page, timeline);
    page.table(
        List.of("after the flag", "step", "took", "attempts", "result"),
        timeline.bars().stream()
            .map(
                bar ->
                    List.of(
                        "+" + HumanTime.elapsed(bar.start()),
                        bar.step().name(),
                        Facts.took(bar.step()),
                        Integer.toString(bar.step().attempts()),
                        Facts.result(bar.step())))
            .toList());
  }

  private void consumers() {
    page.heading("Consumers");
    if (rotation.acknowledged().isEmpty() && rotation.cut().isEmpty()) {
      page.paragraph("None is recorded.");
      return;
    }
    page.line("<table>");
    for (RotationView.Ack ack : rotation.acknowledged()) {
      page.row(
          "td",
          List.of(
              ack.consumer(),
              "has the new version" + ack.at().map(at -> ", since " + at).orElse("")));
    }
    rotation.cut().forEach(consumer -> page.row("td", List.of(consumer, "was cut off")));
    page.line("</table>");
  }

  private void proof() {
    page.heading("Proof of death");
    if (rotation.probes().isEmpty()) {
      page.paragraph("None was made.");
      return;
    }
    page.table(
        List.of("at", "old key", "new key, at the same moment", "proves it"),
        rotation.probes().stream()
            .map(
                probe ->
                    List.of(
                        probe.at().map(Object::toString).orElse("-"),
                        probe.old(),
                        probe.successor(),
                        probe.proves() ? "yes" : "no"))
            .toList());
  }

  private void openPoints(List<String> points) {
    page.heading("Left for a person");
    if (points.isEmpty()) {
      page.paragraph("Nothing.");
      return;
    }
    page.line("<ul>");
    points.forEach(point -> page.line("<li>%s</li>", escape(point)));
    page.line("</ul>");
  }
}
