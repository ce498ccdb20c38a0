// The shapes of published results come out of the simulator. docs/published.md has them in full; test/long compares it.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PUBLISHED_PAGE } from '../../tools/generate-published.ts';
import { clusterYear, REPLICATIONS } from '../../tools/published/cluster-year.ts';
import { COPYSET_ROWS, lossShare } from '../../tools/published/copysets.ts';
import { lanlLikeSite } from '../../tools/published/lanl-like.ts';
import { JOBS, jobLife } from '../../tools/published/large-jobs.ts';
import type { MeanAndError } from '../../tools/published/published-item.ts';
import { effectOfSpeed, TEN_TIMES } from '../../tools/published/recovery-speed.ts';
import { selfNodeChain } from '../../tools/published/self-node-chain.ts';
import { storageCell } from '../../tools/published/storage-cell.ts';
import { chainDays, STRIPES, stripeDays } from '../../tools/published/time-to-loss.ts';

const PAGE = readFileSync(PUBLISHED_PAGE, 'utf8');

describe('a recovery that is ten times as fast', () => {
  test('ends unavailability where nodes fail one by one', () => {
    const { hours, left } = effectOfSpeed(TEN_TIMES, 'independent', 3);
    expect(hours).toBeGreaterThan(0.1);
    expect(left).toBeLessThan(0.1);
  });

  test('hardly matters where 37 % of the failures come in bursts', () => {
    const { hours, left } = effectOfSpeed(TEN_TIMES, 'bursts', 1);
    expect(hours).toBeGreaterThan(200);
    expect(left).toBeGreaterThan(0.9);
    expect(left).toBeLessThan(1);
  });

  test('the page has what a tenth faster is worth: 19 % less there, as much here', () => {
    const [, less, error] = /10 % faster: unavailability \| 19 % less \| ([\d.]+) ± ([\d.]+) % less/.exec(PAGE) ?? [];
    expect(Number(error)).toBeLessThan(4);
    expect(Math.abs(Number(less) - 19)).toBeLessThanOrEqual(2 * Number(error));
  });
});

describe('a storage cell', () => {
  test('a node fails every 4.3 months, and 37 % of that in bursts', () => {
    const { nodeMonths, inBursts, standardError } = storageCell(1);
    expect(Math.abs(nodeMonths / 4.3 - 1)).toBeLessThan(0.08);
    expect(standardError).toBeLessThan(0.03);
    expect(Math.abs(inBursts - 0.37)).toBeLessThanOrEqual(4 * standardError);
  });

  test('the page has four years of it, and a rack that fails every ten', () => {
    const [, months, failures] = /4\.3 months \| ([\d.]+) months \(n (\d+)\)/.exec(PAGE) ?? [];
    expect(Math.abs(Number(months) / 4.3 - 1)).toBeLessThan(0.04);
    expect(Number(failures)).toBeGreaterThan(10_000);
    const [, years, racks] = /10\.2 years \| ([\d.]+) years \(n (\d+)\)/.exec(PAGE) ?? [];
    expect(Math.abs(Number(years) / 10.2 - 1)).toBeLessThanOrEqual(2 / Math.sqrt(Number(racks)));
    const [, share, error] = /bursts of two or more \| 37 % \| ([\d.]+) ± ([\d.]+) %/.exec(PAGE) ?? [];
    expect(Number(error)).toBeLessThan(2);
    expect(Math.abs(Number(share) - 37)).toBeLessThanOrEqual(3 * Number(error));
  });
});

describe('days until all copies of a stripe are away, independent failures', () => {
  test('two copies: as published, by runs', () => {
    const { days, standardError } = stripeDays(2, 12);
    expect(standardError).toBeLessThanOrEqual(0.02 * days);
    expect(Math.abs(days - 4.99e5)).toBeLessThanOrEqual(4 * standardError);
  });

  test('the chain of the simulator gives the row of four, and of five half', () => {
    const ratios = STRIPES.map(({ copies, published }) => chainDays(copies) / published);
    expect(ratios.slice(0, 3).every((ratio) => Math.abs(ratio - 1) < 0.01)).toBe(true);
    expect(ratios[3]).toBeCloseTo(0.5, 1);
  });

  test('the page has three copies by runs', () => {
    const [, days, error] =
      /3 copies, independent failures \| 1\.35e\+9 d \| ([\d.e+]+) d ± ([\d.]+) %/.exec(PAGE) ?? [];
    expect(Number(error)).toBeLessThan(10);
    expect(Math.abs(Number(days) / 1.35e9 - 1)).toBeLessThanOrEqual((2 * Number(error)) / 100);
  });
});

