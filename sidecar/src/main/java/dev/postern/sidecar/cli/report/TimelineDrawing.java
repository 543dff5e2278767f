package dev.postern.sidecar.cli.report;

import static dev.postern.sidecar.cli.report.Page.escape;
import static dev.postern.sidecar.cli.report.Page.number;

import dev.postern.sidecar.cli.HumanTime;

/**
 * The timeline as a picture: a bar for each step, and below them a row of marks for each kind of
 * thing that happened at one moment. What lies beyond the steps stands at the right edge.
 */
final class TimelineDrawing {
  private static final int WIDTH = 720;
  private static final int LABEL = 130;
  private static final int RIGHT = 90;
  private static final int ROW = 26;
  private static final int TOP = 22;

  private final Page page;
  private final Timeline timeline;
  private final double scale;
  private int y = TOP;

  private TimelineDrawing(Page page, Timeline timeline) {
    this.page = page;
    this.timeline = timeline;
    this.scale = (WIDTH - LABEL - RIGHT) / timeline.length();
  }

  static void draw(Page page, Timeline timeline) {
    new TimelineDrawing(page, timeline).draw();
  }

  private void draw() {
    int rows = timeline.bars().size() + timeline.marks().size();
    int height = TOP + rows * ROW + 24;
    page.line(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"timeline-title timeline-text\">",
        WIDTH, height);
    page.line("<title id=\"timeline-title\">The rotation in time</title>");
    page.line("<desc id=\"timeline-text\">%s</desc>", escape(Timeline.words(timeline)));
    moment("flagged", 0, height - 24, "flag");
    timeline.deadline().ifPresent(at -> moment("deadline", at, height - 24, "deadline"));
    timeline.bars().forEach(this::bar);
    timeline.marks().forEach(this::marks);
    page.line(
        "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>",
        LABEL, height - 22, WIDTH - RIGHT, height - 22);
    page.line("<text x=\"%d\" y=\"%d\">0</text>", LABEL, height - 6);
    page.line(
        "<text x=\"%d\" y=\"%d\">+%s</text>",
        WIDTH - RIGHT, height - 6, HumanTime.elapsed(timeline.length()));
    page.line("</svg>");
  }

  /** A moment that concerns all rows: a line from top to bottom. */
  private void moment(String name, double at, int bottom, String style) {
    boolean beyond = at > timeline.length();
    String x = number(x(at));
    page.line(
        "<line class=\"%s\" x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\"/>",
        style, x, TOP - 6, x, bottom);
    page.line(
        "<text class=\"note\" x=\"%s\" y=\"%d\"%s>%s</text>",
        x,
        TOP - 10,
        beyond ? " text-anchor=\"end\"" : "",
        beyond ? name + " +" + HumanTime.elapsed(at) + " &#8594;" : name);
  }

  private void bar(Timeline.Bar bar) {
    double left = x(bar.start());
    double width = Math.max(2, bar.seconds() * scale);
    String took = Facts.took(bar.step());
    label(bar.step().name());
    page.line(
        "<rect class=\"bar%s\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"14\"><title>%s</title></rect>",
        bar.step().finished() ? "" : " open",
        number(left),
        y + 5,
        number(width),
        escape("%s: +%s, %s".formatted(bar.step().name(), HumanTime.elapsed(bar.start()), took)));
    page.line("<text x=\"%s\" y=\"%d\">%s</text>", number(left + width + 5), y + 16, escape(took));
    y += ROW;
  }

  private void marks(Timeline.Marks marks) {
    label(marks.name());
    for (Timeline.Mark mark : marks.at()) {
      boolean beyond = mark.seconds() > timeline.length();
      page.line(
          "<circle class=\"mark %s\" cx=\"%s\" cy=\"%d\" r=\"5\"><title>%s</title></circle>",
          marks.style().name().toLowerCase(java.util.Locale.ROOT),
          number(x(mark.seconds()) + (beyond ? 8 : 0)),
          y + 12,
          escape(mark.text() + ", +" + HumanTime.elapsed(mark.seconds())));
    }
    double last = marks.at().stream().mapToDouble(Timeline.Mark::seconds).max().orElse(0);
    if (last > timeline.length()) {
      page.line(
          "<text class=\"note\" x=\"%d\" y=\"%d\">+%s</text>",
          WIDTH - RIGHT + 18, y + 16, HumanTime.elapsed(last));
    }
    y += ROW;
  }

  private void label(String name) {
    String shown = name.length() > 20 ? name.substring(0, 20) : name;
    page.line("<text x=\"0\" y=\"%d\">%s</text>", y + 16, escape(shown));
  }

  private double x(double seconds) {
    return LABEL + Math.min(Math.max(0, seconds), timeline.length()) * scale;
  }
}
