package dev.postern.sidecar.config;

import static dev.postern.sidecar.config.ConfigFixtures.changed;
import static dev.postern.sidecar.config.ConfigFixtures.config;
import static dev.postern.sidecar.config.ConfigFixtures.errors;
import static dev.postern.sidecar.config.ConfigFixtures.minimal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.store.vault.VaultAuth;
import dev.postern.store.vault.VaultConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Stores of type vault. */
final class VaultStoreConfigTest {
  private static final String LOCAL = "{type: local, file: store.age, identity: identity.txt}";
  private static final String ADDRESS = "address: 'https://vault.example.com:8200'";
  private static final Path FOLDER = Path.of("/etc/postern");

  @Test
  void everythingThatCanBeSaidIsRead() {
    assertThat(
            store(
                """
                {type: vault, address: 'https://vault.example.com:8200/', mount: kv/mail,
                  kv-version: 1, namespace: team/mail, ca: ca.pem, pending-suffix: next, timeout: 3s,
                  client-certificate: {certificate: me.pem, key: /run/me.key},
                  auth: {method: approle, mount: agents, role-id: postern, secret-id-file: sid,
                    wrapped: true}}"""))
        .isEqualTo(
            new StoreConfig.Vault(
                URI.create("https://vault.example.com:8200"),
                Optional.of("team/mail"),
                new VaultConfig.Engine("kv/mail", 1, "next"),
                new VaultAuth.AppRole(
                    "agents", new VaultAuth.RoleId.Named("postern"), FOLDER.resolve("sid"), true),
                new VaultConfig.Tls(
                    Optional.of(FOLDER.resolve("ca.pem")),
                    Optional.of(
                        new VaultConfig.ClientCertificate(
                            FOLDER.resolve("me.pem"), Path.of("/run/me.key")))),
                Duration.ofSeconds(3)));
  }

  @Test
  void whatIsNotSaidHasADefault() {
    assertThat(store("{type: vault, " + ADDRESS + ", auth: {method: kubernetes, role: postern}}"))
        .isEqualTo(
            new StoreConfig.Vault(
                URI.create("https://vault.example.com:8200"),
                Optional.empty(),
                new VaultConfig.Engine("secret", 2, "pending"),
                new VaultAuth.SignedToken(
                    "kubernetes", Optional.of("postern"), VaultAuth.SignedToken.OF_THE_POD),
                VaultConfig.Tls.DEFAULT,
                Duration.ofSeconds(10)));
  }

