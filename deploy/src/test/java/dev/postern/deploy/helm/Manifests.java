package dev.postern.deploy.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Kubernetes objects as JSON trees. */
record Manifests(List<JsonNode> objects) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static Manifests parse(String yaml) {
    // A key that is there twice would be taken by one parser and refused by another.
    LoadSettings settings = LoadSettings.builder().setAllowDuplicateKeys(false).build();
    List<JsonNode> objects = new ArrayList<>();
    for (Object document : new Load(settings).loadAllFromString(yaml)) {
      if (document != null) {
        objects.add(MAPPER.valueToTree(document));
      }
    }
    return new Manifests(objects);
  }

  /** "Kind name" of each. */
  Set<String> names() {
    Set<String> names = new TreeSet<>();
    objects.forEach(object -> names.add(name(object)));
    return names;
  }

  static String name(JsonNode object) {
    return object.at("/kind").asText() + " " + object.at("/metadata/name").asText();
  }

  JsonNode one(String name) {
    return objects.stream()
        .filter(object -> name(object).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " among " + names()));
  }

  List<JsonNode> all(String kind) {
    return objects.stream().filter(object -> object.at("/kind").asText().equals(kind)).toList();
  }

  /** The pod templates of all workloads. */
  List<JsonNode> pods() {
    return objects.stream()
        .map(object -> object.at("/spec/template"))
        .filter(template -> !template.isMissingNode())
        .toList();
  }

  JsonNode pod(String workload) {
    return one(workload).at("/spec/template");
  }

  /** Init containers and containers. */
  static List<JsonNode> containers(JsonNode pod) {
    return Stream.concat(
            elements(pod.at("/spec/initContainers")), elements(pod.at("/spec/containers")))
        .toList();
  }

  static JsonNode container(JsonNode pod, String name) {
    return containers(pod).stream()
        .filter(container -> container.at("/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no container " + name));
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static List<String> texts(JsonNode array) {
    return elements(array).map(JsonNode::asText).toList();
  }
}
