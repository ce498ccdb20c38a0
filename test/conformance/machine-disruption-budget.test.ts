// machine-remediation-operator in 2019: its MachineHealthCheck, and the MachineDisruptionBudget that it asks. Source of the
// cases: kubevirt/machine-remediation-operator of 2019 and its tests.

import { describe } from 'vitest';
import { stringify } from 'yaml';
import { ago, apply, type ConformanceRow, conformance, inEachLineage, look, remove, run } from '../kit/conformance.ts';
import {
  nodeText,
  OPENSHIFT_NAMESPACE,
  openshiftFleet,
  openshiftMachine,
  openshiftMachineSet,
  workerNames,
} from '../kit/conformance-objects.ts';

const API_VERSION = 'machineremediation.kubevirt.io/v1alpha1';

/** Its controller has seen it, unless `status` says otherwise. */
function budget(
  limit: string,
  disruptedMachines: object = {},
  status: object = { observedGeneration: 1, disruptionsAllowed: 1 },
  name = 'workers',
): string {
  return stringify({
    apiVersion: API_VERSION,
    kind: 'MachineDisruptionBudget',
    metadata: { name, namespace: OPENSHIFT_NAMESPACE },
    spec: { selector: { matchLabels: { pool: 'workers' } }, ...limitOf(limit) },
    status: { disruptedMachines, ...status },
  });
}

const NONE_LEFT = { observedGeneration: 1, disruptionsAllowed: 0 };

/** `maxUnavailable 1` */
function limitOf(text: string): object {
  const [field = '', value = ''] = text.split(' ');
  return { [field]: Number(value) };
}

function budgetStatus(status: object): string {
  return `---\n${stringify({
    apiVersion: API_VERSION,
    kind: 'MachineDisruptionBudget',
    metadata: { name: 'workers', namespace: OPENSHIFT_NAMESPACE },
    status,
  })}`;
}

