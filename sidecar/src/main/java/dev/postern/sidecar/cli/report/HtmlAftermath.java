package dev.postern.sidecar.cli.report;

import static dev.postern.sidecar.cli.report.Page.escape;

/** The part of the page that tells of the time after a leak. */
final class HtmlAftermath {
  private final Page page;
  private final AftermathView seen;

  HtmlAftermath(Page page, AftermathView seen) {
    this.page = page;
    this.seen = seen;
  }

  void write() {
    page.heading("Use of the old key");
    boolean alarm = !seen.usesAfterRevocation().isEmpty();
    page.line("<p%s>%s</p>", alarm ? " class=\"alarm\"" : "", escape(AftermathText.verdict(seen)));
    page.paragraph(AftermathText.watched(seen));
    if (!seen.uses().isEmpty()) {
      page.table(AftermathText.USES, seen.uses().stream().map(AftermathText::use).toList());
    }
    seen.notes().forEach(note -> page.paragraph("Note: " + note));
    page.heading("Made in the account since the flag");
    if (seen.newEntries().isEmpty()) {
      page.paragraph("Nothing was seen.");
    } else {
      page.table(
          AftermathText.ENTRIES, seen.newEntries().stream().map(AftermathText::entry).toList());
    }
    if (!seen.tasks().isEmpty()) {
      tasks();
    }
  }

  private void tasks() {
    page.heading("Steps that only a person can do");
    page.line("<table>");
    page.line("<tr><th>state</th><th>what to do</th><th>task</th></tr>");
    for (AftermathView.Task task : seen.tasks()) {
      page.line(
          "<tr><td>%s</td><td>%s%s</td><td>%s</td></tr>",
          escape(AftermathText.state(task)),
          escape(task.text()),
          AftermathText.page(task)
              .map(
                  link ->
                      " <a rel=\"noreferrer noopener\" href=\"%s\">%s</a>"
                          .formatted(escape(link), escape(link)))
              .orElseGet(() -> task.link().isEmpty() ? "" : " " + escape(task.link())),
          escape(task.id()));
    }
    page.line("</table>");
  }
}
