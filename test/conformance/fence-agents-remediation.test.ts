// FenceAgentsRemediation. Source of the cases: medik8s/fence-agents-remediation 51f603e0 and its issues.

import { describe } from 'vitest';
import {
  ago,
  apply,
  type ConformanceRow,
  conformance,
  host,
  inEachLineage,
  look,
  refused,
  remove,
  restart,
  run,
} from '../kit/conformance.ts';

const HOST = 'metal3/worker-0';

/** A node with a pod on it. Its host is paused, so that nobody but the fence agent switches it. */
const CLUSTER = `
apiVersion: v1
kind: Node
metadata: { name: worker-0 }
status:
  conditions: [{ type: Ready, status: Unknown, lastTransitionTime: "${ago('400s')}" }]
---
apiVersion: metal3.io/v1alpha1
kind: BareMetalHost
metadata:
  name: worker-0
  namespace: metal3
  annotations: { baremetalhost.metal3.io/paused: "" }
spec: { online: true, bmc: { address: "ipmi://192.0.2.10", credentialsName: bmc } }
---
apiVersion: v1
kind: Pod
metadata: { name: web-0, namespace: apps }
spec: { nodeName: worker-0, containers: [{ name: web, image: web }] }
`;

/** A remediation with the options of an agent; `more` goes into its spec. */
function remediation(more = '', metadata = ''): string {
  return `
apiVersion: fence-agents-remediation.medik8s.io/v1alpha1
kind: FenceAgentsRemediation
metadata: { name: worker-0, namespace: medik8s${metadata} }
spec:
  agent: fence_ipmilan
  nodeparameters: { --ip: { worker-0: 192.0.2.10 } }
${more}
`;
}

function secret(name: string, values: Readonly<Record<string, string>>): string {
  const data = Object.entries(values).map(([key, value]) => `${key}: ${btoa(value)}`);
  return `
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: medik8s }
data: { ${data.join(', ')} }
`;
}

/** The remediation with these statuses of Processing, FenceAgentActionSucceeded and Succeeded, and a reason each. */
function conditions(...three: readonly (readonly [string, string])[]): string {
  const types = ['Processing', 'FenceAgentActionSucceeded', 'Succeeded'];
  const lines = three.map(
    ([status, reason], at) => `  - { type: ${types[at]}, status: "${status}", reason: ${reason} }`,
  );
  return `
apiVersion: fence-agents-remediation.medik8s.io/v1alpha1
kind: FenceAgentsRemediation
metadata: { name: worker-0, namespace: medik8s }
status:
  conditions:
${lines.join('\n')}
`;
}

const RUNNING = conditions(
  ['True', 'RemediationStarted'],
  ['Unknown', 'RemediationStarted'],
  ['Unknown', 'RemediationStarted'],
);
const DONE = conditions(
  ['False', 'RemediationFinishedSuccessfully'],
  ['True', 'FenceAgentSucceeded'],
  ['True', 'RemediationFinishedSuccessfully'],
);
const failed = (reason: string): string => conditions(['False', reason], ['False', reason], ['False', reason]);

const GIVEN_UP = `
apiVersion: fence-agents-remediation.medik8s.io/v1alpha1
kind: FenceAgentsRemediation
metadata:
  name: worker-0
  namespace: medik8s
  annotations: { remediation.medik8s.io/nhc-timed-out: "2026-11-22T08:00:25Z" }
`;

const ABOUT = 'FenceAgentsRemediation/worker-0';
const STARTS = [
  `${ABOUT} Normal RemediationStarted`,
  `${ABOUT} Normal AddFinalizer`,
  'Node/worker-0 Normal AddRemediationTaint',
];
const EXECUTED = [...STARTS, `${ABOUT} Normal FenceAgentExecuted`];
const SUCCEEDED = [...EXECUTED, `${ABOUT} Normal FenceAgentSucceeded`];
const FINISHES = ['Node/worker-0 Normal NodeRemediationCompleted', `${ABOUT} Normal RemediationFinished`];
const DELETED_PODS = [...SUCCEEDED, 'Node/worker-0 Normal DeleteResources', ...FINISHES];

