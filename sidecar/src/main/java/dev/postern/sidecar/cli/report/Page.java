package dev.postern.sidecar.cli.report;

import dev.postern.sidecar.cli.SafeText;
import java.util.List;
import java.util.Locale;

/** HTML as it grows; whatever is put in by {@code %s} must have been through {@link #escape}. */
final class Page {
  private final StringBuilder html = new StringBuilder();

  void raw(String markup) {
    html.append(markup);
  }

  void line(String format, Object... values) {
    html.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  void heading(String text) {
    line("<h2>%s</h2>", escape(text));
  }

  void paragraph(String text) {
    line("<p>%s</p>", escape(text));
  }

  void row(String tag, List<String> cells) {
    html.append("<tr>");
    for (String cell : cells) {
      html.append('<').append(tag).append('>').append(escape(cell));
      html.append("</").append(tag).append('>');
    }
    html.append("</tr>\n");
  }

  void table(List<String> titles, List<List<String>> rows) {
    line("<table>");
    row("th", titles);
    rows.forEach(row -> row("td", row));
    line("</table>");
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  static String escape(String foreign) {
    return SafeText.line(foreign)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  @Override
  public String toString() {
    return html.toString();
  }
}
