// Cluster API's MachineHealthCheck. Source of the cases: kubernetes-sigs/cluster-api ae7ff047,
// core/reconcilers/machinehealthcheck and its tests. Machines without an owner show what the health
// check does by itself; what owners do is in owner-remediation.test.ts.

import { describe } from 'vitest';
import {
  ago,
  apply,
  type ConformanceRow,
  conformance,
  inEachLineage,
  look,
  refused,
  remove,
  run,
} from '../kit/conformance.ts';
import {
  CAPI_NAMESPACE,
  CLUSTER_NAME,
  capiMachine,
  clusterText,
  fleet,
  nodeText,
  workerNames,
} from '../kit/conformance-objects.ts';

const HEAD = `
apiVersion: cluster.x-k8s.io/v1beta2
kind: MachineHealthCheck
metadata: { name: workers, namespace: ${CAPI_NAMESPACE} }`;
const CHECK = `MachineHealthCheck ${CAPI_NAMESPACE}/workers`;

const NODE_CONDITIONS = `    unhealthyNodeConditions:
      - { type: Ready, status: Unknown, timeoutSeconds: 300 }
      - { type: Ready, status: "False", timeoutSeconds: 300 }`;

function check(remediation = '{}', checks = ''): string {
  return `${HEAD}
spec:
  clusterName: ${CLUSTER_NAME}
  selector: { matchLabels: { pool: workers } }
  checks:
${NODE_CONDITIONS}
${checks}
  remediation: ${remediation}
`;
}

function limit(triggerIf: string): string {
  return check(`{ triggerIf: { ${triggerIf} } }`);
}

function checkStatus(status: string): string {
  return `${HEAD}\nstatus: ${status}\n`;
}

/** Conditions of a Machine, whole, or none: `HealthCheckSucceeded: 'False UnhealthyNode'`. */
function machine(name: string, conditions: Readonly<Record<string, string>>): string {
  const lines = Object.entries(conditions).map(([type, text]) => {
    const [status, reason] = text.split(' ');
    return `\n    - { type: ${type}, status: "${status}", reason: ${reason} }`;
  });
  return `
---
apiVersion: cluster.x-k8s.io/v1beta2
kind: Machine
metadata: { name: ${name}, namespace: ${CAPI_NAMESPACE} }
status:
  conditions: ${lines.length === 0 ? 'null' : lines.join('')}
`;
}

const WELL = { HealthCheckSucceeded: 'True HealthCheckSucceeded' };
const MARKED = { HealthCheckSucceeded: 'False UnhealthyNode' };
const HANDED_OVER = { ...MARKED, OwnerRemediated: 'False WaitingForRemediation' };

const capi = (row: ConformanceRow): ConformanceRow => ({ machineApi: 'cluster-api', ...row });
const unowned = (name: string): string => capiMachine(name, { owned: false });
const marked = (name: string): string => `Machine/${name} Normal MachineMarkedUnhealthy`;
const RESTRICTED = 'MachineHealthCheck/workers Warning RemediationRestricted';

interface Count {
  readonly id: string;
  readonly of: number;
  readonly sick: number;
  readonly when: string;
  readonly trap?: string;
}

function machines(of: number, sick: number, sickOnes: Readonly<Record<string, string>>): string {
  return workerNames(of)
    .map((name, i) => machine(name, i < sick ? sickOnes : WELL))
    .join('');
}

/** The sick Machines are marked, their owners are not asked, and an event says why if any is sick. */
function shortCircuited({ id, of, sick, when, trap }: Count): ConformanceRow {
  return capi({
    id,
    title: `${sick} of ${of} unhealthy, ${when}: not allowed`,
    ...(trap === undefined ? {} : { trap }),
    given: [clusterText(), ...fleet(of, sick, unowned), limit(when)],
    gives: {
      objects: `${checkStatus(`
  expectedMachines: ${of}
  currentHealthy: ${of - sick}
  remediationsAllowed: 0
  observedGeneration: 1
  targets: [${workerNames(of).join(', ')}]
  conditions:
    - { type: Paused, status: "False", reason: NotPaused }
    - { type: RemediationAllowed, status: "False", reason: TooManyUnhealthy }`)}${machines(of, sick, MARKED)}`,
      events: [...(sick === 0 ? [] : [RESTRICTED]), ...workerNames(sick).map(marked)],
    },
  });
}

