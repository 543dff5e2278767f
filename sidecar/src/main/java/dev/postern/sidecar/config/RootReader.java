package dev.postern.sidecar.config;

import dev.postern.RotationTag;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the whole document. */
final class RootReader {
  private static final Set<String> KEYS =
      Set.of(
          "installation",
          "stores",
          "issuers",
          "secrets",
          "socket",
          "admin-socket",
          "socketmap",
          "management",
          "coordination",
          "journal",
          "rotations",
          "memory-lock");

  private final Path folder;

  RootReader(Path folder) {
    this.folder = folder;
  }

  /** What could be read; it counts only when no problem was told. */
  Optional<PosternConfig> read(Section root) {
    root.onlyKeys(KEYS);
    Optional<String> installation = root.required("installation", RootReader::installation);
    Declared<StoreConfig> stores = stores(root);
    Declared<IssuerConfig> issuers = issuers(root, stores);
    var secrets = new SecretReader(stores, issuers, folder).readAll(root);
    ServerReader servers = new ServerReader(folder);
    SocketConfig socket = servers.socket(root);
    AdminSocketConfig admin = servers.adminSocket(root, socket);
    Optional<SocketmapConfig> socketmap =
        new SocketmapReader(folder)
            .read(root, secrets.values(), List.of(socket.path(), admin.path()));
    ManagementConfig management = servers.management(root);
    JournalConfig journal = servers.journal(root);
    RotationsConfig rotations =
        root.section("rotations").map(RootReader::rotations).orElse(RotationsConfig.DEFAULT);
    MemoryLock memoryLock =
        root.withDefault(
            "memory-lock", ValueReader.oneOf(List.of(MemoryLock.values())), MemoryLock.PREFERRED);
    CoordinationConfig coordination =
        root.section("coordination")
            .map(CoordinationConfig::read)
            .orElse(CoordinationConfig.DEFAULT);
    return installation.map(
        name ->
            new PosternConfig(
                name,
                stores.valid(),
                issuers.valid(),
                secrets,
                socket,
                admin,
                socketmap,
                management,
                coordination,
                journal,
                rotations,
                memoryLock));
  }

  private Declared<StoreConfig> stores(Section root) {
    StoreReader reader = new StoreReader(folder);
    return root.requiredSection("stores")
        .map(section -> Declared.read("store", section, reader::read))
        .orElseGet(() -> Declared.none("store"));
  }

  private Declared<IssuerConfig> issuers(Section root, Declared<StoreConfig> stores) {
    IssuerReader reader = new IssuerReader(folder, stores);
    return root.section("issuers")
        .map(section -> Declared.read("issuer", section, reader::read))
        .orElseGet(() -> Declared.none("issuer"));
  }

  private static RotationsConfig rotations(Section section) {
    section.onlyKeys(Set.of("concurrency"));
    return new RotationsConfig(
        section.withDefault(
            "concurrency", Readers.integer(1, 256), RotationsConfig.DEFAULT.concurrency()));
  }

  private static Reading<String> installation(Value value) {
    return Readers.text(value)
        .then(
            name ->
                RotationTag.isLegalInstallation(name)
                    ? Reading.of(name)
                    : value.expected(
                        "1 to 63 lower-case letters, digits, dots, dashes and underscores such as"
                            + " prod-eu"));
  }
}
