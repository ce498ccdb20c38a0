// MachineDisruptionBudget beyond the conformance cases: whose replicas count, entries of Machines that go, and what a request
// for a disruption writes.

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

  test('a machine that is sick and recently disrupted counts once', () => {
    const run = bench([
      aBudget({ maxUnavailable: 3 }, { disruptedMachines: { sick: ago(30_000) } }),
      aMachineSet('openshift', 'workers', 3),
      ...anOpenshiftFleet(2, 0),
      anOpenshiftMachine('sick', { node: 'n3' }),
      aNode('n3', 'False', 1_000),
    ]);
    expect(status(run)).toMatchObject({ total: 3, currentHealthy: 2 });
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
  test.each([
    { id: 'no budget', budgets: [], answer: 'granted' },
    { id: 'a negative counter', budgets: [{ ...granted, disruptionsAllowed: -1 }], answer: 'negative' },
    { id: 'no status yet', budgets: [undefined], answer: 'generation-not-observed' },
  ])('$id: $answer', ({ budgets, answer }) => {
    const asked = budgets.map((given, at) => aBudget({ minAvailable: 1 }, given, `budget-${at}`));
    const allowance = decrement(asked, 'm', NOW_MS);
    expect(allowance.verdict === 'refused' ? allowance.why : allowance.verdict).toBe(answer);
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
