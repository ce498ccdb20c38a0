// OpenShift's MachineHealthCheck. Source of the cases: openshift/machine-api-operator 95119612,
// pkg/controller/machinehealthcheck and its tests.

import { describe } from 'vitest';
import { ago, apply, type ConformanceRow, conformance, look, remove, run } from '../kit/conformance.ts';
import {
  nodeText,
  OPENSHIFT_NAMESPACE,
  openshiftFleet,
  openshiftMachine,
  openshiftMachineSet,
  workerNames,
} from '../kit/conformance-objects.ts';

const SELECTOR = '  selector: { matchLabels: { pool: workers } }';
const READY_300S = `  unhealthyConditions:
    - { type: Ready, status: Unknown, timeout: 300s }
    - { type: Ready, status: "False", timeout: 300s }`;

function check(
  spec = '',
  rest: { readonly annotations?: string; readonly selector?: string; readonly conditions?: string } = {},
) {
  const { annotations = '{}', selector = SELECTOR, conditions = READY_300S } = rest;
  return `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: workers, namespace: ${OPENSHIFT_NAMESPACE}, annotations: ${annotations} }
spec:
${selector}
${conditions}
${spec}
`;
}

function checkStatus(status: string): string {
  return `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: workers, namespace: ${OPENSHIFT_NAMESPACE} }
status: ${status}
`;
}

function keyOf(name: string): string {
  return `Machine ${OPENSHIFT_NAMESPACE}/${name}`;
}

const CHECK = `MachineHealthCheck ${OPENSHIFT_NAMESPACE}/workers`;
const DELETED_A = { deleted: [keyOf('a')], events: ['Machine/a Normal MachineDeleted'] };

interface Count {
  readonly id: string;
  readonly of: number;
  readonly sick: number;
  readonly limit: string;
  readonly trap?: string;
}

/** More are unhealthy than the limit: nothing but a condition and an event. */
function shortCircuited({ id, of, sick, limit, trap }: Count): ConformanceRow {
  return {
    id,
    title: `${sick} of ${of} unhealthy, ${limit}: short-circuited`,
    ...(trap === undefined ? {} : { trap }),
    given: [...openshiftFleet(of, sick), check(`  ${limit}`)],
    gives: {
      objects: checkStatus(`
  expectedMachines: ${of}
  currentHealthy: ${of - sick}
  remediationsAllowed: 0
  conditions: [{ type: RemediationAllowed, status: "False", reason: TooManyUnhealthy, severity: Warning }]`),
      events: ['MachineHealthCheck/workers Warning RemediationRestricted'],
    },
  };
}

/** All of them are deleted in the same pass. */
function allowed({ id, of, sick, limit, left, trap }: Count & { readonly left: number }): ConformanceRow {
  const names = workerNames(sick);
  return {
    id,
    title: `${sick} of ${of} unhealthy, ${limit}: allowed, ${left} more would be`,
    ...(trap === undefined ? {} : { trap }),
    given: [...openshiftFleet(of, sick), check(limit === 'no limit' ? '' : `  ${limit}`)],
    // Machines that are being deleted are unhealthy still, so the counts do not move.
    gives: {
      objects: checkStatus(`
  expectedMachines: ${of}
  currentHealthy: ${of - sick}
  remediationsAllowed: ${left}
  conditions: [{ type: RemediationAllowed, status: "True" }]`),
      deleted: names.map(keyOf),
      events: names.map((name) => `Machine/${name} Normal MachineDeleted`),
    },
  };
}