const GONE_POD = ['Pod apps/web-0'];
const REBOOTED = [`off hard ${HOST}`, `on hard ${HOST}`];

describe('a remediation that succeeds', () => {
  conformance([
    {
      id: 'C216',
      title: 'the defaults of a remediation without values',
      given: [CLUSTER, remediation()],
      when: [],
      gives: {
        objects: `
apiVersion: fence-agents-remediation.medik8s.io/v1alpha1
kind: FenceAgentsRemediation
metadata: { name: worker-0, namespace: medik8s }
spec: { retrycount: 5, retryinterval: 5s, timeout: 60s, remediationStrategy: ResourceDeletion }
`,
      },
    },
    {
      id: 'C216',
      title: 'ResourceDeletion: the node is tainted and fenced, its pods are deleted without grace',
      given: [CLUSTER, remediation()],
      when: [run('30s')],
      gives: {
        objects: `${DONE}
---
apiVersion: v1
kind: Node
metadata: { name: worker-0 }
spec:
  taints:
  - { key: node.kubernetes.io/not-ready, effect: NoSchedule }
  - { key: remediation.medik8s.io/fence-agents-remediation, effect: NoSchedule, timeAdded: "2026-11-22T08:00:00Z" }
`,
        deleted: GONE_POD,
        events: DELETED_PODS,
        power: REBOOTED,
      },
    },
    {
      id: 'C222',
      title: 'OutOfServiceTaint: both taints while it lasts, none after its deletion',
      given: [CLUSTER, remediation('  remediationStrategy: OutOfServiceTaint')],
      when: [
        run('30s'),
        look({
          objects: `${DONE}
---
apiVersion: v1
kind: Node
metadata: { name: worker-0 }
spec:
  taints:
  - { key: node.kubernetes.io/not-ready, effect: NoSchedule }
  - { key: remediation.medik8s.io/fence-agents-remediation, effect: NoSchedule }
  - { key: node.kubernetes.io/out-of-service, value: nodeshutdown, effect: NoExecute }
`,
          events: [...SUCCEEDED, 'Node/worker-0 Normal AddOutOfServiceTaint', ...FINISHES],
          power: REBOOTED,
        }),
        remove('FenceAgentsRemediation medik8s/worker-0'),
        run('1s'),
      ],
      gives: {
        deleted: ['FenceAgentsRemediation medik8s/worker-0'],
        events: [
          ...SUCCEEDED,
          'Node/worker-0 Normal AddOutOfServiceTaint',
          ...FINISHES,
          'Node/worker-0 Normal RemoveOutOfServiceTaint',
          'Node/worker-0 Normal RemoveRemediationTaint',
          `${ABOUT} Normal RemoveFinalizer`,
        ],
        power: REBOOTED,
      },
    },
    {
      id: 'C222',
      title: 'a remediation with a generated name is for the node of its annotation',
      given: [
        CLUSTER,
        remediation('', ', annotations: { remediation.medik8s.io/node-name: worker-0 }').replace(
          'name: worker-0, namespace',
          'name: worker-0-x7k2p, namespace',
        ),
      ],
      when: [run('30s')],
      gives: {
        deleted: GONE_POD,
        events: DELETED_PODS.map((event) => event.replace(ABOUT, `${ABOUT}-x7k2p`)),
        power: REBOOTED,
      },
    },
  ]);
});

