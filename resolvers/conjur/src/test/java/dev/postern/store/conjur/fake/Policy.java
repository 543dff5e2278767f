package dev.postern.store.conjur.fake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * What loaded policy files say, as far as ours use the language: policies, variables, hosts and
 * permits. Anything else is refused rather than passed over.
 */
final class Policy {
  private final Set<String> variables = new TreeSet<>();
  private final Set<String> hosts = new HashSet<>();
  private final Map<String, Set<String>> grants = new HashMap<>();

  void load(String yaml) {
    Node root =
        new Compose(LoadSettings.builder().build())
            .composeString(yaml)
            .orElseThrow(() -> new IllegalArgumentException("an empty policy"));
    statements(root, "");
  }

  boolean hasVariable(String id) {
    return variables.contains(id);
  }

  Set<String> variables() {
    return variables;
  }

  Set<String> hosts() {
    return hosts;
  }

  void deleteHost(String login) {
    hosts.remove(login);
  }

  /** Conjur shows a resource to whoever has any privilege on it. */
  boolean sees(String login, String variable) {
    return variables.contains(variable) && !privileges(login, variable).isEmpty();
  }

  boolean may(String login, String privilege, String variable) {
    return variables.contains(variable) && privileges(login, variable).contains(privilege);
  }

  void revoke(String login, String privilege, String variable) {
    privileges(login, variable).remove(privilege);
  }

  private Set<String> privileges(String login, String variable) {
    return grants.computeIfAbsent(login + " " + variable, key -> new HashSet<>());
  }

  private void statements(Node list, String branch) {
    for (Node each : ((SequenceNode) list).getValue()) {
      switch (each.getTag().getValue()) {
        case "!policy" -> statements(member(each, "body"), branch + text(member(each, "id")) + "/");
        case "!variable" -> variables.add(branch + id(each));
        case "!host" -> hosts.add("host/" + branch + id(each));
        case "!permit" -> permit(each, branch);
        default ->
            throw new IllegalArgumentException("a policy statement " + each.getTag().getValue());
      }
    }
  }

  private void permit(Node permit, String branch) {
    String login = "host/" + branch + reference(member(permit, "role"), "!host");
    if (!hosts.contains(login)) {
      throw new IllegalArgumentException("no " + login + " for a permit");
    }
    for (Node resource : all(member(permit, "resources"))) {
      String variable = branch + reference(resource, "!variable");
      if (!variables.contains(variable)) {
        throw new IllegalArgumentException("no variable " + variable + " for a permit");
      }
      all(member(permit, "privileges"))
          .forEach(privilege -> privileges(login, variable).add(text(privilege)));
    }
  }

  private static String reference(Node node, String tag) {
    if (!node.getTag().getValue().equals(tag)) {
      throw new IllegalArgumentException("expected " + tag + " in a permit");
    }
    return text(node);
  }

  private static List<Node> all(Node node) {
    return node instanceof SequenceNode several
        ? new ArrayList<>(several.getValue())
        : List.of(node);
  }

  private static String id(Node node) {
    return node instanceof ScalarNode ? text(node) : text(member(node, "id"));
  }

  private static String text(Node node) {
    return ((ScalarNode) node).getValue();
  }

  private static Node member(Node node, String name) {
    for (NodeTuple each : ((MappingNode) node).getValue()) {
      if (text(each.getKeyNode()).equals(name)) {
        return each.getValueNode();
      }
    }
    throw new IllegalArgumentException("a policy statement without " + name);
  }
}
