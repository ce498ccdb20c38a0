// The tests of one flow: it ends well undisturbed, and with every point struck in every way. The name of a test says how many
// points it strikes; the closing line of the run adds them up.

import { describe, expect, test } from 'vitest';
import { ending, type Flow, violationsOf } from './crash-points.ts';
import { type Family, familiesOf, strikesOf } from './families.ts';

/** Points struck by one test, and how many of them hold. */
export interface StruckCount {
  readonly struck: number;
  readonly hold: number;
}

declare module 'vitest' {
  interface TaskMeta {
    crashPoints?: StruckCount;
  }
}

/** @param exercised invariants that the undisturbed flow must have put at stake. */
export function strikeEveryPoint(
  flow: Flow,
  exercised: readonly string[],
  families: readonly Family[] = familiesOf(flow),
): void {
  describe(flow.name, () => {
    const base = ending(flow);

    test('undisturbed it ends well, and what is checked was at stake', () => {
      const atStake = base.invariants.filter((each) => each.exercised > 0).map(({ id }) => id);
      expect({ wrong: base.wrong, missing: exercised.filter((id) => !atStake.includes(id)) }).toEqual({
        wrong: [],
        missing: [],
      });
    });

    test.for(families.map((family) => ({ family, strikes: strikesOf(family, base.run.points, flow) })))(
      '$family: $strikes.length crash points',
      ({ strikes }, { task }) => {
        expect(strikes.length).toBeGreaterThan(0);
        const violations = violationsOf(flow, base, strikes);
        task.meta.crashPoints = { struck: strikes.length, hold: strikes.length - violations.length };
        expect(violations).toEqual([]);
      },
    );
  });
}
