package dev.postern.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictModelTest {
  private static Map<String, Manifests> renderings = Map.of();

  @BeforeAll
  static void render() {
    renderings = Renderings.all();
  }

  @Test
  void everyObjectHasOnlyFieldsThatKubernetesKnows() {
    renderings.forEach(
        (name, manifests) ->
            assertThat(manifests.objects())
                .as(name)
                .isNotEmpty()
                .allSatisfy(object -> assertThat(StrictModel.problem(object)).isEmpty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          readOnlyRootFilesystem: true | readOnlyRootFileSystem: true
          fsGroup: 65532               | fsgroup: 65532
          medium: Memory               | kind: Memory
          restartPolicy: Always        | restart: Always
          failureThreshold: 90         | failuresAllowed: 90
          runAsUser: 65532             | runAsUser: '65532'
          runAsNonRoot: true           | runAsNonRoot: 'true'
          name: postern-example        | name: 17
          audience: "vault"            | audiences: "vault"
          maxUnavailable: 1            | mostUnavailable: 1
          verbs: [list, watch]         | verb: [list, watch]
          ports:                       | port:
          kind: Deployment             | kind: Deploymnt
          """)
  void aMisspeltFieldOrAnotherTypeIsFound(String right, String wrong) {
    String text = Chart.POSTERN.rendering().variant("vault-kubernetes").text();
    String broken = text.replace(right, wrong);
    assertThat(broken).isNotEqualTo(text);
    assertThat(Manifests.parse(broken).objects())
        .extracting(StrictModel::problem)
        .anyMatch(Optional::isPresent);
  }

  @Test
  void whatAPodRefersToIsThere() {
    renderings.forEach(
        (name, manifests) -> {
          for (JsonNode pod : manifests.pods()) {
            assertThat(mounts(pod)).as(name).isSubsetOf(volumes(pod));
            assertThat(volumes(pod)).as(name + ": all are mounted").isSubsetOf(mounts(pod));
            // A CA's ConfigMap and the cluster's own are not the chart's.
            Set<String> configMaps = new TreeSet<>(texts(pod, "/configMap/name"));
            configMaps.remove("vault-ca");
            configMaps.remove("conjur-ca");
            for (String configMap : configMaps) {
              assertThat(manifests.names()).as(name).contains("ConfigMap " + configMap);
            }
            for (String claim : texts(pod, "/persistentVolumeClaim/claimName")) {
              assertThat(manifests.names()).as(name).contains("PersistentVolumeClaim " + claim);
            }
            assertThat(manifests.names())
                .as(name)
                .contains("ServiceAccount " + pod.at("/spec/serviceAccountName").asText());
          }
        });
  }

  @Test
  void everySelectorFindsAPod() {
    renderings.forEach(
        (name, manifests) -> {
          for (JsonNode object : manifests.objects()) {
            for (String path :
                List.of("/spec/selector/matchLabels", "/spec/podSelector/matchLabels")) {
              JsonNode labels = object.at(path);
              if (!labels.isMissingNode()) {
                assertThat(manifests.pods())
                    .as(name + " " + Manifests.name(object))
                    .anyMatch(pod -> carries(pod.at("/metadata/labels"), labels));
              }
            }
          }
        });
  }

  private static boolean carries(JsonNode labels, JsonNode wanted) {
    return wanted.properties().stream()
        .allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
  }

  private static Set<String> volumes(JsonNode pod) {
    return new HashSet<>(texts(pod, "/name"));
  }

  private static List<String> texts(JsonNode pod, String path) {
    return Manifests.elements(pod.at("/spec/volumes"))
        .map(volume -> volume.at(path))
        .filter(value -> !value.isMissingNode())
        .map(JsonNode::asText)
        .toList();
  }

  private static Set<String> mounts(JsonNode pod) {
    Set<String> mounts = new HashSet<>();
    for (JsonNode container : Manifests.containers(pod)) {
      Manifests.elements(container.at("/volumeMounts"))
          .forEach(mount -> mounts.add(mount.at("/name").asText()));
    }
    return mounts;
  }
}
