// NodeHealthCheck: storms, escalation, the control plane, delays and leftovers. Source: see node-health-check.test.ts.

import { describe } from 'vitest';
import {
  ago,
  apply,
  type ConformanceRow,
  conformance,
  after as fromNow,
  look,
  remove,
  restart,
  run,
} from '../kit/conformance.ts';
import {
  check,
  checkStatus,
  conditions,
  events,
  reference,
  remediated,
  remediator,
  repeated,
  request,
  templateText,
  worker,
  workers,
} from '../kit/node-health-check-objects.ts';

const REBOOT = remediator('Reboot');

const SEVEN = [...REBOOT, ...workers(3, 4), check({ minHealthy: 4, stormCooldownDuration: '2s' })];
const THREE_SICK = ['Enabled', ...repeated('DetectedUnhealthy', 3), ...repeated('RemediationCreated', 3)];
const STORM = ['StormRecoveryStarted'];
const FOURTH_FAILS = [run('1s'), apply(worker('h1', 'Unknown')), run('10s')];
const FOURTH = ['DetectedUnhealthy', 'RemediationSkipped', ...STORM];
const ONE_RECOVERS = [...FOURTH_FAILS, apply(worker('u1')), run('1s')];
/** The threshold says so, then the storm. */
const COOLING = ['RemediationRemoved', 'StormRecoveryCooldownStarted', 'RemediationSkipped'];
const ANOTHER_FAILS = [...ONE_RECOVERS, apply(worker('h2', 'Unknown')), run('10s')];
const AGAIN = ['DetectedUnhealthy', 'RemediationSkipped'];

const STORM_OF_FOUR = ['Enabled', ...repeated('DetectedUnhealthy', 4), 'RemediationSkipped', ...STORM];

/** Five fail, and then five more. */
const TEN_OF_TWENTY = [
  'Enabled',
  ...repeated('DetectedUnhealthy', 5),
  ...repeated('RemediationCreated', 5),
  ...repeated('DetectedUnhealthy', 5),
  'RemediationSkipped',
  ...STORM,
];
const TWO_RECOVER = [...repeated('RemediationRemoved', 2), 'StormRecoveryCooldownStarted', 'RemediationSkipped'];

/** Four of seven fail, all recover, and after an hour one fails; then six minutes pass. */
const ALL_RECOVER = [
  run('1s'),
  ...['u1', 'u2', 'u3', 'u4'].map((name) => apply(worker(name))),
  run('1h'),
  apply(worker('h1', 'Unknown')),
  run('1s'),
];

