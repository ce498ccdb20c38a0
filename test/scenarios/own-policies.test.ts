// Our own policy against a cluster: what cannot work, what is doubtful, each at its place, and what it means here in numbers.

import { describe, expect, test } from 'vitest';
import { check, config, MACHINE_CHECK, problemsOf, SNR, scenario, studyOf, WORKERS } from './node-manifests.ts';

const API = 'apiVersion: remediation.metaltwin.dev/v1alpha1\n';
const policy = (spec: string, name = 'w', selector = WORKERS) =>
  `${API}kind: RemediationPolicy\nmetadata: { name: ${name} }\nspec:\n${selector}  budget: b\n${spec}`;
const budget = (spec = '  maxInFlight: { count: 1 }\n') =>
  `---\n${API}kind: RemediationBudget\nmetadata: { name: b }\nspec:\n${spec}`;
const both = (policySpec: string, budgetSpec?: string) => policy(policySpec) + budget(budgetSpec);

const ROWS: readonly (readonly [given: string, manifests: string, expected: readonly string[]])[] = [
  ['the least of both', both(''), []],
  [
    'a selector that matches no Node',
    policy('', 'w', WORKERS.replace('worker', 'wroker')) + budget(),
    [`error MT122 5:3 the selector of RemediationPolicy "w" matches none of the cluster's 9 Nodes`],
  ],
  [
    'an empty selector',
    policy('', 'w', '  selector: {}\n') + budget(),
    ['error MT122 5:3 RemediationPolicy "w" has an empty selector, which selects no Node'],
  ],
  [
    'a budget that is not there',
    policy(''),
    ['error MT123 6:11 RemediationBudget "b" is not among the manifests of this policy'],
  ],
  [
    'a budget that is refused for a problem of its own, which is not missing',
    both('', '  maxInFlight: { count: -1 }\n'),
    ['error MT105 12:25 "spec.maxInFlight.count" is -1, expected at least 0'],
  ],
  [
    'a budget that nobody names',
    both('').replace('{ name: b }', '{ name: c }'),
    [
      'error MT123 6:11 RemediationBudget "b" is not among the manifests of this policy',
      'warning MT134 9:7 no RemediationPolicy of this policy asks RemediationBudget "c"',
    ],
  ],
  [
    'a pool without the nodes',
    both('', '  selector: { matchLabels: { kubernetes.io/hostname: worker-0 } }\n'),
    [
      'warning MT154 6:11 5 of the 6 Nodes of RemediationPolicy "w" are not in the pool of its budget "b": worker-1, worker-2, worker-3, worker-4, worker-5',
    ],
  ],
  [
    'a pool of nobody',
    both('', '  selector: { matchLabels: { pool: none } }\n'),
    [
      'warning MT154 6:11 6 of the 6 Nodes of RemediationPolicy "w" are not in the pool of its budget "b": worker-0, worker-1, worker-2, worker-3, worker-4 and 1 more',
      `error MT122 12:3 the selector of RemediationBudget "b" matches none of the cluster's 9 Nodes`,
    ],
  ],
  [
    'paused, and a dry run',
    both('  pauseRequests: [migration]\n'),
    ['warning MT117 7:3 RemediationPolicy "w" is paused: it remediates nothing'],
  ],
  [
    'a dry run',
    both('  dryRun: true\n'),
    ['warning MT117 7:11 RemediationPolicy "w" is a dry run: it remediates nothing'],
  ],
  [
    'steps that wipe while the gate is closed, that OpenShift cannot do, that nobody has a host for',
    both('  steps: [{ action: Reboot }, { action: Replace }]\n'),
    [
      'warning MT155 7:41 RemediationPolicy "w" never takes its step Replace: it wipes disks, and wipeAllowed is not true',
    ],
  ],
  [
    'the same host again on OpenShift',
    both('  wipeAllowed: true\n  steps: [{ action: Reboot }, { action: ReprovisionInPlace }]\n'),
    [
      'warning MT155 8:41 RemediationPolicy "w" never takes its step ReprovisionInPlace: the Machine API of OpenShift cannot be told to take the same host again',
    ],
  ],
  [
    'another host where there is none',
    both('  wipeAllowed: true\n  steps: [{ action: Reboot }, { action: Replace }]\n'),
    ['warning MT155 8:41 RemediationPolicy "w" never takes its step Replace: the cluster has no spare host'],
  ],
  [
    'a reboot after something harder',
    both('  steps: [{ action: Replace }, { action: Reboot }]\n'),
    [
      'warning MT155 7:21 RemediationPolicy "w" never takes its step Replace: it wipes disks, and wipeAllowed is not true',
      'warning MT129 7:42 RemediationPolicy "w" has Reboot after Replace',
    ],
  ],
  [
    'a time-out shorter than a boot',
    both('  steps: [{ action: Reboot, timeout: 5m }]\n'),
    [
      'warning MT132 7:38 RemediationPolicy "w" gives an attempt of Reboot 5m; one boot of this hardware takes up to 13m',
    ],
  ],
  [
    'a time-out that is over before the grace of a boot is',
    both('  steps: [{ action: Reboot, timeout: 14m }]\n'),
    ['warning MT132 7:38 RemediationPolicy "w" gives an attempt of Reboot 14m, and leaves alone for 15m what boots'],
  ],
  ['the same with a shorter grace', both('  bootGrace: 5m\n  steps: [{ action: Reboot, timeout: 14m }]\n'), []],
  [
    'a fallback that is not installed',
    both('  whenPowerUnknown: SelfNodeRemediation\n'),
    ['error MT123 7:21 RemediationPolicy "w" falls back on self node remediation, which is not installed'],
  ],
  ['a fallback that is', both('  whenPowerUnknown: SelfNodeRemediation\n') + config('{}'), []],
  [
    'limits of nothing',
    both('', '  maxInFlight: { count: 0 }\n  maxUnavailable: { percent: 5, floor: 0 }\n'),
    [
      'error MT130 12:3 RemediationBudget "b" can never grant anything: maxInFlight allows 0 of 9 hosts',
      'error MT130 13:3 RemediationBudget "b" can never grant anything: maxUnavailable allows 0 of 9 hosts',
    ],
  ],
  ['a share of nine that comes to less than one', both('', '  maxInFlight: { percent: 5 }\n'), []],
  [
    'limits that limit nothing',
    both('', '  maxInFlight: { count: 3 }\n  maxUnavailable: { count: 2 }\n'),
    ['warning MT139 12:3 RemediationBudget "b" allows 3 in flight and 2 out of service: the cap is never reached'],
  ],
  [
    'more than there are, and a label that nobody has',
    both('', '  maxInFlight: { count: 12 }\n  domains: [{ topologyKey: feed, maxInFlight: 1 }]\n'),
    [
      'warning MT139 12:25 RemediationBudget "b" has maxInFlight 12 for 9 hosts: it limits nothing',
      'warning MT139 13:28 no Node of the pool of RemediationBudget "b" has the label feed: the cap limits nothing',
    ],
  ],
  [
    'a label that all of them share',
    both(
      '',
      '  maxInFlight: { count: 2 }\n  domains: [{ topologyKey: topology.kubernetes.io/zone, maxInFlight: 1 }]\n',
    ),
    [
      'warning MT156 13:28 all 9 Nodes of the pool of RemediationBudget "b" have one value of topology.kubernetes.io/zone: the cap is one of the whole pool',
    ],
  ],
  [
    'a control plane without its quorum',
    both('', '  controlPlane: { keepQuorum: false, maxInFlight: 2 }\n'),
    [
      'warning MT131 12:31 RemediationBudget "b" may take 2 of 3 control plane Nodes, whatever state the others are in; etcd can lose 1',
    ],
  ],
  [
    'a storage cluster that is not there',
    both('', '  storage: { cephClusters: [{ namespace: rook-ceph, name: ceph }] }\n'),
    ['error MT123 12:59 the cluster has no CephCluster rook-ceph/ceph'],
  ],
  [
    'two policies for one node',
    `${both('')}---\n${policy('', 'x')}`,
    ['warning MT133 18:3 RemediationPolicy "x" and "w" both select 6 Nodes'],
  ],
  [
    'a MachineHealthCheck of the same hosts',
    both('') + MACHINE_CHECK,
    ['warning MT133 18:3 MachineHealthCheck "m" and "w" both select 6 hosts'],
  ],
  [
    'a NodeHealthCheck of the same nodes',
    `${both('')}---\n${check(`${WORKERS}  minHealthy: 5\n  remediationTemplate: ${SNR}\n`)}`,
    ['warning MT133 18:3 NodeHealthCheck "n" and "w" both select 6 Nodes'],
  ],
];