describe('the status of a MachineDisruptionBudget', () => {
  interface Numbers {
    readonly id: string;
    readonly limit: string;
    readonly of: number;
    readonly sick?: number;
    readonly desiredHealthy: number;
    readonly disruptionsAllowed: number;
  }
  const numbers = ({ id, limit, of, sick = 0, desiredHealthy, disruptionsAllowed }: Numbers): ConformanceRow => ({
    id,
    trap: 'T2',
    title: `${limit}, ${of - sick} of ${of} healthy: ${desiredHealthy} wanted, ${disruptionsAllowed} disruptions allowed`,
    given: [...openshiftFleet(of, sick), budget(limit)],
    gives: {
      objects: budgetStatus({
        observedGeneration: 1,
        total: of,
        desiredHealthy,
        currentHealthy: of - sick,
        disruptionsAllowed,
      }),
    },
  });
  conformance([
    numbers({ id: 'C104', limit: 'minAvailable 1', of: 3, desiredHealthy: 1, disruptionsAllowed: 3 }),
    numbers({ id: 'C104', limit: 'minAvailable 3', of: 3, desiredHealthy: 3, disruptionsAllowed: 1 }),
    numbers({ id: 'C105', limit: 'maxUnavailable 1', of: 3, desiredHealthy: 2, disruptionsAllowed: 2 }),
    numbers({ id: 'C106', limit: 'maxUnavailable 1', of: 3, sick: 1, desiredHealthy: 2, disruptionsAllowed: 1 }),
    numbers({ id: 'C106', limit: 'maxUnavailable 1', of: 3, sick: 2, desiredHealthy: 2, disruptionsAllowed: 0 }),
    numbers({ id: 'C108', limit: 'maxUnavailable 1', of: 1, desiredHealthy: 0, disruptionsAllowed: 2 }),
    numbers({ id: 'C108', limit: 'maxUnavailable 1', of: 3, desiredHealthy: 2, disruptionsAllowed: 2 }),
    numbers({ id: 'C108', limit: 'maxUnavailable 1', of: 4, desiredHealthy: 3, disruptionsAllowed: 2 }),
    numbers({ id: 'C108', limit: 'maxUnavailable 1', of: 7, desiredHealthy: 6, disruptionsAllowed: 2 }),
    numbers({ id: 'C109', limit: 'minAvailable 1', of: 1, desiredHealthy: 1, disruptionsAllowed: 1 }),
    numbers({ id: 'C109', limit: 'minAvailable 1', of: 4, desiredHealthy: 1, disruptionsAllowed: 4 }),
    numbers({ id: 'C109', limit: 'minAvailable 1', of: 7, desiredHealthy: 1, disruptionsAllowed: 7 }),
    {
      id: 'C110',
      title: '5 machines: one deleting, one recently disrupted, one sick since a second: 2 count as healthy',
      given: [
        openshiftMachineSet(5),
        ...['well', 'better'].flatMap((name) => [nodeText(name), openshiftMachine(name)]),
        nodeText('deleting'),
        openshiftMachine('deleting', { deleting: true }),
        nodeText('disrupted'),
        openshiftMachine('disrupted'),
        nodeText('sick', 'False', '1s'),
        openshiftMachine('sick'),
        budget('maxUnavailable 3', { disrupted: ago('30s') }),
      ],
      gives: {
        objects: budgetStatus({ total: 5, desiredHealthy: 2, currentHealthy: 2, disruptionsAllowed: 1 }),
        deleted: [`Machine ${OPENSHIFT_NAMESPACE}/deleting`],
      },
    },
    {
      id: 'C111',
      title: 'an entry of 3 min ago is dropped with an event, one of 30 s ago stays until 2 min after its time',
      given: [
        ...openshiftFleet(3, 0),
        budget('maxUnavailable 1', { 'worker-00': ago('180s'), 'worker-01': ago('30s') }),
      ],
      when: [
        run('90s'),
        look({
          objects: budgetStatus({
            currentHealthy: 2,
            disruptedMachines: { 'worker-00': null, 'worker-01': ago('30s') },
          }),
          events: ['Machine/worker-00 Warning NotDeleted'],
        }),
        run('1s'),
      ],
      gives: {
        objects: budgetStatus({ currentHealthy: 3, disruptionsAllowed: 2, disruptedMachines: { 'worker-01': null } }),
        events: ['Machine/worker-00 Warning NotDeleted', 'Machine/worker-01 Warning NotDeleted'],
      },
    },
    ...inEachLineage(
      {
        id: 'C110',
        trap: 'T3',
        title: 'the Node of a Machine is deleted, as fencing does',
        given: [...openshiftFleet(3, 0), budget('maxUnavailable 1')],
        when: [run('1s'), remove('Node worker-00'), run('1h')],
      },
      {
        exact: { objects: budgetStatus({ currentHealthy: 3, disruptionsAllowed: 2 }), deleted: ['Node worker-00'] },
        corrected: { objects: budgetStatus({ currentHealthy: 2, disruptionsAllowed: 1 }), deleted: ['Node worker-00'] },
      },
    ),
  ]);
});

const STRATEGY_REBOOT = { remediationStrategy: 'reboot' };

function check(spec: object = STRATEGY_REBOOT): string {
  return stringify({
    apiVersion: API_VERSION,
    kind: 'MachineHealthCheck',
    metadata: { name: 'workers', namespace: OPENSHIFT_NAMESPACE },
    spec: { selector: { matchLabels: { pool: 'workers' } }, ...spec },
  });
}

/** A Machine with a Node that names it and is Unknown for a while, or Ready. */
function pair(name: string, unknownSince?: string): readonly string[] {
  const annotations = { 'machine.openshift.io/machine': `${OPENSHIFT_NAMESPACE}/${name}` };
  const node =
    unknownSince === undefined
      ? nodeText(name, 'True', '24h', { annotations })
      : nodeText(name, 'Unknown', unknownSince, { annotations });
  return [node, openshiftMachine(name)];
}

const REQUESTED = `MachineRemediation ${OPENSHIFT_NAMESPACE}/remediation-*`;
const created = (name: string): string => `Machine/${name} Normal MachineRemediationCreated`;
const denied = (name: string): string => `Machine/${name} Normal MachineRemediationRestrictedByDisruptionBudget`;

