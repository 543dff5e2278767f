package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.JsonObject;
import java.io.PrintStream;
import java.util.List;

/** What a rotation would do, in words. */
final class PreviewText {
  private PreviewText() {}

  static void print(JsonObject preview, PrintStream out) {
    out.println(
        SafeText.line(
            "%s: a rotation would replace version %s; nothing was changed"
                .formatted(preview.textOr("secret", "?"), preview.textOr("current_version", "?"))));
    List<String> candidates = preview.texts("candidates");
    line(
        out,
        "old key",
        preview
            .text("old_credential")
            .orElseGet(
                () ->
                    candidates.isEmpty()
                        ? "not known"
                        : "one of " + String.join(", ", candidates)));
    line(out, "steps", String.join(", ", preview.texts("steps")));
    line(out, "deadline", deadline(preview));
    List<JsonObject> holders = preview.objects("holders");
    line(
        out,
        "waits for",
        holders.isEmpty()
            ? "nobody"
            : String.join("; ", holders.stream().map(HoldingText::consumer).toList()));
    preview.texts("warnings").forEach(warning -> line(out, "warning", warning));
  }

  private static String deadline(JsonObject preview) {
    return preview.number("deadline_seconds").isPresent()
        ? HumanTime.elapsed(preview.number("deadline_seconds").getAsDouble())
        : preview.textOr("deadline", "-");
  }

  private static void line(PrintStream out, String name, String text) {
    out.println("  %-10s %s".formatted(name, SafeText.line(text)));
  }
}
