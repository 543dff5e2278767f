package dev.postern.store.aws;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * The SDK reads an answer whole into memory, whatever its length, and its client below limits the
 * wait for each byte only. Here an answer has a length and an end.
 */
record BoundedHttpClient(SdkHttpClient client, Duration timeout) implements SdkHttpClient {
  /** Twenty values of 64 KiB, were each of their characters written as an escape. */
  static final int LONGEST_ANSWER = 8 << 20;

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    long end = System.nanoTime() + timeout.toNanos();
    ExecutableHttpRequest prepared = client.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        HttpExecuteResponse answer = prepared.call();
        return HttpExecuteResponse.builder()
            .response(answer.httpResponse())
            .responseBody(answer.responseBody().map(body -> bounded(body, end)).orElse(null))
            .build();
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  @Override
  public String clientName() {
    return client.clientName();
  }

  @Override
  public void close() {
    client.close();
  }

  private static AbortableInputStream bounded(AbortableInputStream body, long end) {
    return AbortableInputStream.create(new Bounded(body, end), body);
  }

  private static final class Bounded extends FilterInputStream {
    private final long end;
    private int left = LONGEST_ANSWER;

    Bounded(InputStream body, long end) {
      super(body);
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      checkTime();
      return counted(in.read(), 1);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      checkTime();
      int count = in.read(target, offset, length);
      return counted(count, count);
    }

    private int counted(int result, int count) throws IOException {
      if (result >= 0) {
        left -= count;
        if (left < 0) {
          throw new IOException("the answer is longer than " + LONGEST_ANSWER + " bytes");
        }
      }
      return result;
    }

    private void checkTime() throws SocketTimeoutException {
      if (System.nanoTime() - end > 0) {
        throw new SocketTimeoutException("the answer did not end in time");
      }
    }
  }
}
