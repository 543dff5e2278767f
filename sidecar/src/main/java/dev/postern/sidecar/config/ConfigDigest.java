package dev.postern.sidecar.config;

import dev.postern.store.vault.VaultAuth;
import dev.postern.store.vault.VaultConfig.ClientCertificate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Names the effective config by a hash. The canonical form is one {@code key=value} line per
 * setting, sorted; no value holds a line break, so two configs never share a form.
 */
final class ConfigDigest {
  private final SortedMap<String, String> lines = new TreeMap<>();

  private ConfigDigest() {}

  static String of(PosternConfig config) {
    ConfigDigest digest = new ConfigDigest();
    digest.put("installation", config.installation());
    digest.put("memory-lock", ConfigWord.of(config.memoryLock()));
    digest.put("rotations.concurrency", config.rotations().concurrency());
    digest.put("coordination.type", ConfigWord.of(config.coordination().type()));
    digest.put("coordination.namespace", config.coordination().namespace());
    digest.put("journal.dir", config.journal().dir());
    digest.put("management.address", config.management().host());
    digest.put("management.port", config.management().port());
    digest.socket(config.socket());
    digest.put("admin-socket.path", config.adminSocket().path());
    digest.put("admin-socket.mode", Integer.toOctalString(config.adminSocket().mode()));
    digest.put("admin-socket.group", config.adminSocket().group());
    digest.put("admin-socket.allow", config.adminSocket().allow().map(ConfigDigest::peers));
    config.socketmap().ifPresent(digest::socketmap);
    config.stores().forEach((name, store) -> digest.store("stores." + name, store));
    config.issuers().forEach((name, issuer) -> digest.issuer("issuers." + name, issuer));
    config.secrets().forEach((name, secret) -> digest.secret("secrets." + name, secret));
    return digest.hash();
  }

  private void socket(SocketConfig socket) {
    put("socket.path", socket.path());
    put("socket.mode", Integer.toOctalString(socket.mode()));
    put("socket.group", socket.group());
    put("socket.max-connections", socket.maxConnections());
    put("socket.max-connections-per-peer", socket.maxConnectionsPerPeer());
    put("socket.requests-per-second", socket.requestsPerSecond());
  }

  private void socketmap(SocketmapConfig socketmap) {
    put("socketmap.path", socketmap.path());
    put("socketmap.mode", Integer.toOctalString(socketmap.mode()));
    put("socketmap.group", socketmap.group());
  }

  private void store(String key, StoreConfig store) {
    switch (store) {
      case StoreConfig.Local local -> {
        put(key + ".type", "local");
        put(key + ".file", local.file());
        put(key + ".identity", local.identity());
      }
      case StoreConfig.Vault vault -> vault(key, vault);
      case StoreConfig.Aws aws -> {
        put(key + ".type", "aws");
        put(key + ".region", aws.region());
        put(key + ".profile", aws.profile());
        put(key + ".endpoint", aws.endpoint());
        put(key + ".role.arn", aws.role().map(StoreConfig.AwsRole::arn));
        put(key + ".role.external-id", aws.role().flatMap(StoreConfig.AwsRole::externalId));
        put(key + ".fips", aws.fips());
        put(key + ".dual-stack", aws.dualStack());
        put(key + ".timeout", aws.timeout());
      }
      case StoreConfig.Env _ -> put(key + ".type", "env");
      case StoreConfig.Conjur conjur -> conjur(key, conjur);
    }
  }

  private void conjur(String key, StoreConfig.Conjur conjur) {
    put(key + ".type", "conjur");
    put(key + ".url", conjur.url());
    put(key + ".account", conjur.account());
    put(key + ".ca", conjur.ca());
    put(key + ".pending-suffix", conjur.pendingSuffix());
    put(key + ".flag-suffix", conjur.flagSuffix());
    put(key + ".timeout", conjur.timeout());
    switch (conjur.auth()) {
      case StoreConfig.ConjurAuth.ApiKeyFile(String login, Path file) -> {
        put(key + ".auth.login", login);
        put(key + ".auth.api-key-file", file);
      }
      case StoreConfig.ConjurAuth.ApiKeyEnv(String login, String variable) -> {
        put(key + ".auth.login", login);
        put(key + ".auth.api-key-env", variable);
      }
      case StoreConfig.ConjurAuth.Jwt(String serviceId, Path file) -> {
        put(key + ".auth.service-id", serviceId);
        put(key + ".auth.jwt-file", file);
      }
    }
  }

  private void vault(String key, StoreConfig.Vault vault) {
    put(key + ".type", "vault");
    put(key + ".address", vault.address());
    put(key + ".namespace", vault.namespace());
    put(key + ".engine.mount", vault.engine().mount());
    put(key + ".engine.version", vault.engine().version());
    put(key + ".engine.pending-suffix", vault.engine().pendingSuffix());
    vaultAuth(key + ".auth", vault.auth());
    put(key + ".tls.ca", vault.tls().ca());
    put(key + ".tls.certificate", vault.tls().client().map(ClientCertificate::certificate));
    put(key + ".tls.key", vault.tls().client().map(ClientCertificate::key));
    put(key + ".timeout", vault.timeout());
  }