describe('how many may be unhealthy', () => {
  conformance([
    allowed({ id: 'C001', of: 10, sick: 5, limit: 'no limit', left: 5 }),
    shortCircuited({ id: 'C002', of: 10, sick: 5, limit: 'maxUnhealthy: 40%' }),
    allowed({ id: 'C004', of: 10, sick: 4, limit: 'maxUnhealthy: 40%', left: 0 }),
    allowed({ id: 'C005', of: 5, sick: 2, limit: 'maxUnhealthy: 2', left: 0 }),
    shortCircuited({ id: 'C006', of: 5, sick: 3, limit: 'maxUnhealthy: 2' }),
    allowed({ id: 'C008', of: 7, sick: 4, limit: 'maxUnhealthy: 60%', left: 0, trap: 'T1' }),
    shortCircuited({ id: 'C008', of: 7, sick: 5, limit: 'maxUnhealthy: 60%', trap: 'T1' }),
    allowed({ id: 'C009', of: 25, sick: 10, limit: 'maxUnhealthy: 40%', left: 0 }),
    shortCircuited({ id: 'C009', of: 25, sick: 11, limit: 'maxUnhealthy: 40%' }),
    allowed({ id: 'C010', of: 6, sick: 2, limit: 'maxUnhealthy: 40%', left: 0 }),
    shortCircuited({ id: 'C010', of: 6, sick: 3, limit: 'maxUnhealthy: 40%' }),
    shortCircuited({ id: 'C011', of: 3, sick: 1, limit: 'maxUnhealthy: 20%', trap: 'T1' }),
    allowed({ id: 'C012', of: 5, sick: 2, limit: 'maxUnhealthy: "2"', left: 0 }),
    shortCircuited({ id: 'C014', of: 3, sick: 1, limit: 'maxUnhealthy: -1' }),
    {
      ...allowed({ id: 'C015', of: 10, sick: 4, limit: 'maxUnhealthy: 40%', left: 0, trap: 'T12' }),
      when: [run('1ms')],
    },
  ]);
});

describe('short-circuited', () => {
  conformance([
    {
      id: 'C016',
      title: 'condition and event once, for as long as nothing changes; all at once when one has recovered',
      given: [...openshiftFleet(5, 3), check('  maxUnhealthy: 2')],
      when: [
        run('24h'),
        look({
          objects: checkStatus(`
  conditions: [{ type: RemediationAllowed, status: "False", reason: TooManyUnhealthy, severity: Warning, lastTransitionTime: "${ago('0s')}" }]`),
          events: ['MachineHealthCheck/workers Warning RemediationRestricted'],
          decidesAgain: { of: CHECK, after: 'never' },
        }),
        apply(nodeText('worker-00')),
        run('1s'),
      ],
      gives: {
        objects: checkStatus('{ currentHealthy: 3, conditions: [{ type: RemediationAllowed, status: "True" }] }'),
        deleted: ['worker-01', 'worker-02'].map(keyOf),
        events: [
          'MachineHealthCheck/workers Warning RemediationRestricted',
          'Machine/worker-01 Normal MachineDeleted',
          'Machine/worker-02 Normal MachineDeleted',
        ],
      },
    },
  ]);
});

