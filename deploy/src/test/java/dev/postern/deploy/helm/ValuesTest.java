package dev.postern.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {
  @Test
  void helmHasNothingToSayAgainstTheChart(@TempDir Path directory) throws IOException {
    // Helm's lint takes the cluster for one of its own choice, which has no native sidecars.
    Chart chart = Chart.POSTERN.copyTo(directory);
    Path values = directory.resolve("values.yaml");
    Files.writeString(values, Files.readString(values).replace("native: true", "native: false"));
    assertThat(chart.lint()).containsOnly("[INFO] Chart.yaml: icon is recommended");
  }

  @Test
  void anImageHasToBeNamed() {
    assertThat(
            Chart.POSTERN.rendering().variant("job").values("image: {repository: \"\"}").refusal())
        .contains("image.repository is missing: build the image with deploy/image/build");
  }

  @Test
  void aDigestWinsOverATag() {
    String digest = "sha256:" + "0123456789abcdef".repeat(4);
    assertThat(
            Chart.POSTERN
                .rendering()
                .variant("job")
                .values("image: {repository: example.com/team/postern, tag: x}")
                .values("image: {digest: \"" + digest + "\"}")
                .text())
        .contains("image: \"example.com/team/postern@" + digest + "\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sidecr: {enabled: true}                    | sidecr
          image: {repository: Postern}               | repository
          image: {repository: "postern:1"}           | OK
          image: {digest: latest}                    | digest
          image: {pullPolicy: Sometimes}             | pullPolicy
          sidecar: {runAsUser: 0}                    | runAsUser
          sidecar: {runAsUser: "1000"}               | runAsUser
          sidecar: {native: "yes"}                   | native
          sidecar: {limits: {memory: 1Gi}}           | limits
          sidecar: {resources: {limits: {memory: null}}} | memory
          sidecar: {memoryVolumeSize: 8 MB}          | memoryVolumeSize
          sidecar: {token: {expirationSeconds: 60}}  | expirationSeconds
          sidecar: {terminationGracePeriodSeconds: 1} | terminationGracePeriodSeconds
          rotator: {replicas: 3}                     | replicas
          rotator: {journal: {accessMode: ReadOnlyMany}} | accessMode
          rotator: {podLabels: {team: 7}}            | team
          coordination: {type: raft}                 | type
          metrics: {port: 70000}                     | port
          metrics: {podMonitor: {interval: often}}   | interval
          networkPolicy: {store: {ports: []}}        | ports
          networkPolicy: {monitoringNamespace: ""}   | monitoringNamespace
          example: {kind: CronJob}                   | kind
          """)
  void aBadValueIsRefusedByItsName(String values, String named) {
    Rendering rendering = Chart.POSTERN.rendering().variant("aws-irsa").values(values);
    if (named.equals("OK")) {
      assertThat(rendering.manifests().objects()).isNotEmpty();
    } else {
      assertThat(rendering.refusal())
          .contains("values don't meet the specifications of the schema")
          .contains(named);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1.28.15 | {}                            | this cluster is v1.28.15, and native sidecars need Kubernetes 1.29: set sidecar.native=false
          1.24.0  | {}                            | chart requires kubeVersion: >=1.25.0-0
          1.33.0  | sidecar: {enabled: false}     | the example is an app with a sidecar
          1.33.0  | example: {runAsUser: 65532}   | the app and the sidecar need different uids
          1.33.0  | {example: {kind: Job}, sidecar: {native: false}} | a Job with sidecar.native=false never finishes
          """)
  void whatCannotWorkIsRefusedWithTheReason(String kubernetes, String values, String message) {
    assertThat(
            Chart.POSTERN
                .rendering()
                .variant("aws-irsa")
                .values(values)
                .kubernetes(kubernetes)
                .refusal())
        .contains(message);
  }

  @Test
  void aManagedClustersVersionIsUnderstood() {
    assertThat(
            Chart.POSTERN
                .rendering()
                .variant("aws-irsa")
                .kubernetes("v1.29.0-eks-a5df82a")
                .manifests()
                .names())
        .contains("Deployment postern-example");
  }

  @Test
  void afterAnInstallationOneReadsWhatToDoNext() {
    assertThat(Chart.POSTERN.rendering().variant("vault-kubernetes").notes())
        .contains(
            "kubectl -n mail exec deploy/postern-rotator -- postern doctor --config",
            "kubectl -n mail logs deployment/postern-example -c app")
        .doesNotContain("sidecar.native is false")
        .doesNotContain("does not see the sidecars");
    assertThat(Chart.POSTERN.rendering().variant("job").notes())
        .contains("kubectl -n mail logs job/postern-example -c app")
        .doesNotContain("rotator");
  }
}