  static Stream<Arguments> methods() {
    return Stream.of(
        Arguments.of(
            "{method: token, file: token}", new VaultAuth.Token.InFile(FOLDER.resolve("token"))),
        Arguments.of(
            "{method: token, variable: VAULT_TOKEN}",
            new VaultAuth.Token.InVariable("VAULT_TOKEN")),
        Arguments.of(
            "{method: approle, role-id-file: rid, secret-id-file: sid}",
            new VaultAuth.AppRole(
                "approle",
                new VaultAuth.RoleId.InFile(FOLDER.resolve("rid")),
                FOLDER.resolve("sid"),
                false)),
        Arguments.of(
            "{method: jwt, token-file: id.jwt}",
            new VaultAuth.SignedToken("jwt", Optional.empty(), FOLDER.resolve("id.jwt"))),
        Arguments.of(
            "{method: jwt, mount: github, role: ci, token-file: id.jwt}",
            new VaultAuth.SignedToken("github", Optional.of("ci"), FOLDER.resolve("id.jwt"))));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethodIsRead(String yaml, VaultAuth expected) {
    assertThat(store("{type: vault, " + ADDRESS + ", auth: " + yaml + "}"))
        .isInstanceOfSatisfying(
            StoreConfig.Vault.class, vault -> assertThat(vault.auth()).isEqualTo(expected));
  }

  @Test
  void httpIsForLoopbackOrForThoseWhoSaySo() {
    String auth = ", auth: {method: token, file: t}}";
    assertThat(store("{type: vault, address: 'http://127.0.0.1:8200'" + auth)).isNotNull();
    assertThat(store("{type: vault, address: 'http://vault:8200', insecure: true" + auth))
        .isNotNull();
    assertThat(errors(with("{type: vault, address: 'http://vault:8200'" + auth)))
        .containsExactly(
            "3:31: error: stores.box.address: http would send keys in the clear; use https (http"
                + " only to loopback)");
  }

  static Stream<Arguments> mistakes() {
    String token = "auth: {method: token, file: t}";
    return Stream.of(
        bad("{type: vault, " + token + "}", "3:3: error: stores.box: 'address' is missing"),
        bad("{type: vault, " + ADDRESS + "}", "3:3: error: stores.box: 'auth' is missing"),
        bad(
            "{type: vault, " + ADDRESS + ", " + token + ", kv-version: 3}",
            "3:109: error: stores.box.kv-version: expected a whole number from 1 to 2, found"
                + " number 3"),
        bad(
            "{type: vault, " + ADDRESS + ", " + token + ", name-space: a}",
            "3:97: error: stores.box: unknown key 'name-space'; did you mean 'namespace'?"),
        bad(
            "{type: vault, " + ADDRESS + ", " + token + ", mount: /secret}",
            "3:104: error: stores.box.mount: expected a name of letters, digits, '_', '.', '-',"
                + " without '/' at either end, found a text"),
        bad(
            "{type: vault, " + ADDRESS + ", " + token + ", mount: a/../b}",
            "3:104: error: stores.box.mount: expected a name of letters, digits, '_', '.', '-',"
                + " without '/' at either end, found a text"),
        bad(
            "{type: vault, " + ADDRESS + ", " + token + ", pending-suffix: a/b}",
            "3:113: error: stores.box.pending-suffix: expected one segment of a path, without '/'"),
        bad(
            "{type: vault, " + ADDRESS + ", auth: {method: approl}}",
            "3:80: error: stores.box.auth.method: expected token or approle or kubernetes or jwt,"
                + " found 'approl'; did you mean 'approle'?"),
        bad(
            "{type: vault, " + ADDRESS + ", auth: {method: token}}",
            "3:65: error: stores.box.auth: say where the token is: 'file' or 'variable', one of"
                + " them"),
        bad(
            "{type: vault, " + ADDRESS + ", auth: {method: token, token: t}}",
            "3:87: error: stores.box.auth: unknown key 'token'"),
        bad(
            "{type: vault, " + ADDRESS + ", auth: {method: kubernetes}}",
            "3:65: error: stores.box.auth: 'role' is missing"),
        bad(
            "{type: vault, " + ADDRESS + ", auth: {method: approle, secret-id-file: s}}",
            "3:65: error: stores.box.auth: say which role: 'role-id' or 'role-id-file', one of"
                + " them"),
        bad(
            "{type: vault, address: 'http://127.0.0.1:8200', ca: c, " + token + "}",
            "3:56: error: stores.box: 'ca' needs an https address"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("mistakes")
  void everyMistakeHasItsOwnMessage(String yaml, String message) {
    assertThat(errors(with(yaml))).contains(message);
  }

  @Test
  void aPastedTokenIsRefusedWhereverItStands() {
    String pasted = "hvs." + "CAESIJlU02LQZq0000000000";
    assertThat(
            errors(
                with(
                    "{type: vault, " + ADDRESS + ", auth: {method: token, file: " + pasted + "}}")))
        .anySatisfy(error -> assertThat(error).contains("looks like a secret"))
        .noneSatisfy(error -> assertThat(error).contains(pasted));
  }

  @Test
  void versionOneIsReadOnly() {
    String rest = ADDRESS + ", auth: {method: token, file: t}}";
    assertThat(store("{type: vault, kv-version: 1, " + rest).writable()).isFalse();
    assertThat(store("{type: vault, " + rest).writable()).isTrue();
  }

  private static Arguments bad(String yaml, String message) {
    return Arguments.of(yaml, message);
  }

  private static StoreConfig store(String yaml) {
    return Objects.requireNonNull(config(with(yaml)).stores().get("box"));
  }

  private static String with(String yaml) {
    return changed(minimal(), LOCAL, yaml);
  }
}