/** The sick Machines are marked, and their owners are asked; the health check deletes nothing. */
function allowed({ id, of, sick, when, trap, left }: Count & { readonly left: number }): ConformanceRow {
  return capi({
    id,
    title: `${sick} of ${of} unhealthy, ${when}: allowed, ${left} more would be`,
    ...(trap === undefined ? {} : { trap }),
    given: [clusterText(), ...fleet(of, sick, unowned), limit(when)],
    gives: {
      objects: `${checkStatus(`
  expectedMachines: ${of}
  currentHealthy: ${of - sick}
  remediationsAllowed: ${left}
  conditions:
    - { type: Paused, status: "False", reason: NotPaused }
    - { type: RemediationAllowed, status: "True", reason: RemediationAllowed }`)}${machines(of, sick, HANDED_OVER)}`,
      events: workerNames(sick).map(marked),
    },
  });
}

describe('how many may be unhealthy', () => {
  conformance([
    shortCircuited({ id: 'C038', of: 3, sick: 2, when: 'unhealthyLessThanOrEqualTo: 1' }),
    allowed({ id: 'C039', of: 3, sick: 2, when: 'unhealthyLessThanOrEqualTo: 2', left: 0 }),
    shortCircuited({ id: 'C040', of: 5, sick: 3, when: 'unhealthyLessThanOrEqualTo: 50%', trap: 'T1' }),
    allowed({ id: 'C041', of: 5, sick: 3, when: 'unhealthyLessThanOrEqualTo: 60%', left: 0 }),
    allowed({ id: 'C042', of: 5, sick: 3, when: 'unhealthyLessThanOrEqualTo: 70%', left: 0, trap: 'T1' }),
    shortCircuited({ id: 'C044', of: 8, sick: 2, when: 'unhealthyInRange: "[3-5]"' }),
    allowed({ id: 'C045', of: 8, sick: 3, when: 'unhealthyInRange: "[3-5]"', left: 2 }),
    allowed({ id: 'C045', of: 8, sick: 4, when: 'unhealthyInRange: "[3-5]"', left: 1 }),
    allowed({ id: 'C045', of: 8, sick: 5, when: 'unhealthyInRange: "[3-5]"', left: 0 }),
    shortCircuited({ id: 'C045', of: 8, sick: 6, when: 'unhealthyInRange: "[3-5]"' }),
    shortCircuited({ id: 'C064', of: 3, sick: 0, when: 'unhealthyLessThanOrEqualTo: -1' }),
    capi({
      id: 'C046',
      title: 'range [5-3]: an error; counts are written, nothing is allowed, nobody is marked',
      given: [clusterText(), ...fleet(8, 4, unowned), limit('unhealthyInRange: "[5-3]"')],
      when: [run('1h')],
      gives: {
        objects: `${checkStatus(`
  expectedMachines: 8
  currentHealthy: 4
  conditions: [{ type: Paused, status: "False", reason: NotPaused }]`)}${machine('worker-00', {})}`,
      },
    }),
    capi({
      id: 'C048',
      title: 'a plain string is no limit, and the verdict on a Machine no condition to judge it by: both are refused',
      given: [clusterText(), ...fleet(5, 1, unowned)],
      when: [
        refused(
          check('{}', '    unhealthyMachineConditions: [{ type: Ready, status: "False", timeoutSeconds: 60 }]'),
          'type must not be one of: Ready, Available, HealthCheckSucceeded, OwnerRemediated, ExternallyRemediated',
        ),
        refused(limit('unhealthyLessThanOrEqualTo: "2"'), 'must be either an int or a percentage'),
        run('1h'),
      ],
      gives: {},
    }),
  ]);
});