describe('our own policy on a cluster', () => {
  test.each(ROWS)('%s', (_, manifests, expected) => {
    expect(problemsOf(manifests)).toEqual(expected);
  });

  test('on Cluster API the same host may be taken again', () => {
    const text = scenario().replace('racks: 3', 'machineApi: cluster-api\n      racks: 3');
    const manifests = both('  wipeAllowed: true\n  steps: [{ action: ReprovisionInPlace }]\n');
    expect(problemsOf(manifests, text)).toEqual([]);
  });
});

describe('what our own policy means', () => {
  test('every limit in numbers, every step in words', () => {
    const manifests = both(
      '  wipeAllowed: true\n  steps: [{ action: Reboot, attempts: 2 }, { action: Person }]\n',
      '  maxInFlight: { percent: 25 }\n  maxUnavailable: { count: 4 }\n  rate: { slidingWindow: { starts: 3, per: 1h } }\n',
    );
    expect(studyOf(manifests).meaningDifferences[0]).toBe(
      'p: RemediationPolicy w watches 6 Nodes, unhealthy after Ready False 5m or Ready Unknown 5m, of 9 nodes at most 2 in flight (25%), none started while more than 4 are out of service, 3 starts in any 1h, none while 5 or more failed within 2m (the observer is doubted), healthy again after 1m, 5m to 2h between attempts on a host, attempts remembered for 24h; then Reboot (2 attempts of 30m); then a person',
    );
  });
});
