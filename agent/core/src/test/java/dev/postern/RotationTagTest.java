package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RotationTagTest {
  private static final String ID = "0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11";

  @Test
  void tagReadsBackAsItWasWritten() {
    RotationTag tag =
        new RotationTag("prod-eu", new SecretName("sending-key"), RotationId.parse(ID));

    assertThat(tag.toString()).isEqualTo("postern/prod-eu/sending-key/" + ID);
    assertThat(RotationTag.parse(tag.toString())).contains(tag);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "postern",
        "made by hand",
        "postern/prod-eu/sending-key",
        "postern/prod-eu/sending-key/",
        "postern/prod-eu/sending-key/not-a-uuid",
        "postern/prod-eu/sending-key/1-1-1-1-1",
        "postern/prod-eu/sending-key/0B7C1C1E-6F0A-4D51-9F0E-4A6C2A1D9B11",
        "postern/prod-eu/sending-key/0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11/",
        "postern/prod-eu/sending-key/0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11 ",
        " postern/prod-eu/sending-key/0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11",
        "Postern/prod-eu/sending-key/0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11",
        "postern//sending-key/0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11",
        "postern/Prod/sending-key/0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11",
        "postern/prod-eu//0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11",
        "postern/prod-eu/a b/0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11",
        "postern/prod-eu/x/y/0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11"
      })
  void descriptionThatNoPosternWroteIsNoTag(String description) {
    assertThat(RotationTag.parse(description)).isEmpty();
  }

  @Test
  void installationNameIsChecked() {
    assertThatThrownBy(
            () -> new RotationTag("a/b", new SecretName("sending-key"), RotationId.random()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(RotationTag.isLegalInstallation("prod-eu")).isTrue();
    assertThat(RotationTag.isLegalInstallation("x".repeat(64))).isFalse();
  }
}