describe('when a target is unhealthy', () => {
  const startup = (seconds: number): string => check('{}', `    nodeStartupTimeoutSeconds: ${seconds}`);
  const timedOut = { HealthCheckSucceeded: 'False NodeStartupTimeout', OwnerRemediated: 'False WaitingForRemediation' };
  const infrastructureReady = (since: string) => [
    { type: 'InfrastructureReady', status: 'True', reason: 'Ready', lastTransitionTime: ago(since) } as const,
  ];
  const fresh = (created: string, infrastructure: string): string =>
    capiMachine('a', { node: false, owned: false, created, conditions: infrastructureReady(infrastructure) });
  const one = (since: string): readonly string[] => [clusterText(), nodeText('a', 'Unknown', since), unowned('a')];
  conformance(
    [
      {
        id: 'C049',
        title: 'no Node, created 400 s ago, startup timeout 600 s: looked at again after 201 s',
        given: [clusterText(), fresh('400s', '400s'), startup(600)],
        when: [run('0s')],
        gives: {
          objects: checkStatus('{ expectedMachines: 1, currentHealthy: 0 }'),
          decidesAgain: { of: CHECK, after: '201s' },
        },
      },
      {
        id: 'C050',
        title: 'no Node, created 400 s ago, infrastructure ready 50 s ago: looked at again after 551 s',
        given: [clusterText(), fresh('400s', '50s'), startup(600)],
        when: [run('0s')],
        gives: { decidesAgain: { of: CHECK, after: '551s' } },
      },
      {
        id: 'C050',
        title: 'no Node, control plane initialised 50 s ago: looked at again after 551 s',
        given: [clusterText('none', { ControlPlaneInitialized: '50s' }), fresh('400s', '400s'), startup(600)],
        when: [run('0s')],
        gives: { decidesAgain: { of: CHECK, after: '551s' } },
      },
      {
        id: 'C050',
        title: 'no Node, infrastructure of the cluster ready 50 s ago: looked at again after 551 s',
        given: [clusterText('none', { InfrastructureReady: '50s' }), fresh('400s', '400s'), startup(600)],
        when: [run('0s')],
        gives: { decidesAgain: { of: CHECK, after: '551s' } },
      },
      {
        id: 'C051',
        title: 'no Node, created 1200 s ago, startup timeout 600 s by default',
        given: [clusterText(), fresh('1200s', '1200s'), check()],
        when: [run('1ms')],
        gives: {
          objects: machine('a', { InfrastructureReady: 'True Ready', ...timedOut }),
          events: [marked('a')],
        },
      },
      {
        id: 'C052',
        title: 'startup timeout 0: neither healthy nor unhealthy, never looked at again',
        given: [clusterText(), fresh('240h', '240h'), startup(0)],
        when: [run('1s')],
        gives: {
          objects: `${checkStatus('{ expectedMachines: 1, currentHealthy: 0 }')}${machine('a', { InfrastructureReady: 'True Ready' })}`,
          decidesAgain: { of: CHECK, after: 'never' },
        },
      },
      {
        id: 'C054',
        title: 'Ready=Unknown for 100 s of 300 s: looked at again after 201 s',
        given: [...one('100s'), check()],
        when: [run('0s')],
        gives: { objects: checkStatus('{ currentHealthy: 0 }'), decidesAgain: { of: CHECK, after: '201s' } },
      },
      {
        id: 'C054',
        title: 'Ready=Unknown for 100 s of 300 s: unhealthy when its time is over, not before',
        given: [...one('100s'), check()],
        when: [run('200999ms'), look({ objects: machine('a', {}) }), run('1ms')],
        gives: { objects: machine('a', HANDED_OVER), events: [marked('a')] },
      },
      {
        id: 'C055',
        title: 'Ready=Unknown for 400 s of 300 s',
        given: [...one('400s'), check()],
        when: [run('1ms')],
        gives: { objects: machine('a', HANDED_OVER), events: [marked('a')] },
      },
      {
        id: 'C056',
        title: 'its Node is gone',
        given: [clusterText(), nodeText('a'), unowned('a'), check()],
        when: [run('1h'), look({ objects: machine('a', WELL) }), remove('Node a'), run('1ms')],
        gives: {
          objects: machine('a', { ...HANDED_OVER, HealthCheckSucceeded: 'False NodeDeleted' }),
          deleted: ['Node a'],
          events: [marked('a')],
        },
      },
      {
        id: 'C055',
        title: 'a condition of the Machine itself, for longer than its time, before that of its Node',
        given: [
          clusterText(),
          nodeText('a', 'Unknown', '400s'),
          capiMachine('a', {
            owned: false,
            conditions: [
              { type: 'NodeHealthy', status: 'False', reason: 'NodeNotReady', lastTransitionTime: ago('400s') },
            ],
          }),
          check('{}', '    unhealthyMachineConditions: [{ type: NodeHealthy, status: "False", timeoutSeconds: 60 }]'),
        ],
        gives: {
          objects: machine('a', {
            NodeHealthy: 'False NodeNotReady',
            ...HANDED_OVER,
            HealthCheckSucceeded: 'False UnhealthyMachine',
          }),
          events: [marked('a')],
        },
      },
      {
        id: 'C054',
        title: 'a condition of the Machine itself, not for long enough: looked at again one second after its time',
        given: [
          clusterText(),
          nodeText('a'),
          unowned('a'),
          check('{}', '    unhealthyMachineConditions: [{ type: NodeHealthy, status: "False", timeoutSeconds: 60 }]'),
        ],
        when: [
          run('1h'),
          apply(`
apiVersion: cluster.x-k8s.io/v1beta2
kind: Machine
metadata: { name: a, namespace: ${CAPI_NAMESPACE} }
status: { conditions: [{ type: NodeHealthy, status: "False", reason: NodeNotReady, lastTransitionTime: "2026-11-22T09:00:00Z" }] }
`),
          run('0s'),
        ],
        gives: {
          objects: checkStatus('{ expectedMachines: 1, currentHealthy: 0 }'),
          decidesAgain: { of: CHECK, after: '61s' },
        },
      },
      ...['skip-remediation', 'paused'].map((annotation) => ({
        id: 'C058',
        title: `${annotation}, and dead: no target, in no count`,
        given: [
          clusterText(),
          ...fleet(2, 0, unowned),
          capiMachine('dead', { owned: false, annotations: { [`cluster.x-k8s.io/${annotation}`]: '' } }),
          limit('unhealthyLessThanOrEqualTo: 1'),
        ],
        gives: { objects: checkStatus('{ expectedMachines: 2, currentHealthy: 2, targets: [worker-00, worker-01] }') },
      })),
      {
        id: 'C059',
        title: 'control plane not initialised: a worker is not evaluated; then at once',
        given: [clusterText('ControlPlaneInitialized'), nodeText('a', 'False', '1h'), unowned('a'), check()],
        when: [run('24h'), look({ objects: machine('a', {}) }), apply(clusterText()), run('1ms')],
        gives: { objects: machine('a', HANDED_OVER), events: [marked('a')] },
      },
      {
        id: 'C059',
        title: 'cluster infrastructure not ready: nobody is evaluated',
        given: [clusterText('InfrastructureReady'), nodeText('a', 'False', '1h'), unowned('a'), check()],
        when: [run('24h')],
        gives: { objects: machine('a', WELL) },
      },
      {
        id: 'C061',
        title: 'marked for remediation by annotation: unhealthy at once, with a Node that is well',
        given: [
          clusterText(),
          nodeText('a'),
          capiMachine('a', { owned: false, annotations: { 'cluster.x-k8s.io/remediate-machine': '' } }),
          check(),
        ],
        when: [run('1ms')],
        gives: {
          objects: machine('a', { ...HANDED_OVER, HealthCheckSucceeded: 'False HasRemediateAnnotation' }),
          events: [marked('a')],
        },
      },
    ].map(capi),
  );
});

