{{- define "postern.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "postern.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "postern.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "postern.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* Helm adds app.kubernetes.io/managed-by where it is Helm that installs. */}}
{{- define "postern.labels" -}}
app.kubernetes.io/name: {{ include "postern.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "postern.image" -}}
{{- $repository := required "image.repository is missing: build the image with deploy/image/build, push it to where your cluster pulls from, and name it here" .Values.image.repository }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{- define "postern.sidecar.serviceAccountName" -}}
{{- if .Values.sidecar.serviceAccount.create }}
{{- .Values.sidecar.serviceAccount.name | default (printf "%s-sidecar" (include "postern.fullname" .)) }}
{{- else }}
{{- .Values.sidecar.serviceAccount.name | default "default" }}
{{- end }}
{{- end }}

{{- define "postern.rotator.serviceAccountName" -}}
{{- if .Values.rotator.serviceAccount.create }}
{{- .Values.rotator.serviceAccount.name | default (printf "%s-rotator" (include "postern.fullname" .)) }}
{{- else }}
{{- required "rotator.serviceAccount.name is missing: with create=false name the one it is to have" .Values.rotator.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "postern.installation" -}}
{{- required "config.installation is missing: the name of this set-up, such as prod-eu" .Values.config.installation }}
{{- end }}

{{/* An installation's part in the names of its Leases and ConfigMaps: itself, or where that is no DNS name with a hash behind it. */}}
{{- define "postern.fleet.installation" -}}
{{- $name := include "postern.installation" . }}
{{- if regexMatch "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" $name }}
{{- $name }}
{{- else }}
{{- $legal := regexReplaceAll "[^a-z0-9]+" (lower $name) "-" | trimAll "-" }}
{{- printf "%s-%s" ($legal | trunc 52) (sha256sum $name | trunc 10) }}
{{- end }}
{{- end }}

{{- define "postern.fleet.label" -}}
{{- $name := include "postern.installation" . }}
{{- if regexMatch "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$" $name }}{{ $name }}{{ else }}{{ include "postern.fleet.installation" . }}{{ end }}
{{- end }}
