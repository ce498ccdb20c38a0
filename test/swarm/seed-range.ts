// Many seeds as the tests of one file: a few batches, so that a failure comes early, and what the whole range put to the test.

import { describe, expect, test } from 'vitest';
import { INVARIANTS } from '../../sim/checkers/invariants.ts';
import { NOT_EXERCISED, seedVerdict } from './swarm-verdict.ts';

const BATCH = 25;

export function testSeeds(from: number, to: number): void {
  describe(`seeds swarm-${from} to swarm-${to}`, () => {
    const exercised = new Set<string>();
    const batches = Array.from({ length: Math.ceil((to - from + 1) / BATCH) }, (_, at) => from + at * BATCH);

    test.each(batches)('safe while it rains, and at rest afterwards: 25 from swarm-%i on', (first) => {
      const troubles: string[] = [];
      for (let number = first; number < first + BATCH && number <= to; number++) {
        const verdict = seedVerdict(`swarm-${number}`);
        troubles.push(...verdict.troubles);
        for (const id of verdict.exercised) exercised.add(id);
      }
      expect(troubles).toEqual([]);
    });

    test('every invariant was put to the test, but for those of which the reason is known', () => {
      const quiet = INVARIANTS.map(({ id }) => id).filter((id) => !exercised.has(id));
      expect(quiet).toEqual([...NOT_EXERCISED.keys()]);
    });
  });
}
