import { expect, test } from 'vitest';
import { rankCorrelation } from '../../../lab/statistics/rank-correlation.ts';

test.each([
  {
    name: 'the textbook example of IQ and hours of television: -29/165',
    x: [106, 100, 86, 101, 99, 103, 97, 113, 112, 110],
    y: [7, 27, 2, 50, 28, 29, 20, 12, 6, 17],
    expected: -29 / 165,
  },
  { name: 'any rising curve', x: [1, 2, 3, 4], y: [1, 8, 27, 640], expected: 1 },
  { name: 'any falling curve', x: [1, 2, 3, 4], y: [9, 3, 2, -5], expected: -1 },
  // By hand: ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: products 2.25, 0, 0, 2.25; spreads 4.5 and 5.
  { name: 'ties', x: [1, 5, 5, 9], y: [1, 2, 3, 4], expected: 4.5 / Math.sqrt(4.5 * 5) },
  { name: 'an input that does not vary', x: [1, 1, 1], y: [1, 2, 3], expected: 0 },
])('$name', ({ x, y, expected }) => {
  expect(rankCorrelation(x, y)).toBeCloseTo(expected, 12);
});
