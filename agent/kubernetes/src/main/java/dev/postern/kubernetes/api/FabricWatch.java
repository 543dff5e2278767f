package dev.postern.kubernetes.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch: a list, then the changes since, on one virtual thread of its own, which also calls the
 * listener.
 *
 * <p>A connection whose other end is gone without a word shows nothing: the JDK's client sends no
 * pings on it. So bookmarks are asked for, which the API sends about once a minute (<a
 * href="https://kubernetes.io/docs/reference/using-api/api-concepts/#watch-bookmarks">API
 * concepts</a>); when none comes for long after some have come, the watch begins anew. Where the
 * API sends none, the end of the watch that was asked for is waited for.
 */
final class FabricWatch<T extends HasMetadata> implements ClusterApi.Watch {
  private static final Logger log = LoggerFactory.getLogger(FabricWatch.class);

  /** How long what takes; a test makes them shorter. */
  record Patience(
      Duration opening,
      Duration lifetime,
      Duration silence,
      Duration firstRetry,
      Duration longestRetry) {
    static final Patience STANDARD =
        new Patience(
            Duration.ofSeconds(10),
            Duration.ofMinutes(30),
            Duration.ofSeconds(150),
            Duration.ofMillis(500),
            Duration.ofSeconds(20));
  }

  /** What the library told. */
  private sealed interface Told<T> {
    record Event<T>(Watcher.Action action, T resource) implements Told<T> {}

    record Closed<T>(boolean historyGone) implements Told<T> {}
  }

  private final String what;
  private final FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?> resources;
  private final ClusterListener listener;
  private final Patience patience;
  private final Thread thread;
  private volatile boolean closed;

  // Only the thread's own.
  private @Nullable String version;
  private Duration retry;
  private boolean bookmarks;

  /** It was told that the API does not answer. */
  private boolean away;

  FabricWatch(
      String what,
      FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?> resources,
      ClusterListener listener,
      Patience patience) {
    this.what = what;
    this.resources = resources;
    this.listener = listener;
    this.patience = patience;
    this.retry = patience.firstRetry();
    this.thread = Thread.ofVirtual().name("fleet-watch").unstarted(this::run);
  }

  FabricWatch<T> start() {
    thread.start();
    return this;
  }

  private void run() {
    while (!closed) {
      try {
        if (version == null) {
          list();
        }
        follow();
      } catch (InterruptedException end) {
        return;
      } catch (RuntimeException failure) {
        pause(FabricErrors.translate("watch " + what, failure).getMessage());
      }
    }
  }

  private void list() {
    KubernetesResourceList<T> list = resources.list();
    listener.listed(list.getItems().stream().map(FabricObjects::read).toList());
    version = list.getMetadata().getResourceVersion();
    retry = patience.firstRetry();
    if (away) {
      away = false;
      log.atInfo().addKeyValue("watch", what).log("the Kubernetes API answers again");
    }
  }

  /** Until the watch ends, for whatever reason. */
  private void follow() throws InterruptedException {
    BlockingQueue<Told<T>> queue = new LinkedBlockingQueue<>();
    long seconds = spread(patience.lifetime()).toSeconds();
    ListOptions options =
        new ListOptionsBuilder()
            .withResourceVersion(version)
            .withAllowWatchBookmarks(true)
            .withTimeoutSeconds(Math.max(1, seconds))
            .build();
    Watch watch = open(options, new Queueing<>(queue));
    try {
      while (!closed) {
        Duration wait =
            bookmarks ? patience.silence() : Duration.ofSeconds(seconds).plus(patience.silence());
        Told<T> told = queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        if (told == null) {
          log.atWarn()
              .addKeyValue("watch", what)
              .log("nothing was heard of a watch for too long; it begins anew");
          version = null;
          return;
        }
        if (!take(told)) {
          return;
        }
      }
    } finally {
      watch.close();
    }
  }

  /** The library waits for the answer to a watch for ever; on a dead connection none comes. */
  private Watch open(ListOptions options, Watcher<T> watcher) throws InterruptedException {
    CompletableFuture<Watch> opened = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("fleet-watch-open")
        .start(
            () -> {
              try {
                Watch watch = resources.watch(options, watcher);
                if (!opened.complete(watch)) {
                  watch.close();
                }
              } catch (RuntimeException refused) {
                opened.completeExceptionally(refused);
              }
            });
    try {
      return opened.get(patience.opening().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException noAnswer) {
      opened.cancel(false);
      throw new KubernetesClientException("no answer to a watch");
    } catch (ExecutionException refused) {
      throw refused.getCause() instanceof RuntimeException cause
          ? cause
          : new KubernetesClientException("a watch failed");
    }
  }

  /** Whether the watch goes on. */
  private boolean take(Told<T> told) throws InterruptedException {
    switch (told) {
      case Told.Event<T>(Watcher.Action action, T resource) -> {
        version = resource.getMetadata().getResourceVersion();
        retry = patience.firstRetry();
        switch (action) {
          case ADDED, MODIFIED -> listener.upserted(FabricObjects.read(resource));
          case DELETED -> listener.deleted(FabricObjects.read(resource));
          case BOOKMARK -> bookmarks = true;
          case ERROR -> version = null;
        }
        return action != Watcher.Action.ERROR;
      }
      case Told.Closed<T>(boolean historyGone) -> {
        if (historyGone) {
          version = null;
        }
        Thread.sleep(spread(retry));
        longer();
        return false;
      }
    }
  }

  private void pause(String problem) {
    if (!away) {
      away = true;
      log.atWarn()
          .addKeyValue("problem", problem)
          .log("the Kubernetes API does not answer; secrets are served, and it is tried again");
    }
    version = null;
    try {
      Thread.sleep(spread(retry));
      longer();
    } catch (InterruptedException end) {
      closed = true;
    }
  }

  private void longer() {
    Duration doubled = retry.multipliedBy(2);
    retry = doubled.compareTo(patience.longestRetry()) > 0 ? patience.longestRetry() : doubled;
  }

  /** So that a thousand agents do not come back at one moment. */
  private static Duration spread(Duration about) {
    return about.plusNanos(
        (long) (about.toNanos() * 0.3 * ThreadLocalRandom.current().nextDouble()));
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  /** The library's threads only put down what they hear. */
  private record Queueing<T>(BlockingQueue<Told<T>> queue) implements Watcher<T> {
    @Override
    public void eventReceived(Action action, T resource) {
      queue.add(new Told.Event<>(action, resource));
    }

    @Override
    public boolean reconnecting() {
      // Nor does the library: FabricClusterApi sets its limit to none.
      return false;
    }

    @Override
    public void onClose() {
      queue.add(new Told.Closed<>(false));
    }

    @Override
    public void onClose(WatcherException cause) {
      queue.add(new Told.Closed<>(cause != null && cause.isHttpGone()));
    }
  }
}
