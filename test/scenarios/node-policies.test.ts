// Policies that treat Nodes: NodeHealthCheck with the remediators of medik8s, maintenance, kured. What cannot work, and what is
// doubtful, each at its place.

import { describe, expect, test } from 'vitest';
import {
  ALL,
  check,
  config,
  DELETION,
  FAR,
  fencing,
  kured,
  MACHINE_CHECK,
  MASTERS,
  MDR,
  once,
  PATIENT,
  PLUGS,
  problemsOf,
  reference,
  SNR,
  scenario,
  steps,
  WORKERS,
} from './node-manifests.ts';

const ROWS: readonly (readonly [given: string, manifests: string, expected: readonly string[]])[] = [
  ['the template and the configuration that the operator brings', once(SNR), []],
  [
    'a selector that matches no Node',
    once(SNR).replace('io/worker', 'io/wroker'),
    [`error MT122 5:3 the selector of NodeHealthCheck "n" matches none of the cluster's 9 Nodes`],
  ],
  [
    'a template that nobody defines and no operator brings',
    once(SNR.replace('automatic', 'manual')),
    [
      'error MT123 7:122 SelfNodeRemediationTemplate "self-node-remediation-manual-strategy-template" is not among the manifests of this policy',
    ],
  ],
  [
    'a template of storage-based remediation',
    once(reference('storage-based-remediation', 'StorageBasedRemediationTemplate', 's')),
    ['error MT142 7:130 the controller of StorageBasedRemediationTemplate is not built yet'],
  ],
  [
    'a share of six that is rounded up to all of them',
    once(SNR, 'minHealthy: 90%'),
    ['error MT130 6:15 NodeHealthCheck "n" can never remediate: minHealthy 90% of 6 Nodes allows 0 unhealthy ones'],
  ],
  ['a share of six that a MachineHealthCheck would round down to nothing', once(SNR, 'maxUnhealthy: 10%'), []],
  [
    'more unhealthy nodes than there are',
    once(SNR, 'maxUnhealthy: 7'),
    [
      'error MT130 6:17 NodeHealthCheck "n" can never remediate: maxUnhealthy 7 is more than its 6 Nodes, which the controller refuses',
    ],
  ],
  [
    'a number as a text',
    once(SNR, 'maxUnhealthy: "2"'),
    ['error MT112 6:17 "2" is a text: the API server accepts it and the controller fails to read it'],
  ],
  [
    'control plane and workers under one threshold',
    check(`${ALL}  minHealthy: 8\n  remediationTemplate: ${SNR}\n`),
    ['warning MT131 5:3 NodeHealthCheck "n" selects 3 control plane Nodes together with 6 others'],
  ],
  [
    'the control plane alone, which is treated one at a time',
    check(`${MASTERS}  minHealthy: 1\n  remediationTemplate: ${SNR}\n`),
    [],
  ],
  [
    'two health checks of the same Nodes',
    `${once(SNR)}---\n${check(`${WORKERS}  minHealthy: 5\n  remediationTemplate: ${SNR}\n`, 'o')}`,
    ['warning MT133 13:3 NodeHealthCheck "o" and "n" both select 6 Nodes'],
  ],
  [
    'a MachineHealthCheck beside it',
    `${once(SNR)}${MACHINE_CHECK}`,
    ['error MT136 2:7 NodeHealthCheck "n" disables itself beside MachineHealthCheck "m"'],
  ],
  [
    'both limits, which the webhook refuses',
    once(SNR, 'minHealthy: 5\n  maxUnhealthy: 1'),
    [
      'error MT146 3:19 NodeHealthCheck "n" is refused: admission webhook "vnodehealthcheck.kb.io" denied the request: minHealthy and maxUnhealthy cannot be specified at the same time',
    ],
  ],
  [
    'a step shorter than the time in which a node reboots itself, and one shorter than a boot',
    check(`${WORKERS}  minHealthy: 5\n${steps([1, '100s', SNR], [2, '10m', FAR])}`) + fencing('{ --ip: {} }'),
    [
      'warning MT132 8:28 NodeHealthCheck "n" gives step 1 1m40s; a node counts as rebooted only after 3m',
      'warning MT132 9:28 NodeHealthCheck "n" gives step 2 10m; one boot of this hardware takes up to 13m',
      'warning MT125 20:25 FenceAgentsRemediationTemplate "ipmi" has no --ip for 6 of the 6 Nodes that "n" selects: worker-0, worker-1, worker-2, worker-3, worker-4 and 1 more',
    ],
  ],
  [
    'the same order twice',
    check(`${WORKERS}  minHealthy: 5\n${steps([1, '20m', SNR], [1, '20m', FAR])}`) + fencing(PLUGS),
    [
      'error MT146 3:19 NodeHealthCheck "n" is refused: admission webhook "vnodehealthcheck.kb.io" denied the request: EscalatingRemediation Order must be unique: found duplicate order 1',
    ],
  ],
  [
    'a Machine deleted before a reboot is tried, by steps that stand in another order than they are written',
    check(`${WORKERS}  minHealthy: 5\n${steps([2, '20m', SNR], [1, '60m', MDR])}`) + DELETION,
    ['warning MT129 8:152 NodeHealthCheck "n" reprovisions in step 1 and only reboots in step 2'],
  ],
  [
    'Machines that nobody would replace',
    check(`${MASTERS}  minHealthy: 2\n  remediationTemplate: ${MDR}\n`) + DELETION,
    ['error MT128 7:136 NodeHealthCheck "n" deletes Machines, and 3 of its 3 have no controller owner'],
  ],
  [
    'a limit that the webhook refuses beside deletion',
    once(MDR, 'maxUnhealthy: 1') + DELETION,
    [
      `error MT146 3:19 NodeHealthCheck "n" is refused: admission webhook "vnodehealthcheck.kb.io" denied the request: maxUnhealthy can't be used with MachineDeletionRemediationTemplate`,
    ],
  ],
  [
    'a configuration that asks for less than is safe, and for more peers than there are',
    once(SNR) + config('{ safeTimeToAssumeNodeRebootedSeconds: 60, minPeersForRemediation: 6 }'),
    [
      'warning MT126 12:46 SelfNodeRemediationConfig "self-node-remediation-config" asks for 1m until a node counts as rebooted; the least on this cluster is 3m, which is used',
      'warning MT127 12:74 SelfNodeRemediationConfig "self-node-remediation-config" wants 6 peers, and a worker of this cluster has 5',
    ],
  ],
  [
    'fencing parameters of a node that does not exist',
    once(FAR) + fencing('{ --ip: { worker-1.example.com: 192.0.2.1 } }'),
    [
      'warning MT125 18:7 FenceAgentsRemediationTemplate "ipmi" has parameters of a node that the cluster does not have: worker-1.example.com',
      'warning MT125 18:25 FenceAgentsRemediationTemplate "ipmi" has no --ip for 6 of the 6 Nodes that "n" selects: worker-0, worker-1, worker-2, worker-3, worker-4 and 1 more',
    ],
  ],
  [
    'an agent that does not exist by its name',
    once(FAR) + fencing(PLUGS).replace('fence_ipmilan', 'ipmilan'),
    ['error MT105 15:14 "ipmilan" is not a fence agent'],
  ],
  [
    'maintenance of a node that does not exist',
    'apiVersion: nodemaintenance.medik8s.io/v1beta1\nkind: NodeMaintenance\nmetadata: { name: w }\nspec: { nodeName: worker-9 }\n',
    ['error MT123 4:19 NodeMaintenance "w" is for Node "worker-9", which the cluster does not have'],
  ],
  [
    'maintenance of a node twice',
    ['a', 'b']
      .map(
        (name) =>
          `apiVersion: nodemaintenance.medik8s.io/v1beta1\nkind: NodeMaintenance\nmetadata: { name: ${name} }\nspec: { nodeName: worker-1 }\n`,
      )
      .join('---\n'),
    [
      'error MT146 8:19 NodeMaintenance "b" is refused: admission webhook "vnodemaintenance.kb.io" denied the request: invalid nodeName, a NodeMaintenance for node worker-1 already exists',
    ],
  ],
  ['kured by itself, with a lock that it takes back', kured(', --lock-ttl=30m').slice(4), []],
  [
    'kured as its release has it, beside a health check',
    once(SNR) + kured(''),
    [
      'warning MT119 18:17 DaemonSet "kured" never takes its lock back from a node',
      'warning MT148 18:17 DaemonSet "kured" and NodeHealthCheck "n" know nothing of each other',
      'warning MT148 18:17 a reboot by DaemonSet "kured" takes up to 13m; NodeHealthCheck "n" calls a node unhealthy after 5m',
    ],
  ],
  [
    'kured that waits for others, and a health check that waits for a boot',
    check(`${WORKERS}  minHealthy: 5\n${PATIENT}  remediationTemplate: ${SNR}\n`) +
      kured(', --lock-ttl=30m, --blocking-pod-selector=app=fencing'),
    [],
  ],
  [
    'kured with a flag that nobody knows',
    kured(', --lock-ttl=30m, --perod=1h, --annotate-nodes').slice(4),
    ['warning MT102 10:17 DaemonSet "kured" has the flag --perod, which kured 1.16 does not know'],
  ],
  [
    'kured with a weekday that nobody knows',
    kured(', --reboot-days=caturday').slice(4),
    [
      'error MT105 10:17 DaemonSet "kured" does not start: a duration, a weekday or a time of day of its flags cannot be read',
    ],
  ],
  [
    'another DaemonSet',
    kured('').slice(4).replaceAll('kured', 'agent'),
    ['error MT145 3:19 DaemonSet "agent" is no remediation policy; only the DaemonSet of kured is'],
  ],
  [
    'health checks that are paused',
    once(SNR, 'minHealthy: 5\n  pauseRequests: [upgrade]'),
    ['warning MT117 7:3 NodeHealthCheck "n" is paused: it remediates nothing'],
  ],
  [
    'a MachineHealthCheck that is paused',
    MACHINE_CHECK.slice(4).replace('annotations: {', 'annotations: { cluster.x-k8s.io/paused: "",'),
    ['warning MT117 3:96 MachineHealthCheck "m" is paused: it remediates nothing'],
  ],
  [
    'a remediation of a Machine that does not exist',
    'apiVersion: machineremediation.kubevirt.io/v1alpha1\nkind: MachineRemediation\nmetadata: { name: r, namespace: openshift-machine-api }\nspec: { type: reboot, machineName: worker }\n',
    [
      'error MT123 4:36 MachineRemediation "r" is for Machine "openshift-machine-api/worker", which the cluster does not have',
    ],
  ],
  [
    'a remediation of a node that does not exist',
    'apiVersion: self-node-remediation.medik8s.io/v1alpha1\nkind: SelfNodeRemediation\nmetadata: { name: worker-9, namespace: medik8s }\n',
    ['error MT123 3:19 SelfNodeRemediation "worker-9" is for Node "worker-9", which the cluster does not have'],
  ],
];

describe('a policy of nodes', () => {
  test.each(ROWS)('%s', (_, manifests, expected) => {
    expect(problemsOf(manifests)).toEqual(expected);
  });

  test('a threshold beside a storage pool', () => {
    expect(problemsOf(once(SNR, 'minHealthy: 4'), scenario(''))).toEqual([
      'warning MT138 6:15 NodeHealthCheck "n" lets hosts of 2 racks be down at once; pool "ceph-rbd" keeps 3 copies over racks and needs 2',
    ]);
  });
});
