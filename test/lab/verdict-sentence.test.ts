import { expect, test } from 'vitest';
import type { Estimate } from '../../lab/summary.ts';
import {
  differenceSentence,
  levelSentence,
  nothingSeenSentence,
  percent,
  perRunWords,
} from '../../lab/verdict-sentence.ts';
import type { MetricName } from '../../sim/result.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const estimate = (mean: number, low: number, high: number): Estimate => ({ mean, low, high, n: 100, method: 't' });
const year = { study: 'steady' as const, durationMs: 365 * DAY, replications: 100 };
const week = { study: 'from-now' as const, durationMs: 7 * DAY, replications: 40 };

test.each([
  {
    context: { ...year, metric: 'workloadUnavailableMs' as MetricName },
    lessBy: estimate(36.4 * MINUTE, 33.2 * MINUTE, 39.3 * MINUTE),
    expected: 'a loses 36 min less workload time per year than b [33, 39], paired, 100 replications',
  },
  {
    context: { ...year, durationMs: 36.5 * DAY, metric: 'fencings' as MetricName },
    lessBy: estimate(0.321, 0.281, 0.361),
    expected: 'a causes 3.2 fewer fencings per year than b [2.8, 3.6], paired, 100 replications',
  },
  {
    context: { ...week, metric: 'resyncBytes' as MetricName },
    lessBy: estimate(122 * 1024 ** 4, 114 * 1024 ** 4, 131 * 1024 ** 4),
    expected: 'a copies 122 TiB less resync data in 7 d than b [114, 131], paired, 40 replications',
  },
  {
    context: { ...year, metric: 'mostInFlight' as MetricName },
    lessBy: estimate(2.04, 1.9, 2.2),
    expected: 'a has 2.0 fewer remediations in flight at most in 365 d than b [1.9, 2.2], paired, 100 replications',
  },
  {
    context: { ...year, metric: 'dataUnavailableMs' as MetricName },
    lessBy: estimate(20_000, 8000, 32_000),
    expected: 'a has 20 s less time with data unavailable per year than b [8, 32], paired, 100 replications',
  },
  {
    context: { ...week, metric: 'workloadUnavailableMs' as MetricName },
    lessBy: estimate(0, 0, 0),
    expected: 'a and b do not differ in workload time, in any of 40 replications',
  },
])('$expected', ({ context, lessBy, expected }) => {
  expect(differenceSentence('a', 'b', lessBy, context)).toBe(expected);
});

test('one policy alone is described by its level', () => {
  const context = { ...year, metric: 'nodeDowntimeMs' as MetricName };
  expect(levelSentence('a', estimate(41 * 60 * MINUTE, 38 * 60 * MINUTE, 44 * 60 * MINUTE), context)).toBe(
    'a has 41 h node downtime per year [38, 44], 100 replications',
  );
});

test('of what neither showed no difference is said', () => {
  expect(nothingSeenSentence('a', 'b', { ...year, metric: 'workloadUnavailableMs' })).toBe(
    'neither a nor b loses any workload time, 100 replications',
  );
});

test('what was never seen is not called zero', () => {
  const never: Estimate = { mean: 0, low: 0, high: 0.03, n: 100, method: 'rule-of-three' };
  expect(levelSentence('a', never, { ...year, metric: 'dataLostGroups' })).toBe(
    'a loses no placement groups per year (none seen: < 3/100 of runs), 100 replications',
  );
  expect(perRunWords(never, 'dataLostGroups')).toBe('none seen, < 3/100 of runs');
});

test.each([
  [0.05, '5 %'],
  [0.125, '12.5 %'],
  [1 / 3, '33.3 %'],
])('%d in words', (share, expected) => {
  expect(percent(share)).toBe(expected);
});
