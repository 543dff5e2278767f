{{/*
Rules of a NetworkPolicy, as items of lists. What a sidecar needs, for the policy of an app's own pods:
  spec.egress    postern.sidecar.egress
  spec.ingress   postern.sidecar.ingress
The kubelet's probes come from the node, which no policy keeps out of its own pods.
*/}}
{{- define "postern.sidecar.egress" -}}
{{- include "postern.egress.dns" . }}
{{ include "postern.egress.to" .Values.networkPolicy.store }}
{{- if eq .Values.coordination.type "kubernetes" }}
{{ include "postern.egress.to" .Values.networkPolicy.apiServer }}
{{- end }}
{{- with .Values.networkPolicy.egress }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "postern.rotator.egress" -}}
{{ include "postern.sidecar.egress" . }}
{{ include "postern.egress.to" .Values.networkPolicy.provider }}
{{- end }}

{{- define "postern.sidecar.ingress" -}}
- from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ .Values.networkPolicy.monitoringNamespace | quote }}}}
  ports:
    - {port: {{ int64 .Values.metrics.port }}, protocol: TCP}
{{- end }}

{{- define "postern.egress.dns" -}}
- to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ .Values.networkPolicy.dnsNamespace | quote }}}}
  ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- end }}

{{- define "postern.egress.to" -}}
- ports:
    {{- range .ports }}
    - {port: {{ int64 . }}, protocol: TCP}
    {{- end }}
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "postern.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .name }}
  labels:
    {{- include "postern.labels" .root | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- .selector | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- include "postern.sidecar.ingress" .root | nindent 4 }}
  egress:
    {{- .egress | nindent 4 }}
{{- end }}