describe('asking for a disruption', () => {
  const set = openshiftMachineSet(3);
  const twoSick = [
    set,
    ...pair('a', '400s'),
    ...pair('b', '10s'),
    ...pair('c'),
    check(),
    budget('maxUnavailable 1', {}, NONE_LEFT),
  ];
  const others = [...pair('b'), ...pair('c')];
  const disrupted = (names: Readonly<Record<string, string | null>>, disruptionsAllowed: number): string =>
    budgetStatus({ disruptionsAllowed, disruptedMachines: names });
  const fifty = workerNames(60).slice(0, 50);
  const entries = (names: readonly string[]): object => Object.fromEntries(names.map((name) => [name, ago('30s')]));
  const many = (count: number): readonly string[] => [
    openshiftMachineSet(61),
    ...workerNames(60).flatMap((name) => pair(name)),
    ...pair('a', '400s'),
    check(),
    budget('maxUnavailable 60', entries(workerNames(60).slice(0, count))),
  ];
  conformance([
    {
      id: 'C114',
      title: 'not in the map, one left: granted, entered and taken',
      given: [set, ...pair('a', '400s'), ...others, check(), budget('maxUnavailable 1')],
      gives: { objects: disrupted({ a: ago('0s') }, 1), created: [REQUESTED], events: [created('a')] },
    },
    {
      id: 'C114',
      title: 'in the map already, one left: granted, the counter does not move',
      given: [set, ...pair('a', '400s'), ...others, check(), budget('maxUnavailable 1', { a: ago('30s') })],
      gives: { objects: disrupted({ a: ago('30s') }, 1), created: [REQUESTED], events: [created('a')] },
    },
    {
      id: 'C114',
      title: 'in the map already, none left: refused all the same',
      given: [
        set,
        ...pair('a', '400s'),
        ...pair('b', '10s'),
        ...pair('c'),
        check(),
        budget('maxUnavailable 1', { a: ago('30s') }, NONE_LEFT),
      ],
      gives: {
        objects: disrupted({ a: ago('30s') }, 0),
        events: [denied('a'), 'Machine/b Normal MachineRemediationWaiting'],
      },
    },
    {
      id: 'C115',
      title: '51 entries in the map: refused, however much is left',
      given: many(51),
      gives: { objects: disrupted({ 'worker-50': ago('30s'), a: null }, 9), events: [denied('a')] },
    },
    {
      id: 'C115',
      title: '50 entries in the map: granted',
      given: many(fifty.length),
      gives: {
        objects: disrupted({ 'worker-49': ago('30s'), a: ago('0s') }, 10),
        created: [REQUESTED],
        events: [created('a')],
      },
    },
    {
      id: 'C112',
      title: 'two budgets select the Machine: refused',
      given: [
        set,
        ...pair('a', '400s'),
        ...others,
        check(),
        budget('maxUnavailable 1'),
        budget('maxUnavailable 2', {}, undefined, 'second'),
      ],
      gives: { events: [denied('a')] },
    },
    {
      id: 'C116',
      title: 'the status is older than the spec, and stays so for want of a Node (trap T3): refused, though 2 are left',
      given: [
        openshiftMachineSet(4),
        ...pair('a', '400s'),
        ...others,
        openshiftMachine('d', { node: 'gone' }),
        check(),
        budget('maxUnavailable 1', {}, { observedGeneration: 0, disruptionsAllowed: 2 }),
      ],
      gives: {
        objects: budgetStatus({ observedGeneration: 0, disruptionsAllowed: 2 }),
        events: [denied('a')],
      },
    },
    {
      id: 'C118',
      title: 'two of three sick, maxUnavailable 1: an event, and asked again after 60 s',
      given: twoSick,
      when: [run('0s')],
      gives: {
        events: [denied('a'), 'Machine/b Normal MachineRemediationWaiting'],
        decidesAgain: { of: 'Node a', after: '60s' },
      },
    },
    {
      id: 'C118',
      title: 'the other has recovered meanwhile: granted when it asks again',
      given: twoSick,
      when: [
        run('30s'),
        apply(pair('b')[0] ?? ''),
        run('29s'),
        look({ events: [denied('a'), 'Machine/b Normal MachineRemediationWaiting'] }),
        run('1s'),
      ],
      gives: {
        created: [REQUESTED],
        events: [denied('a'), 'Machine/b Normal MachineRemediationWaiting', created('a')],
      },
    },
  ]);
});

