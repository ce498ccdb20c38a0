import { describe, expect, test } from 'vitest';
import { factorOf, frailtyOf, type HostHalves } from '../../../lab/statistics/frailty.ts';
import { sample } from '../../../sim/kernel/distributions.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';

/** Events of a Poisson process of clusters: each of `cluster` failures at once. */
function clustered(mean: number, cluster: number, u: () => number): number {
  let events = 0;
  for (let at = sample({ kind: 'exponential', mean: 1 }, u()); at < mean / cluster; ) {
    events += cluster;
    at += sample({ kind: 'exponential', mean: 1 }, u());
  }
  return events;
}

/** Hosts of which every second fails `1 + spread` and every other `1 - spread` times as often: variance spread^2. */
function fleet(spread: number, cluster: number): readonly HostHalves[] {
  const stream = new Draws(rootKey('frailty'), 1).stream('fleet', 'failures');
  let index = 0;
  const u = (): number => stream.at(index++);
  return Array.from({ length: 20_000 }, (_, host) => {
    const factor = host % 2 === 0 ? 1 + spread : 1 - spread;
    return {
      events: [clustered(3 * factor, cluster, u), clustered(2 * factor, cluster, u)],
      expected: [3, 2],
    };
  });
}

describe('differences of hosts and clusters are told apart', () => {
  test.each([
    ['neither', 0, 1, 0, 1],
    ['hosts that differ', 0.6, 1, 0.36, 1],
    ['clusters of three', 0, 3, 0, 3],
    ['both', 0.6, 3, 0.36, 3],
  ])('%s', (_, spread, cluster, variance, dispersion) => {
    const found = frailtyOf(fleet(spread, cluster));
    expect(Math.abs(found.variance - variance)).toBeLessThan(0.02);
    expect(Math.abs(found.dispersion - dispersion)).toBeLessThan(0.1);
  });

  test('without hosts nothing is claimed', () => {
    expect(frailtyOf([])).toEqual({ variance: 0, dispersion: 1 });
  });
});

describe('what the history of a host says about it', () => {
  // Gamma with shape 1/2 and mean 1, after k failures where e were expected: (1/2 + k) / (1/2 + e).
  test.each([
    ['nothing yet', 0, 0, 1, 2],
    ['a host that never failed', 0, 2, 0.2, 0.08],
    ['a lemon', 9, 2, 3.8, 1.52],
  ])('%s', (_, events, expected, mean, variance) => {
    const factor = factorOf({ events, expected }, { variance: 2, dispersion: 1 });
    expect(factor.mean).toBeCloseTo(mean, 12);
    expect(factor.variance).toBeCloseTo(variance, 12);
  });

  test('three failures of one cluster say as much as one failure', () => {
    expect(factorOf({ events: 3, expected: 6 }, { variance: 2, dispersion: 3 })).toEqual(
      factorOf({ events: 1, expected: 2 }, { variance: 2, dispersion: 1 }),
    );
  });

  test('where hosts do not differ, history says nothing', () => {
    expect(factorOf({ events: 50, expected: 2 }, { variance: 0, dispersion: 1 })).toEqual({ mean: 1, variance: 0 });
  });
});
