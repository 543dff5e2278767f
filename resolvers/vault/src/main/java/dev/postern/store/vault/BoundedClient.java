package dev.postern.store.vault;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * The shared client as seen by one call of the port: nothing sent through it outlasts the call's
 * deadline or takes in an endless answer. The driver has a time-out for the head of an answer only,
 * in whole seconds, and no limit; it accepts a client of the caller's, and so gets this one.
 */
final class BoundedClient extends HttpClient {
  static final long LONGEST_ANSWER = 4 << 20;

  private final HttpClient client;
  private final Deadline deadline;
  private volatile HttpHeaders lastHeaders = HttpHeaders.of(Map.of(), (_, _) -> true);

  BoundedClient(HttpClient client, Deadline deadline) {
    this.client = client;
    this.deadline = deadline;
  }

  Deadline deadline() {
    return deadline;
  }

  /** Of the last answer, which the driver does not hand out. */
  HttpHeaders lastHeaders() {
    return lastHeaders;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) throws IOException {
    if (deadline.remainingNanos() == 0) {
      throw late();
    }
    CompletableFuture<HttpResponse<T>> answer = sendAsync(request, handler);
    try {
      HttpResponse<T> response = answer.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
      lastHeaders = response.headers();
      return response;
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw late();
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new WireException("the call was interrupted");
    } catch (ExecutionException e) {
      throw WireException.of(e.getCause());
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return client.sendAsync(ascii(request), BodyHandlers.limiting(handler, LONGEST_ANSWER));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
    return sendAsync(request, handler);
  }

  private WireException late() {
    return new WireException("no whole answer within " + deadline.text());
  }

  /** The driver decodes the URL it is given, and the JDK sends what is not ASCII as it pleases. */
  private static HttpRequest ascii(HttpRequest request) {
    URI uri = URI.create(request.uri().toASCIIString());
    return uri.equals(request.uri())
        ? request
        : HttpRequest.newBuilder(request, (_, _) -> true).uri(uri).build();
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }
}
