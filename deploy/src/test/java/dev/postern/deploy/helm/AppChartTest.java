package dev.postern.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody's chart with this one as a dependency: see src/test/chart/mailer. */
class AppChartTest {
  @TempDir private Path directory;
  private Chart mailer = Chart.POSTERN;

  @BeforeEach
  void takeTheChartIn() {
    mailer = new Chart(Path.of("src/test/chart/mailer")).copyTo(directory.resolve("mailer"));
    Chart.POSTERN.copyTo(mailer.directory().resolve("charts/postern"));
  }

  @Test
  void thePodOfAnAppGetsTheSidecar() {
    Manifests manifests = mailer.rendering().manifests();
    assertThat(manifests.names())
        .containsExactlyInAnyOrder(
            "ConfigMap postern-sidecar",
            "ServiceAccount postern-sidecar",
            "Role postern-sidecar",
            "RoleBinding postern-sidecar",
            "Deployment postern-mailer",
            "NetworkPolicy postern-mailer");
    assertThat(manifests.objects())
        .allSatisfy(object -> assertThat(StrictModel.problem(object)).isEmpty());
    JsonNode pod = manifests.pod("Deployment postern-mailer");
    assertThat(pod.at("/spec/initContainers/0/image").asText())
        .isEqualTo("example.com/team/postern:0.1.0-SNAPSHOT");
    assertThat(names(pod.at("/spec/containers"))).containsExactly("mailer");
    assertThat(pod.at("/spec/serviceAccountName").asText()).isEqualTo("postern-sidecar");
    assertThat(pod.at("/metadata/labels/app").asText()).isEqualTo("mailer");
    assertThat(pod.at("/spec/securityContext/fsGroup").asInt()).isEqualTo(65532);
  }

  @Test
  void soItDoesOnAClusterWithoutNativeSidecars() {
    JsonNode pod =
        mailer
            .rendering()
            .values("postern: {sidecar: {native: false}}")
            .kubernetes("1.28.4")
            .manifests()
            .pod("Deployment postern-mailer");
    assertThat(names(pod.at("/spec/containers"))).containsExactly("mailer", "postern");
  }

  @Test
  void theGuardsAreTheSameThere() {
    assertThat(mailer.rendering().kubernetes("1.28.4").refusal())
        .contains("native sidecars need Kubernetes 1.29");
    assertThat(mailer.rendering().values("postern: {sidcar: {}}").refusal()).contains("sidcar");
  }

  private static List<String> names(JsonNode array) {
    return Manifests.elements(array).map(item -> item.at("/name").asText()).toList();
  }
}
