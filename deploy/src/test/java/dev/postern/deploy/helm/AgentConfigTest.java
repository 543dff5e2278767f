package dev.postern.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postern.sidecar.config.ConfigLoader;
import dev.postern.sidecar.config.ConfigProblem;
import dev.postern.sidecar.config.ConfigResult;
import dev.postern.sidecar.config.PosternConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rendered postern.yaml, read by the agent's own code. */
class AgentConfigTest {
  /** Meant so: the kubelet and Prometheus ask from outside the pod, and a rotator serves nobody. */
  private static final List<String> EXPECTED_WARNINGS =
      List.of(
          "not a loopback address: anyone on the network may read the metrics",
          "nobody may read this secret; add consumers: {allow: [{uid: NUMBER}]}");

  @TempDir private Path directory;

  @Test
  void theAgentAcceptsEveryConfig() {
    int read = 0;
    for (String variant : Chart.VARIANTS) {
      Manifests manifests = Chart.POSTERN.rendering().variant(variant).manifests();
      for (JsonNode configMap : manifests.all("ConfigMap")) {
        ConfigResult result = load(configMap);
        assertThat(result).as(variant + " " + result).isInstanceOf(ConfigResult.Valid.class);
        assertThat(result.warnings())
            .extracting(ConfigProblem::message)
            .isSubsetOf(EXPECTED_WARNINGS);
        read++;
      }
    }
    assertThat(read).isEqualTo(9);
  }

  @Test
  void aSidecarOnlyReadsAndTheRotatorHasTheIssuer() {
    Manifests manifests = Chart.POSTERN.rendering().variant("vault-kubernetes").manifests();
    PosternConfig sidecar = valid(manifests.one("ConfigMap postern-sidecar"));
    PosternConfig rotator = valid(manifests.one("ConfigMap postern-rotator"));
    assertThat(sidecar.issuers()).isEmpty();
    assertThat(rotator.issuers()).hasSize(1);
    assertThat(sidecar.secrets().keySet()).isEqualTo(rotator.secrets().keySet());
    assertThat(sidecar.secrets().values())
        .allSatisfy(secret -> assertThat(secret.consumers().allow()).isNotEmpty());
    assertThat(sidecar.stores().toString()).contains("postern-reader");
    assertThat(rotator.stores().toString()).contains("postern-rotator");
  }

  @Test
  void theAgentListensAndWritesWhereThePodHasItsProbesAndVolumes() {
    Manifests manifests =
        Chart.POSTERN
            .rendering()
            .variant("aws-irsa")
            .values("metrics: {port: 9999}\nsidecar: {group: 1000650000, runAsUser: 1000650000}")
            .values("config: {socket: {max-connections: 64}}")
            .manifests();
    PosternConfig config = valid(manifests.one("ConfigMap postern-sidecar"));
    JsonNode container =
        Manifests.container(manifests.pod("Deployment postern-example"), "postern");
    assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(9999);
    assertThat(config.management().port()).isEqualTo(9999);
    assertThat(config.management().host()).isEqualTo("0.0.0.0");
    assertThat(config.socket().maxConnections()).isEqualTo(64);
    assertThat(config.socket().group()).contains("1000650000");
    assertThat(container.at("/securityContext/runAsUser").asLong()).isEqualTo(1000650000);
    for (Path path : List.of(config.socket().path(), config.journal().dir())) {
      assertThat(Manifests.elements(container.at("/volumeMounts")))
          .as(path.toString())
          .anyMatch(
              mount ->
                  path.startsWith(mount.at("/mountPath").asText())
                      && mount.at("/readOnly").isMissingNode());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          config: {management: {address: "127.0.0.1:1"}} | set metrics.port
          config: {journal: {dir: /x}}                   | set rotator.journal
          config: {coordination: {type: none}}           | set coordination.type
          config: {socket: {path: /x/y.sock}}            | always /run/postern/postern.sock
          sidecar: {config: {socket: {group: mail}}}     | set sidecar.group
          config: {issuers: {mailgun: {type: mailgun}}}  | a sidecar never has the provider's key
          sidecar: {config: {secrets: {sending-key: {issuer: mailgun}}}} | a sidecar never rotates: move secrets.sending-key.issuer
          config: {secrets: {sending-key: {rotation: {grace: 1m}}}}      | a sidecar never rotates: move secrets.sending-key.rotation
          rotator: {config: {issuers: null}}             | rotator.config.issuers is missing
          config: {installation: null}                   | config.installation is missing
          sidecar: {config: {secrets: {sending-key: {files: [{path: /run/postern/key}]}}}} | secrets.sending-key.files: the agent writes no files
          """)
  void whatTheAgentCouldNotDoInThePodIsRefused(String values, String message) {
    assertThat(Chart.POSTERN.rendering().variant("aws-irsa").values(values).refusal())
        .contains(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "kubernetes"})
  void bothRolesCoordinateAsTheReleaseDoesAndFindTheirNamespaceInThePod(String type) {
    Manifests manifests =
        Chart.POSTERN
            .rendering()
            .variant("aws-irsa")
            .values("coordination: {type: " + type + "}")
            .manifests();
    for (String role : List.of("sidecar", "rotator")) {
      PosternConfig config = valid(manifests.one("ConfigMap postern-" + role));
      assertThat(config.coordination().type().name()).isEqualToIgnoringCase(type);
      assertThat(config.coordination().namespace()).isEmpty();
    }
  }

  private PosternConfig valid(JsonNode configMap) {
    ConfigResult result = load(configMap);
    assertThat(result).as(result.toString()).isInstanceOf(ConfigResult.Valid.class);
    return ((ConfigResult.Valid) result).config();
  }

  private ConfigResult load(JsonNode configMap) {
    assertThat(configMap.at("/data").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("postern.yaml");
    Path file = directory.resolve("postern.yaml");
    Chart.write(file, configMap.at("/data/postern.yaml").asText());
    return ConfigLoader.load(file);
  }
}
