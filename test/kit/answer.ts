// The acceptance rule of closed-form answers (oracles): never loosened; who fails it raises the number of runs.

import { expect } from 'vitest';
import type { Estimate } from './estimate.ts';

/** Within four standard errors, which are at most 1 % of the answer, and 5 % of a probability under 1 %. */
export function expectAnswer({ mean, standardError }: Estimate, expected: number): void {
  expect(standardError).toBeLessThanOrEqual((expected < 0.01 ? 0.05 : 0.01) * expected);
  expect(Math.abs(mean - expected)).toBeLessThanOrEqual(4 * standardError);
}