describe('storms', () => {
  conformance([
    {
      id: 'C178',
      title: 'a fourth node fails: storm, 3 requests stay, none is added, the cool-down does not start',
      given: SEVEN,
      when: FOURTH_FAILS,
      gives: {
        created: remediated('u1', 'u2', 'u3'),
        objects: checkStatus({
          observedNodes: 7,
          healthyNodes: 3,
          conditions: conditions({ active: true, cooling: false }),
          phase: 'Remediating',
        }),
        events: events(...THREE_SICK, ...FOURTH),
      },
    },
    {
      id: 'C179',
      title: 'one recovers: its request is deleted, the cool-down runs, the fourth waits',
      given: SEVEN,
      when: ONE_RECOVERS,
      gives: {
        created: remediated('u2', 'u3'),
        objects: checkStatus({ healthyNodes: 4, conditions: conditions({ active: true, cooling: true }) }),
        events: events(...THREE_SICK, ...FOURTH, ...COOLING),
      },
    },
    {
      id: 'C180',
      title: 'another fails meanwhile: the cool-down is broken off, the storm goes on',
      given: SEVEN,
      when: ANOTHER_FAILS,
      gives: {
        created: remediated('u2', 'u3'),
        objects: checkStatus({ healthyNodes: 3, conditions: conditions({ active: true, cooling: false }) }),
        events: events(...THREE_SICK, ...FOURTH, ...COOLING, ...AGAIN),
      },
    },
    {
      id: 'C181',
      title: 'one recovers: a whole cool-down from now, then the storm is over and those who waited are remediated',
      given: SEVEN,
      when: [
        ...ANOTHER_FAILS,
        apply(worker('u2')),
        run('2s'),
        look({
          created: remediated('u3'),
          objects: checkStatus({ healthyNodes: 4, conditions: conditions({ active: true, cooling: true }) }),
          events: events(...THREE_SICK, ...FOURTH, ...COOLING, ...AGAIN, ...COOLING),
        }),
        run('1s'),
      ],
      gives: {
        created: remediated('h1', 'h2', 'u3'),
        objects: checkStatus({ healthyNodes: 4, conditions: conditions({ active: false, cooling: false }) }),
        events: events(
          ...THREE_SICK,
          ...FOURTH,
          ...COOLING,
          ...AGAIN,
          ...COOLING,
          'StormRecoveryEnded',
          ...repeated('RemediationCreated', 2),
        ),
      },
    },
    {
      id: 'C240',
      title: '5 of 20, then 5 more, then 2 of the first recover: after 30 s the 5 that waited get theirs',
      given: [...REBOOT, ...workers(5, 15), check({ minHealthy: 11, stormCooldownDuration: '30s' })],
      when: [
        run('1s'),
        ...[1, 2, 3, 4, 5].map((i) => apply(worker(`h${i}`, 'Unknown'))),
        run('60s'),
        look({
          created: remediated('u1', 'u2', 'u3', 'u4', 'u5'),
          objects: checkStatus({ healthyNodes: 10, conditions: conditions({ active: true, cooling: false }) }),
          events: events(...TEN_OF_TWENTY),
        }),
        apply(worker('u1')),
        apply(worker('u2')),
        run('30s'),
        look({
          created: remediated('u3', 'u4', 'u5'),
          objects: checkStatus({ healthyNodes: 12, conditions: conditions({ active: true, cooling: true }) }),
          events: events(...TEN_OF_TWENTY, ...TWO_RECOVER),
        }),
        run('1s'),
      ],
      gives: {
        created: remediated('u3', 'u4', 'u5', 'h1', 'h2', 'h3', 'h4', 'h5'),
        objects: checkStatus({ healthyNodes: 12, conditions: conditions({ active: false, cooling: false }) }),
        events: events(...TEN_OF_TWENTY, ...TWO_RECOVER, 'StormRecoveryEnded', ...repeated('RemediationCreated', 5)),
      },
    },
    {
      id: 'C239',
      title: 'all recover during a storm: it does not end; the next failure waits a whole cool-down',
      given: [...REBOOT, ...workers(4, 3), check({ minHealthy: 4, stormCooldownDuration: '5m' })],
      when: [
        ...ALL_RECOVER,
        run('299s'),
        look({
          objects: checkStatus({ healthyNodes: 6, conditions: conditions({ active: true, cooling: true }) }),
          events: events(...STORM_OF_FOUR, 'DetectedUnhealthy', 'StormRecoveryCooldownStarted', 'RemediationSkipped'),
        }),
        run('2s'),
      ],
      gives: {
        created: remediated('h1'),
        objects: checkStatus({ healthyNodes: 6, conditions: conditions({ active: false, cooling: false }) }),
        events: events(
          ...STORM_OF_FOUR,
          'DetectedUnhealthy',
          'StormRecoveryCooldownStarted',
          'RemediationSkipped',
          'StormRecoveryEnded',
          'RemediationCreated',
        ),
      },
    },
    {
      id: 'C239',
      title: 'all recover during a storm: the cool-down begins then, and the next failure is remediated at once',
      lineage: 'corrected',
      given: [...REBOOT, ...workers(4, 3), check({ minHealthy: 4, stormCooldownDuration: '5m' })],
      when: ALL_RECOVER,
      gives: {
        created: remediated('h1'),
        objects: checkStatus({ healthyNodes: 6, conditions: conditions({ active: false, cooling: false }) }),
        events: events(
          ...STORM_OF_FOUR,
          'StormRecoveryCooldownStarted',
          'StormRecoveryEnded',
          'DetectedUnhealthy',
          'RemediationCreated',
        ),
      },
    },
  ]);
});

