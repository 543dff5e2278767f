package dev.postern.store.conjur;

import dev.postern.store.StoreException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;

/**
 * Sends requests, each within a deadline that holds for its whole answer, and reads answers up to a
 * limit. Follows no redirect: a token goes to the configured server or nowhere.
 */
final class Wire implements AutoCloseable {
  /** Conjur takes values of a megabyte; a page of resources with twenty versions each is less. */
  static final long LONGEST_ANSWER = 16L << 20;

  private static final int IDLE_CONNECTIONS = 4;

  /** Less than the twenty seconds after which Conjur's own server closes an idle connection. */
  private static final long IDLE_SECONDS = 15;

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");

  private final String store;
  private final String host;
  private final OkHttpClient http;

  Wire(String store, URI url, Trust trust) {
    this.store = store;
    this.host = url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
    this.http =
        new OkHttpClient.Builder()
            .sslSocketFactory(trust.sockets(), trust.manager())
            .followRedirects(false)
            .followSslRedirects(false)
            .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS))
            // One time limit for all of a call, set at each; these would only cut it short.
            .connectTimeout(Duration.ZERO)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .build();
  }

  /** For the SDK, which wants one; it is never asked to send. */
  OkHttpClient client() {
    return http;
  }

  /**
   * @return the answer, whatever its status; the caller's to close
   * @throws StoreException.Unavailable when there is none, or not a whole one
   */
  Answer send(Request request, Deadline deadline) {
    Call call = http.newCall(request);
    call.timeout().timeout(deadline.leftNanos(), TimeUnit.NANOSECONDS);
    try (Response response = call.execute();
        ResponseBody body = response.body()) {
      return new Answer(
          response.code(), body == null ? new byte[0] : bounded(body), retryAfter(response));
    } catch (IOException e) {
      // Not chained: what okhttp cannot parse it quotes.
      throw ConjurErrors.unreachable(store, host, deadline, e);
    }
  }

  private byte[] bounded(ResponseBody body) throws IOException {
    try (Buffer read = new Buffer()) {
      while (body.source().read(read, 8192) >= 0) {
        if (read.size() > LONGEST_ANSWER) {
          throw new StoreException.Malformed(
              "store %s: the answer of %s is longer than %d MiB; is the url right?"
                  .formatted(store, host, LONGEST_ANSWER >> 20));
        }
      }
      return read.readByteArray();
    }
  }

  private static Optional<Duration> retryAfter(Response response) {
    return Optional.ofNullable(response.header("Retry-After"))
        .filter(text -> SECONDS.matcher(text).matches())
        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
  }

  @Override
  public void close() {
    http.dispatcher().cancelAll();
    http.connectionPool().evictAll();
  }
}
