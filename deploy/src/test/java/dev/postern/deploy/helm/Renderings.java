package dev.postern.deploy.helm;

import java.util.LinkedHashMap;
import java.util.Map;

/** Everything that the chart makes, in all its ways, each rendered once. */
final class Renderings {
  /** A coordinated installation with each thing that can be switched on. */
  static final String EVERYTHING =
      """
      coordination: {type: kubernetes, ownLeaseOnly: true}
      imagePullSecrets: [{name: pull}]
      metrics: {podMonitor: {enabled: true, labels: {release: prometheus}}}
      sidecar:
        env: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
        volumes: [{name: extra, emptyDir: {}}]
        volumeMounts: [{name: extra, mountPath: /extra}]
      rotator:
        env: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
        volumes: [{name: extra, emptyDir: {}}]
        volumeMounts: [{name: extra, mountPath: /extra}]
        podLabels: {team: mail}
        podAnnotations: {note: "1"}
        nodeSelector: {disk: ssd}
        tolerations: [{key: mail, operator: Exists}]
        affinity: {podAntiAffinity: {}}
        priorityClassName: high
      """;

  private Renderings() {}

  static Map<String, Manifests> all() {
    Map<String, Manifests> all = new LinkedHashMap<>();
    for (String variant : Chart.VARIANTS) {
      all.put(variant, Chart.POSTERN.rendering().variant(variant).manifests());
    }
    all.put(
        "fallback",
        Chart.POSTERN
            .rendering()
            .variant("vault-kubernetes")
            .values("sidecar: {native: false}")
            .kubernetes("1.28.4")
            .manifests());
    all.put("everything", everything());
    all.put(
        "alone",
        Chart.POSTERN
            .rendering()
            .variant("vault-kubernetes")
            .values("coordination: {type: none}")
            .manifests());
    return all;
  }

  static Manifests everything() {
    return Chart.POSTERN.rendering().variant("vault-kubernetes").values(EVERYTHING).manifests();
  }
}
