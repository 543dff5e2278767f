package dev.postern.mailgun;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** No answer came back. Its message completes the sentence "could not ...: ". */
final class WireFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int CAUSES = 10;

  private final boolean neverLeft;

  private WireFailure(String message, boolean neverLeft, @Nullable Throwable cause) {
    super(message, cause);
    this.neverLeft = neverLeft;
  }

  static WireFailure noAnswerWithin(Duration time) {
    return new WireFailure("no complete answer within " + time.toMillis() + " ms", false, null);
  }

  static WireFailure interrupted() {
    return new WireFailure("interrupted while waiting for the answer", false, null);
  }

  static WireFailure closed() {
    return new WireFailure("the issuer is closed", true, null);
  }

  static WireFailure of(@Nullable Throwable failure) {
    Throwable link = failure;
    for (int i = 0; i < CAUSES && link != null; i++, link = link.getCause()) {
      switch (link) {
        case UnresolvedAddressException e -> {
          return new WireFailure("the host name can not be resolved", true, e);
        }
        case HttpConnectTimeoutException e -> {
          return new WireFailure("no connection in time", true, e);
        }
        case CertificateException e -> {
          // The client refused the server before it sent a byte of the request.
          return new WireFailure("the server's certificate is not trusted", true, e);
        }
        default -> {}
      }
    }
    return switch (failure) {
      case ConnectException e -> new WireFailure("no connection", true, e);
      case SSLException e -> new WireFailure("the TLS connection failed", false, e);
      // The JDK's text may quote the answer ("Invalid status line: ..."), so only the type is kept.
      case IOException e ->
          new WireFailure(
              "the connection broke (" + e.getClass().getSimpleName() + ")", false, null);
      case null -> new WireFailure("the connection broke", false, null);
      default ->
          new WireFailure(
              "the http client failed (" + failure.getClass().getSimpleName() + ")", false, null);
    };
  }

  /** Whether the request for certain did not reach the server. */
  boolean neverLeft() {
    return neverLeft;
  }
}
