package dev.postern.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** deploy/policies/conjur-kubernetes.yml goes with the chart, and gives no more than the others. */
class ConjurPolicyTest {
  private static final String HOST = "host postern/kubernetes/system:serviceaccount:mail:";

  @Test
  void aPodMayWhatAHostWithAKeyMay() {
    for (String role : List.of("reader", "rotator")) {
      String account = role.equals("reader") ? "postern-sidecar" : "postern-rotator";
      assertThat(rights("conjur-kubernetes.yml", HOST + account))
          .as(role)
          .isNotEmpty()
          .isEqualTo(rights("conjur-" + role + ".yml", "host postern/" + role));
    }
  }

  @Test
  void thePodsLogInWithTheAccountsThatTheHostsAreNamedAfter() throws IOException {
    Manifests manifests = Chart.POSTERN.rendering().variant("conjur-jwt").manifests();
    String policy = Files.readString(file("conjur-kubernetes.yml"));
    for (JsonNode pod : manifests.pods()) {
      String account = pod.at("/spec/serviceAccountName").asText();
      assertThat(policy).contains("      id: system:serviceaccount:mail:" + account + "\n");
      assertThat(policy)
          .contains("authn-jwt/kubernetes/sub: system:serviceaccount:mail:" + account + "\n");
      assertThat(pod.toString()).contains("\"audience\":\"conjur\"");
    }
    for (JsonNode config : manifests.all("ConfigMap")) {
      assertThat(config.at("/data/postern.yaml").asText()).contains("service-id: kubernetes");
    }
    assertThat(policy).contains("audience -v conjur\n", "identity-path -v postern/kubernetes\n");
  }

  /** "privileges on variable" of all permits of a role, sorted. */
  private static List<String> rights(String file, String role) {
    List<String> rights = new ArrayList<>();
    for (JsonNode statement : statements(file)) {
      if (statement.at("/is").asText().equals("permit")
          && statement.at("/role").asText().equals(role)) {
        String privileges = String.join(",", Manifests.texts(statement.at("/privileges")));
        Manifests.texts(statement.at("/resources"))
            .forEach(resource -> rights.add(privileges + " on " + resource));
      }
    }
    return rights.stream().sorted().toList();
  }

  /** Conjur's tags become text: "!host a" "host a", and "- !permit" a member "is". */
  private static JsonNode statements(String file) {
    try {
      String plain =
          Files.readString(file(file))
              .replaceAll("(?m)^( *)- !(\\w+)$", "$1- is: $2")
              .replaceAll("!(\\w+)", "$1");
      return Manifests.parse(plain).objects().getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(String name) {
    return Path.of("policies").resolve(name);
  }
}