const ESCALATION = {
  minHealthy: 2,
  escalatingRemediations: [
    { remediationTemplate: reference('Reprovision'), order: 5, timeout: '5m' },
    { remediationTemplate: reference('Reboot'), order: 1, timeout: '2m' },
  ],
};
const BOTH = [...REBOOT, ...remediator('Reprovision')];
const SECOND = ['Reprovision default/u1'];
const FIRST_STEP = ['Enabled', 'DetectedUnhealthy', 'RemediationCreated'];

function succeeded(status: 'True' | 'False'): string {
  return request('u1', { status: { conditions: [{ type: 'Succeeded', status, lastTransitionTime: ago('0s') }] } });
}

function timedOut(at: string | null): string {
  return request('u1', { metadata: { annotations: { 'remediation.medik8s.io/nhc-timed-out': at } } });
}

/** A step times out while a second node is unhealthy too, and too few are healthy. */
function blockedEscalation(lineage: 'exact' | 'corrected'): ConformanceRow {
  const goesOn = lineage === 'corrected';
  return {
    id: 'C182',
    title: `too few are healthy while a step times out: it ${goesOn ? 'goes on to the next one' : 'is not advanced until enough are'}`,
    lineage,
    given: [...BOTH, ...workers(1, 2), check(ESCALATION)],
    when: [
      run('30s'),
      apply(worker('h1', 'Unknown')),
      run('4m'),
      look({
        created: [...remediated('u1'), ...(goesOn ? SECOND : [])],
        objects: timedOut(goesOn ? fromNow('2m') : null),
        events: events(
          ...FIRST_STEP,
          'DetectedUnhealthy',
          'RemediationSkipped',
          ...(goesOn ? ['RemediationCreated'] : []),
        ),
      }),
      apply(worker('h1')),
      run('1s'),
    ],
    gives: {
      created: [...remediated('u1'), ...SECOND],
      objects: timedOut(fromNow(goesOn ? '2m' : '270s')),
      events: events(...FIRST_STEP, 'DetectedUnhealthy', 'RemediationSkipped', 'RemediationCreated'),
    },
  };
}

/** Two templates of one kind, whose remediator takes several requests for one node. */
function twoOfAKind(lineage: 'exact' | 'corrected'): ConformanceRow {
  const annotations = { 'remediation.medik8s.io/multiple-templates-support': 'true' };
  const steps = ['soft', 'hard'].map((name, order) => ({
    remediationTemplate: reference('Reboot', name),
    order,
    timeout: '2m',
  }));
  const ends = lineage === 'corrected';
  return {
    id: 'C186',
    title: `two templates of one kind: the second ${ends ? 'times out as the first' : 'is never entered, and never times out'}`,
    lineage,
    given: [
      ...REBOOT.slice(0, 2),
      templateText('Reboot', 'soft', annotations),
      templateText('Reboot', 'hard', annotations),
      ...workers(1, 2),
      check({ minHealthy: 1, escalatingRemediations: steps }),
    ],
    when: [run('30m')],
    gives: {
      created: ['Reboot default/u1-*', 'Reboot default/u1-*', ...(ends ? ['Lease medik8s-leases/node-u1'] : [])],
      objects: checkStatus({ phase: 'Remediating', healthyNodes: 2 }),
      events: events(...FIRST_STEP, 'RemediationCreated', ...(ends ? ['NoTemplateLeft'] : [])),
    },
  };
}