describe('large jobs: where life goes as one over the size', () => {
  test.each(JOBS.filter(({ nodes }) => nodes < 10_000))('$nodes nodes', ({ nodes, days, published, isScaled }) => {
    const { hours, standardError } = jobLife(nodes, days);
    const scaled = 24 / 0.0065 / nodes;
    expect(Math.abs(hours - scaled)).toBeLessThanOrEqual(4 * standardError);
    expect(Math.abs(scaled / published - 1) < 0.05).toBe(isScaled);
  });

  test('the page has the projected size, too', () => {
    const [, hours, error] = /131 072 GPUs \| 0\.23 h \| ([\d.]+) ± ([\d.]+) h/.exec(PAGE) ?? [];
    expect(Math.abs(Number(hours) - 0.23)).toBeLessThanOrEqual(2 * Number(error));
  });
});

describe('copysets: 1 % of 5000 nodes do not return', () => {
  test.each(COPYSET_ROWS.slice(0, 2))('$copysets sets: $text', ({ copysets, published, draws }) => {
    const { share, standardError, formula } = lossShare(copysets, draws);
    expect(Math.abs(share - formula)).toBeLessThanOrEqual(4 * standardError);
    expect(standardError).toBeLessThanOrEqual(0.06 * share);
    expect(Math.abs(formula / published - 1)).toBeLessThan(0.06);
  });

  test('the page has the other rows, as close', () => {
    expect(PAGE).toMatch(/275 000 sets \| 22\.8 % \| 2[23]\.\d* % ± 0\.\d+ % \(formula 22\.8 %\)/);
    expect(PAGE).toContain('| 99.99 % | formula 99.992 % |');
  });
});

describe('a dead node with NodeHealthCheck and SelfNodeRemediation: 50 + 300 + 180 + 15 s', () => {
  const { detection, healthCheck, selfNode, release, released } = selfNodeChain();

  test.each<[string, number, MeanAndError, number]>([
    ['detection', 50, detection, 5],
    ['NodeHealthCheck', 300, healthCheck, 2],
    ['SelfNodeRemediation', 180, selfNode, 2],
    ['release', 15, release, 5],
    ['together', 545, released, 6],
  ])('%s: %d s', (_, published, ours, within) => {
    expect(Math.abs(ours.mean - published)).toBeLessThan(within);
    expect(ours.error).toBeLessThan(2);
  });
});

test('one Google cluster-year: about 1000 machine failures and 20 rack failures', () => {
  const years = REPLICATIONS;
  const { machines, racks } = clusterYear();
  expect(Math.abs(racks.mean - 20)).toBeLessThanOrEqual(4 * Math.sqrt(20 / years));
  // Frailty of 1800 machines alone moves a year's mean of six by 1.3 %.
  expect(Math.abs(machines.mean / 1000 - 1)).toBeLessThan(0.1);
});

test('Los Alamos: the shapes of the real records come out of a simulated site', () => {
  const { calibration, group } = lanlLikeSite();
  expect(Math.abs(group.perHostYear - 1.2)).toBeLessThan(0.1);
  expect(group.gaps?.shape).toBeGreaterThan(0.48);
  expect(group.gaps?.shape).toBeLessThan(0.72);
  expect(Math.abs(group.worstTwentieth - 0.23)).toBeLessThan(0.04);
  expect(group.frailty.variance).toBeGreaterThan(0.9);
  expect(Math.abs((group.repairs?.median ?? 0) / 60_000 - 70)).toBeLessThan(20);
  expect(Math.abs((group.repairs?.sigma ?? 0) - 1.2)).toBeLessThan(0.3);
  const { withinDay, poissonWithinDay } = calibration.repeats;
  expect(withinDay / poissonWithinDay).toBeGreaterThan(10);
  expect(withinDay).toBeGreaterThan(0.05);
  expect(withinDay).toBeLessThan(0.16);
});