describe('short-circuited', () => {
  conformance([
    capi({
      id: 'C060',
      title:
        'both are marked, no owner is asked, nothing is looked at again; one recovers, and the other is handed over',
      given: [clusterText(), ...fleet(4, 2, unowned), limit('unhealthyLessThanOrEqualTo: 1')],
      when: [
        run('1s'),
        look({
          objects: `${machine('worker-00', MARKED)}${machine('worker-01', MARKED)}`,
          events: [RESTRICTED, marked('worker-00'), marked('worker-01')],
          decidesAgain: { of: CHECK, after: 'never' },
        }),
        apply(nodeText('worker-00')),
        run('1ms'),
      ],
      gives: {
        objects: `${machine('worker-00', WELL)}${machine('worker-01', HANDED_OVER)}`,
        events: [RESTRICTED, marked('worker-00'), marked('worker-01'), marked('worker-01')],
      },
    }),
  ]);
});

describe('asking the owner', () => {
  conformance([
    capi({
      id: 'C061',
      title: 'OwnerRemediated=False, and nothing is deleted; an owner that has answered is not asked again',
      given: [clusterText(), nodeText('a', 'Unknown', '400s'), unowned('a'), check()],
      when: [
        run('1s'),
        look({ objects: machine('a', HANDED_OVER), events: [marked('a')] }),
        apply(`
apiVersion: cluster.x-k8s.io/v1beta2
kind: Machine
metadata: { name: a, namespace: ${CAPI_NAMESPACE} }
status:
  conditions:
    - { type: HealthCheckSucceeded, status: "False", reason: UnhealthyNode, lastTransitionTime: "${ago('0s')}", message: "Health check failed: Condition Ready on Node is reporting status Unknown for more than 5m0s" }
    - { type: OwnerRemediated, status: "False", reason: RemediationDeferred, lastTransitionTime: "${ago('0s')}" }
`),
        run('1h'),
      ],
      gives: {
        objects: machine('a', { ...MARKED, OwnerRemediated: 'False RemediationDeferred' }),
        events: [marked('a')],
      },
    }),
    capi({
      id: 'C061',
      title: 'a Machine that is being deleted is marked, its owner is not asked',
      given: [
        clusterText(),
        nodeText('a', 'Unknown', '400s'),
        capiMachine('a', { owned: false, deleting: true }),
        check(),
      ],
      gives: {
        objects: machine('a', MARKED),
        deleted: [`Machine ${CAPI_NAMESPACE}/a`],
        events: [marked('a')],
      },
    }),
  ]);
});

