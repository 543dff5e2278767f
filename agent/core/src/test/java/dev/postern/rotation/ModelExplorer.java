package dev.postern.rotation;

import dev.postern.SecretKind.Succession;
import dev.postern.failpoint.Failpoint;
import dev.postern.rotation.ModelAction.Fault;
import dev.postern.rotation.ModelAction.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Walks every sequence of actions that a budget allows, shortest first. A state is reached by doing
 * its whole path again in a fresh world, so nothing of the engine need be copied.
 */
final class ModelExplorer {
  private static final Set<Kind> IN_THE_MIDDLE =
      Set.of(Kind.FETCH, Kind.DELIVER, Kind.LEAK, Kind.REQUEST, Kind.CANCEL, Kind.MARK);

  /** A way to a state; the root has no action. */
  private record Node(
      @Nullable Node before,
      @Nullable ModelAction action,
      int depth,
      ModelBudget left,
      List<ModelAction> possible) {
    List<ModelAction> path() {
      List<ModelAction> path = new ArrayList<>();
      Node node = this;
      while (node != null && node.action != null) {
        path.add(node.action);
        node = node.before;
      }
      return path.reversed();
    }
  }

  /** What came of a walk. */
  record Outcome(int states, long transitions, int deepest, Map<String, Integer> ends) {}

  private final ModelScenario scenario;
  private final int depth;
  private final Set<Long> seen = new HashSet<>();
  private final Set<Long> driven = new HashSet<>();
  private final ArrayDeque<Node> frontier = new ArrayDeque<>();
  private final Map<String, Integer> ends = new TreeMap<>();
  private long transitions;
  private int deepest;

  private ModelExplorer(ModelScenario scenario, int depth) {
    this.scenario = scenario;
    this.depth = depth;
  }

  /**
   * @throws AssertionError with the shortest path to it, when a promise is broken
   */
  static Outcome explore(ModelScenario scenario, ModelBudget budget, int depth) {
    ModelExplorer explorer = new ModelExplorer(scenario, depth);
    try (ModelWorld world = new ModelWorld(scenario)) {
      explorer.frontier.add(new Node(null, null, 0, budget, world.possible()));
    }
    while (!explorer.frontier.isEmpty()) {
      explorer.expand(explorer.frontier.remove());
    }
    return new Outcome(explorer.seen.size(), explorer.transitions, explorer.deepest, explorer.ends);
  }

  private void expand(Node node) {
    List<ModelAction> path = node.path();
    List<ModelAction> possible = node.possible;
    for (ModelAction action : possible) {
      if (node.left.allows(action)) {
        List<Failpoint> places = follow(node, path, action);
        if (action.kind() == Kind.STEP || action.kind() == Kind.START) {
          variants(action, places, possible).stream()
              .filter(node.left::allows)
              .forEach(variant -> follow(node, path, variant));
        }
      }
    }
  }

  private ModelWorld at(List<ModelAction> path) {
    ModelWorld world = new ModelWorld(scenario);
    path.forEach(world::repeat);
    return world;
  }

  private List<Failpoint> follow(Node from, List<ModelAction> path, ModelAction action) {
    transitions++;
    try (ModelWorld world = at(path)) {
      world.perform(action);
      List<Failpoint> places = world.faults.places();
      Node node = new Node(from, action, from.depth + 1, from.left.after(action), world.possible());
      if (seen.add(hash(ModelPrint.of(world, node.left)))) {
        deepest = Math.max(deepest, node.depth);
        count(world);
        if (node.depth < depth) {
          frontier.add(node);
        }
        // After a plain step the rest of the drive is the one from the state before.
        if (!action.plainStep()) {
          ModelDrive.toTheEnd(world, end -> driven.add(hash(end)));
        }
      }
      return places;
    } catch (ModelViolation violation) {
      throw new ModelViolation(violation.invariant(), violation.getMessage() + story(path, action));
    }
  }

  private void count(ModelWorld world) {
    if (world.running().isEmpty()) {
      world.journal.states.values().stream()
          .reduce((one, other) -> other)
          .ifPresent(state -> ends.merge(state.wireName(), 1, Integer::sum));
    }
  }

  /** The same action with each fault at each place where it makes a difference. */
  private List<ModelAction> variants(
      ModelAction action, List<Failpoint> places, List<ModelAction> possible) {
    List<ModelAction> variants = new ArrayList<>();
    for (int place = 0; place < places.size(); place++) {
      Failpoint failpoint = places.get(place);
      boolean journal = failpoint == Failpoint.JOURNAL_APPEND;
      boolean changes = ModelFaults.changes(failpoint);
      // An agent that ends after a mere look has left no trace of it.
      if (place > 0 && ModelFaults.changes(places.get(place - 1))) {
        variants.add(action.with(Fault.CRASH, place));
      }
      variants.add(action.with(Fault.FAIL, place));
      if (journal) {
        variants.add(action.with(Fault.STUCK, place));
        continue;
      }
      if (changes) {
        variants.add(action.with(Fault.LOST, place));
        if (mayArriveLate(failpoint)) {
          variants.add(action.with(Fault.DELAY, place));
        }
      }
      if (failpoint.name().startsWith("ISSUER_")) {
        variants.add(action.with(Fault.REFUSE, place));
      }
      if (failpoint == Failpoint.ISSUER_REVOKE_PREDECESSOR) {
        variants.add(action.with(Fault.LAG, place));
      }
      int here = place;
      possible.stream()
          .filter(other -> other.which() == 0 && IN_THE_MIDDLE.contains(other.kind()))
          .filter(other -> other.kind() != Kind.MARK || !ModelFaults.writesFlag(failpoint))
          .forEach(other -> variants.add(action.with(here, other.kind())));
    }
    return variants;
  }

  /**
   * A regeneration that arrives when its successor is in use kills that one, and nothing but the
   * provider could keep it from doing so.
   */
  private boolean mayArriveLate(Failpoint failpoint) {
    return failpoint != Failpoint.ISSUER_REVOKE_PREDECESSOR
        || scenario.succession() != Succession.REGENERATED;
  }

  private String story(List<ModelAction> path, ModelAction last) {
    StringBuilder story = new StringBuilder("\n  " + scenario.name());
    try (ModelWorld world = new ModelWorld(scenario)) {
      List<ModelAction> all = new ArrayList<>(path);
      all.add(last);
      for (ModelAction action : all) {
        story.append("\n  ").append(action);
        try {
          world.perform(action);
        } catch (ModelViolation here) {
          story.append("  <- here");
        }
        world.journal.states.values().forEach(it -> story.append(" -> ").append(it.wireName()));
        story.append(' ').append(world.faults.places());
      }
    }
    return story.toString();
  }

  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
      hash ^= hash >>> 29;
    }
    return hash;
  }
}