describe('when a target is unhealthy', () => {
  const one = (node: readonly string[], machine: string): readonly string[] => [
    openshiftMachineSet(1),
    ...node,
    machine,
  ];
  const soon = (since: string): readonly string[] => one([nodeText('a', 'Unknown', since)], openshiftMachine('a'));
  conformance([
    {
      id: 'C018',
      title: 'Ready=Unknown for 400 s of 300 s',
      given: [...soon('400s'), check()],
      when: [run('1ms')],
      gives: { objects: checkStatus('{ currentHealthy: 0, remediationsAllowed: 0 }'), ...DELETED_A },
    },
    {
      id: 'C018',
      title: 'Ready=Unknown for 200 s of 300 s: looked at again one second after its time',
      given: [...soon('200s'), check()],
      when: [run('1ms'), look({ events: ['Machine/a Normal DetectedUnhealthy'] }), run('100999ms')],
      gives: {
        deleted: [keyOf('a')],
        events: ['Machine/a Normal DetectedUnhealthy', 'Machine/a Normal MachineDeleted'],
      },
    },
    {
      id: 'C019',
      title: 'one of two conditions is enough',
      given: [
        ...one(
          [
            nodeText('a', 'True', '24h', {
              conditions: [
                { type: 'Ready', status: 'True', lastTransitionTime: ago('24h') },
                { type: 'DiskPressure', status: 'True', lastTransitionTime: ago('90s') },
                { type: 'NetworkUnavailable', status: 'True', lastTransitionTime: ago('90s') },
              ],
            }),
          ],
          openshiftMachine('a'),
        ),
        check('', {
          conditions: `  unhealthyConditions:
    - { type: DiskPressure, status: "True", timeout: 1h }
    - { type: NetworkUnavailable, status: "True", timeout: 1m }`,
        }),
      ],
      gives: DELETED_A,
    },
    {
      id: 'C020',
      title: 'a timeout that is hours away is looked at within an hour',
      given: [
        ...soon('0s'),
        check('', { conditions: '  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: 3h }]' }),
      ],
      when: [run('0s')],
      gives: { events: ['Machine/a Normal DetectedUnhealthy'], decidesAgain: { of: CHECK, after: '1h' } },
    },
    {
      id: 'C021',
      title: 'its Node does not exist',
      given: [...one([], openshiftMachine('a')), check()],
      when: [run('1ms')],
      gives: DELETED_A,
    },
    {
      id: 'C021',
      title: 'its Node is deleted while all is well',
      given: [...one([nodeText('a')], openshiftMachine('a')), check()],
      when: [run('1h'), look({ objects: checkStatus('{ currentHealthy: 1 }') }), remove('Node a'), run('1ms')],
      gives: { deleted: ['Node a', keyOf('a')], events: ['Machine/a Normal MachineDeleted'] },
    },
    {
      id: 'C022',
      title: 'phase Failed, with a Node that is well',
      given: [...one([nodeText('a')], openshiftMachine('a', { phase: 'Failed' })), check()],
      when: [run('1ms')],
      gives: DELETED_A,
    },
    {
      id: 'C024',
      title: 'no Node, last updated longer ago than the startup timeout',
      given: [...one([], openshiftMachine('a', { node: false, lastUpdated: ago('601s') })), check()],
      when: [run('1ms')],
      gives: DELETED_A,
    },
    {
      id: 'C024',
      title: 'no Node, last updated 400 s ago, startup timeout 10 min by default',
      given: [...one([], openshiftMachine('a', { node: false, lastUpdated: ago('400s') })), check()],
      when: [run('200s'), look({ events: ['Machine/a Normal DetectedUnhealthy'] }), run('1s')],
      gives: {
        deleted: [keyOf('a')],
        events: ['Machine/a Normal DetectedUnhealthy', 'Machine/a Normal MachineDeleted'],
      },
    },
    {
      id: 'C025',
      title: 'nodeStartupTimeout "0": never for want of a Node',
      given: [
        ...one([], openshiftMachine('a', { node: false, lastUpdated: ago('240h') })),
        check('  nodeStartupTimeout: "0"'),
      ],
      when: [run('240h')],
      gives: { objects: checkStatus('{ expectedMachines: 1, currentHealthy: 0 }') },
    },
  ]);
});

