package dev.postern.sidecar.config;

import static dev.postern.sidecar.config.ConfigFixtures.config;
import static dev.postern.sidecar.config.ConfigFixtures.errors;
import static dev.postern.sidecar.config.ConfigFixtures.full;
import static dev.postern.sidecar.config.ConfigFixtures.minimal;
import static dev.postern.sidecar.config.ConfigFixtures.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SocketmapConfigTest {
  private static final String PATH = "/var/spool/postfix/postern/socketmap.sock";

  @Test
  void thereIsNoSocketForPostfixUnlessItIsAskedFor() {
    assertThat(config(full()).socketmap()).isEmpty();
  }

  @Test
  void pathModeAndGroupAreRead() {
    SocketmapConfig plain =
        config(full() + "socketmap: {path: " + PATH + "}\n").socketmap().orElseThrow();
    assertThat(plain).isEqualTo(new SocketmapConfig(Path.of(PATH), 0660, Optional.empty()));

    SocketmapConfig full =
        config(full() + "socketmap: {path: " + PATH + ", mode: \"0600\", group: postfix}\n")
            .socketmap()
            .orElseThrow();
    assertThat(full.permissions()).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(full.group()).contains("postfix");
    assertThat(warnings(full() + "socketmap: {path: " + PATH + "}\n")).isEmpty();
  }

  @Test
  void socketChangesTheDigest() {
    assertThat(config(full() + "socketmap: {path: " + PATH + "}\n").digest())
        .isNotEqualTo(config(full()).digest());
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    assertThat(errors(minimal() + "socketmap: {mode: \"0660\"}\n"))
        .singleElement()
        .asString()
        .contains("'path' is missing");
    assertThat(errors(minimal() + "socketmap: {path: " + PATH + ", mode: \"0666\"}\n"))
        .isNotEmpty();
    assertThat(errors(minimal() + "socketmap: {path: " + PATH + ", groups: postfix}\n"))
        .singleElement()
        .asString()
        .contains("unknown key 'groups'");
    assertThat(errors(minimal() + "socket: {path: /a/b}\nsocketmap: {path: /a/b}\n"))
        .singleElement()
        .asString()
        .contains("different paths");
  }

  @Test
  void tableWithoutALoginIsWarnedOf() {
    assertThat(warnings(minimal() + "socketmap: {path: " + PATH + "}\n"))
        .singleElement()
        .asString()
        .contains("nothing can be looked up");
  }
}
