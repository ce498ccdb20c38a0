// Policies that treat Nodes: NodeHealthCheck with the remediators of medik8s, maintenance, kured. What is wrong or doubtful, what
// comes with an operator, and what they mean in words.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import type { Study } from '../../scenarios/study.ts';
import { simulate } from '../../sim/simulation.ts';
import { memoryFiles } from './memory-files.ts';

const scenario = (storage = '  storage: { kind: external }\n') => `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
  cluster:
    generate:
      racks: 3
      groups: [{ name: master, role: control-plane, count: 3 }, { name: worker, count: 6 }]
  policies: [{ name: p, files: [p.yaml] }, { name: none }]
${storage}`;

function loaded(manifests: string, text = scenario()) {
  return loadStudy({ scenarioFile: 's.yaml' }, memoryFiles({ 's.yaml': text, 'p.yaml': manifests }));
}

function problemsOf(manifests: string, text?: string): readonly string[] {
  const found = loaded(manifests, text);
  const problems = 'problems' in found ? found.problems : found.study.problems;
  return problems.map(
    ({ severity, code, line, column, message }) => `${severity} ${code} ${line}:${column} ${message}`,
  );
}

function studyOf(manifests: string): Study {
  const found = loaded(manifests);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems, null, 1));
  return found.study;
}

const WORKERS = '  selector: { matchExpressions: [{ key: node-role.kubernetes.io/worker, operator: Exists }] }\n';
const MASTERS = WORKERS.replace('worker', 'control-plane');
const ALL = '  selector: { matchExpressions: [{ key: kubernetes.io/hostname, operator: Exists }] }\n';
const reference = (group: string, kind: string, name: string) =>
  `{ apiVersion: ${group}.medik8s.io/v1alpha1, kind: ${kind}, name: ${name}, namespace: medik8s }`;
const SNR = reference(
  'self-node-remediation',
  'SelfNodeRemediationTemplate',
  'self-node-remediation-automatic-strategy-template',
);
const FAR = reference('fence-agents-remediation', 'FenceAgentsRemediationTemplate', 'ipmi');
const MDR = reference('machine-deletion-remediation', 'MachineDeletionRemediationTemplate', 'deletion');
const check = (spec: string, name = 'n') =>
  `apiVersion: remediation.medik8s.io/v1alpha1\nkind: NodeHealthCheck\nmetadata: { name: ${name} }\nspec:\n${spec}`;
const once = (template: string, limit = 'minHealthy: 5') =>
  check(`${WORKERS}  ${limit}\n  remediationTemplate: ${template}\n`);
const steps = (...each: readonly (readonly [order: number, timeout: string, template: string])[]) =>
  `  escalatingRemediations:\n${each.map(([order, timeout, template]) => `    - { order: ${order}, timeout: ${timeout}, remediationTemplate: ${template} }\n`).join('')}`;

const DELETION = `---
apiVersion: machine-deletion-remediation.medik8s.io/v1alpha1
kind: MachineDeletionRemediationTemplate
metadata: { name: deletion, namespace: medik8s }
spec: { template: { spec: {} } }
`;
const fencing = (parameters: string) => `---
apiVersion: fence-agents-remediation.medik8s.io/v1alpha1
kind: FenceAgentsRemediationTemplate
metadata: { name: ipmi, namespace: medik8s }
spec:
  template:
    spec:
      agent: fence_ipmilan
      sharedSecretName: bmc
      sharedparameters: { --lanplus: "" }
      nodeparameters: ${parameters}
`;
/** Parameters of every worker, none of them an address. */
const PLUGS = `{ --plug: { ${[0, 1, 2, 3, 4, 5].map((host) => `worker-${host}: "${host}"`).join(', ')} } }`;
const config = (spec: string) => `---
apiVersion: self-node-remediation.medik8s.io/v1alpha1
kind: SelfNodeRemediationConfig
metadata: { name: self-node-remediation-config, namespace: medik8s }
spec: ${spec}
`;
const MACHINE_CHECK = `---
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: m, namespace: openshift-machine-api, annotations: { machine.openshift.io/remediation-strategy: external-baremetal } }
spec:
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: worker } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: 300s }]
  maxUnhealthy: 1
  nodeStartupTimeout: 60m
`;

const kured = (flags: string) => `---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: kured, namespace: kube-system }
spec:
  selector: { matchLabels: { name: kured } }
  template:
    metadata: { labels: { name: kured } }
    spec:
      containers:
        - name: kured
          image: ghcr.io/kubereboot/kured:1.16.0
          command: [/usr/bin/kured${flags}]
`;
const PATIENT = '  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 30m }]\n';

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
    [
      'error MT123 7:128 FenceAgentsRemediationTemplate "ipmi" is not among the manifests of this policy',
      'error MT105 15:14 "ipmilan" is not a fence agent',
    ],
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

