package dev.postern.sidecar.config;

import dev.postern.store.SecretPath;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A mail provider, as the config describes it. */
public sealed interface IssuerConfig {

  AdminKey adminKey();

  /** How long a key that Postern makes lives at most, if it shall die by itself. */
  Optional<Duration> keyExpiration();

  /** What a program needs to send by this provider: see {@link SecretConfig#attributes}. */
  Map<String, String> attributes();

  /**
   * Mailgun, or a server that speaks like it.
   *
   * @param region empty when the config names a base URL instead
   * @param baseUrl without a trailing slash; that of the region when the config names one
   * @param smtp empty when the config names a base URL and no SMTP server
   */
  record Mailgun(
      Optional<String> region,
      URI baseUrl,
      Optional<Smtp> smtp,
      AdminKey adminKey,
      Duration timeout,
      Optional<Duration> keyExpiration)
      implements IssuerConfig {
    @Override
    public Map<String, String> attributes() {
      Map<String, String> attributes = new HashMap<>();
      region.ifPresent(value -> attributes.put("region", value));
      attributes.put("api_base", baseUrl.toString());
      smtp.ifPresent(
          server -> {
            attributes.put("smtp_host", server.host());
            attributes.put("smtp_port", Integer.toString(server.port()));
          });
      return attributes;
    }
  }

  /**
   * Where the provider takes mail.
   *
   * @param ca a PEM file of the authorities to trust instead of the system's
   */
  record Smtp(String host, int port, Optional<Path> ca) {}

  /** Where the key with which Postern administers the provider is kept. */
  record AdminKey(String store, SecretPath path, String field) {}
}
