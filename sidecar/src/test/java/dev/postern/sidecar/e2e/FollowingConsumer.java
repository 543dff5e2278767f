package dev.postern.sidecar.e2e;

import dev.postern.sidecar.server.RawClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A program that sends mail: holds a connection, waits on it for the next version, and asks the
 * provider all the time whether the key that it has works.
 */
final class FollowingConsumer implements AutoCloseable {
  private static final Pattern KEY = Pattern.compile("\"api_key\":\"([^\"]+)\"");

  private final Installation installation;
  private final List<String> versions = new CopyOnWriteArrayList<>();
  private final List<Integer> answers = new CopyOnWriteArrayList<>();
  // Fair: a sender that never rests would else keep a new key waiting while the old one is revoked.
  private final ReentrantLock sendingOrChanging = new ReentrantLock(true);
  private final Thread waiting;
  private final Thread sending;
  private volatile boolean stopped;
  private volatile String key = "";
  private volatile @Nullable RuntimeException failure;

  private FollowingConsumer(Installation installation) {
    this.installation = installation;
    this.waiting = Thread.ofPlatform().name("consumer").daemon().unstarted(this::follow);
    this.sending = Thread.ofPlatform().name("sender").daemon().unstarted(this::send);
  }

  static FollowingConsumer start(Installation installation) {
    FollowingConsumer consumer = new FollowingConsumer(installation);
    consumer.waiting.start();
    Eventually.isTrue(() -> "the first value", () -> !consumer.key.isEmpty());
    consumer.sending.start();
    return consumer;
  }

  private void follow() {
    String path = "/v1/secrets/" + Installation.SECRET;
    try {
      String etag = "";
      while (!stopped) {
        RawClient.Answer answer =
            RawClient.get(
                installation.socket(),
                path + (etag.isEmpty() ? "" : "?wait=1s"),
                "If-None-Match: " + etag);
        if (answer.status() == 200) {
          etag = answer.header("etag");
          versions.add(etag);
          Matcher value = KEY.matcher(answer.body());
          if (!value.find()) {
            throw new IllegalStateException("an answer without a key");
          }
          use(value.group(1));
          acknowledge(etag.replace("\"", ""));
        }
      }
    } catch (RuntimeException e) {
      failure = stopped ? null : e;
    }
  }

  /** Returns when no send with the key before is under way any more. */
  private void use(String fresh) {
    sendingOrChanging.lock();
    try {
      key = fresh;
    } finally {
      sendingOrChanging.unlock();
    }
  }

  private void acknowledge(String version) {
    try (RawClient client = RawClient.connect(installation.socket())) {
      client.request(
          "PUT",
          "/v1/secrets/" + Installation.SECRET + "/ack",
          "{\"version\":\"" + version + "\"}");
    }
  }

  private void send() {
    while (!stopped) {
      answers.add(sendOne());
    }
  }

  private int sendOne() {
    sendingOrChanging.lock();
    try {
      return Mailgun.answer(installation.provider(), installation.domain(), key);
    } finally {
      sendingOrChanging.unlock();
    }
  }

  /** The versions it got, in that order. */
  List<String> versions() {
    return versions;
  }

  /** What the provider answered to its sends. */
  List<Integer> answers() {
    return answers;
  }

  @Override
  public void close() {
    stopped = true;
    try {
      waiting.join(Eventually.PATIENCE);
      sending.join(Eventually.PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }
}