describe('the MachineHealthCheck of 2019', () => {
  const set = openshiftMachineSet(1);
  const old = (ended: boolean): string =>
    stringify({
      apiVersion: API_VERSION,
      kind: 'MachineRemediation',
      metadata: { name: 'remediation-old', namespace: OPENSHIFT_NAMESPACE },
      spec: { type: 'reboot', machineName: 'a' },
      status: ended ? { state: 'Failed', endTime: ago('1s') } : { state: 'PowerOff', startTime: ago('1s') },
    });
  const named = `MachineRemediation ${OPENSHIFT_NAMESPACE}/remediation-a-*`;
  const oneOfThree = (ended: boolean): readonly string[] => [
    openshiftMachineSet(3),
    ...pair('a', '400s'),
    ...pair('b'),
    ...pair('c'),
    old(ended),
    check(),
    budget('maxUnavailable 1'),
  ];
  conformance([
    {
      id: 'C119',
      title: 'no ConfigMap, Ready=Unknown for 301 s: a reboot is requested',
      given: [set, ...pair('a', '301s'), check()],
      when: [run('1ms')],
      gives: { created: [REQUESTED], events: [created('a')] },
    },
    {
      id: 'C119',
      title: 'no ConfigMap, Ready=Unknown for 299 s: waiting, looked at again one second after its time',
      given: [set, ...pair('a', '299s'), check()],
      when: [run('1999ms'), look({ events: ['Machine/a Normal MachineRemediationWaiting'] }), run('1ms')],
      gives: { created: [REQUESTED], events: ['Machine/a Normal MachineRemediationWaiting', created('a')] },
    },
    {
      id: 'C119',
      title: 'without a strategy the Machine is deleted',
      given: [set, ...pair('a', '400s'), check({})],
      gives: { deleted: [`Machine ${OPENSHIFT_NAMESPACE}/a`], events: ['Machine/a Normal MachineRemediationDeleted'] },
    },
    {
      id: 'C120',
      title: 'without a strategy a master is not deleted',
      given: [
        pair('a', '400s')[0] ?? '',
        openshiftMachine('a', {
          owned: false,
          labels: { pool: 'workers', 'machine.openshift.io/cluster-api-machine-role': 'master' },
        }),
        check({}),
      ],
      gives: { events: ['Machine/a Normal MachineRemediationSkippedMaster'] },
    },
    ...inEachLineage(
      {
        id: 'C119',
        trap: 'T4',
        title: 'a reboot of the Machine is running',
        given: [set, ...pair('a', '400s'), old(false), check()],
      },
      { exact: { created: [REQUESTED], events: [created('a')] }, corrected: {} },
    ),
    ...inEachLineage(
      {
        id: 'C119',
        trap: 'T4',
        title: 'a reboot of the Machine has ended, and its request is kept',
        given: [set, ...pair('a', '400s'), old(true), check()],
      },
      { exact: {}, corrected: { created: [named], events: [created('a')] } },
    ),
    ...inEachLineage(
      {
        id: 'C119',
        trap: 'T16',
        title: 'a reboot of the Machine is running, and a budget has one disruption left',
        given: oneOfThree(false),
      },
      {
        exact: {
          objects: budgetStatus({ disruptedMachines: { a: ago('0s') } }),
          created: [REQUESTED],
          events: [created('a')],
        },
        corrected: { objects: budgetStatus({ disruptedMachines: { a: null }, disruptionsAllowed: 1 }) },
      },
    ),
    {
      id: 'C119',
      trap: 'T16',
      title: 'where a kept request counts as a running reboot (T4) the budget is taken from and nothing is done',
      given: oneOfThree(true),
      gives: { objects: budgetStatus({ disruptedMachines: { a: ago('0s') } }) },
    },
  ]);
});
