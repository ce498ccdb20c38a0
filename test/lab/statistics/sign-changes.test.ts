import { expect, test } from 'vitest';
import { signChanges } from '../../../lab/statistics/sign-changes.ts';

test.each([
  { name: 'no crossing', y: [3, 2, 1], expected: [] },
  { name: 'a crossing a quarter of the way', y: [1, -3], expected: [0.25] },
  { name: 'two crossings', y: [1, -1, 1], expected: [0.5, 1.5] },
  { name: 'a zero at the crossing', y: [1, 0, -1], expected: [1] },
  { name: 'a stretch of zeros at the crossing', y: [1, 0, 0, -1], expected: [1.5] },
  { name: 'a touch', y: [1, 0, 2], expected: [] },
  { name: 'zeros at the ends', y: [0, 1, 0], expected: [] },
  { name: 'nothing but zeros', y: [0, 0, 0], expected: [] },
  { name: 'no points', y: [], expected: [] },
])('$name', ({ y, expected }) => {
  expect(signChanges(y.map((value, x) => ({ x, y: value })))).toEqual(expected);
});