  private void vaultAuth(String key, VaultAuth auth) {
    switch (auth) {
      case VaultAuth.Token.InFile(Path file) -> put(key + ".token-file", file);
      case VaultAuth.Token.InVariable(String name) -> put(key + ".token-env", name);
      case VaultAuth.AppRole(
              String mount,
              VaultAuth.RoleId roleId,
              Path secretId,
              boolean wrapped) -> {
        put(key + ".mount", mount);
        put(key + ".secret-id-file", secretId);
        put(key + ".wrapped", wrapped);
        switch (roleId) {
          case VaultAuth.RoleId.Named(String id) -> put(key + ".role-id", id);
          case VaultAuth.RoleId.InFile(Path file) -> put(key + ".role-id-file", file);
        }
      }
      case VaultAuth.SignedToken(String mount, Optional<String> role, Path file) -> {
        put(key + ".mount", mount);
        put(key + ".role", role);
        put(key + ".token-file", file);
      }
    }
  }

  private void issuer(String key, IssuerConfig issuer) {
    switch (issuer) {
      case IssuerConfig.Mailgun mailgun -> {
        put(key + ".type", "mailgun");
        put(key + ".region", mailgun.region());
        put(key + ".base-url", mailgun.baseUrl());
        put(key + ".smtp.host", mailgun.smtp().map(IssuerConfig.Smtp::host));
        put(key + ".smtp.port", mailgun.smtp().map(IssuerConfig.Smtp::port));
        put(key + ".smtp.ca", mailgun.smtp().flatMap(IssuerConfig.Smtp::ca));
        put(key + ".timeout", mailgun.timeout());
        put(key + ".key-expiration", mailgun.keyExpiration());
      }
    }
    put(key + ".admin-key.store", issuer.adminKey().store());
    put(key + ".admin-key.path", issuer.adminKey().path());
    put(key + ".admin-key.field", issuer.adminKey().field());
  }

  private void secret(String key, SecretConfig secret) {
    put(key + ".kind", secret.kind().wireName());
    put(key + ".source.store", secret.source().store());
    put(key + ".source.path", secret.source().path());
    secret.source().field().ifPresent(field -> put(key + ".source.field", field));
    put(key + ".issuer", secret.issuer());
    put(key + ".domain", secret.domain());
    put(key + ".refresh", secret.refresh());
    put(key + ".max-stale", secret.maxStale());
    put(key + ".rotation.max-age", secret.rotation().maxAge());
    put(key + ".rotation.window.cron", secret.rotation().window().map(WindowConfig::cron));
    put(key + ".rotation.window.for", secret.rotation().window().map(WindowConfig::length));
    put(key + ".rotation.window.zone", secret.rotation().window().map(WindowConfig::zone));
    put(key + ".rotation.deadline", secret.rotation().deadline());
    put(key + ".rotation.grace", secret.rotation().grace());
    put(key + ".rotation.order", ConfigWord.of(secret.rotation().order()));
    put(key + ".rotation.without-successor", ConfigWord.of(secret.rotation().withoutSuccessor()));
    put(key + ".rotation.watch", secret.rotation().watch());
    put(key + ".rotation.logins", secret.rotation().logins());
    put(key + ".consumers.ack", ConfigWord.of(secret.consumers().ack()));
    put(key + ".consumers.allow", peers(secret.consumers().allow()));
    secret.files().forEach(file -> file(key + ".files." + file.path(), file));
  }

  private static List<String> peers(List<ConsumersConfig.Peer> allow) {
    return allow.stream()
        .map(peer -> peer.uid() + " " + peer.gid() + " " + peer.group())
        .sorted()
        .distinct()
        .toList();
  }

  private void file(String key, FileConfig file) {
    put(key + ".folder", ConfigWord.of(file.folder()));
    put(key + ".mode", Integer.toOctalString(file.mode()));
    put(key + ".owner", file.owner());
    put(key + ".group", file.group());
    put(key + ".on-change", file.onChange());
    switch (file.content()) {
      case FileConfig.Content.Raw(String field) -> put(key + ".field", field);
      case FileConfig.Content.Builtin builtin ->
          put(key + ".template", builtin.template().wireName());
      case FileConfig.Content.Custom custom -> {
        put(key + ".template", custom.file());
        put(key + ".template.sha256", sha256(custom.text()));
        put(key + ".escape", ConfigWord.of(custom.quoting()));
      }
    }
  }

  /** An empty Optional prints as a word that no present value can be. */
  private void put(String key, Object value) {
    lines.put(key, value.toString());
  }

  private String hash() {
    StringBuilder form = new StringBuilder();
    for (Map.Entry<String, String> line : lines.entrySet()) {
      form.append(line.getKey()).append('=').append(line.getValue()).append('\n');
    }
    return sha256(form.toString());
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
