{{/* What the containers of both roles have in common; each takes (dict "root" . "role" "sidecar"). */}}
{{- define "postern.agent.container" -}}
{{- $role := get .root.Values .role -}}
name: postern
image: {{ include "postern.image" .root | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
args: [run, --config, /etc/postern/postern.yaml]
{{- $env := include "postern.agent.env" . | trim }}
{{- if $env }}
env:
  {{- $env | nindent 2 }}
{{- end }}
ports:
  - name: postern-metrics
    containerPort: {{ int64 .root.Values.metrics.port }}
    protocol: TCP
# Until every store was asked once, whatever it said.
startupProbe:
  httpGet: {path: /health/startup, port: postern-metrics}
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: 90
livenessProbe:
  httpGet: {path: /health/live, port: postern-metrics}
  periodSeconds: 10
  timeoutSeconds: 2
  failureThreshold: 3
{{- if or (eq .role "rotator") $role.readinessProbe }}
readinessProbe:
  httpGet: {path: /health/ready, port: postern-metrics}
  periodSeconds: 5
  timeoutSeconds: 2
  failureThreshold: 2
{{- end }}
resources:
  {{- toYaml $role.resources | nindent 2 }}
securityContext:
  {{- include "postern.agent.securityContext" $role | nindent 2 }}
volumeMounts:
  - {name: postern-config, mountPath: /etc/postern, readOnly: true}
  - {name: postern-run, mountPath: /run/postern}
  - {name: postern-state, mountPath: /var/lib/postern}
  {{- if $role.token.audience }}
  - {name: postern-token, mountPath: /var/run/secrets/postern, readOnly: true}
  {{- end }}
  {{- if eq .root.Values.coordination.type "kubernetes" }}
  - {name: postern-api-token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}
  {{- end }}
  {{- if $role.caConfigMap }}
  - {name: postern-ca, mountPath: /etc/postern-ca, readOnly: true}
  {{- end }}
  {{- with $role.volumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Pod Security Standards, profile "restricted". */}}
{{- define "postern.agent.securityContext" -}}
runAsNonRoot: true
runAsUser: {{ int64 .runAsUser }}
runAsGroup: {{ int64 .group }}
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "postern.agent.env" -}}
{{- $role := get .root.Values .role }}
{{- if eq .root.Values.coordination.type "kubernetes" -}}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: POD_UID
  valueFrom: {fieldRef: {fieldPath: metadata.uid}}
- name: POD_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
{{- end }}
{{- with $role.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Without postern-state, which the roles have in different ways. */}}
{{- define "postern.agent.volumes" -}}
{{- $role := get .root.Values .role -}}
- name: postern-config
  configMap: {name: {{ include "postern.fullname" .root }}-{{ .role }}}
- name: postern-run
  emptyDir: {medium: Memory, sizeLimit: {{ $role.memoryVolumeSize }}}
{{- if $role.token.audience }}
- name: postern-token
  projected:
    sources:
      - serviceAccountToken:
          path: token
          audience: {{ $role.token.audience | quote }}
          expirationSeconds: {{ int64 $role.token.expirationSeconds }}
{{- end }}
{{- if eq .root.Values.coordination.type "kubernetes" }}
# As the kubelet would mount it, but for this container alone.
- name: postern-api-token
  projected:
    sources:
      - serviceAccountToken: {path: token, expirationSeconds: 3600}
      - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
      - downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]}
{{- end }}
{{- with $role.caConfigMap }}
- name: postern-ca
  configMap: {name: {{ . }}}
{{- end }}
{{- with $role.volumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
