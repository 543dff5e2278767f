package dev.postern.sidecar.config;

import static dev.postern.sidecar.config.ConfigFixtures.changed;
import static dev.postern.sidecar.config.ConfigFixtures.errors;
import static dev.postern.sidecar.config.ConfigFixtures.full;
import static dev.postern.sidecar.config.ConfigFixtures.minimal;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each mistake is answered with, to the letter. */
final class BadConfigTest {
  private static final String KEY = "key-" + "0123456789abcdef".repeat(2);

  @ParameterizedTest(name = "{1}")
  @MethodSource({"documents", "names", "stores", "issuers", "secrets", "rules", "servers"})
  void everyMistakeHasItsOwnMessage(String yaml, String message) {
    assertThat(errors(yaml)).containsExactly(message);
  }

  static Stream<Arguments> documents() {
    return Stream.of(
        bad("", "error: the file is empty; begin with 'installation: NAME' and 'stores:'"),
        bad(
            "# only a comment\n",
            "error: the file is empty; begin with 'installation: NAME' and 'stores:'"),
        bad(
            "just words",
            "1:1: error: expected a mapping that begins with 'installation:', found a text"),
        bad(
            "- a\n",
            "1:1: error: expected a mapping that begins with 'installation:', found a list"),
        bad(
            minimal() + "---\nmore: 1\n",
            "9:1: error: a second document begins here; a config is one YAML document"),
        bad("installation:\n\tx: y\n", "2:1: error: a tab cannot indent YAML; use spaces"),
        bad("installation: \"prod\n", "2:1: error: a quoted text is not closed"),
        bad("stores: {a: {type: env}\n", "2:1: error: a mapping in braces lacks a ',' or its '}'"),
        bad("secrets: [a\n", "2:1: error: a list in brackets lacks a ',' or its ']'"),
        bad(
            "installation: a: b\n",
            "1:16: error: a ':' is not expected here; quote the value, or check the indentation"),
        bad(
            "installation: a\n  stores: x\n",
            "2:9: error: a ':' is not expected here; quote the"
                + " value, or check the indentation"),
        bad(
            "a: 1\n b: 2\n- c\n",
            "2:3: error: a ':' is not expected here; quote the"
                + " value, or check the indentation"),
        bad("a: @x\n", "1:4: error: a value cannot begin with this character; quote the value"),
        bad(
            "a: &x 1\nb: *x\n",
            "1:4: error: anchors and aliases are not accepted; write the value out"),
        bad("a: *x\n", "1:4: error: anchors and aliases are not accepted; write the value out"),
        bad("a: !!str 1\n", "1:4: error: tags such as !!str are not accepted; remove it"),
        bad("? [a]\n: b\n", "1:3: error: a key must be a text"),
        bad("a: " + "[".repeat(100_000), "1:19: error: nested deeper than 16 levels"),
        bad("a: \u0007\n", "1:4: error: the character U+0007 is not accepted in YAML; remove it"));
  }

  static Stream<Arguments> names() {
    return Stream.of(
        bad(
            minimal() + "sockets: {}\n",
            "9:1: error: unknown key 'sockets'; did you mean 'socket'?"),
        bad(
            minimal() + "adminSocket: {}\n",
            "9:1: error: unknown key 'adminSocket'; did you mean 'admin-socket'?"),
        bad(
            minimal() + "memory_lock: required\n",
            "9:1: error: unknown key 'memory_lock'; did you mean 'memory-lock'?"),
        bad(minimal() + "telemetry: {}\n", "9:1: error: unknown key 'telemetry'"),
        bad(
            changed(full(), "max-stale: 1h", "max-stael: 1h"),
            "28:5: error: secrets.sending-key: unknown key 'max-stael'; did you mean 'max-stale'?"),
        bad(
            minimal() + "installation: again\n",
            "9:1: error: duplicate key 'installation', first on line 1"),
        bad(
            changed(minimal(), "installation: prod\n", ""),
            "1:1: error: 'installation' is missing"),
        bad(
            changed(minimal(), "installation: prod", "installation: Prod"),
            "1:15: error: installation: expected 1 to 63 lower-case letters, digits, dots, dashes"
                + " and underscores such as prod-eu, found 'Prod'"),
        bad(
            changed(minimal(), "installation: prod", "installation: 2026"),
            "1:15: error: installation: expected a text, found number 2026; quote it"),
        bad(
            changed(minimal(), "installation: prod", "installation:"),
            "1:14: error: installation: expected a text, found nothing"),
        bad(
            changed(minimal(), "installation: prod", "installation: [prod]"),
            "1:15: error: installation: expected a single value, found a list"),
        bad(
            changed(minimal(), "  sending-key:", "  Sending Key:"),
            "5:3: error: secrets: a secret name is 1 to 63 lower-case letters, digits, dots, dashes"
                + " and underscores, and starts and ends with a letter or digit"));
  }

