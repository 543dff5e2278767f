package dev.postern.sidecar.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads where the agent listens and keeps its journal. */
final class ServerReader {
  private static final int MOST_CONNECTIONS = 65_536;

  private final Path folder;

  ServerReader(Path folder) {
    this.folder = folder;
  }

  SocketConfig socket(Section root) {
    return root.section("socket").map(this::socketOf).orElseGet(ServerReader::defaultSocket);
  }

  private SocketConfig socketOf(Section section) {
    section.onlyKeys(
        Set.of(
            "path",
            "mode",
            "group",
            "max-connections",
            "max-connections-per-peer",
            "requests-per-second"));
    ValueReader<Integer> connections = Readers.integer(1, MOST_CONNECTIONS);
    int most =
        section.withDefault("max-connections", connections, SocketConfig.DEFAULT_MAX_CONNECTIONS);
    Optional<Integer> perPeer = section.optional("max-connections-per-peer", connections);
    if (perPeer.isPresent() && perPeer.get() > most) {
      section.error(
          "max-connections-per-peer", "must not exceed 'max-connections', which is " + most);
    }
    return new SocketConfig(
        section.withDefault("path", Readers.socketPath(folder), SocketConfig.DEFAULT_PATH),
        section.withDefault("mode", Readers::mode, SocketConfig.DEFAULT_MODE),
        section.optional("group", ServerReader::group),
        most,
        perPeer.orElse(Math.min(most, SocketConfig.DEFAULT_MAX_CONNECTIONS_PER_PEER)),
        section
            .optional("requests-per-second", Readers.integer(1, 10_000_000))
            .map(OptionalInt::of)
            .orElseGet(OptionalInt::empty));
  }

  private static SocketConfig defaultSocket() {
    return new SocketConfig(
        SocketConfig.DEFAULT_PATH,
        SocketConfig.DEFAULT_MODE,
        Optional.empty(),
        SocketConfig.DEFAULT_MAX_CONNECTIONS,
        SocketConfig.DEFAULT_MAX_CONNECTIONS_PER_PEER,
        OptionalInt.empty());
  }

  AdminSocketConfig adminSocket(Section root, SocketConfig socket) {
    Path beside = socket.path().resolveSibling(AdminSocketConfig.DEFAULT_NAME);
    Optional<Section> section = root.section("admin-socket");
    section.ifPresent(s -> s.onlyKeys(Set.of("path", "mode", "group", "allow")));
    Path path =
        section.map(s -> s.withDefault("path", Readers.socketPath(folder), beside)).orElse(beside);
    boolean defaulted = section.isEmpty() || !section.get().has("path");
    if (defaulted && Readers.socketPathLength(path) > Readers.SOCKET_PATH_LIMIT) {
      root.error("socket", "the admin socket beside it: " + Readers.tooLong(path));
    }
    if (path.equals(socket.path())) {
      root.error(
          section.isPresent() ? "admin-socket" : "socket",
          "the socket and the admin socket must have different paths");
    }
    return new AdminSocketConfig(
        path,
        section
            .map(s -> s.withDefault("mode", Readers::mode, AdminSocketConfig.DEFAULT_MODE))
            .orElse(AdminSocketConfig.DEFAULT_MODE),
        section.flatMap(s -> s.optional("group", ServerReader::group)),
        section.filter(s -> s.has("allow")).map(ServerReader::administrators));
  }

  private static List<ConsumersConfig.Peer> administrators(Section section) {
    List<Section> items = section.sections("allow");
    List<ConsumersConfig.Peer> allow = ConsumersReader.allowed(items);
    if (items.isEmpty()) {
      section.warning("allow", "nobody may ask for a rotation");
    }
    boolean byGroup =
        allow.stream().anyMatch(peer -> peer.gid().isPresent() || peer.group().isPresent());
    if (byGroup && !section.has("mode")) {
      section.warning(
          "allow",
          "the admin socket has mode 0600, so no group can connect to it; add mode: \"0660\" and"
              + " group: NAME");
    }
    return allow;
  }

  ManagementConfig management(Section root) {
    return root.section("management").map(this::managementOf).orElse(ManagementConfig.DEFAULT);
  }

  private ManagementConfig managementOf(Section section) {
    section.onlyKeys(Set.of("address"));
    ManagementConfig management =
        section.withDefault("address", AddressReaders::listenAddress, ManagementConfig.DEFAULT);
    if (!AddressReaders.isLoopback(management.host())) {
      section.warning(
          "address", "not a loopback address: anyone on the network may read the metrics");
    }
    return management;
  }

  JournalConfig journal(Section root) {
    return root.section("journal").map(this::journalOf).orElse(JournalConfig.DEFAULT);
  }

  private JournalConfig journalOf(Section section) {
    section.onlyKeys(Set.of("dir"));
    return new JournalConfig(
        section.withDefault("dir", Readers.file(folder), JournalConfig.DEFAULT.dir()));
  }

  /** A group by name or number. */
  static Reading<String> group(Value value) {
    boolean number = value.isInteger() && value.text().matches("[0-9]{1,10}");
    boolean name = value.isText() && value.text().matches("[A-Za-z_][A-Za-z0-9_.-]{0,31}\\$?");
    return number || name
        ? Reading.of(value.text())
        : value.expected("the name or number of a group");
  }
}
