// Nodes, workloads, pods and volumes as rows of workload tests need them. uids derive from names.

import { TAINT_OUT_OF_SERVICE, type Taint } from '../../core/api/node.ts';
import type { KubeObject, StringMap } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';

export const WORLD_START_MS = 1_800_000_000_000;
const SETTLED = formatTime(WORLD_START_MS - 86_400_000);

export function uidOf(kind: string, name: string): string {
  return `${kind.toLowerCase()}-${name}`;
}

export function node(
  name: string,
  rack: string,
  change: { readonly cpu?: string; readonly taints?: readonly Taint[] } = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: uidOf('Node', name),
      resourceVersion: '',
      labels: { 'kubernetes.io/hostname': name, 'topology.example.com/rack': rack },
    },
    spec: change.taints === undefined ? {} : { taints: change.taints },
    status: {
      allocatable: { cpu: change.cpu ?? '8', memory: '32Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: SETTLED }],
    },
  };
}

export const OUT_OF_SERVICE: Taint = { key: TAINT_OUT_OF_SERVICE, value: 'nodeshutdown', effect: 'NoExecute' };

export interface WorkloadShape {
  readonly name: string;
  /** Node of each replica, in order; undefined leaves that replica Pending. */
  readonly on: readonly (string | undefined)[];
  /** More replicas are wanted than `on` has pods. */
  readonly replicas?: number;
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly policy?: 'OrderedReady' | 'Parallel';
  /** Adds a ReadWriteOnce volume per pod (StatefulSet) or one for all (Deployment), attached where the pod runs. */
  readonly volume?: boolean;
  readonly cpu?: string;
  readonly nodeSelector?: StringMap;
  /** Leaves the ReplicaSet out, as partial dumps do. */
  readonly withoutReplicaSet?: boolean;
}

const NAMESPACE = 'app';

/** The workload, its owner objects, pods, claims, volumes and attachments. */
export function workload(shape: WorkloadShape): readonly KubeObject[] {
  const { name, on } = shape;
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: {
      ...(shape.nodeSelector === undefined ? {} : { nodeSelector: shape.nodeSelector }),
      terminationGracePeriodSeconds: 30,
      containers: [{ name: 'main', resources: { requests: { cpu: shape.cpu ?? '500m', memory: '1Gi' } } }],
      ...(shape.volume === true && shape.kind === 'Deployment'
        ? { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: `data-${name}` } }] }
        : {}),
    },
  };
  const spec = { replicas: shape.replicas ?? on.length, selector: { matchLabels: labels }, template };
  const objects: KubeObject[] = [];
  const isSet = shape.kind === 'StatefulSet';
  const ownerKind = isSet ? 'StatefulSet' : 'ReplicaSet';
  const ownerName = isSet ? name : `${name}-7d4b9`;
  if (isSet) {
    objects.push(
      owned('StatefulSet', name, {
        ...spec,
        podManagementPolicy: shape.policy ?? 'OrderedReady',
        ...(shape.volume === true ? { volumeClaimTemplates: [{ metadata: { name: 'data' } }] } : {}),
      }),
    );
  } else {
    objects.push(owned('Deployment', name, spec));
    if (shape.withoutReplicaSet !== true)
      objects.push(owned('ReplicaSet', ownerName, spec, { kind: 'Deployment', name }));
  }
  on.forEach((nodeName, index) => {
    const podName = isSet ? `${name}-${index}` : `${ownerName}-${index}`;
    const claim = shape.volume === true ? `data-${isSet ? podName : name}` : undefined;
    objects.push(
      pod(podName, { kind: ownerKind, name: ownerName }, labels, { ...template.spec, ...volumes(claim) }, nodeName),
    );
    if (claim !== undefined && (isSet || index === 0)) objects.push(...volumeObjects(claim, nodeName));
  });
  return objects;
}

function volumes(claim: string | undefined): { readonly volumes?: readonly unknown[] } {
  return claim === undefined ? {} : { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }] };
}

export function pod(
  name: string,
  owner: { readonly kind: string; readonly name: string } | undefined,
  labels: StringMap,
  spec: Readonly<Record<string, unknown>>,
  nodeName: string | undefined,
): KubeObject {
  const runs = nodeName !== undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: uidOf('Pod', name),
      resourceVersion: '',
      labels,
      ...(owner === undefined ? {} : { ownerReferences: [reference(owner)] }),
    },
    spec: { ...spec, ...(runs ? { nodeName } : {}) },
    status: {
      phase: runs ? 'Running' : 'Pending',
      conditions: [
        runs
          ? { type: 'Ready', status: 'True', lastTransitionTime: SETTLED }
          : { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime: SETTLED },
      ],
    },
  };
}

function owned(
  kind: string,
  name: string,
  spec: unknown,
  owner?: { readonly kind: string; readonly name: string },
): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: uidOf(kind, name),
      resourceVersion: '',
      ...(owner === undefined ? {} : { ownerReferences: [reference(owner)] }),
    },
    spec,
  };
}

function reference(owner: { readonly kind: string; readonly name: string }) {
  const uid = uidOf(owner.kind, owner.name);
  return { apiVersion: 'apps/v1', kind: owner.kind, name: owner.name, uid, controller: true };
}

function volumeObjects(claim: string, nodeName: string | undefined): readonly KubeObject[] {
  const volume = `pv-${claim}`;
  const objects: KubeObject[] = [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claim, namespace: NAMESPACE, uid: uidOf('claim', claim), resourceVersion: '' },
      spec: { accessModes: ['ReadWriteOnce'], volumeName: volume },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume, uid: uidOf('volume', volume), resourceVersion: '' },
      spec: { accessModes: ['ReadWriteOnce'], csi: { driver: 'rbd.example.com', volumeHandle: volume } },
    },
  ];
  if (nodeName === undefined) return objects;
  return [
    ...objects,
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: {
        name: `csi-${volume}`,
        uid: uidOf('attachment', volume),
        resourceVersion: '',
        finalizers: ['external-attacher/rbd-example-com'],
      },
      spec: { attacher: 'rbd.example.com', nodeName, source: { persistentVolumeName: volume } },
      status: { attached: true },
    },
  ];
}

export function budget(
  name: string,
  spec: { readonly minAvailable?: number | string; readonly maxUnavailable?: number | string },
): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: NAMESPACE, uid: uidOf('budget', name), resourceVersion: '' },
    spec: { ...spec, selector: { matchLabels: { app: name } } },
  };
}
