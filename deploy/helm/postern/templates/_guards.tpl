{{/* Everything that is refused with a reason, asked for by each file that renders something. */}}
{{- define "postern.guards" -}}
{{- $kubernetes := .Capabilities.KubeVersion.Version }}
{{- if and .Values.sidecar.enabled .Values.sidecar.native (semverCompare "<1.29.0-0" $kubernetes) }}
{{- fail (printf "this cluster is %s, and native sidecars need Kubernetes 1.29: set sidecar.native=false, and read in values.yaml what that costs" $kubernetes) }}
{{- end }}
{{- if and (eq .Values.coordination.type "kubernetes") .Values.coordination.ownLeaseOnly (semverCompare "<1.30.0-0" $kubernetes) }}
{{- fail (printf "this cluster is %s, and ValidatingAdmissionPolicies need Kubernetes 1.30: set coordination.ownLeaseOnly=false" $kubernetes) }}
{{- end }}
{{- if and .Values.example.enabled (not .Values.sidecar.enabled) }}
{{- fail "the example is an app with a sidecar: set sidecar.enabled=true" }}
{{- end }}
{{- if and .Values.example.enabled (eq .Values.example.kind "Job") (not .Values.sidecar.native) }}
{{- include "postern.sidecar.no-job" . }}
{{- end }}
{{- if and .Values.example.enabled (eq (int64 .Values.example.runAsUser) (int64 .Values.sidecar.runAsUser)) }}
{{- fail "the app and the sidecar need different uids: the agent's own user may ask for anything, on the admin socket too" }}
{{- end }}
{{- end }}

{{/* For the chart of an app that is a Job, too: include it where sidecar.native may be false. */}}
{{- define "postern.sidecar.no-job" -}}
{{- if not .Values.sidecar.native }}
{{- fail "a Job with sidecar.native=false never finishes, since the sidecar beside the app goes on running: use Kubernetes 1.29 or newer with sidecar.native=true" }}
{{- end }}
{{- end }}
