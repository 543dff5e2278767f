package dev.postern.sidecar.config;

import static dev.postern.sidecar.config.ConfigFixtures.changed;
import static dev.postern.sidecar.config.ConfigFixtures.config;
import static dev.postern.sidecar.config.ConfigFixtures.full;
import static dev.postern.sidecar.config.ConfigFixtures.minimal;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigDigestTest {

  @Test
  void itIsASha256InHex() {
    assertThat(config(full()).digest()).matches("[0-9a-f]{64}");
  }

  @Test
  void layoutOrderAndSpelledOutDefaultsDoNotChangeIt() {
    String reordered =
        """
        # the same, written differently
        secrets:
          sending-key:
            consumers: {ack: fetch, allow: [{uid: 1000}]}
            source:
              path: mail/sending
              store: box
            kind: mailgun-sending-key
            refresh: 1m
        memory-lock: preferred
        stores: {box: {identity: identity.txt, file: ./store.age, type: local}}
        installation: prod
        """;

    assertThat(config(reordered).digest()).isEqualTo(config(minimal()).digest());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "installation: prod-eu | installation: prod-us",
        "file: store.age | file: other.age",
        "identity: identity.txt | identity: other.txt",
        "region: eu | region: us",
        "field: api_key | field: other",
        "path: mail/mailgun-admin | path: mail/other",
        "timeout: 10s | timeout: 11s",
        "key-expiration: 90d | key-expiration: 91d",
        "http://127.0.0.1:8025 | http://127.0.0.1:8026",
        "host: 127.0.0.1 | host: 127.0.0.2",
        "port: 2525 | port: 2526",
        "ca: smtp-ca.pem | ca: other.pem",
        "kind: static | kind: mailgun-account-key",
        "path: mail/sending | path: mail/other",
        "domain: mg.example.com | domain: mh.example.com",
        "grace: 10m | watch: 2h",
        "refresh: 60s | refresh: 61s",
        "max-stale: 1h | max-stale: 2h",
        "max-age: 30d | max-age: 31d",
        "app-b@test.example.com | app-c@test.example.com",
        "cron: '0 2 * * 1-5' | cron: '0 3 * * 1-5'",
        "for: 3h | for: 4h",
        "zone: Europe/Berlin | zone: Europe/Paris",
        "concurrency: 8 | concurrency: 9",
        "deadline: 60s | deadline: 61s",
        "grace: 10m | grace: 11m",
        "order: overlap | order: revoke-first",
        "without-successor: keep | without-successor: revoke",
        "{uid: 1001, gid: 8} | {uid: 1001, gid: 9}",
        "{group: daemon}] | {group: mail}]",
        "ack: explicit | ack: fetch",
        "path: /run/postern/postern.sock | path: /run/postern/other.sock",
        "mode: '0660' | mode: '0600'",
        "group: mail | group: 8",
        "max-connections: 1024 | max-connections: 1023",
        "max-connections-per-peer: 256 | max-connections-per-peer: 255",
        "requests-per-second: 10000 | requests-per-second: 10001",
        "postern-admin.sock | other-admin.sock",
        "allow: [{uid: 0}] | allow: [{uid: 2}]",
        "allow: [{uid: 0}] | mode: '0660'",
        "127.0.0.1:9180 | 127.0.0.1:9181",
        "127.0.0.1:9180 | 127.0.0.2:9180",
        "dir: /var/lib/postern | dir: /var/lib/other",
        "memory-lock: preferred | memory-lock: required",
      })
  void everySettingChangesIt(String from, String to) {
    String yaml = full().replace('"', '\'');

    assertThat(config(changed(yaml, from, to)).digest()).isNotEqualTo(config(yaml).digest());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "https://vault:8200 | https://vault:8201",
        "namespace: mail | namespace: web",
        "mount: kv | mount: other",
        "kv-version: 2 | kv-version: 1",
        "pending-suffix: next | pending-suffix: other",
        "ca: ca.pem | ca: other.pem",
        "certificate: client.pem | certificate: other.pem",
        "key: client.key | key: other.key",
        "timeout: 4s | timeout: 5s",
        "mount: roles | mount: others",
        "role-id: postern | role-id: other",
        "role-id: postern | role-id-file: postern",
        "secret-id-file: secret-id | secret-id-file: other",
        "wrapped: true | wrapped: false",
        "{method: approle, mount: roles, role-id: postern, secret-id-file: secret-id, wrapped: true} | {method: kubernetes, role: postern}",
        "{method: approle, mount: roles, role-id: postern, secret-id-file: secret-id, wrapped: true} | {method: token, file: secret-id}",
      })
  void everySettingOfAVaultChangesIt(String from, String to) {
    String vault =
        """
        installation: prod
        stores:
          vault:
            type: vault
            address: https://vault:8200
            namespace: mail
            mount: kv
            kv-version: 2
            pending-suffix: next
            ca: ca.pem
            client-certificate: {certificate: client.pem, key: client.key}
            timeout: 4s
            auth: {method: approle, mount: roles, role-id: postern, secret-id-file: secret-id, wrapped: true}
        secrets:
          sending-key:
            kind: mailgun-sending-key
            source: {store: vault, path: mail/sending}
            consumers: {allow: [{uid: 1000}]}
        """;

    assertThat(config(changed(vault, from, to)).digest()).isNotEqualTo(config(vault).digest());
  }

  @Test
  void placesOfAVaultsTokenAreToldApart() {
    String file = vaultWith("{method: token, file: /run/token}");

    assertThat(config(file).digest())
        .isNotEqualTo(config(vaultWith("{method: token, file: /run/other}")).digest())
        .isNotEqualTo(config(vaultWith("{method: token, variable: TOKEN}")).digest())
        .isNotEqualTo(config(vaultWith("{method: jwt, role: a, token-file: /run/token}")).digest());
    assertThat(config(vaultWith("{method: jwt, role: a, token-file: /run/token}")).digest())
        .isNotEqualTo(config(vaultWith("{method: jwt, role: b, token-file: /run/token}")).digest())
        .isNotEqualTo(
            config(vaultWith("{method: jwt, mount: other, role: a, token-file: /run/token}"))
                .digest());
  }

  private static String vaultWith(String auth) {
    return changed(
        minimal(),
        "{type: local, file: store.age, identity: identity.txt}",
        "{type: vault, address: 'https://vault:8200', auth: " + auth + "}");
  }
}
