// The guards of etcd in a generated OpenShift cluster: a pod beside each member that is Ready while it answers, and a budget over
// them, by which drains and NodeHealthCheck see whether etcd can spare a node of the control plane.
// Source: openshift/library-go pkg/operator/staticpod/controller/guard (name, namespace, label, minAvailable one less than the
// members); it makes none where there is one member.
//
// Divergence from reality: the guards are pods of a DaemonSet, which puts them back when they are gone; the operator does that
// itself.

import { LABEL_CONTROL_PLANE } from '../../core/api/node.ts';
import type { KubeObject } from '../../core/api/object.ts';
import { ETCD_NAMESPACE } from '../../core/api/openshift-cluster.ts';
import type { GeneratedHost } from './generated-host.ts';
import { metaOf, ownedBy, suffixOf } from './names.ts';
import { RUNNING } from './running-status.ts';

const NAME = 'etcd-guard';
const LABELS = { app: 'guard' };
/** Source: library-go pkg/operator/staticpod/controller/guard/manifests/guard-pod.yaml. */
const SPEC = {
  containers: [
    {
      name: 'guard',
      image: 'quay.io/openshift/origin-cluster-etcd-operator',
      resources: { requests: { cpu: '10m', memory: '5Mi' } },
    },
  ],
  nodeSelector: { [LABEL_CONTROL_PLANE]: '' },
  tolerations: [
    { key: LABEL_CONTROL_PLANE, operator: 'Exists', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
    { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  ],
};

export function etcdGuards(hosts: readonly GeneratedHost[]): readonly KubeObject[] {
  const members = hosts.filter(({ role }) => role === 'control-plane');
  const count = members.length;
  if (count < 2) return [];
  const guards: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: metaOf('DaemonSet', NAME, { namespace: ETCD_NAMESPACE }),
    spec: { selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec: SPEC } },
    status: {
      currentNumberScheduled: count,
      desiredNumberScheduled: count,
      numberAvailable: count,
      numberMisscheduled: 0,
      numberReady: count,
      updatedNumberScheduled: count,
      observedGeneration: 1,
    },
  };
  const owners = ownedBy(guards);
  const pods = members.map(
    ({ name }): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: metaOf('Pod', `${NAME}-${suffixOf(`pod/${ETCD_NAMESPACE}/${name}`)}`, {
        namespace: ETCD_NAMESPACE,
        labels: LABELS,
        owners,
      }),
      spec: { ...SPEC, nodeName: name },
      status: RUNNING,
    }),
  );
  return [guards, budget(count), ...pods];
}

function budget(members: number): KubeObject {
  const minAvailable = members - 1;
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metaOf('PodDisruptionBudget', 'etcd-guard-pdb', { namespace: ETCD_NAMESPACE }),
    spec: { minAvailable, selector: { matchLabels: LABELS } },
    status: {
      currentHealthy: members,
      desiredHealthy: minAvailable,
      expectedPods: members,
      disruptionsAllowed: 1,
      observedGeneration: 1,
    },
  };
}