/** As a real API server with these definitions answers. Source: measured, `kubectl apply --validate=strict`. */
const SCHEMA_ROWS: readonly (readonly [given: string, manifests: string, expected: readonly string[]])[] = [
  ['a misspelt field', once(SNR).replace('selector', 'selectr'), ['error MT102 5:3 unknown field "selectr" in "spec"']],
  [
    'a negative duration of a condition',
    check(
      `${WORKERS}  minHealthy: 5\n  unhealthyConditions: [{ type: Ready, status: Unknown, duration: -300s }]\n  remediationTemplate: ${SNR}\n`,
    ),
    ['error MT110 7:67 "-300s" is not a duration'],
  ],
  ['a negative delay, which means a person', once(SNR, 'minHealthy: 5\n  healthyDelay: -1s'), []],
  [
    'a share over a hundred',
    once(SNR, 'minHealthy: 101%'),
    ['error MT112 6:15 "101%" is neither a number nor a percentage up to 100%'],
  ],
  [
    'an agent without its prefix, a port as a number, a strategy that does not exist',
    `${once(SNR)}${fencing('{ --ipport: { worker-0: 623 } }').replace('fence_ipmilan', 'ipmilan').replace('sharedSecretName: bmc', 'remediationStrategy: NodeDeletion')}`,
    [
      'error MT105 15:14 "ipmilan" is not a fence agent',
      'error MT105 16:28 "spec.template.spec.remediationStrategy" is "NodeDeletion", which is not one of its values',
      'error MT104 18:47 "spec.template.spec.nodeparameters.--ipport.worker-0" is 623, expected a text',
    ],
  ],
  [
    'a strategy of self node remediation that does not exist',
    `${once(SNR)}---\napiVersion: self-node-remediation.medik8s.io/v1alpha1\nkind: SelfNodeRemediationTemplate\nmetadata: { name: t, namespace: medik8s }\nspec: { template: { spec: { remediationStrategy: Reboot } } }\n`,
    ['error MT105 12:50 "spec.template.spec.remediationStrategy" is "Reboot", which is not one of its values'],
  ],
  [
    'a configuration without peers and without a try',
    once(SNR) + config('{ minPeersForRemediation: -1, maxApiErrorThreshold: 0 }'),
    [
      'error MT105 12:33 "spec.minPeersForRemediation" is -1, expected at least 0',
      'error MT105 12:59 "spec.maxApiErrorThreshold" is 0, expected at least 1',
    ],
  ],
  [
    'a maintenance of the older group without a node',
    'apiVersion: nodemaintenance.kubevirt.io/v1beta1\nkind: NodeMaintenance\nmetadata: { name: w }\nspec: { reason: disk }\n',
    ['error MT103 4:1 "spec" has no "nodeName"'],
  ],
];

const CONFIG_MAP = (name: string, text: string) => `---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: openshift-machine-api }
data:
  conditions: |
    ${text}
`;
const MRO_CHECK = `apiVersion: machineremediation.kubevirt.io/v1alpha1
kind: MachineHealthCheck
metadata: { name: m, namespace: openshift-machine-api }
spec:
  remediationStrategy: reboot
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: worker } }
`;

describe('what the definitions of the operators refuse', () => {
  test.each(SCHEMA_ROWS)('%s', (_, manifests, expected) => {
    expect(problemsOf(manifests)).toEqual(expected);
  });
});

describe('the ConfigMap of the 2019 operator', () => {
  const meaning = (manifests: string) => studyOf(manifests).meaningDifferences[0];

  test('says what is unhealthy; without it the operator has an opinion of its own', () => {
    const items = 'items: [{ name: Ready, status: Unknown, timeout: 60s }]';
    expect(meaning(MRO_CHECK)).toContain('unhealthy after Ready Unknown 5m or Ready False 5m');
    expect(meaning(MRO_CHECK + CONFIG_MAP('node-unhealthy-conditions', items))).toContain(
      'unhealthy after Ready Unknown 1m,',
    );
  });

  test.each([
    [
      'of another name',
      CONFIG_MAP('others', 'items: []'),
      'MT145 10:19 ConfigMap "others" is no remediation policy; only the ConfigMap "node-unhealthy-conditions" of the machine remediation operator is',
    ],
    [
      'that nobody can read',
      CONFIG_MAP('node-unhealthy-conditions', 'items: [{ name: Ready }]'),
      'MT105 12:15 "data.conditions" is no list of unhealthy conditions',
    ],
  ])('%s is an error', (_, configMap, expected) => {
    expect(problemsOf(MRO_CHECK + configMap)).toEqual([`error ${expected}`]);
  });
});

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

