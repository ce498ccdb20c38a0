// Closed-form answers about our own policy, by configuring it: scenario, RemediationPolicy and RemediationBudget as YAML, a whole run,
// and what came of its hosts and HostRemediations.

import { describe, expect, test } from 'vitest';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import {
  type OracleRun,
  oraclePolicy,
  oracleRun,
  oracleStudy,
  REBOOT_LEAST_MS,
  REPROVISION_LEAST_MS,
  STAGE_LEAST_MS,
} from '../kit/oracle-run.ts';

describe('oracle D7: two-stage remediation, all deterministic except the coin', () => {
  const HOSTS = 8;
  const ROUNDS = 320;
  const EVERY_S = 8_000;
  const hosts = Array.from({ length: HOSTS }, (_, host) => `w-${host}`);
  // Detected after a grace of 40 s and 5 s of Unknown. A failed reboot is given up 900 s after its grant: 300 s for the boot, 600 s for
  // the health. The memory ends between two faults of one host: each begins with the first step.
  const study = oracleStudy({
    groups: [['w', HOSTS]],
    duration: `${EVERY_S * (ROUNDS + 1)}s`,
    hardware: {
      join: `${300_000 - REBOOT_LEAST_MS}ms`,
      imageWrite: `${2_400_000 - REPROVISION_LEAST_MS - (300_000 - REBOOT_LEAST_MS)}ms`,
    },
    cures: { osHang: '{ itself: 0, reboot: 0.8, powerCycle: 0.8, reprovision: 1 }' },
    script: hosts.flatMap((host, index) =>
      Array.from(
        { length: ROUNDS },
        (_, round) => `{ at: ${600 + EVERY_S * round + 700 * index}s, fault: osHang, target: { host: ${host} } }`,
      ),
    ),
    policy: oraclePolicy(`
  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 5s }]
  steps: [{ action: Reboot, timeout: 900s }, { action: ReprovisionInPlace }]
  memory: 1h
`),
  });
  const { outages } = oracleRun(study);
  const n = HOSTS * ROUNDS;
  const count = (forMs: number): number => outages.filter((outage) => outage.forMs === forMs).length;

  test('every downtime is 345 s or 3345 s, to the millisecond', () => {
    expect(outages).toHaveLength(n);
    expect([...new Set(outages.map(({ forMs }) => forMs))].sort()).toEqual([3_345_000, 345_000]);
  });

  test('345 s with probability 0.8, which makes the mean 945 s and the variance 1 440 000 s²', () => {
    const standardError = Math.sqrt((0.8 * 0.2) / n);
    expect(standardError).toBeLessThanOrEqual(0.01 * 0.8);
    expect(Math.abs(count(345_000) / n - 0.8)).toBeLessThanOrEqual(4 * standardError);
  });
});

