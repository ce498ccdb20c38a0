// Forecasts on histories whose law is known: the model that has all of it covers as it claims, those that leave something out do not.

import { describe, expect, test } from 'vitest';
import { sample } from '../../../sim/kernel/distributions.ts';
import { Draws, rootKey, type Stream } from '../../../sim/kernel/rng.ts';
import { normalQuantile } from '../../../sim/kernel/special-functions.ts';
import { YEAR_MS } from '../../../sim/kernel/time-units.ts';
import { type Backtest, backtest } from '../../../twin/failures/backtest.ts';
import { calibrate } from '../../../twin/failures/calibrate.ts';
import type { FailureHistory, HostFailure, ObservedHost } from '../../../twin/failures/failure-history.ts';

const GROUPS = 24;
const HOSTS = 40;
const YEARS = 9;
const SPLIT_YEAR = 6;
const START_MS = Date.UTC(1997, 0, 1);

/** Groups of hosts that fail as a Poisson process of about two a year; hosts may differ, rates may wander by the quarter. */
function invented(asked: {
  readonly name: string;
  readonly spread: number;
  readonly driftPerYear: number;
}): FailureHistory {
  const hosts: ObservedHost[] = [];
  const failures: HostFailure[] = [];
  for (let group = 0; group < GROUPS; group++) {
    const stream = new Draws(rootKey(asked.name), 1).stream(`group ${group}`, 'failures');
    let drawn = 0;
    const u = (): number => stream.at(drawn++);
    const levels = wandering(new Draws(rootKey(asked.name), 1).stream(`group ${group}`, 'drift'), asked.driftPerYear);
    for (let host = 0; host < HOSTS; host++) {
      const factor = host % 2 === 0 ? 1 + asked.spread : 1 - asked.spread;
      levels.forEach((level, quarter) => {
        for (let at = 0; ; ) {
          at += sample({ kind: 'exponential', mean: 4 / (2 * factor * level) }, u());
          if (at >= 1) break;
          const startMs = START_MS + Math.floor(((quarter + at) * YEAR_MS) / 4);
          failures.push({ host: hosts.length, startMs, endMs: startMs + 3_600_000, cause: 'Hardware: CPU' });
        }
      });
      hosts.push({
        name: `${group}-${host}`,
        group: String(group),
        fromMs: START_MS,
        untilMs: START_MS + YEARS * YEAR_MS,
      });
    }
  }
  return { hosts, failures: failures.toSorted((a, b) => a.startMs - b.startMs) };
}

function wandering(stream: Stream, driftPerYear: number): readonly number[] {
  let log = 0;
  return Array.from({ length: YEARS * 4 }, (_, quarter) => {
    log += (driftPerYear / 2) * normalQuantile(stream.at(quarter));
    return Math.exp(log);
  });
}

function tested(history: FailureHistory): Backtest {
  const splitMs = START_MS + SPLIT_YEAR * YEAR_MS;
  return backtest(history, { fromMs: START_MS, splitMs, untilMs: START_MS + YEARS * YEAR_MS, share: 0.9 });
}

describe('coverage', () => {
  const plain = tested(invented({ name: 'plain', spread: 0, driftPerYear: 0 }));
  const differing = tested(invented({ name: 'differing', spread: 0.8, driftPerYear: 0 }));
  const drifting = tested(invented({ name: 'drifting', spread: 0.8, driftPerYear: 0.4 }));

  test('a Poisson process: every model covers what it claims', () => {
    for (const { ofGroups, ofHosts } of [plain]) {
      for (const coverage of [...Object.values(ofGroups), ...Object.values(ofHosts)]) {
        expect(Math.abs(coverage.inside - coverage.claimed)).toBeLessThan(0.06);
      }
    }
  });

  test('hosts that differ: one rate for all misses hosts, frailty does not', () => {
    expect(differing.ofHosts.poisson.inside).toBeLessThan(0.75);
    expect(Math.abs(differing.ofHosts.frailty.inside - differing.ofHosts.frailty.claimed)).toBeLessThan(0.05);
  });

  test('rates that wander: only drift covers the years of a group', () => {
    const { ofGroups, fitted } = drifting;
    expect(ofGroups.poisson.inside).toBeLessThan(0.5);
    expect(ofGroups.frailty.inside).toBeLessThan(0.5);
    expect(ofGroups.drift.outcomes).toBe(GROUPS * 4);
    expect(Math.abs(ofGroups.drift.inside - 0.9)).toBeLessThan(0.1);
    expect(Math.abs(fitted.driftPerYear - 0.4)).toBeLessThan(0.1);
  });
});

describe('what is found again', () => {
  const history = invented({ name: 'found', spread: 0.8, driftPerYear: 0 });
  const { groups, causes, repeats, driftPerYear } = calibrate(history, {
    fromMs: START_MS,
    untilMs: START_MS + YEARS * YEAR_MS,
  });
  const mean = (of: (group: (typeof groups)[number]) => number): number =>
    groups.reduce((sum, group) => sum + of(group), 0) / groups.length;

  test('rate, differences of hosts, no clusters, no drift', () => {
    expect(groups).toHaveLength(GROUPS);
    expect(Math.abs(mean(({ perHostYear }) => perHostYear) - 2)).toBeLessThan(0.05);
    expect(Math.abs(mean(({ frailty }) => frailty.variance) - 0.64)).toBeLessThan(0.06);
    expect(mean(({ frailty }) => frailty.dispersion)).toBeLessThan(1.2);
    expect(driftPerYear).toBeLessThan(0.06);
  });

  test('causes and repeats', () => {
    expect(causes).toEqual([
      {
        cause: 'Hardware',
        failures: history.failures.length,
        share: 1,
        shareOfDowntime: 1,
        medianMs: 3_600_000,
        meanMs: 3_600_000,
        p95Ms: 3_600_000,
      },
    ]);
    // Rates 3.6 and 0.4 a year: failures come from the former nine times in ten, and find the next within a day at 3.6 / 365.25.
    expect(Math.abs(repeats.withinDay / ((0.9 * 3.6 + 0.1 * 0.4) / 365.25) - 1)).toBeLessThan(0.1);
  });
});