describe('the options of the agent', () => {
  const withAction = (action: string): string => `  sharedparameters: { --action: "${action}" }`;
  /** Nothing is switched: the remediation stays as it started. */
  const neverRun = (id: string, title: string, spec: string, secrets: readonly string[]): ConformanceRow => ({
    id,
    title,
    given: [
      CLUSTER,
      secret('shared', { '--username': 'admin' }),
      secret('own', { '--username': 'admin' }),
      remediation(spec),
    ],
    // Only now do the Secrets break a rule: at its creation the remediation would have been refused.
    when: [...secrets.map((text) => apply(text)), run('30s')],
    gives: { objects: RUNNING, events: STARTS, power: [] },
  });
  conformance([
    {
      id: 'C220',
      title: 'no action: reboot',
      given: [CLUSTER, remediation()],
      when: [run('30s')],
      gives: { objects: DONE, deleted: GONE_POD, events: DELETED_PODS, power: REBOOTED },
    },
    {
      id: 'C220',
      title: 'action off: the host stays off',
      given: [CLUSTER, remediation(withAction('off'))],
      when: [run('30s')],
      gives: { objects: DONE, deleted: GONE_POD, events: DELETED_PODS, power: [`off hard ${HOST}`] },
    },
    {
      id: 'C220',
      title: 'action on is refused',
      given: [CLUSTER],
      when: [
        refused(remediation(withAction('on')), "FAR doesn't support any other action than `reboot` or `off`"),
        run('1s'),
      ],
      gives: {},
    },
    {
      id: 'C220',
      title: 'action on that a Secret brings in later is not run, and an event says so',
      given: [CLUSTER, secret('shared', { '--username': 'admin' }), remediation('  sharedSecretName: shared')],
      when: [apply(secret('shared', { '--action': 'on' })), run('30s')],
      gives: { objects: RUNNING, events: [...STARTS, `${ABOUT} Warning UnsupportedAction`], power: [] },
    },
    {
      id: 'C221',
      title: 'a parameter of the node wins over the shared one',
      given: [CLUSTER, remediation('  sharedparameters: { --ip: 192.0.2.99 }')],
      when: [run('30s')],
      gives: { objects: DONE, deleted: GONE_POD, events: DELETED_PODS, power: REBOOTED },
    },
    neverRun(
      'C221',
      'in the shared Secret and in the node parameters: the agent is not run',
      '  sharedSecretName: shared',
      [secret('shared', { '--ip': '192.0.2.10' })],
    ),
    neverRun(
      'C221',
      'in the shared Secret and in the shared parameters: the agent is not run',
      '  sharedSecretName: shared\n  sharedparameters: { --cipher: "17" }',
      [secret('shared', { '--cipher': '3' })],
    ),
    neverRun(
      'C221',
      "in the node's Secret and in the node parameters: the agent is not run",
      '  nodeSecretNames: { worker-0: own }',
      [secret('own', { '--ip': '192.0.2.10' })],
    ),
    neverRun(
      'C221',
      "in the node's Secret and in the shared parameters: the agent is not run",
      '  nodeSecretNames: { worker-0: own }\n  sharedparameters: { --cipher: "17" }',
      [secret('own', { '--cipher': '3' })],
    ),
    {
      id: 'C221',
      title: "the same in both Secrets: the node's wins",
      given: [
        CLUSTER,
        secret('shared', { '--ip': '192.0.2.99' }),
        secret('own', { '--ip': '192.0.2.10' }),
        remediation('  sharedSecretName: shared\n  nodeSecretNames: { worker-0: own }').replace(
          '{ --ip: { worker-0: 192.0.2.10 } }',
          '{ --ipport: { worker-0: "623" } }',
        ),
      ],
      when: [run('30s')],
      gives: { objects: DONE, deleted: GONE_POD, events: DELETED_PODS, power: REBOOTED },
    },
    {
      id: 'C221',
      title: "the node's name stands in a shared Secret",
      given: [
        CLUSTER.replace('192.0.2.10', 'worker-0.bmc.example.com'),
        secret('shared', { '--ip': '{{.NodeName}}.bmc.example.com' }),
        remediation('  sharedSecretName: shared').replace(/\n {2}nodeparameters.*/, ''),
      ],
      when: [run('30s')],
      gives: { objects: DONE, deleted: GONE_POD, events: DELETED_PODS, power: REBOOTED },
    },
  ]);
});