describe('what comes with an operator', () => {
  test('is part of the policy, said so, and an assumption', () => {
    const { policies, assumptions } = studyOf(once(SNR));
    expect(policies[0]?.manifests).toEqual([
      'NodeHealthCheck n (remediation.medik8s.io/v1alpha1)',
      'SelfNodeRemediationTemplate medik8s/self-node-remediation-automatic-strategy-template (self-node-remediation.medik8s.io/v1alpha1), brought by its operator',
      'SelfNodeRemediationConfig medik8s/self-node-remediation-config (self-node-remediation.medik8s.io/v1alpha1), brought by its operator',
    ]);
    expect(
      assumptions.filter(({ name }) => name.startsWith('policy ')).map(({ name, value }) => [name, value]),
    ).toEqual([
      [
        'policy p: SelfNodeRemediationTemplate medik8s/self-node-remediation-automatic-strategy-template',
        'as its operator makes it',
      ],
      ['policy p: SelfNodeRemediationConfig medik8s/self-node-remediation-config', 'as its operator makes it'],
    ]);
  });

  test('gives way to what the policy says itself', () => {
    const { policies } = studyOf(once(SNR) + config('{ minPeersForRemediation: 2 }'));
    expect(
      policies[0]?.objects.flatMap(({ kind, spec }) => (kind === 'SelfNodeRemediationConfig' ? [spec] : [])),
    ).toEqual([
      {
        watchdogFilePath: '/dev/watchdog',
        peerApiServerTimeout: '5s',
        apiCheckInterval: '15s',
        peerUpdateInterval: '15m',
        apiServerTimeout: '5s',
        peerDialTimeout: '5s',
        peerRequestTimeout: '7s',
        maxApiErrorThreshold: 3,
        isSoftwareRebootEnabled: true,
        hostPort: 30001,
        minPeersForRemediation: 2,
      },
    ]);
  });
});

describe('a NodeHealthCheck of an imported cluster', () => {
  const METAL3 = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'metal3', 'all.yaml'), 'utf8');
  const asIs = (text: string) =>
    loadStudy({ clusterPaths: ['dump.yaml'] }, memoryFiles({ 'dump.yaml': `${METAL3}---\n${text}` }));

  test('is part of the policy as-is, with what its operator has there', () => {
    const found = asIs(`${once(SNR, 'minHealthy: 2')}${config('{ minPeersForRemediation: 2 }')}`);
    const study = 'study' in found ? found.study : undefined;
    expect(study?.policies[0]?.manifests.filter((line) => line.includes('medik8s'))).toEqual([
      'NodeHealthCheck n (remediation.medik8s.io/v1alpha1)',
      'SelfNodeRemediationConfig medik8s/self-node-remediation-config (self-node-remediation.medik8s.io/v1alpha1)',
      'SelfNodeRemediationTemplate medik8s/self-node-remediation-automatic-strategy-template (self-node-remediation.medik8s.io/v1alpha1), brought by its operator',
    ]);
    expect(study?.ledger.find(({ kind }) => kind === 'NodeHealthCheck.remediation.medik8s.io')).toMatchObject({
      count: 1,
      used: 'policy as-is; replaced by the policies under test',
    });
  });

  test('that is wrong is a warning: it exists and may be asked about', () => {
    const found = asIs(once(SNR, 'maxUnhealthy: 40'));
    const problems = 'study' in found ? found.study.problems : [];
    expect(problems.filter(({ code }) => code === 'MT130').map(({ severity, message }) => [severity, message])).toEqual(
      [
        [
          'warning',
          'NodeHealthCheck "n" can never remediate: maxUnhealthy 40 is more than its 4 Nodes, which the controller refuses',
        ],
      ],
    );
  });
});