describe('escalation', () => {
  conformance([
    blockedEscalation('exact'),
    blockedEscalation('corrected'),
    {
      id: 'C184',
      title: 'step 1 says that it failed: step 2 before the time-out',
      given: [...BOTH, ...workers(1, 2), check(ESCALATION)],
      when: [run('10s'), apply(succeeded('False')), run('1s')],
      gives: {
        created: ['Lease medik8s-leases/node-u1', ...SECOND],
        objects: `
${timedOut(fromNow('10s'))}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: node-u1, namespace: medik8s-leases }
spec: { leaseDurationSeconds: 360, leaseTransitions: 0 }
`,
        events: events(...FIRST_STEP, 'RemediationCreated'),
      },
    },
    {
      id: 'C185',
      title: 'a request that succeeded is not told to stop when its time is over; the next step comes all the same',
      given: [...BOTH, ...workers(1, 2), check(ESCALATION)],
      when: [
        run('10s'),
        apply(succeeded('True')),
        run('109s'),
        look({ created: ['Lease medik8s-leases/node-u1'], events: events(...FIRST_STEP) }),
        run('3s'),
      ],
      gives: {
        created: ['Lease medik8s-leases/node-u1', ...SECOND],
        objects: timedOut(null),
        events: events(...FIRST_STEP, 'RemediationCreated'),
      },
    },
    {
      id: 'C186',
      title: 'the last step timed out: NoTemplateLeft, and nothing further',
      given: [...BOTH, ...workers(1, 2), check(ESCALATION)],
      when: [run('30m')],
      gives: {
        created: [...remediated('u1'), ...SECOND],
        objects: checkStatus({ phase: 'Remediating', healthyNodes: 2 }),
        events: events(...FIRST_STEP, 'RemediationCreated', 'NoTemplateLeft'),
      },
    },
    twoOfAKind('exact'),
    twoOfAKind('corrected'),
    {
      id: 'I29',
      title: 'the operator dies between the steps: nothing is done twice',
      given: [...BOTH, ...workers(1, 2), check(ESCALATION)],
      when: [run('10s'), restart, run('120s'), restart, run('60s')],
      gives: {
        created: [...remediated('u1'), ...SECOND],
        objects: timedOut(fromNow('2m')),
        events: events(...FIRST_STEP, 'RemediationCreated'),
      },
    },
  ]);
});

function master(name: string, ready: 'True' | 'Unknown'): string {
  return worker(name, ready, { 'node-role.kubernetes.io/master': '' });
}

function guard(node: string, ready: 'True' | 'False' | 'Unknown'): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: etcd-guard-${node}, namespace: openshift-etcd, labels: { app: guard } }
spec: { nodeName: ${node}, containers: [{ name: guard, image: guard }] }
status: { conditions: [{ type: Ready, status: "${ready}" }] }
`;
}

function etcdBudget(allowed: number, name = 'etcd-guard-pdb'): string {
  return `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name}, namespace: openshift-etcd }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: guard } } }
status: { disruptionsAllowed: ${allowed}, currentHealthy: 2, desiredHealthy: 2, expectedPods: 3 }
`;
}

/** One node of the control plane is unhealthy. */
function oneMaster(title: string, etcd: readonly string[], spared: boolean): ConformanceRow {
  return {
    id: 'C189',
    title: `${title}: ${spared ? 'remediated' : 'left alone'}`,
    given: [
      ...REBOOT,
      master('m1', 'Unknown'),
      master('m2', 'True'),
      master('m3', 'True'),
      ...etcd,
      check({ minHealthy: 1 }),
    ],
    when: [run('5m')],
    gives: {
      created: spared ? remediated('m1') : [],
      objects: checkStatus({ healthyNodes: 2, phase: spared ? 'Remediating' : 'Enabled' }),
      events: events('Enabled', 'DetectedUnhealthy', spared ? 'RemediationCreated' : 'RemediationSkipped'),
    },
  };
}

describe('the control plane', () => {
  conformance([
    {
      id: 'C188',
      title: 'two masters and a worker: the worker and one master; the second when the first request is gone',
      given: [
        ...REBOOT,
        master('m1', 'Unknown'),
        master('m2', 'Unknown'),
        master('m3', 'True'),
        ...workers(1, 5),
        guard('m1', 'False'),
        guard('m2', 'False'),
        etcdBudget(0),
        check({ minHealthy: '51%' }),
      ],
      when: [
        run('1s'),
        look({
          created: remediated('m1', 'u1'),
          objects: `