describe('what counts against the limit', () => {
  // What else is not healthy: 2 of 5 are, so one more is too many for maxUnhealthy 2.
  const besides = (...documents: readonly string[]): readonly string[] => [
    ...openshiftFleet(4, 2),
    ...documents,
    check('  maxUnhealthy: 2'),
  ];
  const restricted = {
    objects: checkStatus('{ expectedMachines: 5, currentHealthy: 2, remediationsAllowed: 0 }'),
    events: ['MachineHealthCheck/workers Warning RemediationRestricted'],
  };
  const restrictedSoon = { ...restricted, events: ['Machine/a Normal DetectedUnhealthy', ...restricted.events] };
  conformance([
    {
      id: 'C036',
      trap: 'T13',
      title: 'one about to become unhealthy counts as not healthy, and nothing is done about it',
      given: [openshiftMachineSet(1), nodeText('a', 'Unknown', '10s'), openshiftMachine('a'), check()],
      gives: {
        objects: checkStatus('{ expectedMachines: 1, currentHealthy: 0, remediationsAllowed: 0 }'),
        events: ['Machine/a Normal DetectedUnhealthy'],
      },
    },
    {
      id: 'C036',
      trap: 'T13',
      title: 'one about to become unhealthy is the one too many',
      given: besides(nodeText('a', 'Unknown', '10s'), openshiftMachine('a')),
      gives: restrictedSoon,
    },
    {
      id: 'C024',
      trap: 'T13',
      title: 'so is one without a Node yet',
      given: besides(openshiftMachine('a', { node: false, lastUpdated: ago('10s') })),
      gives: restrictedSoon,
    },
    {
      id: 'C015',
      trap: 'T13',
      title: 'so is one that is being deleted, however well its Node is',
      given: besides(nodeText('a'), openshiftMachine('a', { deleting: true })),
      gives: { ...restricted, deleted: [keyOf('a')] },
    },
    {
      id: 'C029',
      trap: 'T13',
      title: 'so is one under external remediation, however well its Node is',
      given: besides(
        nodeText('a'),
        openshiftMachine('a', { annotations: { 'host.metal3.io/external-remediation': '' } }),
      ),
      gives: restricted,
    },
  ]);
});

describe('what is done', () => {
  const sick = [openshiftMachineSet(1), nodeText('a', 'Unknown', '1h')];
  const external = '{ machine.openshift.io/remediation-strategy: external-baremetal }';
  const annotated = `
apiVersion: machine.openshift.io/v1beta1
kind: Machine
metadata: { name: a, namespace: ${OPENSHIFT_NAMESPACE}, annotations: { host.metal3.io/external-remediation: "" } }
`;
  conformance([
    {
      id: 'C026',
      title: 'no controller owner: nothing but an event, once',
      given: [...sick, openshiftMachine('a', { owned: false }), check()],
      when: [run('1h'), apply(nodeText('a', 'False', '1h')), run('1h')],
      gives: { events: ['Machine/a Normal SkippedNoController'] },
    },
    {
      id: 'C028',
      title: 'external strategy: the Machine is annotated, and not deleted',
      given: [...sick, openshiftMachine('a'), check('', { annotations: external })],
      gives: { objects: annotated, events: ['Machine/a Normal ExternalAnnotationAdded'] },
    },
    {
      id: 'C028',
      title: 'external strategy, but phase Failed: no annotation, the Machine is deleted',
      given: [
        ...sick,
        openshiftMachine('a', { phase: 'Failed', annotations: { kept: '' } }),
        check('', { annotations: external }),
      ],
      gives: {
        ...DELETED_A,
        objects: annotated.replace('{ host.metal3.io/external-remediation: "" }', '{ kept: "" }'),
      },
    },
    {
      id: 'C029',
      trap: 'T13',
      title: 'annotated already, Node Ready: still counted unhealthy',
      given: [
        openshiftMachineSet(1),
        nodeText('a'),
        openshiftMachine('a', { annotations: { 'host.metal3.io/external-remediation': '' } }),
        check('', { annotations: external }),
      ],
      gives: { objects: checkStatus('{ expectedMachines: 1, currentHealthy: 0 }') },
    },
    {
      id: 'C034',
      title: 'paused: nothing, not even the status',
      given: [...sick, openshiftMachine('a'), check('', { annotations: '{ cluster.x-k8s.io/paused: "" }' })],
      when: [run('1h'), look({}), apply(check('', { annotations: '{ cluster.x-k8s.io/paused: null }' })), run('1ms')],
      gives: DELETED_A,
    },
    {
      id: 'C035',
      title: 'an empty selector selects every Machine of the namespace, and no other',
      given: [
        ...sick,
        openshiftMachine('a', { labels: {} }),
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: elsewhere }',
        openshiftMachine('b', { labels: {}, owned: false }).replace(OPENSHIFT_NAMESPACE, 'elsewhere'),
        check('', { selector: '  selector: {}' }),
      ],
      gives: { objects: checkStatus('{ expectedMachines: 1 }'), ...DELETED_A },
    },
  ]);

  // The actuator powers the host off, deletes the Node, powers it on; the annotation is his to take away.
  conformance([
    {
      id: 'C030',
      title: 'the Node is well again: the health check leaves the annotation',
      given: [
        ...sick,
        openshiftMachine('a', { annotations: { 'host.metal3.io/external-remediation': '' } }),
        check('', { annotations: external }),
      ],
      when: [run('1s'), apply(nodeText('a')), run('1h')],
      gives: { objects: annotated },
    },
  ]);
});