describe('an agent that does not succeed', () => {
  const patient = '  retrycount: 3\n  retryinterval: 10s';
  conformance([
    {
      id: 'C218',
      title: 'the agent needs 10 s and has 2 s: it is stopped, and all three conditions are False',
      given: [CLUSTER, remediation('  timeout: 2s')],
      bmc: { powerOffMs: 10_000 },
      when: [run('60s')],
      gives: { objects: failed('FenceAgentTimedOut'), events: EXECUTED, power: [`off hard ${HOST}`] },
    },
    {
      id: 'C218',
      title: 'a silent BMC: the agent gives up after 20 s by itself, three times, 10 s apart, and the pod stays',
      given: [CLUSTER, remediation(patient)],
      when: [host(HOST, 'silent'), run('79s'), look({ objects: RUNNING, events: EXECUTED, power: [] }), run('1s')],
      gives: { objects: failed('FenceAgentFailed'), events: EXECUTED, power: [] },
    },
    {
      id: 'C218',
      title: 'an address where nobody answers is no success either',
      given: [CLUSTER.replace('192.0.2.10', '192.0.2.11'), remediation('  retrycount: 1')],
      when: [run('20s')],
      gives: { objects: failed('FenceAgentFailed'), events: EXECUTED, power: [] },
    },
    {
      id: 'C219',
      title: 'deleted between two tries: nothing is written and no try follows',
      given: [CLUSTER, remediation(patient, ', finalizers: [example.com/keep]')],
      when: [
        host(HOST, 'silent'),
        run('25s'),
        host(HOST, 'answers'),
        remove('FenceAgentsRemediation medik8s/worker-0'),
        run('60s'),
      ],
      gives: {
        objects: RUNNING,
        deleted: ['FenceAgentsRemediation medik8s/worker-0'],
        events: [...EXECUTED, 'Node/worker-0 Normal RemoveRemediationTaint', `${ABOUT} Normal RemoveFinalizer`],
        power: [],
      },
    },
    ...inEachLineage(
      {
        id: 'C219',
        title: 'deleted while the agent has the host off',
        trap: 'C219',
        given: [CLUSTER, remediation(patient, ', finalizers: [example.com/keep]')],
        when: [run('5500ms'), remove('FenceAgentsRemediation medik8s/worker-0'), run('60s')],
      },
      {
        exact: {
          objects: RUNNING,
          deleted: ['FenceAgentsRemediation medik8s/worker-0'],
          events: [...EXECUTED, 'Node/worker-0 Normal RemoveRemediationTaint', `${ABOUT} Normal RemoveFinalizer`],
          power: [`off hard ${HOST}`],
        },
        corrected: {
          objects: RUNNING,
          deleted: ['FenceAgentsRemediation medik8s/worker-0'],
          events: [...EXECUTED, 'Node/worker-0 Normal RemoveRemediationTaint', `${ABOUT} Normal RemoveFinalizer`],
          power: REBOOTED,
        },
      },
    ),
    ...inEachLineage(
      {
        id: 'C219',
        title: 'the health check gives up while the agent has the host off',
        trap: 'C219',
        given: [CLUSTER, remediation(patient)],
        when: [run('5500ms'), apply(GIVEN_UP), run('60s')],
      },
      {
        exact: {
          objects: failed('RemediationInterruptedByNHC'),
          events: [...EXECUTED, `${ABOUT} Normal RemediationStopped`],
          power: [`off hard ${HOST}`],
        },
        corrected: {
          objects: failed('RemediationInterruptedByNHC'),
          events: [...EXECUTED, `${ABOUT} Normal RemediationStopped`],
          power: REBOOTED,
        },
      },
    ),
    {
      id: 'C219',
      title: 'the health check gives up between two tries: all three conditions are False and no try follows',
      given: [CLUSTER, remediation(patient)],
      when: [host(HOST, 'silent'), run('25s'), host(HOST, 'answers'), apply(GIVEN_UP), run('60s')],
      gives: {
        objects: failed('RemediationInterruptedByNHC'),
        events: [...EXECUTED, `${ABOUT} Normal RemediationStopped`],
        power: [],
      },
    },
  ]);
});

