package dev.postern.sidecar.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/**
 * All commands, of which only the one that is asked for is made: `get` in a script must be quick.
 */
final class CommandTree {
  private final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();

  CommandTree(Surroundings surroundings, Supplier<AgentLauncher> launcher) {
    commands.put("run", () -> new RunCommand(surroundings, launcher));
    commands.put("dev", () -> new DevCommand(surroundings, launcher));
    commands.put("validate", () -> new ValidateCommand(surroundings));
    commands.put("doctor", () -> new DoctorCommand(surroundings, launcher));
    commands.put("list", () -> new ListCommand(surroundings));
    commands.put("get", () -> new GetCommand(surroundings));
    commands.put("watch", () -> new WatchCommand(surroundings));
    commands.put("exec", () -> new ExecCommand(surroundings));
    commands.put("refresh", () -> new RefreshCommand(surroundings));
    commands.put("rotate", () -> new RotateCommand(surroundings));
    commands.put("rotations", () -> new RotationsCommand(surroundings));
    commands.put("consumers", () -> new ConsumersCommand(surroundings));
    commands.put("status", () -> new StatusCommand(surroundings));
    commands.put("report", () -> new ReportCommand(surroundings));
    commands.put("local", () -> LocalCommand.tree(surroundings));
    commands.put("completion", () -> new CompletionCommand(surroundings));
  }

  /** A parser of these arguments, with all commands where they are needed for help or advice. */
  CommandLine parserOf(String... arguments) {
    CommandLine parser = new CommandLine(new PosternCommand());
    String first = arguments.length == 0 ? "" : arguments[0];
    if (commands.containsKey(first) && !first.equals("completion")) {
      parser.addSubcommand(first, commands.get(first).get());
    } else {
      commands.forEach((name, command) -> parser.addSubcommand(name, command.get()));
    }
    return parser
        .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
        .setUsageHelpLongOptionsMaxWidth(24);
  }
}
