package dev.postern.kubernetes;

import java.time.Duration;
import java.util.Random;

/** What the world does to a fleet. */
final class SimulatedHarm {
  /** So many sidecars have one among them that each strike hits besides. */
  private static final int ONE_OF = 100;

  private final Simulation run;
  private final Random random;

  SimulatedHarm(Simulation run) {
    this.run = run;
    this.random = run.random;
  }

  /** Bad weather for each of them, from now on. */
  void weather() {
    run.sidecars.forEach(one -> weather(one.client.way));
    run.rotators.forEach(one -> weather(one.client.way));
  }

  private void weather(FakeCluster.Way way) {
    way.latency = Duration.ofMillis(random.nextInt(800));
    way.lostAnswers = random.nextDouble() * 0.1;
    way.lateWrites = random.nextDouble() * 0.05;
    way.eventDelay = Duration.ofMillis(random.nextInt(4_000));
    way.droppedEvents = random.nextDouble() * 0.2;
  }

  /** Something bad happens to somebody, and in a large fleet to some more of its sidecars. */
  void strike() {
    SimulatedRotator rotator = run.rotators.get(random.nextInt(run.rotators.size()));
    SimulatedSidecar sidecar = run.anySidecar();
    switch (random.nextInt(9)) {
      case 0 -> {
        done("rotator paused");
        rotator.host.stopFor(seconds(60));
      }
      case 1 -> {
        done("rotator cut off");
        cutFor(rotator.client.way, seconds(60));
      }
      case 2 -> {
        done("rotator crashed");
        rotator.host.kill();
        replace(rotator);
      }
      case 3 -> pause(sidecar);
      case 4 -> cutOff(sidecar);
      case 5 -> crash(sidecar);
      case 6 -> {
        done("history expired");
        run.cluster.expireHistory();
      }
      case 7 -> {
        done("API away");
        run.cluster.away(true);
        Duration length = seconds(40);
        run.apiAwayUntil = Math.max(run.apiAwayUntil, run.time.now() + length.toNanos());
        run.time.world(length, () -> run.cluster.away(false));
      }
      default -> {
        done("rotator stopped");
        rotator.host.after(Duration.ZERO, rotator.fleet::stop);
        run.time.world(Duration.ofSeconds(6), rotator.host::kill);
        replace(rotator);
      }
    }
    for (int i = 0; i < run.sidecars.size() / ONE_OF; i++) {
      SimulatedSidecar one = run.anySidecar();
      switch (random.nextInt(3)) {
        case 0 -> pause(one);
        case 1 -> cutOff(one);
        default -> crash(one);
      }
    }
  }

  private void done(String harm) {
    run.harm.merge(harm, 1, Integer::sum);
  }

  private void pause(SimulatedSidecar sidecar) {
    done("sidecar paused");
    Duration length = seconds(90);
    sidecar.isAwayFor(length);
    sidecar.host.stopFor(length);
  }

  private void cutOff(SimulatedSidecar sidecar) {
    done("sidecar cut off");
    Duration length = seconds(300);
    sidecar.isAwayFor(length);
    cutFor(sidecar.client.way, length);
  }

  private void crash(SimulatedSidecar sidecar) {
    done("sidecar crashed");
    sidecar.host.kill();
    SimulatedSidecar next = new SimulatedSidecar(run, run.podName("app"));
    run.sidecars.set(run.sidecars.indexOf(sidecar), next);
  }

  private void replace(SimulatedRotator gone) {
    SimulatedRotator next = new SimulatedRotator(run, run.podName("rotator"));
    weather(next.client.way);
    run.rotators.set(run.rotators.indexOf(gone), next);
  }

  private Duration seconds(int most) {
    return Duration.ofSeconds(random.nextInt(most));
  }

  private void cutFor(FakeCluster.Way way, Duration length) {
    way.cut = true;
    run.time.world(length, () -> way.cut = false);
  }

  /** Everything works again from now on. */
  void heal() {
    run.cluster.away(false);
    run.sidecars.forEach(one -> fine(one.client.way));
    run.rotators.forEach(one -> fine(one.client.way));
  }

  private static void fine(FakeCluster.Way way) {
    way.cut = false;
    way.latency = Duration.ofMillis(20);
    way.lostAnswers = 0;
    way.lateWrites = 0;
    way.eventDelay = Duration.ofMillis(50);
    way.droppedEvents = 0;
  }
}