  static Stream<Arguments> stores() {
    String local = "{type: local, file: store.age, identity: identity.txt}";
    return Stream.of(
        bad(
            changed(minimal(), local, "{type: lcoal}"),
            "3:15: error: stores.box.type: expected a store type, found 'lcoal'; did you mean"
                + " 'local'?"),
        bad(
            changed(minimal(), local, "{type: redis}"),
            "3:15: error: stores.box.type: expected a store type, found 'redis'; available: local,"
                + " env, aws, vault, conjur"),
        bad(changed(minimal(), local, "{}"), "3:3: error: stores.box: 'type' is missing"),
        bad(
            changed(minimal(), local, "local"),
            "3:8: error: stores.box: expected a mapping, found a text"),
        bad(
            changed(minimal(), ", identity: identity.txt", ""),
            "3:3: error: stores.box: 'identity' is missing"),
        bad(
            changed(minimal(), "identity: identity.txt", "identity: store.age"),
            "3:49: error: stores.box.identity: the identity must be another file than the store"
                + " itself"),
        bad(
            changed(minimal(), "file: store.age", "file: ~/store.age"),
            "3:28: error: stores.box.file: '~' is not expanded here; write the whole path"));
  }

  static Stream<Arguments> issuers() {
    return Stream.of(
        bad(
            changed(full(), "region: eu ", "region: uk "),
            "12:13: error: issuers.mailgun.region: expected us or eu, found 'uk'"),
        bad(
            changed(full(), "    region: eu                        #", "    #"),
            "10:3: error: issuers.mailgun: 'region' is missing; write us or eu, or give a"
                + " 'base-url'"),
        bad(
            changed(full(), "timeout: 10s", "base-url: https://api.example.com"),
            "14:15: error: issuers.mailgun.base-url: 'region' and 'base-url' exclude each other;"
                + " keep one of them"),
        bad(
            changed(full(), "timeout: 10s", "smtp: {host: a}"),
            "14:5: error: issuers.mailgun: 'smtp' goes with 'base-url'; the region brings its own"),
        bad(
            changed(full(), "http://127.0.0.1:8025", "http://mail.example.com"),
            "18:15: error: issuers.stand-in.base-url: http would send keys in the clear; use https"
                + " (http only to loopback)"),
        bad(
            changed(full(), "http://127.0.0.1:8025", "ftp://127.0.0.1"),
            "18:15: error: issuers.stand-in.base-url: expected a URL that begins with https:// (or"
                + " http:// to loopback), found a text"),
        bad(
            changed(full(), "http://127.0.0.1:8025", "https://api:hunter2@example.com"),
            "18:15: error: issuers.stand-in.base-url: a user or password in a URL is not accepted;"
                + " put it in a store"),
        bad(
            changed(full(), "port: 2525", "port: 70000"),
            "19:35: error: issuers.stand-in.smtp.port: expected a whole number from 1 to 65535,"
                + " found number 70000"),
        bad(
            changed(
                full(),
                "admin-key: {store: vaulted, path: test/",
                "admin-key: {store: valuted, path: test/"),
            "20:24: error: issuers.stand-in.admin-key.store: expected the name of a store, found"
                + " 'valuted'; did you mean 'vaulted'?"),
        bad(
            changed(full(), "    admin-key: {store: vaulted, path: test/mailgun-admin}\n", ""),
            "16:3: error: issuers.stand-in: 'admin-key' is missing"),
        bad(
            changed(full(), "timeout: 10s", "timeout: 5m"),
            "14:14: error: issuers.mailgun.timeout: expected a duration from 100ms to 60s, found"
                + " '5m'"));
  }

