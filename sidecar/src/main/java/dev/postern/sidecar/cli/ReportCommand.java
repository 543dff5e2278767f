package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.Answer;
import dev.postern.sidecar.cli.report.HtmlReport;
import dev.postern.sidecar.cli.report.MarkdownReport;
import dev.postern.sidecar.cli.report.RotationView;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "report",
    description =
        "Print a rotation's receipt: who flagged, every step and its time, the proof of death.",
    footer = "Example: postern report last --format html > receipt.html")
final class ReportCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final AdminOptions agent = new AdminOptions();

  @Parameters(paramLabel = "ID", description = "a rotation's id, its beginning, or `last`")
  private String id = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: md)")
  private Format format = Format.md;

  @Option(names = "--json", description = "the same as --format json")
  private boolean json;

  ReportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Answer answer = new RotationLookup(agent.admin(surroundings)).find(id);
    switch (json ? Format.json : format) {
      case md -> surroundings.out().print(MarkdownReport.render(RotationView.of(answer.json())));
      case html -> surroundings.out().print(HtmlReport.render(RotationView.of(answer.json())));
      case json -> new JsonOutput(surroundings).print(answer);
    }
    return ExitCode.OK.code();
  }

  /** Spelled as they are typed. */
  enum Format {
    md,
    json,
    html
  }
}
