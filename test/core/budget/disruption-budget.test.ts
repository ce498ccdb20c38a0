// MachineDisruptionBudget: the status that the controller keeps, and what a request for a disruption is answered.

import { describe, expect, test } from 'vitest';
import type { Lineage } from '../../../core/api/lineage.ts';
import { OPENSHIFT_MACHINE, OPENSHIFT_MACHINE_SET } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { MACHINE_DISRUPTION_BUDGET, type MachineDisruptionBudget } from '../../../core/api/remediation.ts';
import { formatTime } from '../../../core/api/time.ts';
import { decrement } from '../../../core/budget/allowance.ts';
import { machineDisruptionBudget } from '../../../core/budget/disruption-budget.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import {
  aMachineSet,
  aNode,
  anOpenshiftFleet,
  anOpenshiftMachine,
  meta,
  NOW_MS,
  OPENSHIFT_NAMESPACE,
  withReady,
} from '../../kit/machine-objects.ts';

const BUDGET = `${OPENSHIFT_NAMESPACE}/workers`;
type Status = NonNullable<MachineDisruptionBudget['status']>;

function aBudget(
  limits: { readonly minAvailable?: number; readonly maxUnavailable?: number },
  status?: Status,
  name = 'workers',
): MachineDisruptionBudget {
  return {
    apiVersion: 'machineremediation.kubevirt.io/v1alpha1',
    kind: 'MachineDisruptionBudget',
    metadata: meta(name, { namespace: OPENSHIFT_NAMESPACE, generation: 1, resourceVersion: '7' }),
    spec: { selector: { matchLabels: { pool: 'workers' } }, ...limits },
    ...(status === undefined ? {} : { status }),
  };
}

function bench(objects: readonly KubeObject[], lineage: Lineage = 'exact'): CoreBench {
  const run = coreBench({ objects, controllers: [machineDisruptionBudget({ lineage })], atMs: NOW_MS });
  run.runFor(1_000);
  return run;
}

function status(run: CoreBench): Status | undefined {
  return run.the(MACHINE_DISRUPTION_BUDGET, BUDGET).status;
}

const ago = (ms: number): string => formatTime(NOW_MS - ms);

