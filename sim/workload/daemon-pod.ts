// The pod of a DaemonSet for one node: it asks for that node by name, and tolerates what a node's own troubles bring.
// Source: kubernetes pkg/controller/daemon/util/daemonset_util.go (AddOrUpdateDaemonPodTolerations,
// ReplaceDaemonSetPodNodeNameNodeAffinity).
//
// Divergence from reality: labels controller-revision-hash and pod-template-generation are not added.

import { TAINT_NOT_READY, TAINT_UNREACHABLE, TAINT_UNSCHEDULABLE } from '../../core/api/node.ts';
import type { NewObject } from '../../core/api/object.ts';
import type { DaemonSet, Pod, PodSpec, Toleration } from '../../core/api/workload.ts';

const ADDED: readonly Toleration[] = [
  { key: TAINT_NOT_READY, operator: 'Exists', effect: 'NoExecute' },
  { key: TAINT_UNREACHABLE, operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: TAINT_UNSCHEDULABLE, operator: 'Exists', effect: 'NoSchedule' },
];
const OF_HOST_NETWORK: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

/** The template's tolerations and those that every DaemonSet pod gets. */
export function daemonTolerations(template: PodSpec | undefined): readonly Toleration[] {
  const added = template?.hostNetwork === true ? [...ADDED, OF_HOST_NETWORK] : ADDED;
  return [...(template?.tolerations ?? []), ...added];
}

/** @param tolerations what daemonTolerations says of the template; shared by all pods. */
export function daemonOf(set: DaemonSet, nodeName: string, tolerations: readonly Toleration[]): NewObject<Pod> {
  const { metadata, spec } = set;
  const template = spec?.template;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: `${metadata.name}-`,
      namespace: metadata.namespace ?? '',
      ...(template?.metadata?.labels === undefined ? {} : { labels: template.metadata.labels }),
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'DaemonSet',
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      ...template?.spec,
      tolerations,
      affinity: {
        ...template?.spec?.affinity,
        nodeAffinity: {
          ...template?.spec?.affinity?.nodeAffinity,
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }],
          },
        },
      },
    },
    status: { phase: 'Pending' },
  };
}