describe('paused', () => {
  const paused = (status: string, reason: string): string =>
    checkStatus(`{ conditions: [{ type: Paused, status: "${status}", reason: ${reason} }] }`);
  conformance([
    capi({
      id: 'C060',
      title: 'a paused check says so and does nothing; resumed it goes on',
      given: [
        clusterText(),
        nodeText('a', 'Unknown', '400s'),
        unowned('a'),
        check().replace('namespace: metal3 }', 'namespace: metal3, annotations: { cluster.x-k8s.io/paused: "" } }'),
      ],
      when: [
        run('1h'),
        look({ objects: paused('True', 'Paused') }),
        apply(
          check().replace('namespace: metal3 }', 'namespace: metal3, annotations: { cluster.x-k8s.io/paused: null } }'),
        ),
        run('1ms'),
      ],
      gives: {
        objects: checkStatus(`
  expectedMachines: 1
  conditions:
    - { type: Paused, status: "False", reason: NotPaused }
    - { type: RemediationAllowed, status: "True", reason: RemediationAllowed }`),
        events: [marked('a')],
      },
    }),
    capi({
      id: 'C060',
      title: 'so does the check of a paused Cluster',
      given: [
        clusterText().replace('spec:\n', 'spec:\n  paused: true\n'),
        nodeText('a', 'Unknown', '400s'),
        unowned('a'),
        check(),
      ],
      when: [run('1h')],
      gives: { objects: paused('True', 'Paused') },
    }),
  ]);
});

