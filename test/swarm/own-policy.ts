// Our own policy and its budget as a seed draws them: every limit in or out, small and large numbers, every kind of step.

import type { Luck } from './luck.ts';
import type { ClusterShape } from './swarm-cluster.ts';
import type { SwarmPolicy } from './swarm-run.ts';

const ANY_MASTER = 'node-role.kubernetes.io/control-plane';
const ANY_WORKER = 'node-role.kubernetes.io/worker';

export function ownPolicy(luck: Luck): SwarmPolicy {
  const shape: ClusterShape = {
    machineApi: luck.one('machine api', ['openshift', 'cluster-api']),
    racks: luck.one('racks', [1, 2, 3, 3]),
    workers: luck.whole('workers', 3, 9),
    spares: luck.whole('spares', 0, 2),
    dataDisks: luck.one('disks', [0, 2]),
  };
  return {
    shape,
    lineage: 'corrected',
    manifests: `${policyText(luck, shape)}---\n${budgetText(luck, shape)}`,
  };
}

function policyText(luck: Luck, { spares }: ClusterShape): string {
  const wipes = luck.chance('wipes', 0.5);
  const last = spares > 0 && luck.chance('replace', 0.5) ? 'Replace' : 'ReprovisionInPlace';
  const timeout = luck.one('timeout', ['12m', '20m', '30m']);
  const duration = luck.one('duration', ['60s', '180s', '300s']);
  return `apiVersion: remediation.metaltwin.dev/v1alpha1
kind: RemediationPolicy
metadata: { name: nodes }
spec:
  selector: { matchExpressions: [{ key: ${ANY_WORKER}, operator: Exists }] }
  unhealthyConditions:
    - { type: Ready, status: Unknown, duration: ${duration} }
    - { type: Ready, status: "False", duration: ${duration} }
  budget: pool
  steps:
    - { action: Reboot, attempts: ${luck.whole('attempts', 1, 3)}, timeout: ${timeout} }
${wipes ? `    - { action: ${last}, timeout: 2h }\n` : ''}    - { action: Person }
  wipeAllowed: ${wipes}
  healthyDelay: ${luck.one('healthy delay', ['30s', '2m', '5m'])}
  memory: ${luck.one('memory', ['1h', '24h'])}
  backOff: { base: ${luck.one('back-off', ['30s', '5m'])}, max: 20m }
  identityCheck: ${luck.one('identity', ['Require', 'WhenKnown'])}
  powerTimeout: ${luck.one('power timeout', ['2m', '5m'])}
  bootGrace: ${luck.one('boot grace', ['5m', '15m'])}
  whenPowerUnknown: ${selfFencing(luck) ? 'SelfNodeRemediation' : 'Person'}
${luck.chance('masters', 0.5) ? masters(timeout) : ''}${selfFencing(luck) ? AGENTS : ''}`;
}

/** Where the BMC is dead, the node's own agent may fence it: then all rests on an assumption (invariant S20). */
function selfFencing(luck: Luck): boolean {
  return luck.chance('self-fencing', 0.25);
}

const AGENTS = `
---
apiVersion: self-node-remediation.medik8s.io/v1alpha1
kind: SelfNodeRemediationConfig
metadata: { name: self-node-remediation-config, namespace: openshift-workload-availability }
spec: { safeTimeToAssumeNodeRebootedSeconds: 180 }
`;

/** A second policy under the same budget. */
function masters(timeout: string): string {
  return `---
apiVersion: remediation.metaltwin.dev/v1alpha1
kind: RemediationPolicy
metadata: { name: masters }
spec:
  selector: { matchExpressions: [{ key: ${ANY_MASTER}, operator: Exists }] }
  budget: pool
  steps: [{ action: Reboot, attempts: 2, timeout: ${timeout} }, { action: Person }]
`;
}

function budgetText(luck: Luck, { dataDisks }: ClusterShape): string {
  const line = (name: string, share: number, text: string): string => (luck.chance(name, share) ? `  ${text}\n` : '');
  const percent = luck.one('percent', [10, 34, 50]);
  return `apiVersion: remediation.metaltwin.dev/v1alpha1
kind: RemediationBudget
metadata: { name: pool }
spec:
  maxInFlight: ${luck.one('cap', ['{ count: 1 }', '{ count: 2 }', `{ percent: ${percent} }`, `{ count: 3, percent: ${percent} }`])}
${line('threshold', 0.7, `maxUnavailable: ${luck.one('limit', ['{ percent: 40 }', '{ count: 3 }', '{ percent: 75 }'])}`)}${line(
  'cool-down',
  0.5,
  'stormCoolDown: 15m',
)}${line('rate', 0.5, `rate: { ${luck.one('rate of', ['tokenBucket: { burst: 2, refillEvery: 10m }', 'slidingWindow: { starts: 2, per: 30m }'])} }`)}${line(
  'domains',
  0.5,
  'domains: [{ topologyKey: topology.kubernetes.io/zone, maxInFlight: 1 }]',
)}${dataDisks === 0 ? '' : '  storage: { cephClusters: [{ namespace: rook-ceph, name: rook-ceph }] }\n'}`;
}
