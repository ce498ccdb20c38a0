// The control plane of a generated Cluster API cluster: its KubeadmControlPlane, and what that writes on its Machines.

import type { KubeObject } from '../../core/api/object.ts';
import type { GeneratedHost } from './generated-host.ts';
import { CAPI_NAMESPACE } from './host-objects.ts';
import { metaOf, SETTLED } from './names.ts';

/** Name of every generated cluster. */
export const CLUSTER = 'generated';

/** Cluster API: the owner of the control plane Machines, where there are any. Its defaults are the product's. */
export function kubeadmControlPlane(hosts: readonly GeneratedHost[]): KubeObject | undefined {
  const own = hosts.filter(({ role }) => role === 'control-plane');
  const [first] = own;
  if (first === undefined) return undefined;
  const replicas = own.length;
  return {
    apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
    kind: 'KubeadmControlPlane',
    metadata: metaOf('KubeadmControlPlane', CLUSTER, {
      namespace: CAPI_NAMESPACE,
      labels: { 'cluster.x-k8s.io/cluster-name': CLUSTER },
    }),
    spec: {
      replicas,
      machineTemplate: {
        spec: {
          infrastructureRef: {
            apiGroup: 'infrastructure.cluster.x-k8s.io',
            kind: 'Metal3MachineTemplate',
            name: `${CLUSTER}-${first.group}`,
          },
        },
      },
    },
    status: {
      initialization: { controlPlaneInitialized: true },
      replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      upToDateReplicas: replicas,
      observedGeneration: 1,
      conditions: [{ type: 'EtcdClusterHealthy', status: 'True', reason: 'Healthy', lastTransitionTime: SETTLED }],
    },
  };
}

/** What a KubeadmControlPlane says of a Machine that is well. */
export const WELL = [
  { type: 'EtcdMemberHealthy', status: 'True', reason: 'Healthy', lastTransitionTime: SETTLED },
  ...['APIServerPodHealthy', 'ControllerManagerPodHealthy', 'SchedulerPodHealthy', 'EtcdPodHealthy'].map((type) => ({
    type,
    status: 'True',
    reason: 'Running',
    lastTransitionTime: SETTLED,
  })),
];
