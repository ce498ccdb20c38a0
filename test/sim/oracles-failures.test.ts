// Oracles D6, D15 and D17: when hosts fail, how often, of what and how many at once, by configuring the simulator. And what the
// models of clustering promise: bursts and repeated failures take their share of the rates, and add nothing to them.

import { describe, expect, test } from 'vitest';
import { expectAnswer } from '../kit/answer.ts';
import { estimateOf } from '../kit/estimate.ts';
import {
  type Birth,
  birthsByHost,
  type FailingHosts,
  failingHosts,
  failureRun,
  HOUR_MS,
  shareOf,
  YEAR_HOURS,
} from '../kit/fault-oracle.ts';

function birthsOf(world: FailingHosts, replications: number): readonly (readonly Birth[])[] {
  const study = failingHosts(world);
  return Array.from({ length: replications }, (_, index) => failureRun(study, index + 1).births);
}

const numbered = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe('oracle D6: alternating renewal with heavy tails', () => {
  /** Up Weibull with shape 0.7 and mean 1,000 h, down lognormal with mean 6 h and sigma 1.2. Hosts age only while up. */
  const UP_HOURS = 1_000;
  const hang = `{ perYear: ${YEAR_HOURS / UP_HOURS}, gapShape: 0.7, duration: { lognormal: { median: 10513837ms, sigma: 1.2 } }, cures: { itself: 1 } }`;

  test('hosts are unavailable for 6 h of 1,006 h', () => {
    const study = failingHosts({
      hosts: 600,
      hours: 20_000,
      background: { osHang: hang },
      faults: ['clock: operating'],
    });
    const runs = [1, 2].map((replication) => failureRun(study, replication, 2_000 * HOUR_MS));
    const shares = runs.flatMap(({ downMs }) => downMs.map((ms) => ms / (18_000 * HOUR_MS)));
    expectAnswer(estimateOf(shares), 0.005964214712);
  });

  test('in equilibrium as many fail as the rate says; started new, 0.5693 more each, whatever the horizon', () => {
    const hosts = 4_000;
    const hours = 20 * UP_HOURS;
    const background = { bmcUnreachable: `{ perYear: ${YEAR_HOURS / UP_HOURS}, gapShape: 0.7, duration: 1ms }` };
    const countsOf = (faults: readonly string[]): readonly number[] => {
      const counts = new Map<number, number>();
      for (const { host } of birthsOf({ hosts, hours, background, faults }, 1).flat()) {
        const index = Number(host.slice(2));
        counts.set(index, (counts.get(index) ?? 0) + 1);
      }
      return numbered(hosts).map((index) => counts.get(index) ?? 0);
    };
    const old = countsOf(['start: equilibrium']);
    const young = countsOf(['start: new']);
    expectAnswer(estimateOf(old), 20);
    expectAnswer(estimateOf(young), 20.5693);
    // The same draws from the second gap on: the difference is seen far more sharply than either.
    const { mean, standardError } = estimateOf(young.map((count, index) => count - (old[index] ?? 0)));
    expect(Math.abs(mean - 0.5693)).toBeLessThanOrEqual(4 * standardError);
    expect(mean).toBeGreaterThan(10 * standardError);
  });
});

