// The grid of a polling product: looks happen on it and nowhere else, whatever wakes the controller in between.

import { expect, test } from 'vitest';
import { MACHINE_REMEDIATION } from '../../../core/api/remediation.ts';
import { decideOnGrid, gridAtOrAfter, type Look, type PollMemory } from '../../../core/remediation/poll-grid.ts';
import { coreBench } from '../../kit/core-bench.ts';
import { meta, NOW_MS } from '../../kit/machine-objects.ts';
import { fc } from '../../kit/property.ts';

const KEY = { namespace: 'ns', name: 'request' };
const bench = coreBench({
  objects: [
    {
      apiVersion: 'machineremediation.kubevirt.io/v1alpha1',
      kind: 'MachineRemediation',
      metadata: meta('request', { namespace: 'ns' }),
    },
  ],
  controllers: [],
  atMs: NOW_MS,
});

/** Instants of looks, relative to the start, when the controller is woken at `wakes` and at its own rechecks. */
function looksAt(everyMs: number, wakes: readonly number[], dueAtMs?: number): readonly number[] {
  const looks: number[] = [];
  let memory: PollMemory | undefined;
  let recheckAtMs: number | undefined = NOW_MS;
  const pending = [...new Set(wakes)].sort((a, b) => a - b).map((ms) => NOW_MS + ms);
  for (;;) {
    const nowMs = Math.min(recheckAtMs ?? Number.POSITIVE_INFINITY, pending[0] ?? Number.POSITIVE_INFINITY);
    if (nowMs === Number.POSITIVE_INFINITY || looks.length > 500) return looks;
    while (pending[0] === nowMs) pending.shift();
    const decision = decideOnGrid(
      { view: bench.view, key: KEY, nowMs, memory, facts: [] },
      MACHINE_REMEDIATION,
      (): Look => {
        looks.push(nowMs - NOW_MS);
        const due = dueAtMs !== undefined && nowMs < NOW_MS + dueAtMs ? { dueAtMs: NOW_MS + dueAtMs } : {};
        return { actions: [], because: { rule: 'waiting', values: {} }, everyMs, ...due };
      },
    );
    memory = decision.memory;
    recheckAtMs = decision.recheckAtMs;
    if (recheckAtMs !== undefined) expect(recheckAtMs).toBeGreaterThan(nowMs);
  }
}

test('nothing to wait for: one look, and no recheck', () => {
  expect(looksAt(10_000, [])).toEqual([0]);
});

test('a wake-up between two polls is answered at the next poll, a deadline at the first poll after it', () => {
  expect(looksAt(10_000, [3_000, 4_000, 27_000])).toEqual([0, 10_000, 30_000]);
  expect(looksAt(10_000, [], 25_001)).toEqual([0, 30_000]);
});

test('looks happen on the grid, and at most one poll after each wake-up', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30_000 }), fc.array(fc.nat(200_000), { maxLength: 20 }), (everyMs, wakes) => {
      const looks = looksAt(everyMs, wakes);
      expect(looks.every((look) => look % everyMs === 0)).toBe(true);
      expect(wakes.every((wake) => looks.some((look) => look >= wake && look < wake + everyMs))).toBe(true);
      expect(looks.length).toBeLessThanOrEqual(wakes.length + 1);
    }),
  );
});

test('the grid is that of the last look', () => {
  const grid = { lookedAtMs: 1_000, everyMs: 5_000 };
  expect([900, 1_000, 1_001, 6_000, 6_001].map((atMs) => gridAtOrAfter(grid, atMs))).toEqual([
    1_000, 1_000, 6_000, 6_000, 11_000,
  ]);
});