${checkStatus({ observedNodes: 9, healthyNodes: 6 })}
---
${request('m1', { metadata: { labels: { 'remediation.medik8s.io/isControlPlaneNode': '' } } })}`,
          events: events(
            'Enabled',
            ...repeated('DetectedUnhealthy', 3),
            'RemediationSkipped',
            ...repeated('RemediationCreated', 2),
          ),
        }),
        apply(request('m1', { metadata: { finalizers: ['test/working'] } })),
        apply(master('m1', 'True')),
        run('5m'),
        look({
          created: ['Lease medik8s-leases/node-m1', ...remediated('u1')],
          deleted: ['Reboot default/m1'],
          events: events(
            'Enabled',
            ...repeated('DetectedUnhealthy', 3),
            'RemediationSkipped',
            ...repeated('RemediationCreated', 2),
            'RemediationRemoved',
          ),
        }),
        apply(request('m1', { metadata: { finalizers: [] } })),
        run('1s'),
      ],
      gives: {
        created: remediated('m2', 'u1'),
        deleted: ['Reboot default/m1'],
        events: events(
          'Enabled',
          ...repeated('DetectedUnhealthy', 3),
          'RemediationSkipped',
          ...repeated('RemediationCreated', 2),
          'RemediationRemoved',
          'RemediationCreated',
        ),
      },
    },
    oneMaster(
      'etcd allows no disruption and the guard of the node is ready',
      [etcdBudget(0), guard('m1', 'True')],
      false,
    ),
    oneMaster('nobody knows whether its guard is ready', [etcdBudget(0), guard('m1', 'Unknown')], false),
    oneMaster('etcd allows none, but the node is the one that is lost', [etcdBudget(0), guard('m1', 'False')], true),
    oneMaster('etcd allows none, and the node has no guard', [etcdBudget(0), guard('m2', 'True')], true),
    oneMaster('etcd allows one', [etcdBudget(1), guard('m1', 'True')], true),
    oneMaster('etcd has no budget', [], false),
    oneMaster('etcd has two budgets', [etcdBudget(1), etcdBudget(1, 'second')], false),
  ]);
});

/** The remediator expects the node to be gone for good; whether it has succeeded. */
function expected(status: 'True' | 'False'): string {
  const lastTransitionTime = ago('0s');
  return request('u1', {
    status: {
      conditions: [
        { type: 'PermanentNodeDeletionExpected', status: 'True', lastTransitionTime },
        { type: 'Succeeded', status, lastTransitionTime },
      ],
    },
  });
}

const DELAY = 'remediation.medik8s.io/healthy-delay';
const CONFIRMED = 'remediation.medik8s.io/manually-confirmed-healthy';

/** Ready for two seconds of a delay of three, then not, then Ready again. */
function flapping(lineage: 'exact' | 'corrected'): ConformanceRow {
  const restarts = lineage === 'corrected';
  return {
    id: 'I36',
    title: `a flapping node: the delay ${restarts ? 'starts anew' : 'counts on from the first time'}`,
    lineage,
    given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1, healthyDelay: '30s' })],
    when: [
      run('10s'),
      apply(worker('u1')),
      run('10s'),
      apply(worker('u1', 'Unknown')),
      run('60s'),
      apply(worker('u1')),
      run('1s'),
    ],
    gives: {
      created: restarts ? remediated('u1') : [],
      objects: checkStatus({ healthyNodes: restarts ? 2 : 3 }),
      events: events(...FIRST_STEP, ...(restarts ? [] : ['RemediationRemoved'])),
    },
  };
}

describe('recovered, gone, forgotten', () => {
  conformance([
    {
      id: 'C191',
      title: 'healthyDelay: the request stays for its length, and the status says why',
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1, healthyDelay: '30s' })],
      when: [
        run('10s'),
        apply(worker('u1')),
        run('30s'),
        look({
          created: remediated('u1'),
          objects: `
apiVersion: remediation.medik8s.io/v1alpha1
kind: NodeHealthCheck
metadata: { name: workers }
status:
  healthyNodes: 2
  unhealthyNodes:
    - name: u1
      conditionsHealthyTimestamp: "${fromNow('10s')}"
      healthyDelayed: true
      remediations: [{ templateName: ok }]
---
${request('u1', { metadata: { annotations: { [DELAY]: fromNow('10s') } } })}`,
          events: events(...FIRST_STEP),
        }),
        run('1s'),
      ],
      gives: {
        objects: checkStatus({ healthyNodes: 3, unhealthyNodes: null, phase: 'Enabled' }),
        events: events(...FIRST_STEP, 'RemediationRemoved'),
      },
    },
    {
      id: 'C192',
      title: 'a negative healthyDelay: the request stays until a person confirms, and the mark goes with it',
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1, healthyDelay: '-1s' })],
      when: [
        run('10s'),
        apply(worker('u1')),
        run('1h'),
        look({
          created: remediated('u1'),
          objects: `${checkStatus({ healthyNodes: 2 })}\n---\n${request('u1', { metadata: { annotations: { [DELAY]: null } } })}`,
          events: events(...FIRST_STEP),
        }),
        apply(`apiVersion: v1\nkind: Node\nmetadata: { name: u1, annotations: { ${CONFIRMED}: "yes" } }`),
        run('1s'),
      ],
      gives: {
        objects: `
