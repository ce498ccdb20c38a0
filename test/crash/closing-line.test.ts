// What the output of a run says about crash points.

import { expect, test } from 'vitest';
import { crashPointsLine } from '../kit/closing-line.ts';

test('crash points are added up over all flows and families', () => {
  expect(crashPointsLine([{ struck: 49, hold: 49 }])).toBe('Crash points: 49 of 49 hold');
  expect(
    crashPointsLine([
      { struck: 49, hold: 48 },
      { struck: 3, hold: 0 },
    ]),
  ).toBe('Crash points: 48 of 52 hold');
});
