// Closed-form answers about the budget of our own policy: hosts that fail together, as YAML, a whole run, and who was granted when.

import { describe, expect, test } from 'vitest';
import { oraclePolicy, oracleRun, oracleStudy, REBOOT_LEAST_MS } from '../kit/oracle-run.ts';

const REBOOT_ONCE = `
  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 5s }]
  steps: [{ action: Reboot, timeout: 1000h }]
`;
const ENDS_BY_REBOOT = { osHang: '{ itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 }' };

/** All of `w`, at these seconds. */
function allHang(hosts: readonly string[], ...atS: readonly number[]): readonly string[] {
  return atS.flatMap((at) => hosts.map((host) => `{ at: ${at}s, fault: osHang, target: { host: ${host} } }`));
}

describe('oracle D11: token-bucket fencing limiter, burst', () => {
  const hosts = Array.from({ length: 20 }, (_, index) => `w-${String(index).padStart(2, '0')}`);
  const { remediations, broken } = oracleRun(
    oracleStudy({
      groups: [['w', 20]],
      duration: '2h',
      hardware: {},
      cures: ENDS_BY_REBOOT,
      script: allHang(hosts, 600),
      policy: oraclePolicy(REBOOT_ONCE, 'rate: { tokenBucket: { burst: 5, refillEvery: 60s } }'),
      checked: true,
    }),
  );

  test('20 requests wait 0 s five times and then 60 s, 120 s ... 900 s, first come, first served', () => {
    const waits = remediations.map(({ node, askedAtMs = Number.NaN, grantedAtMs }) => [
      node,
      askedAtMs,
      ...grantedAtMs.map((atMs) => atMs - askedAtMs),
    ]);
    const expected = hosts.map((host, index) => [host, 645_000, Math.max(0, index - 4) * 60_000]);
    expect(waits).toEqual(expected);
    expect(expected.reduce((sum, [, , waitMs]) => sum + Number(waitMs), 0) / 20).toBe(360_000);
  });

  test('no invariant is broken', () => {
    expect(broken).toEqual([]);
  });
});

describe('oracle D12: ten hosts fail together, at most three are repaired at once', () => {
  const hosts = Array.from({ length: 10 }, (_, index) => `w-${index}`);
  const BUDGET = 'maxInFlight: { count: 3 }';

  test('(a) repairs of 600 s end after 600 s x3, 1200 s x3, 1800 s x3 and 2400 s, to the millisecond', () => {
    const { remediations, broken } = oracleRun(
      oracleStudy({
        groups: [['w', 10]],
        duration: '2h',
        hardware: { join: `${600_000 - REBOOT_LEAST_MS}ms` },
        cures: ENDS_BY_REBOOT,
        script: allHang(hosts, 600),
        policy: oraclePolicy(REBOOT_ONCE, BUDGET),
        checked: true,
      }),
    );
    const completions = remediations.map(
      ({ askedAtMs = Number.NaN, closedAtMs = Number.NaN }) => (closedAtMs - askedAtMs) / 1000,
    );
    expect(completions).toEqual([600, 600, 600, 1200, 1200, 1200, 1800, 1800, 1800, 2400]);
    expect(broken).toEqual([]);
  });

  describe('(b) exponential repairs with a mean of 600 s', () => {
    // All times are ten times the oracle's, so that what a reboot takes beside the exponential join (2.003 s) is a three-thousandth.
    const TIMES = 10;
    const MEAN_S = 600 * TIMES;
    const FLOODS = 280;
    const EVERY_S = 400_000;
    const atS = Array.from({ length: FLOODS }, (_, flood) => 600 + EVERY_S * flood);
    const { remediations } = oracleRun(
      oracleStudy({
        groups: [['w', 10]],
        duration: `${EVERY_S * (FLOODS + 1)}s`,
        hardware: { join: `{ exponential: { mean: ${MEAN_S * 1000 - REBOOT_LEAST_MS}ms } }` },
        cures: ENDS_BY_REBOOT,
        script: allHang(hosts, ...atS),
        policy: oraclePolicy(REBOOT_ONCE, BUDGET),
      }),
    );
    const floods = atS.map((at) =>
      remediations
        .filter(({ askedAtMs }) => askedAtMs === (at + 45) * 1000)
        .map(({ askedAtMs = Number.NaN, grantedAtMs: [grantedAtMs = Number.NaN], closedAtMs = Number.NaN }) => ({
          repairS: (closedAtMs - grantedAtMs) / 1000,
          completionS: (closedAtMs - askedAtMs) / 1000,
        })),
    );
    const repairs = floods.map((flood) => meanOf(flood.map(({ repairS }) => repairS)));

    test('every flood is one of ten, and ends before the next', () => {
      expect(floods.map((flood) => flood.filter(({ completionS }) => completionS < EVERY_S).length)).toEqual(
        atS.map(() => 10),
      );
    });

    test('the repairs have their mean', () => {
      const standardError = Math.sqrt(covarianceOf(repairs, repairs) / FLOODS);
      expect(Math.abs(meanOf(repairs) - MEAN_S)).toBeLessThanOrEqual(4 * standardError);
    });

    test.each([
      { given: 'mean completion', of: meanOf, seconds: 1160 },
      { given: 'makespan', of: (completions: readonly number[]) => Math.max(...completions), seconds: 2500 },
    ])('$given $seconds s within four standard errors, which are under 1 %', ({ of, seconds }) => {
      const values = floods.map((flood) => of(flood.map(({ completionS }) => completionS)));
      // The mean of the repairs is known: what they had more or less of it is taken out of the answer (control variate).
      const slope = covarianceOf(values, repairs) / covarianceOf(repairs, repairs);
      const residuals = values.map((value, flood) => value - slope * ((repairs[flood] ?? Number.NaN) - MEAN_S));
      const standardError = Math.sqrt(covarianceOf(residuals, residuals) / FLOODS);
      expect(standardError).toBeLessThanOrEqual(0.01 * TIMES * seconds);
      expect(Math.abs(meanOf(residuals) - TIMES * seconds)).toBeLessThanOrEqual(4 * standardError);
    });
  });
});

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function covarianceOf(one: readonly number[], other: readonly number[]): number {
  const [meanOne, meanOther] = [meanOf(one), meanOf(other)];
  const sum = one.reduce((total, value, at) => total + (value - meanOne) * ((other[at] ?? Number.NaN) - meanOther), 0);
  return sum / (one.length - 1);
}
