// Integrals of availability against sums done by hand, and how many replicas a workload needs.

import { describe, expect, test } from 'vitest';
import type { PodDisruptionBudget } from '../../../core/api/workload.ts';
import { Availability } from '../../../sim/workload/availability.ts';
import type { Control } from '../../../sim/workload/control-table.ts';
import { bytesOf, milliCores, quantityOf } from '../../../sim/workload/quantity.ts';
import { requiredReplicas } from '../../../sim/workload/required-replicas.ts';
import { toleratedMs } from '../../../sim/workload/toleration.ts';
import { fc } from '../../kit/property.ts';

test('integrals of one workload over a hand-made hour', () => {
  const clock = { nowMs: 0 };
  const availability = new Availability(clock);
  const told: string[] = [];
  availability.onChange((name, unavailable, serving, required) => {
    told.push(`${clock.nowMs} ${name} ${unavailable} ${serving}/${required}`);
  });
  const index = availability.open('app/db', 'StatefulSet');
  for (let n = 0; n < 3; n++) availability.serving(index, 1);
  for (let n = 0; n < 3; n++) availability.ready(index, 1);
  availability.declare(index, 3, 2, { cpuMilli: 500, bytes: 3 * 2 ** 30 });
  availability.begin();
  clock.nowMs = 1000;
  availability.serving(index, -1); // 2 of 3: lost 1
  clock.nowMs = 1500;
  availability.serving(index, -1); // 1 of 3: lost 2, unavailable
  clock.nowMs = 1600;
  availability.ready(index, -1);
  availability.ready(index, -1);
  clock.nowMs = 2000;
  availability.serving(index, 1);
  clock.nowMs = 3600;
  const rest = {
    outages: 1,
    longestOutageMs: 500,
    lostCoreMs: 3100 / 2,
    lostMemoryGibMs: 3 * 3100,
    pendingPodMs: 0,
    longestPendingMs: 0,
    lostWorkMs: 0,
  };
  expect(availability.totals()).toEqual({
    workloadUnavailableMs: 500,
    workloadUnavailableApiMs: 2000,
    lostReplicaMs: 500 + 2 * 500 + 1600,
    ...rest,
    workloads: [
      {
        kind: 'StatefulSet',
        workload: 'app/db',
        requiredReplicas: 2,
        unavailableMs: 500,
        unavailableApiMs: 2000,
        lostReplicaMs: 3100,
        ...rest,
      },
    ],
  });
  expect(told).toEqual(['1500 app/db true 1/2', '2000 app/db false 2/2']);
});

test('the integral equals a scan millisecond by millisecond', () => {
  const steps = fc.array(fc.record({ forMs: fc.integer({ min: 0, max: 20 }), up: fc.boolean() }), { maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 4 }), (changes, required) => {
      const clock = { nowMs: 0 };
      const availability = new Availability(clock);
      const index = availability.open('w', 'Deployment');
      availability.declare(index, 4, required);
      let serving = 0;
      let unavailableMs = 0;
      let lostReplicaMs = 0;
      for (const { forMs, up } of changes) {
        const by = up || serving === 0 ? 1 : -1;
        serving += by;
        availability.serving(index, by);
        for (let ms = 0; ms < forMs; ms++) {
          if (serving < required) unavailableMs += 1;
          lostReplicaMs += Math.max(0, 4 - serving);
        }
        clock.nowMs += forMs;
      }
      expect(availability.totals()).toMatchObject({ workloadUnavailableMs: unavailableMs, lostReplicaMs });
    }),
  );
});

