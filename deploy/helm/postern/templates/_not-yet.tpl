{{/*
What the chart can do and this version of the agent cannot. The template goes when the agent reads
`coordination: {type: kubernetes}`; AgentConfigTest fails when that has happened.
*/}}
{{- define "postern.not-yet" -}}
{{- if eq .Values.coordination.type "kubernetes" }}
{{- fail "this version of the agent does not coordinate over Kubernetes yet: leave coordination.type at none, which is one rotator with its journal on a volume" }}
{{- end }}
{{- end }}