describe('oracle D15: competing risks', () => {
  test('exponential: the time to the first, and who was first', () => {
    const hosts = 300;
    const rates = { selfHealingOutage: 2_000, kubeletDead: 5_000, bmcUnreachable: 20_000 };
    const background = Object.fromEntries(
      Object.entries(rates).map(([name, hours]) => [
        name,
        `{ perYear: ${YEAR_HOURS / hours}, gapShape: 1, duration: 1ms, cures: { itself: 1 } }`,
      ]),
    );
    const births = birthsOf({ hosts, hours: 800_000, background }, 1).flat();
    // Nothing remembers, so each failure of a host starts the race anew. About 600 a host; so many have every one.
    const races = 480;
    const means = birthsByHost(births).map((own) => (own[races - 1]?.atMs ?? Number.NaN) / HOUR_MS / races);
    expect(means.length).toBe(hosts);
    expectAnswer(estimateOf(means), 1333.3333);
    const wins = (name: string): number => births.filter((birth) => birth.name === name).length;
    expectAnswer(shareOf(wins('selfHealingOutage'), births.length), 0.666667);
    expectAnswer(shareOf(wins('kubeletDead'), births.length), 0.266667);
    expectAnswer(shareOf(wins('bmcUnreachable'), births.length), 0.066667);
  });

  test('wear-out against chance: new hosts, Weibull of shape 1.5 and scale 3,000 h against an exponential of 4,000 h', () => {
    const meanHours = 3_000 * 0.9027452929509336; // Gamma(1 + 1 / 1.5)
    const background = {
      kubeletDead: `{ perYear: ${YEAR_HOURS / meanHours}, gapShape: 1.5, duration: 1ms, cures: { itself: 1 } }`,
      bmcUnreachable: `{ perYear: ${YEAR_HOURS / 4_000}, gapShape: 1, duration: 1ms }`,
    };
    const world = { hosts: 1_000, hours: 16_000, background, faults: ['start: new'] };
    const firsts = birthsOf(world, 9).flatMap((births) => birthsByHost(births).map(([first]) => first));
    expect(firsts.length).toBe(9_000);
    expectAnswer(estimateOf(firsts.map((first) => (first?.atMs ?? Number.NaN) / HOUR_MS)), 1774.823352);
    expectAnswer(shareOf(firsts.filter((first) => first?.name === 'kubeletDead').length, 9_000), 0.556294162);
  });
});

describe('oracle D17: a flood by chance', () => {
  test('of 200 hosts that fail once a year, two or more within one hour', () => {
    const background = { bmcUnreachable: '{ perYear: 1, gapShape: 1, duration: 1ms }' };
    const years = 25;
    const world = { hosts: 200, hours: years * YEAR_HOURS, background };
    const replications = 8;
    const floods = birthsOf(world, replications).reduce((sum, births) => sum + hoursWithSeveralHosts(births), 0);
    expectAnswer(shareOf(floods, replications * years * YEAR_HOURS), 2.5507e-4);
  });
});

function hoursWithSeveralHosts(births: readonly Birth[]): number {
  const hostsByHour = new Map<number, Set<string>>();
  for (const { host, atMs } of births) {
    const hour = Math.floor(atMs / HOUR_MS);
    const hosts = hostsByHour.get(hour) ?? new Set();
    hostsByHour.set(hour, hosts.add(host));
  }
  return [...hostsByHour.values()].filter((hosts) => hosts.size > 1).length;
}