  static Stream<Arguments> secrets() {
    return Stream.of(
        bad(
            changed(minimal(), "kind: mailgun-sending-key", "kind: mailgun-sendnig-key"),
            "6:11: error: secrets.sending-key.kind: expected a kind, found 'mailgun-sendnig-key'; did you mean"
                + " 'mailgun-sending-key'?"),
        bad(
            changed(minimal(), "kind: mailgun-sending-key", "kind: ses"),
            "6:11: error: secrets.sending-key.kind: expected a kind, found 'ses'; known:"
                + " mailgun-sending-key, mailgun-account-key, mailgun-smtp,"
                + " mailgun-webhook-signing-key, static"),
        bad(
            changed(minimal(), "    kind: mailgun-sending-key\n", ""),
            "5:3: error: secrets.sending-key: 'kind' is missing"),
        bad(
            changed(minimal(), "store: box", "store: bok"),
            "7:21: error: secrets.sending-key.source.store: expected the name of a store, found"
                + " 'bok'; did you mean 'box'?"),
        bad(
            changed(minimal(), "path: mail/sending", "path: ''"),
            "7:32: error: secrets.sending-key.source.path: expected a text, found an empty one"),
        bad(
            changed(full(), "issuer: mailgun  ", "issuer: mailgum  "),
            "25:13: error: secrets.sending-key.issuer: expected the name of an issuer, found"
                + " 'mailgum'; did you mean 'mailgun'?"),
        bad(
            changed(full(), "domain: mg.example.com", "domain: MG example"),
            "26:13: error: secrets.sending-key.domain: expected a domain name in lower case such as"
                + " mg.example.com, found a text"),
        bad(
            changed(full(), "refresh: 60s", "refresh: 60"),
            "27:14: error: secrets.sending-key.refresh: expected a duration with its unit, found"
                + " number 60; write 60s, 5m, 2h, 30d or 1500ms"),
        bad(
            changed(full(), "refresh: 60s", "refresh: 1 minute"),
            "27:14: error: secrets.sending-key.refresh: expected a duration such as 1500ms, 60s,"
                + " 5m, 2h or 30d, found '1 minute'"),
        bad(
            changed(full(), "refresh: 60s", "refresh: -5s"),
            "27:14: error: secrets.sending-key.refresh: expected a duration such as 1500ms, 60s,"
                + " 5m, 2h or 30d, found '-5s'"),
        bad(
            changed(full(), "grace: 10m", "grace: 0s"),
            "29:52: error: secrets.sending-key.rotation.grace: expected a duration from 1ms to 30d,"
                + " found '0s'"),
        bad(
            changed(full(), "order: overlap", "order: overlpa"),
            "29:64: error: secrets.sending-key.rotation.order: expected overlap or revoke-first,"
                + " found 'overlpa'; did you mean 'overlap'?"),
        bad(
            changed(minimal(), "[{uid: 1000}]", "[1000]"),
            "8:25: error: secrets.sending-key.consumers.allow[0]: expected a mapping, found a"
                + " number"),
        bad(
            changed(minimal(), "[{uid: 1000}]", "{uid: 1000}"),
            "8:24: error: secrets.sending-key.consumers.allow: expected a list, found a mapping"),
        bad(
            changed(minimal(), "[{uid: 1000}]", "[{uid: mail}]"),
            "8:31: error: secrets.sending-key.consumers.allow[0].uid: expected a whole number from"
                + " 0 to 2147483647, found 'mail'"),
        bad(
            changed(minimal(), "[{uid: 1000}]", "[{group: maill}]"),
            "8:33: error: secrets.sending-key.consumers.allow[0].group: this machine has no group"
                + " 'maill'; did you mean 'mail'?"),
        bad(
            changed(minimal(), "[{uid: 1000}]", "[{group: 8}]"),
            "8:33: error: secrets.sending-key.consumers.allow[0].group: expected the name of a"
                + " group; a number goes under 'gid'"),
        bad(
            changed(minimal(), "[{uid: 1000}]", "[{gid: 8, group: mail}]"),
            "8:34: error: secrets.sending-key.consumers.allow[0]: 'gid' and 'group' exclude each"
                + " other; keep one of them"),
        bad(
            minimal() + "admin-socket: {allow: [{group: no-such-group}]}\n",
            "9:32: error: admin-socket.allow[0].group: this machine has no group 'no-such-group'"),
        bad(
            changed(minimal(), "[{uid: 1000}]", "[{}]"),
            "8:25: error: secrets.sending-key.consumers.allow[0]: 'uid', 'gid' or 'group' is missing"),
        bad(
            minimal() + "    files: [{path: secrets/key}]\n",
            "9:20: error: secrets.sending-key.files[0].path: expected an absolute path; begin with"
                + " /"));
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        bad(
            changed(full(), "    domain: mg.example.com\n", ""),
            "22:3: error: secrets.sending-key: 'domain' is missing; a mailgun-sending-key is for"
                + " one domain"),
        bad(
            minimal() + "    rotation: {max-age: 30d}\n",
            "9:5: error: secrets.sending-key: 'rotation' needs an 'issuer'; without one this secret"
                + " is never rotated"),
        bad(
            changed(full(), "kind: static\n", "kind: static\n    issuer: mailgun\n"),
            "48:13: error: secrets.banner.issuer: a static secret is never rotated; remove"
                + " 'issuer'"),
        bad(
            changed(
                full(), "{store: vaulted, path: mail/sending}", "{store: environment, path: K}"),
            "25:13: error: secrets.sending-key.issuer: store 'environment' is read-only, so this"
                + " secret cannot be rotated; remove 'issuer' or move it"),
        bad(
            changed(full(), "refresh: 60s", "refresh: 2h"),
            "27:14: error: secrets.sending-key.refresh: 'refresh' must be shorter than 'max-stale',"
                + " or every value grows too old"),
        bad(
            changed(full(), "key-expiration: 90d", "key-expiration: 30d"),
            "29:15: error: secrets.sending-key.rotation: 'max-age' must be shorter than the"
                + " issuer's 'key-expiration'"),
        bad(
            changed(full(), "path: test/smtp", "path: mail/sending"),
            "35:13: error: secrets.smtp-login.source: secret 'sending-key' has the same source, and"
                + " a rotated one is named once"));
  }

  static Stream<Arguments> servers() {
    String long108 = "/" + "d".repeat(105) + "/s";
    return Stream.of(
        bad(
            minimal() + "socket: {path: " + long108 + "}\n",
            "9:16: error: socket.path: a socket path has at most 107 bytes, and this one, made"
                + " absolute, has 108; choose a shorter folder"),
        bad(
            minimal() + "socket: {path: /" + "d".repeat(95) + "/s}\n",
            "9:9: error: socket: the admin socket beside it: a socket path has at most 107 bytes,"
                + " and this one, made absolute, has 115; choose a shorter folder"),
        bad(
            minimal() + "socket: {mode: 0660}\n",
            "9:16: error: socket.mode: expected an octal mode in quotes such as \"0660\", found"
                + " number 0660; quote it"),
        bad(
            minimal() + "socket: {mode: \"0666\"}\n",
            "9:16: error: socket.mode: the mode gives access to everyone on the machine; the last"
                + " digit must be 0"),
        bad(
            minimal() + "socket: {mode: \"0440\"}\n",
            "9:16: error: socket.mode: the agent itself must be able to read and write; begin with"
                + " 06"),
        bad(
            minimal() + "socket: {group: 'no such'}\n",
            "9:17: error: socket.group: expected the name or number of a group, found 'no such'"),
        bad(
            minimal() + "socket: {max-connections: 10, max-connections-per-peer: 11}\n",
            "9:57: error: socket.max-connections-per-peer: must not exceed 'max-connections', which"
                + " is 10"),
        bad(
            minimal() + "socket: {path: /run/a}\nadmin-socket: {path: /run/a}\n",
            "10:15: error: admin-socket: the socket and the admin socket must have different paths"),
        bad(
            minimal() + "admin-socket: {allow: [{uid: 0, name: a}]}\n",
            "9:33: error: admin-socket.allow[0]: unknown key 'name'"),
        bad(
            minimal() + "management: {address: 9180}\n",
            "9:23: error: management.address: expected an IP address and port such as"
                + " 127.0.0.1:9180 or [::1]:9180, found number 9180"),
        bad(
            minimal() + "management: {address: 'example.com:9180'}\n",
            "9:23: error: management.address: expected an IP address and port such as"
                + " 127.0.0.1:9180 or [::1]:9180, found 'example.com:9180'"),
        bad(
            minimal() + "coordination: {type: kubernets}\n",
            "9:22: error: coordination.type: expected none or kubernetes, found 'kubernets'; did"
                + " you mean 'kubernetes'?"),
        bad(
            minimal() + "coordination: {type: kubernetes, namespace: Mail}\n",
            "9:45: error: coordination.namespace: expected the name of a Kubernetes namespace such"
                + " as mail, found a text"),
        bad(
            minimal() + "coordination: {type: none, namespace: mail}\n",
            "9:39: error: coordination.namespace: a namespace is only used with type kubernetes:"
                + " remove it"),
        bad(
            minimal() + "memory-lock: always\n",
            "9:14: error: memory-lock: expected required or preferred, found 'always'"));
  }

  @Test
  void allMistakesAreToldAtOnceInTheOrderOfTheFile() {
    String yaml =
        """
        instalation: prod
        stores:
          box: {type: local, file: store.age}
        secrets:
          sending-key:
            kind: static
            source: {store: bax, path: 5}
            refresh: soon
        """;

    assertThat(errors(yaml))
        .containsExactly(
            "1:1: error: 'installation' is missing",
            "1:1: error: unknown key 'instalation'; did you mean 'installation'?",
            "3:3: error: stores.box: 'identity' is missing",
            "7:21: error: secrets.sending-key.source.store: expected the name of a store, found"
                + " 'bax'; did you mean 'box'?",
            "7:32: error: secrets.sending-key.source.path: expected a text, found a number; quote"
                + " it",
            "8:14: error: secrets.sending-key.refresh: expected a duration such as 1500ms, 60s, 5m,"
                + " 2h or 30d, found 'soon'");
  }

  @Test
  void anEmptyListOfStoresOrSecretsIsAMistake() {
    assertThat(errors("installation: a\nstores: {}\nsecrets: {}\n"))
        .containsExactly(
            "2:1: error: stores: no store is named here",
            "3:1: error: secrets: no secret is named here");
  }

  @ParameterizedTest
  @MethodSource("pasted")
  void aPastedSecretIsRefusedAndNeverRepeated(String yaml, String message) {
    assertThat(errors(yaml)).contains(message).noneMatch(line -> line.contains("0123456789abcdef"));
  }

  static Stream<Arguments> pasted() {
    String threeGroups = "0123456789abcdef".repeat(2) + "-01234567-89abcdef";
    return Stream.of(
        bad(
            changed(minimal(), "path: mail/sending", "path: " + KEY),
            "7:32: error: secrets.sending-key.source.path: looks like a secret; put it in a store"),
        bad(
            changed(minimal(), "store: box", "store: " + threeGroups),
            "7:21: error: secrets.sending-key.source.store: looks like a secret; put it in a store"),
        bad(
            minimal() + "    api-key: " + KEY + "\n",
            "9:14: error: secrets.sending-key.api-key: looks like a secret; put it in a store"),
        bad(minimal() + KEY + ": x\n", "9:1: error: looks like a secret; put it in a store"),
        bad(minimal() + KEY + ": x\n", "9:1: error: unknown key '(not shown)'"),
        bad(
            changed(full(), "http://127.0.0.1:8025", "https://api:" + KEY + "@example.com"),
            "18:15: error: issuers.stand-in.base-url: looks like a secret; put it in a store"),
        bad("installation: \"" + KEY + "\n", "2:1: error: a quoted text is not closed"),
        bad(
            "a: *" + KEY + "\n",
            "1:4: error: anchors and aliases are not accepted; write the value out"));
  }

  private static Arguments bad(String yaml, String message) {
    return Arguments.of(yaml, message);
  }
}
