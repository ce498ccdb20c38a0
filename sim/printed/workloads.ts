// Workload objects with the defaults that a real API server writes, and volumes with what their drivers write.
// Source: kubernetes pkg/apis/apps/v1/defaults.go, pkg/apis/core/v1/defaults.go.
//
// Divergence from reality: revisions are names without a ControllerRevision behind them; secrets of drivers are named, not there.

import { isJsonObject, type JsonObject } from '../api-server/same-value.ts';
import { EachItem, type Template } from './filling.ts';
import { digitsOf } from './identity.ts';
import { TEMPLATE_DEFAULTS } from './pods.ts';

export function deploymentTemplate(deployment: JsonObject): Template {
  const metadata = metadataOf(deployment);
  const since = metadata.creationTimestamp;
  return {
    metadata: { annotations: { 'deployment.kubernetes.io/revision': '1' }, labels: labelsOfTemplate(deployment) },
    spec: {
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' }, type: 'RollingUpdate' },
      template: TEMPLATE_DEFAULTS,
    },
    status: {
      conditions: [
        condition('Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', since),
        condition('Progressing', 'NewReplicaSetAvailable', 'ReplicaSet has successfully progressed.', since),
      ],
    },
  };
}

export function replicaSetTemplate(set: JsonObject): Template {
  const status = isJsonObject(set.status) ? set.status : {};
  return {
    metadata: { annotations: { 'deployment.kubernetes.io/revision': '1' } },
    spec: { template: TEMPLATE_DEFAULTS },
    status: { fullyLabeledReplicas: status.replicas ?? 0 },
  };
}

export function statefulSetTemplate(set: JsonObject): Template {
  const { name } = metadataOf(set);
  const status = isJsonObject(set.status) ? set.status : {};
  const revision = `${String(name)}-${digitsOf(String(name), 'revision').slice(0, 10)}`;
  return {
    metadata: { labels: labelsOfTemplate(set) },
    spec: {
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      revisionHistoryLimit: 10,
      template: TEMPLATE_DEFAULTS,
      updateStrategy: { rollingUpdate: { partition: 0 }, type: 'RollingUpdate' },
      volumeClaimTemplates: EACH_CLAIM_TEMPLATE,
    },
    status: {
      collisionCount: 0,
      currentReplicas: status.replicas ?? 0,
      currentRevision: revision,
      updateRevision: revision,
    },
  };
}

const EACH_CLAIM_TEMPLATE = new EachItem(() => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { creationTimestamp: null },
  spec: { volumeMode: 'Filesystem' },
  status: { phase: 'Pending' },
}));

export function volumeTemplate(volume: JsonObject): Template {
  const spec = isJsonObject(volume.spec) ? volume.spec : {};
  const driver = isJsonObject(spec.csi) ? String(spec.csi.driver) : undefined;
  return {
    metadata: {
      annotations: { 'pv.kubernetes.io/provisioned-by': driver ?? 'local-volume-provisioner' },
      finalizers: ['kubernetes.io/pv-protection'],
    },
    spec: { persistentVolumeReclaimPolicy: 'Delete', volumeMode: 'Filesystem', ...(driver === undefined ? {} : CSI) },
    status: { lastPhaseTransitionTime: metadataOf(volume).creationTimestamp },
  };
}

const CSI = { csi: { fsType: 'ext4', volumeAttributes: {} } };

export function claimTemplate(claim: JsonObject): Template {
  const spec = isJsonObject(claim.spec) ? claim.spec : {};
  const requests = isJsonObject(spec.resources) && isJsonObject(spec.resources.requests) ? spec.resources.requests : {};
  return {
    metadata: {
      annotations: { 'pv.kubernetes.io/bind-completed': 'yes' },
      finalizers: ['kubernetes.io/pvc-protection'],
      labels: {},
    },
    status: { accessModes: spec.accessModes, capacity: { storage: requests.storage } },
  };
}

export function attachmentTemplate(attachment: JsonObject): Template {
  const spec = isJsonObject(attachment.spec) ? attachment.spec : {};
  return {
    metadata: {
      annotations: { 'csi.alpha.kubernetes.io/node-id': String(spec.nodeName) },
      finalizers: [`external-attacher/${String(spec.attacher).replaceAll('.', '-')}`],
    },
  };
}

function condition(type: string, reason: string, message: string, since: unknown): JsonObject {
  return { lastTransitionTime: since, lastUpdateTime: since, message, reason, status: 'True', type };
}

function metadataOf(object: JsonObject): JsonObject {
  return isJsonObject(object.metadata) ? object.metadata : {};
}

/** Labels of the pods, which people give the workload too. */
function labelsOfTemplate({ spec }: JsonObject): unknown {
  const template = isJsonObject(spec) ? spec.template : undefined;
  return isJsonObject(template) && isJsonObject(template.metadata) ? (template.metadata.labels ?? {}) : {};
}