describe('required replicas', () => {
  const control = (kind: 'ReplicaSet' | 'StatefulSet', replicas: number): Control => ({
    kind,
    key: { namespace: 'app', name: 'w' },
    uid: 'u',
    workloadName: 'app/w',
    workload: 0,
    pods: new Set(),
    created: 0,
    object: {
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: 'w', namespace: 'app', uid: 'u', resourceVersion: '1' },
      spec: { replicas, template: { metadata: { labels: { app: 'w' } } } },
    },
  });
  const budgeted = (spec: PodDisruptionBudget['spec']): PodDisruptionBudget => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'b', namespace: 'app', uid: 'b', resourceVersion: '1' },
    spec: { selector: { matchLabels: { app: 'w' } }, ...spec },
  });
  test.each([
    ['Deployment without a budget', control('ReplicaSet', 5), {}, [], 1],
    ['StatefulSet of 3: majority', control('StatefulSet', 3), {}, [], 2],
    ['StatefulSet of 4: majority', control('StatefulSet', 4), {}, [], 3],
    ['declared wins', control('StatefulSet', 3), { 'app/w': 3 }, [budgeted({ minAvailable: 1 })], 3],
    ['minAvailable', control('ReplicaSet', 5), {}, [budgeted({ minAvailable: 4 })], 4],
    ['minAvailable in percent rounds up', control('ReplicaSet', 5), {}, [budgeted({ minAvailable: '50%' })], 3],
    ['maxUnavailable', control('ReplicaSet', 5), {}, [budgeted({ maxUnavailable: 2 })], 3],
    ['a budget never needs less than one', control('ReplicaSet', 1), {}, [budgeted({ maxUnavailable: 1 })], 1],
    [
      'a budget of another label',
      control('ReplicaSet', 5),
      {},
      [budgeted({ minAvailable: 4, selector: { matchLabels: { app: 'x' } } })],
      1,
    ],
    ['nothing wanted, nothing needed', control('StatefulSet', 0), {}, [budgeted({ minAvailable: 1 })], 0],
  ])('%s', (_, given, declared, budgets, expected) => {
    expect(requiredReplicas(given, declared, budgets)).toBe(expected);
  });
});

test.each([
  ['500m', 500],
  ['2', 2000],
  ['1.5', 1500],
  ['111500m', 111_500],
])('%s is %i thousandths of a core', (text, milli) => {
  expect(milliCores(text)).toBe(milli);
});

test.each([
  ['128Mi', 134_217_728],
  ['799792312Ki', 799_792_312 * 1024],
  ['1G', 1_000_000_000],
  ['419863222476', 419_863_222_476],
])('%s is %i bytes', (text, bytes) => {
  expect(bytesOf(text)).toBe(bytes);
});

test('what is no quantity is NaN', () => {
  expect(['', 'many', '5Zi'].map(quantityOf)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

describe('toleration of NoExecute taints', () => {
  const taint = { key: 'k', effect: 'NoExecute' } as const;
  const other = { key: 'other', value: 'v', effect: 'NoExecute' } as const;
  test.each([
    ['none: at once', [], [taint], 0],
    ['without limit', [{ key: 'k', operator: 'Exists' }], [taint], Number.POSITIVE_INFINITY],
    [
      'of one taint the first toleration that matches counts',
      [
        { key: 'k', operator: 'Exists', tolerationSeconds: 30 },
        { operator: 'Exists', tolerationSeconds: 10 },
      ],
      [taint],
      30_000,
    ],
    [
      'of two taints the shortest limit counts',
      [
        { key: 'k', operator: 'Exists', tolerationSeconds: 30 },
        { operator: 'Exists', tolerationSeconds: 10 },
      ],
      [taint, other],
      10_000,
    ],
    ['one taint of two is not tolerated', [{ key: 'k', operator: 'Exists', tolerationSeconds: 30 }], [taint, other], 0],
    ['Equal compares the value', [{ key: 'other', value: 'v' }], [other], Number.POSITIVE_INFINITY],
    ['another effect does not match', [{ key: 'k', operator: 'Exists', effect: 'NoSchedule' }], [taint], 0],
    ['negative seconds are at once', [{ key: 'k', operator: 'Exists', tolerationSeconds: -5 }], [taint], 0],
  ] as const)('%s', (_, tolerations, taints, expectedMs) => {
    expect(toleratedMs(tolerations, taints)).toBe(expectedMs);
  });
});
