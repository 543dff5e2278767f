{{/*
postern.yaml of the sidecars or of the rotator: `config`, that role's own laid over it, and what the chart knows better.
  include "postern.config" (dict "root" . "role" "sidecar")
*/}}
{{- define "postern.config" -}}
{{- $role := get .root.Values .role }}
{{- $config := mergeOverwrite (deepCopy .root.Values.config) (deepCopy $role.config) }}
{{- range $key, $instead := dict "management" "metrics.port" "journal" "rotator.journal" "coordination" "coordination.type" }}
{{- if hasKey $config $key }}
{{- fail (printf "config.%s is written by the chart: remove it, and set %s" $key $instead) }}
{{- end }}
{{- end }}
{{- $socket := $config.socket | default dict }}
{{- range $key, $instead := dict "path" "nothing: it is always /run/postern/postern.sock" "group" (printf "%s.group" .role) }}
{{- if hasKey $socket $key }}
{{- fail (printf "config.socket.%s is written by the chart: remove it, and set %s" $key $instead) }}
{{- end }}
{{- end }}
{{- if eq .role "sidecar" }}
{{- include "postern.config.reads-only" $config }}
{{- else if not $config.issuers }}
{{- fail "rotator.config.issuers is missing: name the provider there, and under rotator.config.secrets each secret's issuer and rotation" }}
{{- end }}
{{- $_ := set $config "socket" (merge (dict "path" "/run/postern/postern.sock" "group" (int64 $role.group)) $socket) }}
{{- $_ := set $config "management" (dict "address" (printf "0.0.0.0:%d" (int64 .root.Values.metrics.port))) }}
{{- $_ := set $config "journal" (dict "dir" "/var/lib/postern/journal") }}
{{- $_ := set $config "coordination" (dict "type" .root.Values.coordination.type) }}
{{- toYaml $config }}
{{- end }}

{{/* A sidecar is beside a program that may be broken into: it is to have nothing with which to make or to store a key. */}}
{{- define "postern.config.reads-only" -}}
{{- if .issuers }}
{{- fail "a sidecar never has the provider's key: move issuers from config or sidecar.config to rotator.config" }}
{{- end }}
{{- range $name, $secret := .secrets }}
{{- range $key := list "issuer" "rotation" }}
{{- if hasKey $secret $key }}
{{- fail (printf "a sidecar never rotates: move secrets.%s.%s from config or sidecar.config to rotator.config" $name $key) }}
{{- end }}
{{- end }}
{{- range $secret.files }}
{{- if hasPrefix "/run/postern" (toString .path) }}
{{- fail (printf "secrets.%s.files: the agent writes no files where others may write, and every emptyDir, as /run/postern is one, is such a place: let the program ask the socket, or mount a volume of another kind with mode 0755 by sidecar.volumes and sidecar.volumeMounts" $name) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "postern.configMap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "postern.fullname" .root }}-{{ .role }}
  labels:
    {{- include "postern.labels" .root | nindent 4 }}
data:
  postern.yaml: |
    {{- include "postern.config" . | nindent 4 }}
{{- end }}

{{/* The agent reads its config once: a pod with another one is another pod. */}}
{{- define "postern.config.checksum" -}}
postern.dev/config: {{ include "postern.config" . | sha256sum | trunc 16 }}
{{- end }}
