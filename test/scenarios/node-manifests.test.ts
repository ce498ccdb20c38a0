// Manifests of the medik8s operators and their kind: what their definitions refuse, what comes with an operator, what is kept of a
// Secret, and what they mean in words.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import { simulate } from '../../sim/simulation.ts';
import { memoryFiles } from './memory-files.ts';
import {
  check,
  config,
  DELETION,
  FAR,
  fencing,
  hanging,
  kured,
  loaded,
  MACHINE_CHECK,
  MDR,
  once,
  PLUGS,
  problemsOf,
  SNR,
  scenario,
  steps,
  studyOf,
  WORKERS,
} from './node-manifests.ts';

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

describe('a MachineHealthCheck whose nodes reboot themselves', () => {
  const OBJECTS = ['MachineHealthCheck', 'SelfNodeRemediationTemplate', 'SelfNodeRemediationConfig'];
  const own = MACHINE_CHECK.slice(4).replace(/, annotations: {[^}]*}/, '');
  const withSelfNode = `${own}  remediationTemplate: { apiVersion: self-node-remediation.medik8s.io/v1alpha1, kind: SelfNodeRemediationTemplate, name: self-node-remediation-automatic-strategy-template }\n`;

  test('has its template beside it; its pair has the operator too, whose agents act by themselves', () => {
    const text = scenario().replace('{ name: none }', '{ name: q, files: [q.yaml] }');
    const files = { 's.yaml': text, 'p.yaml': withSelfNode, 'q.yaml': own };
    const found = loadStudy({ scenarioFile: 's.yaml' }, memoryFiles(files));
    const study = 'study' in found ? found.study : undefined;
    expect(study?.warnings).toEqual([]);
    expect(study?.meaningDifferences[0]).toMatch(
      /then the node reboots itself \(self node remediation; counts as rebooted after 3m\)$/,
    );
    const { a, b } = study?.matchedPair ?? {};
    expect([a, b].map((policy) => policy?.objects.map(({ kind }) => kind))).toEqual([OBJECTS, OBJECTS]);
    expect([a, b].map((policy) => JSON.stringify(policy?.objects[0]?.spec).includes('remediationTemplate'))).toEqual([
      true,
      false,
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

  test('is not kept in what kubectl applied last either', () => {
    const applied = `metadata: { name: bmc, namespace: medik8s, annotations: { kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"--password":"hunter2"}}' } }`;
    const text = secret('stringData: { --password: hunter2 }\n').replace(/metadata: .*/, () => applied);
    const { policies } = studyOf(policy + text);
    expect(policies[0]?.objects.some(({ kind }) => kind === 'Secret')).toBe(true);
    expect(JSON.stringify(policies)).not.toContain('hunter2');
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
    const { config, policies } = studyOf(manifests.filter((each) => each !== '').join('---\n'), hanging('worker-0'));
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

describe('a password among the parameters of a fence agent', () => {
  const withParameters = (parameters: string) =>
    once(FAR) + fencing(PLUGS).replace('{ --lanplus: "" }', `{ --lanplus: "", ${parameters} }`);

  test.each(['--password: hunter2', 'passwd: hunter2', '-p: hunter2'])('%s is not kept', (parameter) => {
    const { policies } = studyOf(withParameters(parameter));
    const [name = ''] = parameter.split(': ');
    expect(JSON.stringify(policies)).toContain(`"${name}":"unread"`);
    expect(JSON.stringify(policies)).not.toContain('hunter2');
  });

  test.each([
    ['that is no text', '--password: 48151623', '"spec.template.spec.sharedparameters.--password" is not a text'],
    [
      'beside a field that is wrong',
      '--password: "48151623", --ip: 7',
      '"spec.template.spec.sharedparameters.--ip" is 7, expected a text',
    ],
    ['that is given twice', '--password: "48151623", --password: a', 'key "--password" appears twice'],
  ])('%s is not shown', (_, parameters, message) => {
    const found = loaded(withParameters(parameters));
    const problems = 'problems' in found ? found.problems : [];
    expect(problems.map((problem) => problem.message)).toContain(message);
    expect(JSON.stringify(problems)).not.toContain('48151623');
  });
});

test.each([
  ['"--notify-url=slack://hunter2"', '--notify-url=unread'],
  ['--slack-hook-url, "https://hunter2"', '"--slack-hook-url","unread"'],
])('the address of the messages of kured in %s is not kept', (flag, kept) => {
  const { policies } = studyOf(kured(`, --lock-ttl=30m, ${flag}`).slice(4));
  expect(JSON.stringify(policies)).toContain(kept);
  expect(JSON.stringify(policies)).not.toContain('hunter2');
});

test('a template with a mistake in it is not missing besides', () => {
  const found = loaded(once(FAR) + fencing(PLUGS).replace('agent: fence_ipmilan', 'agent: ipmilan'));
  const problems = 'problems' in found ? found.problems : [];
  expect(problems.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([
    '"ipmilan" is not a fence agent',
  ]);
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
      'no action is compared alone for "p", "q": what is done follows from templates or steps, and none of its settings changes that and nothing else',
    ]);
  });
});

test('what the releases of operators carry beside their policy changes nothing', () => {
  const beside =
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: medik8s }\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: s, namespace: medik8s }\n---\n';
  expect(studyOf(beside + once(SNR)).policies[0]?.manifests).toEqual(studyOf(once(SNR)).policies[0]?.manifests);
});