${checkStatus({ healthyNodes: 3, unhealthyNodes: null })}
---
apiVersion: v1
kind: Node
metadata: { name: u1, annotations: { ${CONFIRMED}: null } }
`,
        events: events(...FIRST_STEP, 'RemediationRemoved'),
      },
    },
    flapping('exact'),
    flapping('corrected'),
    {
      id: 'C201',
      title: 'a request older than 48 h is flagged, once',
      given: [
        ...REBOOT,
        ...workers(1, 2),
        check({ minHealthy: 1 }, { creationTimestamp: ago('50h') }),
        request('u1', {
          metadata: {
            creationTimestamp: ago('47h'),
            annotations: { 'remediation.medik8s.io/node-name': 'u1', 'remediation.medik8s.io/template-name': 'ok' },
            ownerReferences: [
              { apiVersion: 'remediation.medik8s.io/v1alpha1', kind: 'NodeHealthCheck', name: 'workers' },
            ],
          },
        }),
      ],
      when: [
        run('3599s'),
        look({
          objects: request('u1', {
            metadata: { annotations: { 'nodehealthcheck.medik8s.io/old-remediation-cr-flag': null } },
          }),
          events: events('Enabled', 'DetectedUnhealthy'),
        }),
        run('2s'),
      ],
      gives: {
        objects: request('u1', {
          metadata: { annotations: { 'nodehealthcheck.medik8s.io/old-remediation-cr-flag': 'flagon' } },
        }),
        events: events('Enabled', 'DetectedUnhealthy'),
      },
    },
    {
      id: 'I27',
      title: 'the node is deleted: its request goes at once',
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1 })],
      when: [run('10s'), remove('Node u1'), run('1s')],
      gives: {
        deleted: ['Node u1'],
        objects: checkStatus({ observedNodes: 2, healthyNodes: 2, unhealthyNodes: null, phase: 'Enabled' }),
        events: events(...FIRST_STEP, 'RemediationRemoved'),
      },
    },
    {
      id: 'I27',
      title: 'the remediator deletes the node: its request goes when it has succeeded',
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1 })],
      when: [
        run('10s'),
        apply(expected('False')),
        remove('Node u1'),
        run('60s'),
        look({
          deleted: ['Node u1'],
          objects: checkStatus({ observedNodes: 2, healthyNodes: 2, phase: 'Remediating' }),
          events: events(...FIRST_STEP),
        }),
        apply(expected('True')),
        run('1s'),
      ],
      gives: {
        deleted: ['Node u1', 'Reboot default/u1'],
        objects: checkStatus({ unhealthyNodes: null, phase: 'Enabled' }),
        events: events(...FIRST_STEP, 'RemediationRemoved'),
      },
    },
    ...(['exact', 'corrected'] as const).map(
      (lineage): ConformanceRow => ({
        id: 'I32',
        title: `the remediator deletes node and request: the entry ${lineage === 'exact' ? 'stays for ever' : 'goes'}`,
        lineage,
        given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1 })],
        when: [run('10s'), apply(expected('False')), remove('Node u1'), remove('Reboot default/u1'), run('1h')],
        gives: {
          deleted: ['Node u1', 'Reboot default/u1'],
          objects: checkStatus(
            lineage === 'exact'
              ? { healthyNodes: 2, phase: 'Remediating' }
              : { healthyNodes: 2, unhealthyNodes: null, phase: 'Enabled' },
          ),
          events: events(...FIRST_STEP),
        },
      }),
    ),
    {
      id: 'I32',
      title: 'the request is deleted by somebody while the node is unhealthy: the next one is made',
      given: [...REBOOT, ...workers(1, 2), check({ minHealthy: 1 })],
      when: [run('10s'), remove('Reboot default/u1'), run('1s')],
      gives: { created: remediated('u1'), events: events(...FIRST_STEP, 'RemediationCreated') },
    },
  ]);
});