describe('failures that cluster', () => {
  const background = {
    osHang: '{ perYear: 4, gapShape: 1, duration: 1ms, cures: { itself: 1 } }',
    kubeletDead: '{ perYear: 2, gapShape: 1, duration: 1ms, cures: { itself: 1 } }',
  };
  const world: FailingHosts = {
    hosts: 40,
    racks: 4,
    hours: 60 * YEAR_HOURS,
    background,
    faults: [
      'bursts: { share: 37%, sizes: { 2: 3, 5: 1, 20: 1 }, within: 2m, sameRack: 50% }',
      'repeats: { share: 5%, again: 25%, after: { uniform: { min: 1h, max: 24h } } }',
    ],
  };
  const runs = birthsOf(world, 5);

  test('as many fail as without, and of the same causes', () => {
    // A burst weighs more than a host: years are the independent values.
    const years = runs.flatMap((births) => inYears(births, 60));
    expectAnswer(estimateOf(years.map((births) => births.length)), 40 * 6);
    const hangs = estimateOf(years.map((births) => births.filter(({ name }) => name === 'osHang').length));
    expect(Math.abs(hangs.mean - 40 * 4)).toBeLessThanOrEqual(4 * hangs.standardError);
  });

  test('the share in bursts is the one asked for, and half of the bursts stay in one rack', () => {
    // Two hosts within two minutes by chance: 240 a year make that once in about 500.
    const groups = runs.flatMap((births) => within(births, 2 * 60_000)).filter(({ length }) => length > 1);
    const struck = runs
      .flatMap((births) => inYears(births, 60))
      .map((births) => {
        const bursts = within(births, 2 * 60_000).filter(({ length }) => length > 1);
        return bursts.reduce((sum, { length }) => sum + length, 0);
      });
    const { mean: struckAYear, standardError: ofStruck } = estimateOf(struck);
    const primary = 40 * 6 * (1 / (1 + 0.05 / 0.75));
    expect(Math.abs(struckAYear - 0.37 * primary)).toBeLessThanOrEqual(4 * ofStruck);
    expect(ofStruck).toBeLessThan(0.03 * struckAYear);
    // A burst of 20 in one rack of ten strikes ten.
    const sizes = new Set(groups.map(({ length }) => length));
    expect([2, 5, 10, 20].filter((size) => !sizes.has(size))).toEqual([]);
    const rackOf = (host: string): number => Number(host.slice(2)) % 4;
    const together = groups.filter(([first, ...others]) =>
      others.every(({ host }) => rackOf(host) === rackOf(first?.host ?? '')),
    );
    // Of the two anywhere, 9 in 39 are in one rack by chance; of five and twenty practically none.
    const expected = 0.5 + 0.5 * (3 / 5) * (9 / 39);
    const { mean, standardError } = shareOf(together.length, groups.length);
    expect(Math.abs(mean - expected)).toBeLessThanOrEqual(4 * standardError);
  });

  test('a host that failed fails again within a day as often as asked for, and again more often', () => {
    const alone = birthsOf(
      {
        ...world,
        hosts: 400,
        hours: 20 * YEAR_HOURS,
        background: { osHang: '{ perYear: 0.5, gapShape: 1, duration: 1ms, cures: { itself: 1 } }' },
        faults: [world.faults?.[1] ?? ''],
      },
      1,
    ).flat();
    const chains = birthsByHost(alone).flatMap(chainsOf);
    const firsts = chains.filter(({ length }) => length >= 1).length;
    const seconds = chains.filter(({ length }) => length >= 2).length;
    const thirds = chains.filter(({ length }) => length >= 3).length;
    const byChance = 0.5 / 365.25;
    for (const [hits, of, expected] of [
      [seconds, firsts, 0.05 + 0.95 * byChance],
      [thirds, seconds, 0.25 + 0.75 * byChance],
    ] as const) {
      const { mean, standardError } = shareOf(hits, of);
      expect(Math.abs(mean - expected)).toBeLessThanOrEqual(4 * standardError);
    }
  });
});

function inYears(births: readonly Birth[], years: number): readonly (readonly Birth[])[] {
  const byYear = numbered(years).map((): Birth[] => []);
  for (const birth of births) byYear[Math.floor(birth.atMs / HOUR_MS / YEAR_HOURS)]?.push(birth);
  return byYear;
}

/** Births of several hosts that are at most so far from the first of them. */
function within(births: readonly Birth[], ms: number): readonly (readonly Birth[])[] {
  const groups: Birth[][] = [];
  for (const birth of [...births].sort((a, b) => a.atMs - b.atMs)) {
    const group = groups.at(-1);
    if (group?.[0] !== undefined && birth.atMs - group[0].atMs <= ms) group.push(birth);
    else groups.push([birth]);
  }
  return groups;
}

/** Failures of one host of which each came within a day of the one before. */
function chainsOf(births: readonly Birth[]): readonly (readonly Birth[])[] {
  const chains: Birth[][] = [];
  for (const birth of births) {
    const last = chains.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && birth.atMs - before.atMs <= 24 * HOUR_MS) last.push(birth);
    else chains.push([birth]);
  }
  return chains;
}
