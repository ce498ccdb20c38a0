// Oracle D6: how much the down-time of one host varies from run to run, which says how many replications a comparison needs. The
// tails are heavy, so it takes very many hosts to see a variance to 1 %.

import { expect, test } from 'vitest';
import { meanOf } from '../kit/estimate.ts';
import { failingHosts, failureRun, HOUR_MS, YEAR_HOURS } from '../kit/fault-oracle.ts';

test('the variance of the down-time of one host grows by 0.1895 h2 an hour', () => {
  const hours = 18_000;
  const warmUpHours = 2_000;
  const hang = `{ perYear: ${YEAR_HOURS / 1_000}, gapShape: 0.7, duration: { lognormal: { median: 10513837ms, sigma: 1.2 } }, cures: { itself: 1 } }`;
  const study = failingHosts({
    hosts: 1_000,
    hours: hours + warmUpHours,
    background: { osHang: hang },
    faults: ['clock: operating'],
  });
  const values: number[] = [];
  for (let replication = 1; replication <= 125; replication++) {
    const { downMs } = failureRun(study, replication, warmUpHours * HOUR_MS);
    values.push(...downMs.map((ms) => ms / HOUR_MS));
  }
  const mean = meanOf(values);
  const squares = values.map((value) => (value - mean) ** 2);
  const variance = meanOf(squares);
  const standardError = Math.sqrt(meanOf(squares.map((square) => (square - variance) ** 2)) / values.length);
  const expected = 0.1895061145 * hours;
  expect(standardError).toBeLessThanOrEqual(0.01 * expected);
  expect(Math.abs(variance - expected)).toBeLessThanOrEqual(4 * standardError);
});
