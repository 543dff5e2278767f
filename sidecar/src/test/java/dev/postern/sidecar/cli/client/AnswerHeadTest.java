package dev.postern.sidecar.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerHeadTest {

  @Test
  void bodyOfAnnouncedLengthIsReadAndNoMore() throws IOException {
    assertThat(body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef")).isEqualTo("abc");
  }

  @Test
  void chunksAreJoinedAndTrailersSkipped() throws IOException {
    assertThat(
            body(
                """
                HTTP/1.1 200 OK
                Transfer-Encoding: chunked

                3;x=y
                abc
                A
                0123456789
                0
                T: v

                """
                    .replace("\n", "\r\n")))
        .isEqualTo("abc0123456789");
  }

  @Test
  void bodyWithoutLengthEndsWithTheConnection() throws IOException {
    assertThat(body("HTTP/1.0 200 OK\r\n\r\nabc")).isEqualTo("abc");
  }

  @Test
  void interimAnswersArePassedOver() throws IOException {
    InputStream in = in("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");

    assertThat(AnswerHead.read(in).status()).isEqualTo(204);
  }

  @Test
  void notModifiedHasNoBodyWhateverItsHeadersSay() throws IOException {
    assertThat(body("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n")).isEmpty();
  }

  @Test
  void headerNamesAreFoundInAnyCase() throws IOException {
    AnswerHead head = AnswerHead.read(in("HTTP/1.1 200 OK\r\neTaG:  \"7\" \r\n\r\n"));

    assertThat(head.header("etag")).contains("\"7\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n",
      })
  void garbageIsToldFromAnAnswer(String received) {
    assertThatThrownBy(() -> body(received)).isInstanceOf(MalformedAnswerException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
      })
  void halfAnAnswerIsNeverTakenForAWholeOne(String received) {
    assertThatThrownBy(() -> body(received)).isInstanceOf(EOFException.class);
  }

  @Test
  void endlessHeadersAreRefused() {
    String header = "X-Filler: " + "x".repeat(1000) + "\r\n";

    assertThatThrownBy(() -> body("HTTP/1.1 200 OK\r\n" + header.repeat(20) + "\r\n"))
        .isInstanceOf(MalformedAnswerException.class);
  }

  private static String body(String received) throws IOException {
    InputStream in = in(received);
    AnswerHead head = AnswerHead.read(in);
    return new String(head.body(in).readAllBytes(), StandardCharsets.UTF_8);
  }

  private static InputStream in(String received) {
    return new ByteArrayInputStream(received.getBytes(StandardCharsets.UTF_8));
  }
}