describe('oracle D8: two-stage remediation, random durations', () => {
  // All times are a tenth of the oracle's, so that no deployment takes an hour: Ironic gives those up, and cuts the lognormal there.
  const TENTH = 0.1;
  const HOSTS = 8;
  const EVERY_S = 8_000;
  const hosts = Array.from({ length: HOSTS }, (_, host) => `w-${host}`);
  const instants = new Draws(rootKey('D8'), 1).stream('hangs', 'instant');
  // The reboot is uniform, in the join of the node, and a reprovision boots as well: what is left for the image has the mean
  // and the variance that make its whole as the oracle says.
  const join = { minMs: 24_000 - REBOOT_LEAST_MS, maxMs: 48_000 - REBOOT_LEAST_MS };
  const imageMeanMs = 240_000 - REPROVISION_LEAST_MS - (join.minMs + join.maxMs) / 2;
  const imageVariance = 120_000 ** 2 - (join.maxMs - join.minMs) ** 2 / 12;
  const sigma = Math.sqrt(Math.log(1 + imageVariance / imageMeanMs ** 2));
  const medianMs = imageMeanMs * Math.exp(-(sigma ** 2) / 2);

  /** Seconds that hosts are down whose hang ends by a reboot, or does not, whatever the chance of that is. */
  function downtimes(endsByReboot: 0 | 1, rounds: number): readonly number[] {
    const study = oracleStudy({
      groups: [['w', HOSTS]],
      duration: `${EVERY_S * (rounds + 1)}s`,
      hardware: {
        join: `{ uniform: { min: ${join.minMs}ms, max: ${join.maxMs}ms } }`,
        imageWrite: `{ lognormal: { median: ${Math.round(medianMs)}ms, sigma: ${sigma} } }`,
      },
      cures: { osHang: `{ itself: 0, reboot: ${endsByReboot}, powerCycle: ${endsByReboot}, reprovision: 1 }` },
      // Any part of a beat and of a pass: oracle D10, a tenth of it, one second of its grace being the policy's.
      kubernetes:
        'leaseRenew: 1s, monitorPeriod: 500ms, monitorGrace: 3s, graceFrom: timestamp, leaseJitter: 0, watchLag: 0s',
      script: hosts.flatMap((host, index) =>
        Array.from({ length: rounds }, (_, round) => {
          const atMs =
            1000 * (100 + EVERY_S * round + 900 * index) + Math.floor(instants.at(HOSTS * round + index) * 60_000);
          return `{ at: ${atMs}ms, fault: osHang, target: { host: ${host} } }`;
        }),
      ),
      // 36 s for the boot on average, 30 s for the health.
      policy: oraclePolicy(`
  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 1s }]
  steps: [{ action: Reboot, timeout: 66s }, { action: ReprovisionInPlace }]
  memory: 1h
`),
    });
    const { outages } = oracleRun(study);
    return outages.map(({ forMs }) => forMs / 1000);
  }

  // The coin is laid, not thrown (oracle D7 throws it): each of its sides is run by itself, and weighed with its probability.
  const rebooted = downtimes(1, 25);
  const reprovisioned = downtimes(0, 140);

  test('every hang ends', () => {
    expect([rebooted.length, reprovisioned.length]).toEqual([200, 1120]);
  });

  test('mean 1072.5 s within four standard errors, which are under 1 %', () => {
    const mean = 0.75 * meanOf(rebooted) + 0.25 * meanOf(reprovisioned);
    const standardError = Math.hypot(
      0.75 * Math.sqrt(varianceOf(rebooted) / rebooted.length),
      0.25 * Math.sqrt(varianceOf(reprovisioned) / reprovisioned.length),
    );
    expect(Math.abs(mean - TENTH * 1072.5)).toBeLessThanOrEqual(4 * standardError);
    expect(standardError).toBeLessThanOrEqual(0.01 * TENTH * 1072.5);
  });

  test('variance 1 731 685 s², less 1200 s²: a failed reboot is given up after a time from its grant, however long its boot took', () => {
    const squares = (values: readonly number[]): readonly number[] => values.map((x) => (x - TENTH * 1072.5) ** 2);
    const variance = 0.75 * meanOf(squares(rebooted)) + 0.25 * meanOf(squares(reprovisioned));
    const standardError = Math.hypot(
      0.75 * Math.sqrt(varianceOf(squares(rebooted)) / rebooted.length),
      0.25 * Math.sqrt(varianceOf(squares(reprovisioned)) / reprovisioned.length),
    );
    const expected = TENTH ** 2 * (1_731_685.4 - 0.25 * 4800);
    expect(Math.abs(variance - expected)).toBeLessThanOrEqual(4 * standardError);
    expect(standardError).toBeLessThanOrEqual(0.1 * expected);
  });
});

