package dev.postern.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The profile "restricted" of the Pod Security Standards, and what goes further. */
class PodSecurityTest {
  /** What a restricted pod may have. */
  private static final Set<String> VOLUME_TYPES =
      Set.of("configMap", "emptyDir", "projected", "persistentVolumeClaim");

  private static Map<String, Manifests> renderings = Map.of();

  @BeforeAll
  static void render() {
    renderings = Renderings.all();
  }

  @Test
  void everyPodIsRestricted() {
    renderings.forEach(
        (name, manifests) ->
            assertThat(manifests.pods())
                .as(name)
                .isNotEmpty()
                .allSatisfy(pod -> assertThat(violations(pod)).as(name).isEmpty()));
  }

  @Test
  void aViolationIsFound() {
    String text = Chart.POSTERN.rendering().variant("aws-irsa").text();
    for (String line :
        List.of(
            "readOnlyRootFilesystem: true",
            "allowPrivilegeEscalation: false",
            "capabilities: {drop: [ALL]}",
            "runAsUser: 1000",
            "limits: {memory: 128Mi}",
            "automountServiceAccountToken: false")) {
      Manifests without = Manifests.parse(text.replace(line, "# " + line));
      assertThat(without.pods())
          .as(line)
          .anySatisfy(pod -> assertThat(violations(pod)).isNotEmpty());
    }
  }

  private static List<String> violations(JsonNode pod) {
    List<String> violations = new ArrayList<>();
    for (String shared : List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")) {
      require(pod.at("/spec/" + shared).isMissingNode(), shared, violations);
    }
    require(isFalse(pod.at("/spec/automountServiceAccountToken")), "a token for all", violations);
    require(pod.at("/spec/securityContext/runAsNonRoot").asBoolean(), "pod: root", violations);
    require(
        pod.at("/spec/securityContext/seccompProfile/type").asText().equals("RuntimeDefault"),
        "pod: seccomp",
        violations);
    for (JsonNode volume :
        (Iterable<JsonNode>) Manifests.elements(pod.at("/spec/volumes"))::iterator) {
      volume
          .fieldNames()
          .forEachRemaining(
              field ->
                  require(field.equals("name") || VOLUME_TYPES.contains(field), field, violations));
    }
    for (JsonNode container : Manifests.containers(pod)) {
      checkContainer(container, violations);
    }
    return violations;
  }

  private static void checkContainer(JsonNode container, List<String> violations) {
    String name = container.at("/name").asText() + ": ";
    JsonNode context = container.at("/securityContext");
    require(context.at("/runAsNonRoot").asBoolean(), name + "root", violations);
    require(context.at("/runAsUser").asInt() > 0, name + "a numeric user", violations);
    require(context.at("/readOnlyRootFilesystem").asBoolean(), name + "root writable", violations);
    require(isFalse(context.at("/allowPrivilegeEscalation")), name + "escalation", violations);
    require(context.at("/privileged").isMissingNode(), name + "privileged", violations);
    require(
        Manifests.texts(context.at("/capabilities/drop")).equals(List.of("ALL"))
            && context.at("/capabilities/add").isMissingNode(),
        name + "capabilities",
        violations);
    require(
        context.at("/seccompProfile/type").asText().equals("RuntimeDefault"),
        name + "seccomp",
        violations);
    require(!container.at("/resources/limits/memory").isMissingNode(), name + "memory", violations);
    Manifests.elements(container.at("/ports"))
        .forEach(port -> require(port.at("/hostPort").isMissingNode(), name + "port", violations));
  }

  private static boolean isFalse(JsonNode value) {
    return value.isBoolean() && !value.asBoolean();
  }

  private static void require(boolean held, String otherwise, List<String> violations) {
    if (!held) {
      violations.add(otherwise);
    }
  }
}