describe('a Secret', () => {
  const secret = (data: string) =>
    `---\napiVersion: v1\nkind: Secret\nmetadata: { name: bmc, namespace: medik8s }\n${data}`;
  const policy = once(FAR) + fencing(PLUGS);

  test('keeps its keys and none of its values', () => {
    const { policies } = studyOf(policy + secret('stringData: { --username: admin, --password: hunter2 }\n'));
    const kept = policies[0]?.objects.find(({ kind }) => kind === 'Secret');
    expect(kept).toMatchObject({ data: { '--username': btoa('unread'), '--password': btoa('unread') } });
    expect(JSON.stringify(policies)).not.toMatch(/admin|hunter2/);
  });

  test.each([
    ['a misspelt field', 'strinData: { --password: hunter2 }\n'],
    ['a value of the wrong shape', 'data: hunter2\n'],
    ['a key twice', 'data: { a: hunter2, a: hunter2 }\n'],
  ])('shows no value in a message about %s', (_, data) => {
    const found = loaded(policy + secret(data));
    const problems = 'problems' in found ? found.problems : [];
    expect(problems.filter(({ severity }) => severity === 'error').length).toBeGreaterThan(0);
    expect(
      problems.filter(({ message, source, why, remedy }) => /hunter2/.test([message, source, why, remedy].join())),
    ).toEqual([]);
  });

  test.each([
    ['given', '--username: admin, --password: hunter2', '{ --action: reboot, --ip: "{{.NodeName}}.bmc.example.com" }'],
    ['not given', undefined, '{ --action: reboot, --ip: "{{.NodeName}}.bmc.example.com" }'],
    ['not given, its user said plainly', undefined, '{ --username: me, --ip: "{{.NodeName}}.bmc.example.com" }'],
    ['given, with the address in it', '--username: admin, --password: x, --ip: a', '{ --lanplus: "" }'],
  ])('%s: whether an agent that needs it fences', (_, keys, parameters) => {
    const template = fencing('{ --ipport: { worker-0: "623" } }').replace('{ --lanplus: "" }', parameters);
    const given = keys === undefined ? '' : secret(`stringData: { ${keys} }\n`).replace('---\n', '');
    const manifests = [given, check(`${WORKERS}  minHealthy: 5\n  remediationTemplate: ${FAR}\n`) + template];
    const text = scenario().replace(
      'spec:\n',
      'spec:\n  study: from-now\n  duration: 1h\n  faults: { background: none, script: [{ at: 1m, fault: osHang, target: { host: worker-0 } }] }\n',
    );
    const found = loaded(manifests.filter((each) => each !== '').join('---\n'), text);
    if ('problems' in found) throw new Error(JSON.stringify(found.problems, null, 1));
    const { config, policies } = found.study;
    const [policy] = policies;
    if (policy === undefined) throw new Error('a study without a policy');
    const { result } = simulate(config, policy, { replication: 1, record: false });
    // The value of an address in a Secret is not known either.
    expect(result.metrics.fencings).toBe(keys?.includes('--ip') === true ? 0 : 1);
  });

  test('that is named and not given is taken to exist', () => {
    expect(studyOf(policy).assumptions.filter(({ name }) => name.includes('Secret'))).toEqual([
      {
        name: 'policy p: Secret medik8s/bmc',
        value: 'taken to exist, with credentials that the BMCs accept',
        source: 'a FenceAgentsRemediationTemplate names it; Secrets are not read',
      },
    ]);
  });
});

describe('what policies of nodes mean', () => {
  test('an escalation, step by step', () => {
    const text = check(
      `${WORKERS}  minHealthy: 51%\n  stormCooldownDuration: 10m\n  healthyDelay: -1s\n${steps([1, '20m', SNR], [2, '30m', FAR], [3, '2h', MDR])}`,
    );
    expect(studyOf(text + DELETION + fencing(PLUGS)).meaningDifferences).toEqual([
      'p: NodeHealthCheck n watches 6 Nodes, unhealthy after Ready False 5m or Ready Unknown 5m, at most 2 unhealthy at once (minHealthy 51% of 6), which a lost rack of 2 is within, pause of 10m after a storm, healthy again when a person says so; then the node reboots itself (self node remediation; counts as rebooted after 3m), for 20m; next fence_ipmilan powers off and on (5 tries of 1m, 5s apart), for 30m; next the Machine is deleted and its host reprovisioned, for 2h',
      'none: no health check; nothing is remediated',
    ]);
  });

  test('policies that differ in the lineage alone', () => {
    const text = scenario().replace('{ name: none }', '{ name: q, files: [p.yaml], lineage: corrected }');
    const found = loaded(once(SNR), text);
    expect('study' in found ? found.study.meaningDifferences.slice(2) : found.problems).toEqual([
      'differ in lineage (known defects of the products: exact or corrected): p = exact; q = corrected',
      'no action is compared alone for "p", "q": a NodeHealthCheck acts through templates of several operators, and none of its settings changes the action and nothing else',
    ]);
  });
});

test('what the releases of operators carry beside their policy changes nothing', () => {
  const beside =
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: medik8s }\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: s, namespace: medik8s }\n---\n';
  expect(studyOf(beside + once(SNR)).policies[0]?.manifests).toEqual(studyOf(once(SNR)).policies[0]?.manifests);
});
