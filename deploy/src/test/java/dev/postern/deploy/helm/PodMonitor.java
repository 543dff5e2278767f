package dev.postern.deploy.helm;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;

/** The fields that the chart uses of the Prometheus operator's resource. */
record PodMonitor(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {
  record Spec(LabelSelector selector, List<Endpoint> podMetricsEndpoints) {}

  record Endpoint(String port, String path, String interval, List<Relabeling> relabelings) {}

  record Relabeling(String targetLabel, List<String> sourceLabels, String replacement) {}
}
