package dev.postern.sidecar.http;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How fast each user may ask, over all its connections: a bucket of one second's requests that
 * fills steadily. Lives on the event loop.
 */
public final class RequestRate {
  private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

  private static final class Bucket {
    double tokens;
    long filledAt;

    Bucket(double tokens, long filledAt) {
      this.tokens = tokens;
      this.filledAt = filledAt;
    }
  }

  private final int perSecond;
  private final Map<Integer, Bucket> buckets = new HashMap<>();

  /**
   * @param perSecond 0 for no limit
   */
  public RequestRate(int perSecond) {
    this.perSecond = perSecond;
  }

  /** Whether one more request of this user is in order now. */
  public boolean admits(int uid, long nanoTime) {
    if (perSecond == 0) {
      return true;
    }
    Bucket bucket = buckets.computeIfAbsent(uid, first -> new Bucket(perSecond, nanoTime));
    double since = nanoTime - bucket.filledAt;
    bucket.tokens = Math.min(perSecond, bucket.tokens + since * perSecond / SECOND);
    bucket.filledAt = nanoTime;
    if (bucket.tokens < 1) {
      return false;
    }
    bucket.tokens--;
    return true;
  }
}