describe('with a template', () => {
  const withTemplate = check(`
    templateRef:
      apiVersion: infrastructure.cluster.x-k8s.io/v1beta2
      kind: Metal3RemediationTemplate
      name: reboot`);
  const template = `
apiVersion: infrastructure.cluster.x-k8s.io/v1beta2
kind: Metal3RemediationTemplate
metadata: { name: reboot, namespace: ${CAPI_NAMESPACE} }
spec: { template: { spec: { strategy: { type: Reboot, retryLimit: 2, timeoutSeconds: 300 } } } }
`;
  const request = (name: string): string => `
---
apiVersion: infrastructure.cluster.x-k8s.io/v1beta2
kind: Metal3Remediation
metadata:
  name: ${name}
  namespace: ${CAPI_NAMESPACE}
  ownerReferences: [{ apiVersion: cluster.x-k8s.io/v1beta2, kind: Machine, name: ${name} }]
spec: { strategy: { type: Reboot, retryLimit: 2, timeoutSeconds: 300 } }
`;
  const requested = (...names: readonly string[]): readonly string[] =>
    names.map((name) => `Metal3Remediation ${CAPI_NAMESPACE}/${name}`);
  const asked = { ...MARKED, ExternallyRemediated: 'False WaitingForRemediation' };
  const names = ['m1', 'm2', 'm3'];
  const sickOnes = [clusterText(), ...names.flatMap((name) => [nodeText(name, 'Unknown', '1h'), unowned(name)])];
  const existing = request('m1').replace(/ {2}ownerReferences:.*\n/, '');
  conformance([
    capi({
      id: 'C061',
      title: 'with a template every unhealthy Machine of a first pass gets its request, and no owner is asked',
      given: [...sickOnes, template, withTemplate],
      gives: {
        objects: names.map((name) => `${request(name)}${machine(name, asked)}`).join(''),
        created: requested(...names),
        events: names.map(marked),
      },
    }),
    capi({
      id: 'C061',
      title: 'the request goes when its Machine is well',
      given: [...sickOnes, template, withTemplate],
      when: [run('1s'), apply(nodeText('m2', 'True', '0s')), run('1ms')],
      gives: {
        objects: machine('m2', { ...WELL, ExternallyRemediated: 'False WaitingForRemediation' }),
        created: requested('m1', 'm3'),
        events: names.map(marked),
      },
    }),
    ...inEachLineage(
      {
        id: 'C062',
        trap: 'T5',
        machineApi: 'cluster-api',
        title: 'm1, m2, m3 unhealthy, m1 has its request already',
        given: [...sickOnes, template, existing, withTemplate],
        when: [run('24h')],
      },
      {
        exact: { objects: names.map((name) => machine(name, {})).join('') },
        corrected: {
          objects: ['m2', 'm3'].map((name) => `${request(name)}${machine(name, asked)}`).join(''),
          created: requested('m2', 'm3'),
          events: names.map(marked),
        },
      },
    ),
    capi({
      id: 'C062',
      title:
        'the template is not there: a condition of v1beta1 says so, for ever; once it is there, all get their requests',
      given: [...sickOnes, withTemplate],
      when: [
        run('1h'),
        look({
          objects: checkStatus(`
  deprecated:
    v1beta1:
      conditions:
        - { type: ExternalRemediationTemplateAvailable, status: "False", severity: Error, reason: ExternalRemediationTemplateNotFound }`),
        }),
        apply(template),
        run('1ms'),
      ],
      gives: {
        objects: checkStatus(`
  deprecated: { v1beta1: { conditions: [{ type: ExternalRemediationTemplateAvailable, status: "False" }] } }`),
        created: requested(...names),
        events: names.map(marked),
      },
    }),
  ]);
});
