{{/*
What makes a pod one with a sidecar. The chart of an app has this chart as a dependency named postern, and writes into its
pod template, each with the context `.Subcharts.postern`:

  metadata.labels              postern.sidecar.labels
  metadata.annotations         postern.sidecar.annotations
  spec                         postern.sidecar.podSpec        ServiceAccount without an automatic token, grace period
  spec.securityContext         postern.sidecar.podSecurityContext   fsGroup
  spec.initContainers          postern.sidecar.initContainers
  spec.containers              postern.sidecar.containers     nothing, unless sidecar.native is false
  … each that may connect      postern.sidecar.appVolumeMounts
  spec.volumes                 postern.sidecar.volumes

Jobs: postern.sidecar.no-job refuses what would never finish. A pod's own NetworkPolicy: postern.sidecar.egress and .ingress.
*/}}
{{- define "postern.sidecar.labels" -}}
postern.dev/role: reader
postern.dev/installation: {{ include "postern.fleet.label" . | quote }}
{{- end }}

{{- define "postern.sidecar.annotations" -}}
{{ include "postern.config.checksum" (dict "root" . "role" "sidecar") }}
{{- with .Values.sidecar.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "postern.sidecar.podSpec" -}}
serviceAccountName: {{ include "postern.sidecar.serviceAccountName" . }}
automountServiceAccountToken: false
terminationGracePeriodSeconds: {{ int64 .Values.sidecar.terminationGracePeriodSeconds }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* With it the socket's group is one of every container's. */}}
{{- define "postern.sidecar.podSecurityContext" -}}
fsGroup: {{ int64 .Values.sidecar.group }}
{{- end }}

{{/* The container, as an item of a list. */}}
{{- define "postern.sidecar.container" -}}
- {{ include "postern.agent.container" (dict "root" . "role" "sidecar") | nindent 2 | trim }}
{{- if .Values.sidecar.native }}
  # A native sidecar, from Kubernetes 1.29. An older API server refuses an init container with probes, and would else wait for
  # it to end.
  restartPolicy: Always
{{- end }}
{{- end }}

{{- define "postern.sidecar.initContainers" -}}
{{- include "postern.guards" . }}
{{- if .Values.sidecar.native }}
{{- include "postern.sidecar.container" . }}
{{- end }}
{{- end }}

{{- define "postern.sidecar.containers" -}}
{{- include "postern.guards" . }}
{{- if not .Values.sidecar.native }}
{{- include "postern.sidecar.container" . }}
{{- end }}
{{- end }}

{{/* Read-only: one can connect to a socket there, and make nothing. */}}
{{- define "postern.sidecar.appVolumeMounts" -}}
- {name: postern-run, mountPath: /run/postern, readOnly: true}
{{- end }}

{{- define "postern.sidecar.volumes" -}}
{{ include "postern.agent.volumes" (dict "root" . "role" "sidecar") }}
# A reader has nothing to remember that its pod would outlive.
- name: postern-state
  emptyDir: {medium: Memory, sizeLimit: 1Mi}
{{- end }}
