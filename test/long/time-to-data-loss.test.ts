// Oracle D13 by plain counting: mean time to data loss with a standard error under 1 %, which takes some ten thousand losses.

import { expect, test } from 'vitest';
import { cyclesOf, hoursToLoss, meanTimeToLoss, REDUNDANCY_ROWS, redundancyOracle } from '../kit/storage-oracle.ts';

const RUNS = { '2 replicas': 14, '3 replicas, serial': 80, '3 replicas, parallel': 160 };

test.each(REDUNDANCY_ROWS)('$given: time to loss by counting losses', ({ given, replicas, atOnce }) => {
  const hours = hoursToLoss(given, 0.01, 1 / 6);
  const oracle = redundancyOracle(replicas, atOnce);
  const cycles = Array.from({ length: RUNS[given] }, (_, index) => cyclesOf(oracle, 1001 + index)).flat();
  const found = meanTimeToLoss(cycles, ({ lost }) => (lost ? 1 : 0));
  expect(found.standardError).toBeLessThanOrEqual(0.01 * hours);
  expect(Math.abs(found.hours - hours)).toBeLessThanOrEqual(4 * found.standardError);
});