describe('oracle D9: escalation ladder', () => {
  const DETECTED_S = 45;
  const REBOOT_MS = 420_000;
  const REPROVISION_MS = 3_600_000;
  const PERSON_MS = 86_400_000;
  const JOIN_MS = REBOOT_MS - REBOOT_LEAST_MS;
  const fault = (what: string, atS: number): string => `{ at: ${atS}s, fault: ${what}, target: { host: w-0 } }`;
  // What strikes while the host is off in an attempt shows at its next power-on: the reboot has failed.
  const offInAttempt = (attempt: number): number => 600 + DETECTED_S + 420 * (attempt - 1) + 1;
  const hangsAgain = (...attempts: readonly number[]): readonly string[] =>
    attempts.map((attempt) => fault('osHang', offInAttempt(attempt)));
  // As the three reboots, so the reprovision: a fault that only a person ends strikes while its last boot is under way.
  const notByReboot = [...hangsAgain(1, 2), fault('kubeletDead', offInAttempt(3))];
  const inReprovision = 600 + DETECTED_S + 3 * 420 + 3300;

  function run(later: readonly string[]): OracleRun {
    return oracleRun(
      oracleStudy({
        groups: [['w', 3]],
        duration: '3d',
        hardware: {
          join: `${JOIN_MS}ms`,
          // Back a millisecond before the time-out: a replacement that is there at its very instant comes too late.
          imageWrite: `${REPROVISION_MS - REPROVISION_LEAST_MS - JOIN_MS - 1}ms`,
        },
        cures: {
          osHang: '{ itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 }',
          kubeletDead: '{ itself: 0, reboot: 0, powerCycle: 0, reprovision: 1 }',
          hostDead: '{ itself: 0, reboot: 0, powerCycle: 0, reprovision: 0 }',
        },
        // The person comes at once, and ends with a boot.
        people: `page: 0s, repair: ${PERSON_MS - JOIN_MS - 3 * STAGE_LEAST_MS}ms, lateNotice: 36500d`,
        script: [fault('osHang', 600), ...later],
        policy: oraclePolicy(
          `
  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 5s }]
  steps: [{ action: Reboot, attempts: 3, timeout: 420s }, { action: ReprovisionInPlace, timeout: 1h }, { action: Person }]
`,
          'costs: { Reboot: 1, ReprovisionInPlace: 20, Person: 500 }',
        ),
        checked: true,
      }),
    );
  }

  // All ways in which the coins can fall, each with its probability. The taint of a failed reboot stays, so the next one need not wait
  // for it to act: 1.999 s less, told apart here.
  const TAINTED_ALREADY_S = 1.999;
  const WAYS = [
    { given: 'the first reboot helps', share: 0.6, later: [], reboots: 1, seconds: 420, cost: 1 },
    {
      given: 'the second reboot helps',
      share: 0.4 * 0.6,
      later: hangsAgain(1),
      reboots: 2,
      seconds: 840 - TAINTED_ALREADY_S,
      cost: 2,
    },
    {
      given: 'the third reboot helps',
      share: 0.4 ** 2 * 0.6,
      later: hangsAgain(1, 2),
      reboots: 3,
      seconds: 1260 - TAINTED_ALREADY_S,
      cost: 3,
    },
    {
      given: 'the reprovision helps',
      share: 0.4 ** 3 * 0.9,
      later: notByReboot,
      reboots: 3,
      afterwards: ['ReprovisionInPlace Succeeded'],
      seconds: 1260 + 3600 - 0.001,
      cost: 23,
    },
    {
      given: 'a person helps',
      share: 0.4 ** 3 * 0.1,
      later: [...notByReboot, fault('hostDead', inReprovision)],
      reboots: 3,
      afterwards: ['ReprovisionInPlace TimedOut'],
      seconds: 1260 + 3600 + 86_400,
      cost: 523,
    },
  ].map((way) => ({ ...way, came: run(way.later) }));

  test.each(WAYS)('$given: $seconds s, cost $cost', ({ reboots, afterwards = [], seconds, cost, came }) => {
    const failed = Array.from({ length: afterwards.length > 0 ? reboots : reboots - 1 }, () => 'Reboot TimedOut');
    const [remediation, ...others] = came.remediations;
    expect(others).toEqual([]);
    expect(remediation).toMatchObject({
      phase: 'Succeeded',
      attempts: [...failed, ...(afterwards.length > 0 ? afterwards : ['Reboot Succeeded'])],
    });
    expect(came.outages).toEqual([{ host: 'w-0', fromMs: 600_000, forMs: Math.round(1000 * (DETECTED_S + seconds)) }]);
    expect(came.spentCost).toBe(cost);
    expect(came.broken).toEqual([]);
  });

  test('1.56 reboots, 1438.56 s and a cost of 6.04 on average', () => {
    const average = (of: (came: OracleRun) => number): number =>
      WAYS.reduce((sum, { share, came }) => sum + share * of(came), 0);
    const attempts = (came: OracleRun, action: string): number =>
      came.remediations.flatMap((remediation) => remediation.attempts).filter((each) => each.startsWith(action)).length;
    expect(average((came) => attempts(came, 'Reboot'))).toBeCloseTo(1.56, 12);
    expect(average((came) => attempts(came, 'ReprovisionInPlace'))).toBeCloseTo(0.064, 12);
    expect(average(({ spentCost }) => spentCost)).toBeCloseTo(6.04, 12);
    // Less what the paragraphs above tell: the taint that acts already in the second and third reboot, and the millisecond.
    const told = (0.4 * 0.6 + 0.4 ** 2 * 0.6) * TAINTED_ALREADY_S + 0.4 ** 3 * 0.9 * 0.001;
    const down = average(({ outages: [outage] }) => (outage?.forMs ?? Number.NaN) / 1000);
    expect(down - DETECTED_S).toBeCloseTo(1438.56 - told, 9);
  });
});

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
