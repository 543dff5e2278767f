package dev.postern.mailgun;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends one request and waits, for a bounded time, for the whole of a bounded answer. */
final class HttpWire implements AutoCloseable {
  static final int LONGEST_ANSWER = 1 << 20;

  private final Supplier<HttpClient> source;
  private final boolean owned;
  private @Nullable HttpClient client;
  private boolean closed;

  /** With a client of its own. */
  HttpWire(Duration connectTimeout) {
    source = () -> newClient(connectTimeout);
    owned = true;
  }

  /** With a client that somebody else closes. */
  HttpWire(Supplier<HttpClient> shared) {
    source = shared;
    owned = false;
  }

  Reply send(HttpRequest request, Duration atMost) throws WireFailure {
    CompletableFuture<HttpResponse<BoundedBody.Content>> answer =
        client().sendAsync(request, head -> new BoundedBody(LONGEST_ANSWER));
    try {
      // The request's own time-out would end with the head of the answer and let a slow body pass.
      HttpResponse<BoundedBody.Content> response =
          answer.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      return new Reply(response.statusCode(), response.headers(), response.body());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw WireFailure.noAnswerWithin(atMost);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw WireFailure.interrupted();
    } catch (ExecutionException e) {
      throw WireFailure.of(e.getCause());
    }
  }

  synchronized boolean isOpen() {
    return !closed;
  }

  /** Breaks off what is under way, if the client is its own. */
  @Override
  public void close() {
    HttpClient last;
    synchronized (this) {
      closed = true;
      last = client;
      client = null;
    }
    if (owned && last != null) {
      last.shutdownNow();
      last.close();
    }
  }

  private synchronized HttpClient client() throws WireFailure {
    if (closed) {
      throw WireFailure.closed();
    }
    if (client == null) {
      HttpClient made = source.get();
      if (made.followRedirects() != HttpClient.Redirect.NEVER) {
        throw new IllegalStateException(
            "the http client follows redirects, which would hand the admin key to another server");
      }
      client = made;
    }
    return client;
  }

  private static HttpClient newClient(Duration connectTimeout) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(connectTimeout)
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .build();
  }
}