describe('with a remediation template', () => {
  const reference = `  remediationTemplate:
    apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
    kind: Metal3RemediationTemplate
    name: reboot`;
  const template = `
apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
kind: Metal3RemediationTemplate
metadata: { name: reboot, namespace: ${OPENSHIFT_NAMESPACE} }
spec: { template: { spec: { strategy: { type: Reboot, retryLimit: 2, timeout: 300s } } } }
`;
  const request = `
apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
kind: Metal3Remediation
metadata:
  name: a
  namespace: ${OPENSHIFT_NAMESPACE}
  ownerReferences: [{ apiVersion: machine.openshift.io/v1beta1, kind: Machine, name: a }]
spec: { strategy: { type: Reboot, retryLimit: 2, timeout: 300s } }
`;
  const created = [`Metal3Remediation ${OPENSHIFT_NAMESPACE}/a`];
  const sick = [openshiftMachineSet(1), nodeText('a', 'Unknown', '1h'), openshiftMachine('a')];
  conformance([
    {
      id: 'C031',
      title: "one request named as the Machine, of the template's kind, owned by the Machine; the Machine stays",
      given: [...sick, template, check(reference)],
      gives: { objects: request, created },
    },
    {
      id: 'C032',
      title: 'the request exists: nothing new while the Machine is unhealthy; it goes when the Machine is healthy',
      given: [...sick, template, check(reference)],
      when: [
        run('1s'),
        apply(nodeText('a', 'False', '1h')),
        run('1h'),
        look({ objects: request, created }),
        apply(nodeText('a', 'True', '0s')),
        run('1ms'),
      ],
      gives: { objects: checkStatus('{ currentHealthy: 1 }') },
    },
    {
      id: 'C031',
      title: 'the template is not there: nothing, and nothing in the API says so, until there is one',
      given: [...sick, check(reference)],
      when: [
        run('1h'),
        look({ objects: checkStatus('{ conditions: [{ type: RemediationAllowed, status: "True" }] }') }),
        apply(template),
        run('1ms'),
      ],
      gives: { objects: request, created },
    },
  ]);
});

describe('the shipped health check of the termination handler', () => {
  const shipped = `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: machine-api-termination-handler, namespace: ${OPENSHIFT_NAMESPACE} }
spec:
  selector: { matchLabels: { machine.openshift.io/interruptible-instance: "" } }
  maxUnhealthy: 100%
  nodeStartupTimeout: "0"
  unhealthyConditions: [{ type: Terminating, status: "True", timeout: 0s }]
`;
  const labels = { 'machine.openshift.io/interruptible-instance': '' };
  conformance([
    {
      id: 'C018',
      title: 'a Node that terminates is remediated at once, one without a Node never',
      given: [
        openshiftMachineSet(2),
        nodeText('a', 'True', '24h', {
          conditions: [{ type: 'Terminating', status: 'True', lastTransitionTime: ago('1s') }],
        }),
        openshiftMachine('a', { labels }),
        openshiftMachine('b', { labels, node: false, lastUpdated: ago('24h') }),
        shipped,
      ],
      when: [run('1ms')],
      gives: {
        ...DELETED_A,
        objects: `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: machine-api-termination-handler, namespace: ${OPENSHIFT_NAMESPACE} }
status: { expectedMachines: 2, currentHealthy: 0, remediationsAllowed: 0 }
`,
      },
    },
  ]);
});
