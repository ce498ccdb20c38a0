// The tests of one flow: it ends well undisturbed, and with every point struck in every way. The name of a test says how many
// points it strikes; the closing line of the run adds them up.

import { describe, expect, test } from 'vitest';
import { type Ending, ending, type Family, type Flow, strikesOf, violationsOf } from './crash-points.ts';

/** @param exercised invariants that the undisturbed flow must have put at stake. */
export function strikeEveryPoint(flow: Flow, families: readonly Family[], exercised: readonly string[]): void {
  describe(flow.name, () => {
    const base: Ending = ending(flow, undefined);

    test('undisturbed it ends well, and what is checked was at stake', () => {
      const atStake = base.invariants.filter((each) => each.exercised > 0).map(({ id }) => id);
      expect({ wrong: base.wrong, missing: exercised.filter((id) => !atStake.includes(id)) }).toEqual({
        wrong: [],
        missing: [],
      });
    });

    test.each(families.map((family) => ({ family, strikes: strikesOf(family, base.run.points, flow) })))(
      '$family: $strikes.length crash points',
      ({ strikes }) => {
        expect(strikes.length).toBeGreaterThan(0);
        expect(violationsOf(flow, base, strikes)).toEqual([]);
      },
    );
  });
}
