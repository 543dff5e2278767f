package dev.postern.store.vault;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why no whole answer came. Its text is made of our own words alone: the JDK's exceptions quote
 * what a broken server sent.
 */
final class WireException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  WireException(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }

  static WireException of(@Nullable Throwable failure) {
    return new WireException(
        switch (failure) {
          case WireException known -> known.reason();
          case HttpConnectTimeoutException _ -> "no connection in time";
          case ConnectException refused when causedBy(refused, UnresolvedAddressException.class) ->
              "its host name cannot be resolved";
          case ConnectException _ -> "the connection was refused";
          case SSLException tls when causedBy(tls, CertificateException.class) ->
              "its certificate is not trusted, or is for another name; check 'ca' and 'address'";
          case SSLException _ ->
              "the TLS handshake failed; check that 'address' speaks TLS, and 'client-certificate'"
                  + " if it wants one";
          case null, default -> "the connection broke off, or the answer was no HTTP";
        });
  }

  /** The one among the causes of what a library made of it. */
  static Optional<WireException> find(Throwable wrapped) {
    for (Throwable cause = wrapped; cause != null; cause = cause.getCause()) {
      if (cause instanceof WireException found) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
