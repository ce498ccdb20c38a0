// docs/lanl.md is what the records of Los Alamos say now; and what must hold of them whatever is changed.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LANL_PAGE, lanlPage } from '../../tools/generate-lanl.ts';
import { backtest } from '../../twin/failures/backtest.ts';
import { calibrate } from '../../twin/failures/calibrate.ts';
import { spanOf } from '../../twin/failures/failure-history.ts';
import { readLanlRelease } from '../../twin/failures/lanl-release.ts';
import { lanlText } from '../kit/lanl-file.ts';

const text = lanlText();

describe.skipIf(text === undefined)('with the failure records of Los Alamos at hand', () => {
  const { history, problems } = readLanlRelease('lanl.csv', text ?? '');

  test('every record is read', () => {
    expect({ problems, failures: history.failures.length }).toEqual({ problems: [], failures: 23_739 });
    expect(new Set(history.hosts.map(({ group }) => group)).size).toBe(23);
  });

  test('the published shapes come out of them', () => {
    const { gaps, repairs, causes, repeats, groups } = calibrate(history, spanOf(history));
    expect(gaps).toMatchObject({ n: 20_131 });
    expect(gaps?.shape).toBeCloseTo(0.489, 3);
    expect(Math.log((repairs?.median ?? 0) / 60_000)).toBeCloseTo(4.154, 3);
    expect(repairs?.sigma).toBeCloseTo(1.402, 3);
    expect(causes[0]).toMatchObject({ cause: 'Hardware', failures: 14_341 });
    expect(repeats.withinDay / repeats.poissonWithinDay).toBeGreaterThan(10);
    const shapes = new Map(groups.map(({ group, gaps: fit }) => [group, fit?.shape.toFixed(2)]));
    expect(['18', '19', '20', '8', '4', '3', '6', '12'].map((group) => shapes.get(group))).toEqual([
      '0.67',
      '0.70',
      '0.48',
      '0.58',
      '0.76',
      '0.82',
      '1.00',
      '0.53',
    ]);
  });

  test('1996 to 2002 predicts 2003 to 2005: the stated 90 % intervals hold, those of a Poisson process do not', () => {
    const { ofGroups, ofHosts, ofRepairs } = backtest(history, {
      fromMs: Date.UTC(1996, 0),
      splitMs: Date.UTC(2003, 0),
      untilMs: Infinity,
      share: 0.9,
    });
    expect(ofGroups.drift.outcomes).toBe(20);
    expect(ofGroups.drift.inside).toBeGreaterThanOrEqual(0.85);
    expect(ofGroups.poisson.inside).toBeLessThan(0.5);
    expect(ofHosts.drift.outcomes).toBeGreaterThan(2500);
    expect(Math.abs(ofHosts.drift.inside - ofHosts.drift.claimed)).toBeLessThan(0.05);
    expect(Math.abs(ofRepairs.inside - ofRepairs.claimed)).toBeLessThan(0.05);
  });

  test('docs/lanl.md is up to date (node tools/generate-lanl.ts)', () => {
    expect(readFileSync(LANL_PAGE, 'utf8')).toBe(lanlPage(text ?? ''));
  });
});
