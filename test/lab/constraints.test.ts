import { expect, test } from 'vitest';
import { constraintOutcome, parseConstraint } from '../../lab/constraints.ts';

test.each([
  { text: 'dataLostGroups <= 0', expected: { metric: 'dataLostGroups', operator: '<=', limit: 0 } },
  { text: '  fencings>=1.5 ', expected: { metric: 'fencings', operator: '>=', limit: 1.5 } },
  { text: 'resyncBytes <= 1e12', expected: { metric: 'resyncBytes', operator: '<=', limit: 1e12 } },
  { text: 'downtime <= 0', expected: undefined },
  { text: 'constructor <= 0', expected: undefined },
  { text: 'fencings < 3', expected: undefined },
  { text: 'fencings <= 3h', expected: undefined },
  { text: 'fencings', expected: undefined },
])('$text', ({ text, expected }) => {
  expect(parseConstraint(text)).toEqual(expected);
});

const interval = (low: number, high: number) => ({ mean: (low + high) / 2, low, high, n: 100, method: 't' as const });
const NEVER = { mean: 0, low: 0, high: 0.03, n: 100, method: 'rule-of-three' as const };

test.each([
  { name: 'all below a limit', operator: '<=' as const, limit: 5, estimate: interval(3, 5), expected: 'holds' },
  { name: 'across a limit', operator: '<=' as const, limit: 4, estimate: interval(3, 5), expected: 'undecided' },
  { name: 'all above a limit', operator: '<=' as const, limit: 2.9, estimate: interval(3, 5), expected: 'broken' },
  {
    name: 'touching the limit from above',
    operator: '<=' as const,
    limit: 3,
    estimate: interval(3, 5),
    expected: 'undecided',
  },
  { name: 'never seen', operator: '<=' as const, limit: 0, estimate: NEVER, expected: 'holds' },
  { name: 'never seen, but wanted', operator: '>=' as const, limit: 1, estimate: NEVER, expected: 'broken' },
  { name: 'enough', operator: '>=' as const, limit: 3, estimate: interval(3, 5), expected: 'holds' },
  { name: 'perhaps enough', operator: '>=' as const, limit: 4, estimate: interval(3, 5), expected: 'undecided' },
  { name: 'too little', operator: '>=' as const, limit: 6, estimate: interval(3, 5), expected: 'broken' },
])('$name: $expected', ({ operator, limit, estimate, expected }) => {
  expect(constraintOutcome({ metric: 'fencings', operator, limit }, estimate)).toBe(expected);
});
