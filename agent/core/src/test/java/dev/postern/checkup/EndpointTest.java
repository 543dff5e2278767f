package dev.postern.checkup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.postern.checkup.Finding.Outcome;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "https://vault.example.com, vault.example.com:443, true, false",
    "HTTPS://vault.example.com:8200/x, vault.example.com:8200, true, false",
    "http://127.0.0.1:8200, 127.0.0.1:8200, false, false",
    "https://[::1]:8200, ::1:8200, true, false",
    "smtp://smtp.example.com, smtp.example.com:587, true, true",
    "smtps://smtp.example.com, smtp.example.com:465, true, false"
  })
  void schemeTellsPortAndEncryption(URI address, String text, boolean tls, boolean startsPlain) {
    Endpoint endpoint = of(address);

    assertThat(endpoint).hasToString(text);
    assertThat(endpoint.encrypted()).isEqualTo(tls);
    assertThat(endpoint.startsPlain()).isEqualTo(startsPlain);
  }

  @Test
  void addressWithoutAHostIsNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> of(URI.create("file:///etc/passwd")));
    assertThatIllegalArgumentException().isThrownBy(() -> of(URI.create("https:nothing")));
  }

  @Test
  void messageIsTakenApartWhereItSaysWhatToDo() {
    assertThat(Finding.saying(Outcome.FAIL, "reading x: denied; grant it; then try again"))
        .isEqualTo(Finding.fail("reading x: denied", "grant it; then try again"));
    assertThat(Finding.saying(Outcome.WARN, "nothing is known"))
        .isEqualTo(Finding.warn("nothing is known", ""));
  }

  private static Endpoint of(URI address) {
    return new Endpoint(address, Optional.empty(), "", "");
  }
}