describe('the status', () => {
  test.each([
    { id: 'C104', limits: { minAvailable: 1 }, of: 3, sick: 0, desired: 1, healthy: 3, allowed: 3 },
    { id: 'C105', limits: { maxUnavailable: 1 }, of: 3, sick: 0, desired: 2, healthy: 3, allowed: 2 },
    {
      id: 'C106: the one sick machine may be fenced',
      limits: { maxUnavailable: 1 },
      of: 3,
      sick: 1,
      desired: 2,
      healthy: 2,
      allowed: 1,
    },
    { id: 'two sick are too many', limits: { maxUnavailable: 1 }, of: 3, sick: 2, desired: 2, healthy: 1, allowed: 0 },
    { id: 'C108', limits: { maxUnavailable: 1 }, of: 1, sick: 0, desired: 0, healthy: 1, allowed: 2 },
    { id: 'C108', limits: { maxUnavailable: 1 }, of: 4, sick: 0, desired: 3, healthy: 4, allowed: 2 },
    { id: 'C108', limits: { maxUnavailable: 1 }, of: 7, sick: 0, desired: 6, healthy: 7, allowed: 2 },
    { id: 'C109', limits: { minAvailable: 1 }, of: 7, sick: 0, desired: 1, healthy: 7, allowed: 7 },
  ])('$id: $limits, $sick of $of sick', ({ limits, of, sick, desired, healthy, allowed }) => {
    const run = bench([aBudget(limits), aMachineSet('openshift', 'workers', of), ...anOpenshiftFleet(of, sick)]);
    expect(status(run)).toEqual({
      observedGeneration: 1,
      total: of,
      desiredHealthy: desired,
      currentHealthy: healthy,
      disruptionsAllowed: allowed,
    });
  });

  test('the total follows the replicas of the owners, however many machines there are, plus one per unowned machine', () => {
    const loner = anOpenshiftMachine('loner', { node: 'node-loner', owned: false });
    const run = bench([
      aBudget({ maxUnavailable: 1 }),
      aMachineSet('openshift', 'workers', 5),
      aMachineSet('openshift', 'others', 9),
      ...anOpenshiftFleet(3, 0),
      loner,
      aNode('node-loner'),
    ]);
    expect(status(run)).toMatchObject({ total: 6, desiredHealthy: 5, currentHealthy: 4, disruptionsAllowed: 0 });
    run.update(OPENSHIFT_MACHINE_SET, BUDGET, 'main', (set) => ({ ...set, spec: { ...set.spec, replicas: 3 } }));
    run.runFor(1);
    expect(status(run)).toMatchObject({ total: 4, desiredHealthy: 3, currentHealthy: 4, disruptionsAllowed: 2 });
  });

  test('C110: 5 machines, of which one is deleting, one recently disrupted and one sick and disrupted, which counts once', () => {
    const [deleting, disrupted, sick] = ['deleting', 'disrupted', 'sick'];
    const run = bench([
      aBudget({ maxUnavailable: 3 }, { disruptedMachines: { [disrupted]: ago(30_000), [sick]: ago(30_000) } }),
      aMachineSet('openshift', 'workers', 5),
      ...anOpenshiftFleet(2, 0),
      anOpenshiftMachine(deleting, { node: 'n1', deleting: true }),
      anOpenshiftMachine(disrupted, { node: 'n2' }),
      anOpenshiftMachine(sick, { node: 'n3' }),
      aNode('n1'),
      aNode('n2'),
      aNode('n3', 'False', 1_000),
    ]);
    expect(status(run)).toMatchObject({ total: 5, desiredHealthy: 2, currentHealthy: 2, disruptionsAllowed: 1 });
  });

  test('C111: an old entry is dropped with an event, a new one stays until 2 min after its time', () => {
    const entries = { 'worker-00': ago(180_000), 'worker-01': ago(30_000) };
    const run = bench([
      aBudget({ maxUnavailable: 1 }, { disruptedMachines: entries }),
      aMachineSet('openshift', 'workers', 3),
      ...anOpenshiftFleet(3, 0),
    ]);
    expect(status(run)).toMatchObject({ currentHealthy: 2, disruptedMachines: { 'worker-01': ago(30_000) } });
    expect(Object.keys(status(run)?.disruptedMachines ?? {})).toEqual(['worker-01']);
    expect(run.events.map(({ about, reason }) => [about, reason])).toEqual([['worker-00', 'NotDeleted']]);
    run.run(NOW_MS + 90_000);
    expect(status(run)?.currentHealthy).toBe(2);
    run.run(NOW_MS + 91_000);
    expect(status(run)).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 2 });
    expect(run.eventReasons()).toEqual(['NotDeleted', 'NotDeleted']);
  });

  test('an entry whose machine is going, or is no longer selected, is dropped without an event', () => {
    const entries = { 'worker-00': ago(30_000), gone: ago(30_000) };
    const run = bench([
      aBudget({ maxUnavailable: 1 }, { disruptedMachines: entries }),
      aMachineSet('openshift', 'workers', 3),
      ...anOpenshiftFleet(3, 0),
    ]);
    run.delete(OPENSHIFT_MACHINE, `${OPENSHIFT_NAMESPACE}/worker-00`);
    run.runFor(1);
    expect(Object.keys(status(run)?.disruptedMachines ?? {})).toEqual([]);
    expect(status(run)?.currentHealthy).toBe(2);
    expect(run.events).toEqual([]);
  });

  test('no machines: 0 allowed, and an event', () => {
    const run = bench([aBudget({ minAvailable: 0 })]);
    expect(status(run)).toMatchObject({ total: 0, disruptionsAllowed: 0 });
    expect(run.eventReasons()).toEqual(['NoMachines']);
  });

  test('an empty selector selects no machine', () => {
    const budget = aBudget({ minAvailable: 1 });
    const run = bench([{ ...budget, spec: { minAvailable: 1, selector: {} } }, ...anOpenshiftFleet(3, 0)]);
    expect(status(run)).toMatchObject({ total: 0, currentHealthy: 0 });
  });

  test.each([
    { lineage: 'exact' as const, id: 'trap T3: the status goes stale', healthy: 3 },
    { lineage: 'corrected' as const, id: 'it is not healthy', healthy: 2 },
  ])('a machine whose node is gone, $lineage: $id', ({ lineage, healthy }) => {
    const run = bench(
      [aBudget({ maxUnavailable: 1 }), aMachineSet('openshift', 'workers', 3), ...anOpenshiftFleet(3, 0)],
      lineage,
    );
    run.delete(NODE, 'node-worker-00');
    run.runFor(1_000);
    expect(status(run)?.currentHealthy).toBe(healthy);
  });

  test('a node that becomes Ready again gives its disruption back', () => {
    const run = bench([
      aBudget({ maxUnavailable: 1 }),
      aMachineSet('openshift', 'workers', 3),
      ...anOpenshiftFleet(3, 1, 10_000),
    ]);
    expect(status(run)?.disruptionsAllowed).toBe(1);
    run.update(NODE, 'node-worker-00', 'status', (node) => withReady(node, 'True', run.nowMs));
    run.runFor(1);
    expect(status(run)?.disruptionsAllowed).toBe(2);
  });
});

