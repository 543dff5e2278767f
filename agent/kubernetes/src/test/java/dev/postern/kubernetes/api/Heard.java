package dev.postern.kubernetes.api;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a watch told, as lines, to be waited for. */
final class Heard implements ClusterListener {
  private static final long FAIL_AFTER_SECONDS = 30;

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  @Override
  public void listed(List<ClusterObject> all) {
    lines.add("listed " + all.stream().map(ClusterObject::name).sorted().toList());
  }

  @Override
  public void upserted(ClusterObject object) {
    lines.add("upserted " + object.name() + " " + object.data());
  }

  @Override
  public void deleted(ClusterObject object) {
    lines.add("deleted " + object.name());
  }

  String next() throws InterruptedException {
    String line = lines.poll(FAIL_AFTER_SECONDS, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("the watch tells nothing");
    }
    return line;
  }

  /** Skips what comes before it. */
  void awaitLine(String wanted) throws InterruptedException {
    String line = next();
    while (!line.equals(wanted)) {
      line = next();
    }
  }
}
