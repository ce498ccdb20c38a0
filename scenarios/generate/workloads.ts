// Workloads of a generated cluster as objects: Deployments and StatefulSets with pods spread over racks, their volumes,
// attachments and disruption budgets. Placement here is the state at the start only; afterwards the scheduler decides.

import type { KubeObject, OwnerReference, StringMap } from '../../core/api/object.ts';
import { WORKLOAD_DEFAULTS } from '../defaults.ts';
import type { WorkloadSpec } from '../schema-cluster.ts';
import type { GeneratedHost } from './generated-host.ts';
import { metaOf, numbered, ownedBy, SETTLED, suffixOf } from './names.ts';
import { classOf, storageClassObject, volumeObjects, type WorkloadOptions } from './volumes.ts';

/** What admission gives every pod. */
const TOLERATIONS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

const RUNNING = {
  phase: 'Running',
  startTime: SETTLED,
  conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: SETTLED,
  })),
};

/** A workload with nothing left open. */
interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly stateful: boolean;
  readonly replicas: number;
  readonly minAvailable: number | undefined;
  readonly volumeBytes: number | undefined;
  readonly cpu: number;
  readonly memoryBytes: number;
}

export function workloadObjects(
  specs: readonly WorkloadSpec[],
  hosts: readonly GeneratedHost[],
  options: WorkloadOptions,
): readonly KubeObject[] {
  const places = new Places(hosts.filter((host) => host.role === 'worker'));
  return [
    storageClassObject(options),
    ...specs.flatMap(expand).flatMap((workload) => objectsOf(workload, places, options)),
  ];
}

function expand(spec: WorkloadSpec): readonly Workload[] {
  const copies = spec.count ?? 1;
  return Array.from({ length: copies }, (_, copy) => ({
    name: copies === 1 ? spec.name : numbered(spec.name, copy, copies),
    namespace: spec.namespace ?? WORKLOAD_DEFAULTS.namespace,
    stateful: (spec.kind ?? 'StatefulSet') === 'StatefulSet',
    replicas: spec.replicas,
    minAvailable: spec.minAvailable,
    volumeBytes: spec.volume,
    cpu: spec.cpu ?? WORKLOAD_DEFAULTS.cpu,
    memoryBytes: spec.memory ?? WORKLOAD_DEFAULTS.memoryBytes,
  }));
}

function objectsOf(workload: Workload, places: Places, options: WorkloadOptions): readonly KubeObject[] {
  const { name, namespace, replicas } = workload;
  const labels = { app: name };
  const template = { metadata: { labels }, spec: podTemplateSpec(workload) };
  const status = { replicas, readyReplicas: replicas, availableReplicas: replicas, updatedReplicas: replicas };
  const controllers = workload.stateful
    ? [statefulSet(workload, template, status, options)]
    : deployment(workload, template, status);
  const owner = controllers[controllers.length - 1];
  if (owner === undefined) return [];
  const budget: readonly KubeObject[] =
    workload.minAvailable === undefined
      ? []
      : [
          {
            apiVersion: 'policy/v1',
            kind: 'PodDisruptionBudget',
            metadata: metaOf('PodDisruptionBudget', name, { namespace }),
            spec: { minAvailable: workload.minAvailable, selector: { matchLabels: labels } },
            status: {
              currentHealthy: replicas,
              desiredHealthy: workload.minAvailable,
              expectedPods: replicas,
              disruptionsAllowed: Math.max(0, replicas - workload.minAvailable),
              observedGeneration: 1,
            },
          },
        ];
  const shared: SharedParts = { labels, spec: template.spec, owners: ownedBy(owner) };
  const pods = Array.from({ length: replicas }, (_, index) =>
    podObjects(workload, index, shared, places, options),
  ).flat();
  return [...controllers, ...budget, ...pods];
}

function statefulSet(workload: Workload, template: object, status: object, options: WorkloadOptions): KubeObject {
  const { name, namespace, replicas, volumeBytes } = workload;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metaOf('StatefulSet', name, { namespace }),
    spec: {
      replicas,
      serviceName: name,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: { app: name } },
      template,
      ...(volumeBytes === undefined
        ? {}
        : {
            volumeClaimTemplates: [
              {
                metadata: { name: 'data' },
                spec: {
                  accessModes: ['ReadWriteOnce'],
                  storageClassName: classOf(options),
                  resources: { requests: { storage: `${volumeBytes}` } },
                },
              },
            ],
          }),
    },
    status: { ...status, observedGeneration: 1 },
  };
}

