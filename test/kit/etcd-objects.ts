// What an API holds about the members of etcd: in OpenShift a guard beside each and a budget over them, in Cluster API a condition
// on each Machine.

import { ETCD_MEMBER_HEALTHY } from '../../core/api/cluster.ts';
import type { KubeObject } from '../../core/api/object.ts';
import { aCapiMachine, meta } from './machine-objects.ts';

const NAMESPACE = 'openshift-etcd';
const LABELS = { app: 'guard' };

export function aGuard(node: string, ready: 'True' | 'False'): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(`etcd-guard-${node}`, { namespace: NAMESPACE, labels: LABELS }),
    spec: { nodeName: node, containers: [] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] },
  };
}

export function aGuardBudget(disruptionsAllowed: number): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: meta('etcd-guard-pdb', { namespace: NAMESPACE }),
    spec: { minAvailable: 2, selector: { matchLabels: LABELS } },
    status: { disruptionsAllowed },
  };
}

export function aMemberMachine(node: string, healthy: 'True' | 'False' | 'Unknown'): KubeObject {
  return aCapiMachine(`machine-of-${node}`, { node, conditions: [{ type: ETCD_MEMBER_HEALTHY, status: healthy }] });
}
