package dev.postern.deploy.helm;

import static java.util.Map.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.Map;
import java.util.Optional;

/** Whether an object has only fields that Kubernetes knows, and of the type that it wants. */
final class StrictModel {
  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          entry("v1 ConfigMap", ConfigMap.class),
          entry("v1 PersistentVolumeClaim", PersistentVolumeClaim.class),
          entry("v1 ServiceAccount", ServiceAccount.class),
          entry("apps/v1 Deployment", Deployment.class),
          entry("batch/v1 Job", Job.class),
          entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          entry("rbac.authorization.k8s.io/v1 Role", Role.class),
          entry("rbac.authorization.k8s.io/v1 RoleBinding", RoleBinding.class),
          entry(
              "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy",
              ValidatingAdmissionPolicy.class),
          entry(
              "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding",
              ValidatingAdmissionPolicyBinding.class),
          entry("monitoring.coreos.com/v1 PodMonitor", PodMonitor.class));

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new NoOtherFields())
          .withCoercionConfig(
              LogicalType.Textual,
              coercion ->
                  coercion
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .withCoercionConfig(
              LogicalType.Integer,
              coercion -> coercion.setCoercion(CoercionInputShape.String, CoercionAction.Fail))
          .withCoercionConfig(
              LogicalType.Boolean,
              coercion -> coercion.setCoercion(CoercionInputShape.String, CoercionAction.Fail))
          .build();

  private StrictModel() {}

  /** What is wrong with the object; empty when nothing is. */
  static Optional<String> problem(JsonNode object) {
    String kind = object.at("/apiVersion").asText() + " " + object.at("/kind").asText();
    Class<?> type = TYPES.get(kind);
    if (type == null) {
      return Optional.of("unknown kind: " + kind);
    }
    try {
      MAPPER.treeToValue(object, type);
      return Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.of(Manifests.name(object) + ": " + e.getMessage());
    }
  }

  /** The model keeps fields that it does not know in a map of each object; here it may not. */
  private static final class NoOtherFields extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }
}