/** The agent was run again, and then it is as after one run. */
const RUN_TWICE = {
  objects: DONE,
  deleted: GONE_POD,
  events: [...EXECUTED, `${ABOUT} Normal FenceAgentExecuted`, ...DELETED_PODS.slice(EXECUTED.length)],
};

describe('known defects, as they are and mended', () => {
  conformance([
    ...inEachLineage(
      {
        id: 'C219',
        title: 'the operator restarts while the host is off',
        trap: 'I57',
        given: [CLUSTER, remediation('  retrycount: 2')],
        when: [run('5500ms'), restart, run('60s')],
      },
      {
        // The agent died with the host off, and the next one finds it so: on is all that is left to do.
        exact: { ...RUN_TWICE, power: [`off hard ${HOST}`, `on hard ${HOST}`] },
        corrected: { ...RUN_TWICE, power: REBOOTED },
      },
    ),
    ...inEachLineage(
      {
        id: 'C219',
        title: 'the operator restarts while the host comes on again',
        trap: 'I57',
        given: [CLUSTER, remediation('  retrycount: 2')],
        bmc: { powerOffMs: 1_000, powerOnMs: 1_000 },
        when: [run('5s'), restart, run('60s')],
      },
      {
        exact: { ...RUN_TWICE, power: [...REBOOTED, ...REBOOTED] },
        corrected: { ...RUN_TWICE, power: REBOOTED },
      },
    ),
    ...inEachLineage(
      {
        id: 'C219',
        title: 'the Node vanishes while the remediation fails, and then the remediation is deleted',
        trap: 'I58',
        given: [CLUSTER, remediation('  retrycount: 1')],
        when: [
          host(HOST, 'silent'),
          run('30s'),
          remove('Node worker-0'),
          remove('FenceAgentsRemediation medik8s/worker-0'),
          run('600s'),
        ],
      },
      {
        exact: {
          objects: failed('FenceAgentFailed'),
          deleted: ['FenceAgentsRemediation medik8s/worker-0', 'Node worker-0'],
          events: [...EXECUTED, `${ABOUT} Warning NodeNotFound`],
          power: [],
        },
        corrected: {
          deleted: ['FenceAgentsRemediation medik8s/worker-0', 'Node worker-0'],
          events: [...EXECUTED, `${ABOUT} Normal RemoveFinalizer`],
          power: [],
        },
      },
    ),
    {
      id: 'C218',
      title: 'somebody has written no number where the tries are written down: the first try is the first',
      lineage: 'corrected',
      given: [CLUSTER, remediation('', ', annotations: { fence-agents-remediation.medik8s.io/try: first }')],
      when: [run('60s')],
      gives: { objects: DONE, deleted: GONE_POD, events: DELETED_PODS, power: REBOOTED },
    },
    ...inEachLineage(
      {
        id: 'C218',
        title: 'no try is allowed',
        trap: 'C218',
        given: [CLUSTER, remediation('  retrycount: 0')],
        when: [run('30s')],
      },
      {
        exact: { objects: DONE, deleted: GONE_POD, events: DELETED_PODS, power: [] },
        corrected: { objects: failed('FenceAgentFailed'), events: STARTS, power: [] },
      },
    ),
    {
      id: 'C219',
      title: 'a remediation for a node that does not exist has no finalizer and fails',
      given: [remediation()],
      gives: {
        objects: failed('RemediationFinishedNodeNotFound'),
        events: [`${ABOUT} Warning NodeNotFound`],
      },
    },
  ]);
});