function deployment(workload: Workload, template: object, status: object): readonly KubeObject[] {
  const { name, namespace, replicas } = workload;
  const parent: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metaOf('Deployment', name, { namespace }),
    spec: { replicas, selector: { matchLabels: { app: name } }, template },
    status: { ...status, observedGeneration: 1 },
  };
  const set: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: metaOf('ReplicaSet', `${name}-${suffixOf(`rs/${namespace}/${name}`)}`, {
      namespace,
      labels: { app: name },
      owners: ownedBy(parent),
    }),
    spec: { replicas, selector: { matchLabels: { app: name } }, template },
    status: { replicas, readyReplicas: replicas, availableReplicas: replicas, observedGeneration: 1 },
  };
  return [parent, set];
}

function podTemplateSpec(workload: Workload) {
  return {
    containers: [
      {
        name: 'main',
        image: `registry.example.com/${workload.name}`,
        resources: { requests: { cpu: `${workload.cpu}`, memory: `${workload.memoryBytes}` } },
        ...(workload.volumeBytes === undefined ? {} : { volumeMounts: [{ mountPath: '/data', name: 'data' }] }),
      },
    ],
    terminationGracePeriodSeconds: WORKLOAD_DEFAULTS.terminationGracePeriodSeconds,
    // Pods of a StatefulSet get claims of their own; those of a Deployment share the one that its template names.
    ...(workload.stateful || workload.volumeBytes === undefined
      ? {}
      : { volumes: [dataVolume(`data-${workload.name}`)] }),
  };
}

function dataVolume(claimName: string) {
  return { name: 'data', persistentVolumeClaim: { claimName } };
}

/** What all pods of a workload have in common: one object each, however many pods there are. */
interface SharedParts {
  readonly labels: StringMap;
  readonly spec: object;
  readonly owners: readonly OwnerReference[];
}

function podObjects(
  workload: Workload,
  index: number,
  shared: SharedParts,
  places: Places,
  options: WorkloadOptions,
): readonly KubeObject[] {
  const { name, namespace } = workload;
  const podName = workload.stateful
    ? `${name}-${index}`
    : `${shared.owners[0]?.name}-${suffixOf(`pod/${namespace}/${name}/${index}`)}`;
  const nodeName = places.take(index, workload);
  const claim = workload.volumeBytes === undefined ? undefined : `data-${workload.stateful ? podName : name}`;
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metaOf('Pod', podName, {
        namespace,
        labels: workload.stateful
          ? {
              ...shared.labels,
              'statefulset.kubernetes.io/pod-name': podName,
              'apps.kubernetes.io/pod-index': `${index}`,
            }
          : shared.labels,
      }),
      ownerReferences: shared.owners,
    },
    spec: {
      ...shared.spec,
      ...(nodeName === undefined ? {} : { nodeName }),
      tolerations: TOLERATIONS,
      ...(claim === undefined ? {} : { volumes: [dataVolume(claim)] }),
    },
    status: nodeName === undefined ? { phase: 'Pending' } : RUNNING,
  };
  if (claim === undefined || workload.volumeBytes === undefined) return [pod];
  return [pod, ...volumeObjects(claim, namespace, workload.volumeBytes, nodeName, options)];
}

/** What is left on each worker; replica i of a workload goes to rack i, there to the host with most processor time left. */
class Places {
  readonly #racks: readonly { readonly name: string; cpu: number; memoryBytes: number }[][];
  #next = 0;

  constructor(workers: readonly GeneratedHost[]) {
    const byRack = new Map<string, { readonly name: string; cpu: number; memoryBytes: number }[]>();
    for (const { name, rack, cpu, memoryBytes } of workers) {
      const list = byRack.get(rack) ?? [];
      list.push({ name, cpu: cpu - 0.5, memoryBytes: memoryBytes - 2 ** 30 });
      byRack.set(rack, list);
    }
    this.#racks = [...byRack.values()];
  }

  /** Undefined when it fits nowhere. Workloads start at different racks, so that the first replicas do not pile up. */
  take(index: number, workload: Workload): string | undefined {
    if (index === 0) this.#next++;
    for (let offset = 0; offset < this.#racks.length; offset++) {
      const rack = this.#racks[(this.#next + index + offset) % this.#racks.length] ?? [];
      let best: (typeof rack)[number] | undefined;
      for (const host of rack) {
        if (host.cpu < workload.cpu || host.memoryBytes < workload.memoryBytes) continue;
        if (best === undefined || host.cpu > best.cpu) best = host;
      }
      if (best === undefined) continue;
      best.cpu -= workload.cpu;
      best.memoryBytes -= workload.memoryBytes;
      return best.name;
    }
    return undefined;
  }
}
