// The tests of one flow: it ends well undisturbed, and with every point struck in every way. The name of a test says how many
// points it strikes; the closing line of the run adds them up.

import { describe, expect, test } from 'vitest';
import { CATALOGUE, type FlowName } from './catalogue.ts';
import { ending, violationsOf } from './crash-points.ts';
import { familiesOf, strikesOf } from './families.ts';

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

/** One flow of the catalogue. */
export function strikeEveryPoint(name: FlowName): void {
  const { flow: flowOf, atStake } = CATALOGUE[name];
  const flow = flowOf();
  describe(flow.name, () => {
    const base = ending(flow);

    test('undisturbed it ends well, and what is checked was at stake', () => {
      const wasAtStake = base.invariants.filter(({ exercised }) => exercised > 0).map(({ id }) => id);
      expect({ wrong: base.wrong, missing: atStake.filter((id) => !wasAtStake.includes(id)) }).toEqual({
        wrong: [],
        missing: [],
      });
    });

    test.for(familiesOf(flow).map((family) => ({ family, strikes: strikesOf(family, base.run.points, flow) })))(
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
