{{- define "accord.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "accord.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "accord.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "accord.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "accord.selector" -}}
app.kubernetes.io/name: {{ include "accord.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "accord.labels" -}}
{{ include "accord.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "accord.account" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "accord.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "accord.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- printf "%s%s%s" .Values.image.repository (ternary "@" ":" (hasPrefix "sha256:" $tag)) $tag -}}
{{- end -}}

{{- define "accord.claim" -}}
{{- default (printf "%s-data" (include "accord.fullname" .)) .Values.persistence.existingClaim -}}
{{- end -}}

{{/* What a pod of either kind is: nobody, with nothing, and writing to two folders only. */}}
{{- define "accord.pod" -}}
serviceAccountName: {{ include "accord.account" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .Values.affinity }}
affinity: {{- toYaml .Values.affinity | nindent 2 }}
{{- else if not (has "ReadWriteMany" .Values.persistence.accessModes) }}
affinity:
  # One volume, one node: all pods that write to it or read from it.
  podAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels: {{- include "accord.selector" . | nindent 12 }}
{{- end }}
{{- end -}}

{{- define "accord.container" -}}
image: {{ include "accord.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
env:
  - name: ACCORD_DATA_DIR
    value: /data
  - name: ACCORD_HOST
    value: 0.0.0.0
  - name: ACCORD_PORT
    value: "8000"
{{- range $name, $value := .Values.settings }}
  - name: {{ $name }}
    value: {{ $value | toString | quote }}
{{- end }}
{{- if or .Values.secrets.existing .Values.secrets.values }}
envFrom:
  - secretRef:
      name: {{ default (include "accord.fullname" .) .Values.secrets.existing }}
{{- end }}
{{- end -}}

{{- define "accord.volumes" -}}
- name: data
  persistentVolumeClaim:
    claimName: {{ include "accord.claim" . }}
- name: tmp
  emptyDir: {}
{{- end -}}

{{- define "accord.mounts" -}}
- name: data
  mountPath: /data
- name: tmp
  mountPath: /tmp
{{- end -}}

{{/* The pod of one ingest. A second run ends with status 75 by itself. */}}
{{- define "accord.ingest" -}}
activeDeadlineSeconds: {{ .Values.ingest.activeDeadlineSeconds }}
backoffLimit: 2
template:
  metadata:
    labels:
      {{- include "accord.labels" . | nindent 6 }}
      app.kubernetes.io/component: ingest
  spec:
    restartPolicy: Never
    {{- include "accord.pod" . | nindent 4 }}
    containers:
      - name: ingest
        {{- include "accord.container" . | nindent 8 }}
        args: {{- concat (list "ingest") .Values.ingest.arguments (list "--") .Values.ingest.paths | toYaml | nindent 10 }}
        resources: {{- toYaml .Values.ingest.resources | nindent 10 }}
        volumeMounts:
          {{- include "accord.mounts" . | nindent 10 }}
          {{- if .Values.ingest.articles }}
          - name: articles
            mountPath: /articles
            readOnly: true
          {{- end }}
    volumes:
      {{- include "accord.volumes" . | nindent 6 }}
      {{- with .Values.ingest.articles }}
      - name: articles
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}