describe('asking for a disruption', () => {
  const granted: Status = { observedGeneration: 1, disruptionsAllowed: 1 };
  const inMap = { disruptedMachines: { m: ago(1_000) } };
  const full = {
    disruptedMachines: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`m-${i}`, ago(1_000)])),
  };
  test.each([
    { id: 'no budget', budgets: [], answer: 'granted' },
    { id: 'C112: two budgets', budgets: [granted, granted], answer: 'several-budgets' },
    { id: 'one left', budgets: [granted], answer: 'written' },
    { id: 'C114: in the map, one left', budgets: [{ ...granted, ...inMap }], answer: 'granted' },
    {
      id: 'C114: in the map, none left',
      budgets: [{ ...granted, ...inMap, disruptionsAllowed: 0 }],
      answer: 'none-left',
    },
    { id: 'C115: 51 entries', budgets: [{ ...granted, ...full }], answer: 'too-many-entries' },
    {
      id: 'C116: generation not observed',
      budgets: [{ ...granted, observedGeneration: 0 }],
      answer: 'generation-not-observed',
    },
    { id: 'a negative counter', budgets: [{ ...granted, disruptionsAllowed: -1 }], answer: 'negative' },
    { id: 'no status yet', budgets: [undefined], answer: 'generation-not-observed' },
  ])('$id: $answer', ({ budgets, answer }) => {
    const allowance = decrement(
      budgets.map((given, at) => aBudget({ minAvailable: 1 }, given, `budget-${at}`)),
      'm',
      NOW_MS,
    );
    const text =
      allowance.verdict === 'refused' ? allowance.why : allowance.write === undefined ? 'granted' : 'written';
    expect(text).toBe(answer);
  });

  test('what is written is the entry and the counter, against the version that was read', () => {
    const allowance = decrement([aBudget({ minAvailable: 1 }, { ...granted, disruptionsAllowed: 3 })], 'm', NOW_MS);
    expect(allowance).toMatchObject({
      verdict: 'granted',
      write: {
        do: 'patch',
        subresource: 'status',
        patch: { status: { disruptionsAllowed: 2, disruptedMachines: { m: formatTime(NOW_MS) } } },
        onlyIf: { uid: 'uid-workers', resourceVersion: '7' },
      },
    });
  });
});
