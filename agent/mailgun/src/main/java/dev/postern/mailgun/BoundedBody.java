package dev.postern.mailgun;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Collects an answer up to a limit and breaks off beyond it. The copies it makes on the way are
 * wiped, because the answer may hold a key.
 */
final class BoundedBody implements BodySubscriber<BoundedBody.Content> {
  private final int limit;
  private final CompletableFuture<Content> body = new CompletableFuture<>();
  private final List<byte[]> chunks = new ArrayList<>();
  private int length;
  private Flow.@Nullable Subscription subscription;

  BoundedBody(int limit) {
    this.limit = limit;
  }

  /** What arrived: all of it, or nothing of what was too long. */
  static final class Content {
    private final byte[] bytes;
    private final boolean tooLong;

    private Content(byte[] bytes, boolean tooLong) {
      this.bytes = bytes;
      this.tooLong = tooLong;
    }

    /** The array itself; its last user wipes it. */
    byte[] bytes() {
      return bytes;
    }

    boolean tooLong() {
      return tooLong;
    }
  }

  @Override
  public CompletionStage<Content> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      if (body.isDone()) {
        return;
      }
      if (buffer.remaining() > limit - length) {
        breakOff();
        return;
      }
      byte[] chunk = new byte[buffer.remaining()];
      buffer.get(chunk);
      chunks.add(chunk);
      length += chunk.length;
    }
  }

  @Override
  public void onError(Throwable failure) {
    wipeChunks();
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    byte[] whole = new byte[length];
    int at = 0;
    for (byte[] chunk : chunks) {
      System.arraycopy(chunk, 0, whole, at, chunk.length);
      at += chunk.length;
    }
    wipeChunks();
    body.complete(new Content(whole, false));
  }

  private void breakOff() {
    if (subscription != null) {
      subscription.cancel();
    }
    wipeChunks();
    body.complete(new Content(new byte[0], true));
  }

  private void wipeChunks() {
    chunks.forEach(chunk -> Arrays.fill(chunk, (byte) 0));
    chunks.clear();
  }
}
