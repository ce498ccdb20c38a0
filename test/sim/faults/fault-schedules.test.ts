// What holds of all schedules of faults: independent causes add up, nobody's faults hang on the order or the names of others, on the
// policy, or on the unit of time.

import { describe, expect, test } from 'vitest';
import type { FaultsConfig, SimConfig } from '../../../sim/config.ts';
import { scaled } from '../../../sim/kernel/distributions.ts';
import { estimateOf, meanOf } from '../../kit/estimate.ts';
import { type Birth, failingHosts, failureRun, HOUR_MS, YEAR_HOURS } from '../../kit/fault-oracle.ts';
import { fc } from '../../kit/property.ts';
import { writtenStudy } from '../../kit/written-study.ts';

const HANG =
  '{ perYear: 30, gapShape: 0.7, duration: { lognormal: { median: 2h, sigma: 1 } }, cures: { itself: 50%, reboot: 80% } }';
const CLUSTERING = [
  'bursts: { share: 30%, sizes: { 2: 2, 4: 1 }, sameRack: 50% }',
  'repeats: { share: 20%, again: 40%, after: { uniform: { min: 1m, max: 12h } } }',
];

/** One line per birth, in an order that no other birth has a say in. */
function lines(births: readonly Birth[]): readonly string[] {
  return births
    .map(({ host, name, atMs, durationMs, level }) => `${atMs} ${host} ${name} ${durationMs} ${level}`)
    .sort();
}

describe('superposition', () => {
  const background = {
    kubeletDead: '{ perYear: 6, gapShape: 1, duration: 1ms, cures: { itself: 1 } }',
    bmcUnreachable: '{ perYear: 3, gapShape: 1, duration: 1ms }',
  };

  test('counts of one cause vary as much as they are many, and two causes know nothing of each other', () => {
    const years = 100;
    const hosts = 30;
    const { births } = failureRun(failingHosts({ hosts, hours: years * YEAR_HOURS, background }), 1);
    const counts = { kubeletDead: new Float64Array(hosts * years), bmcUnreachable: new Float64Array(hosts * years) };
    for (const { host, name, atMs } of births) {
      const cell = Number(host.slice(2)) * years + Math.floor(atMs / HOUR_MS / YEAR_HOURS);
      const own = name === 'kubeletDead' ? counts.kubeletDead : counts.bmcUnreachable;
      own[cell] = (own[cell] ?? 0) + 1;
    }
    const n = hosts * years;
    const [hangs, silences] = [[...counts.kubeletDead], [...counts.bmcUnreachable]];
    for (const [own, perYear] of [
      [hangs, 6],
      [silences, 3],
    ] as const) {
      const { mean, standardError } = estimateOf(own);
      expect(Math.abs(mean - perYear)).toBeLessThanOrEqual(4 * standardError);
      // Of a Poisson count, variance over mean is 1 with a standard error of sqrt(2 / n).
      expect(Math.abs((standardError ** 2 * n) / mean - 1)).toBeLessThanOrEqual(4 * Math.sqrt(2 / n));
    }
    const products = hangs.map((count, i) => (count - meanOf(hangs)) * ((silences[i] ?? 0) - meanOf(silences)));
    const { mean, standardError } = estimateOf(products);
    expect(Math.abs(mean)).toBeLessThanOrEqual(4 * standardError);
  });
});

describe('schedules belong to hosts', () => {
  const study = failingHosts({
    hosts: 12,
    racks: 3,
    hours: 2_000,
    background: { osHang: HANG, rackPowerLoss: '{ perYear: 4 }', bmcUnreachable: '{ perYear: 10 }' },
    faults: CLUSTERING,
  });
  const frail: SimConfig = { ...study.config, faults: { ...study.config.faults, frailtySigma: 1 } };
  const inOrder = lines(failureRun({ ...study, config: frail }, 1).births);

  test('there is something to shuffle', () => {
    expect(inOrder.length).toBeGreaterThan(60);
  });

  test('in whatever order they are listed', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...frail.hosts], { minLength: 12, maxLength: 12 }), (hosts) => {
        expect(lines(failureRun({ ...study, config: { ...frail, hosts } }, 1).births)).toEqual(inOrder);
      }),
      { numRuns: 12, seed: 6 },
    );
  });

  test('a host more changes no other, as long as nothing strikes several', () => {
    const { bursts: _, ...faults } = frail.faults;
    const alone = { ...frail, faults };
    const without = { ...alone, hosts: alone.hosts.filter(({ name }) => name !== 'h-3') };
    const all = failureRun({ ...study, config: alone }, 1).births;
    const others = lines(all.filter(({ host }) => host !== 'h-3'));
    expect(lines(failureRun({ ...study, config: without }, 1).births)).toEqual(others);
  });
});

const SHORT = (clock: 'calendar' | 'operating'): string => `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: short }
spec:
  study: from-now
  duration: 60d
  seed: schedules
  cluster:
    generate:
      machineApi: openshift
      racks: 2
      groups: [{ name: master, role: control-plane, count: 3 }, { name: worker, count: 6, dataDisks: 1 }]
  storage: { kind: external }
  faults:
    clock: ${clock}
    background: { osHang: ${HANG}, hostDead: { perYear: 6 }, rackPowerLoss: { perYear: 3 } }
    ${clock === 'calendar' ? CLUSTERING.join('\n    ') : ''}
`;

describe('schedules and policies', () => {
  const birthsUnder = (clock: 'calendar' | 'operating'): readonly (readonly Birth[])[] => {
    const policies = ['reboot-first', 'reprovision'].map((name) => ({
      name,
      files: [`examples/policies/${name}.yaml`],
    }));
    const { config, policies: compiled } = writtenStudy(
      { scenarioFile: 'short.yaml', policies: [{ name: 'none', files: [] }, ...policies] },
      { 'short.yaml': SHORT(clock) },
    );
    return compiled.map((policy) => failureRun({ config, policy }, 1).births);
  };

  test('on calendar time every policy meets the same faults, to the last bit', () => {
    const [none, ...others] = birthsUnder('calendar').map(lines);
    expect(none?.length).toBeGreaterThan(40);
    for (const other of others) expect(other).toEqual(none);
  });

  test('on operating time every policy meets the same faults in the same order, at other instants', () => {
    const kinds = (births: readonly Birth[]): ReadonlyMap<string, readonly string[]> => {
      const byHost = new Map<string, readonly string[]>();
      for (const { host, name, durationMs, level } of births.filter(({ name }) => name === 'hostDead')) {
        byHost.set(host, [...(byHost.get(host) ?? []), `${name} ${durationMs} ${level}`]);
      }
      return byHost;
    };
    const [none, ...others] = birthsUnder('operating').map(kinds);
    for (const other of others) {
      for (const [host, own] of other) {
        const before = none?.get(host) ?? [];
        const common = Math.min(own.length, before.length);
        expect(own.slice(0, common)).toEqual(before.slice(0, common));
      }
    }
    expect([...(others[0]?.values() ?? [])].flat().length).toBeGreaterThan(5);
  });
});

describe('the unit of time', () => {
  const { config, policy } = failingHosts({
    hosts: 6,
    racks: 2,
    hours: 3_000,
    background: { osHang: HANG, selfHealingOutage: '{ perYear: 50, duration: { exponential: { mean: 3m } } }' },
    faults: ['start: new', 'clock: operating', 'bursts: { share: 20%, sizes: { 2: 1, 3: 1 } }', CLUSTERING[1] ?? ''],
  });

  /** The same world in which everything about failures takes k times as long. */
  const stretched = (k: number): SimConfig => {
    const { classes, bursts, repeats } = config.faults;
    const slower = Object.entries(classes).map(([name, fault]) => [
      name,
      { ...fault, perYear: fault.perYear / k, durationMs: scaled(fault.durationMs, k) },
    ]);
    return {
      ...config,
      durationMs: config.durationMs * k,
      faults: {
        ...config.faults,
        classes: Object.fromEntries(slower) as FaultsConfig['classes'],
        ...(bursts === undefined ? {} : { bursts: { ...bursts, withinMs: bursts.withinMs * k } }),
        ...(repeats === undefined ? {} : { repeats: { ...repeats, afterMs: scaled(repeats.afterMs, k) } }),
      },
    };
  };
  const once = failureRun({ config, policy }, 1);

  test.each([2, 5, 10])('%i times as slow, everything happens as many times as late and lasts as much longer', (k) => {
    const { births, downMs } = failureRun({ config: stretched(k), policy }, 1);
    expect(births.map(({ host, name, level }) => [host, name, level])).toEqual(
      once.births.map(({ host, name, level }) => [host, name, level]),
    );
    // Whole milliseconds: every gap and every length is off by up to one.
    const slackMs = k * 2 * once.births.length;
    births.forEach(({ atMs, durationMs }, index) => {
      expect(Math.abs(atMs - k * (once.births[index]?.atMs ?? Number.NaN))).toBeLessThanOrEqual(slackMs);
      expect(Math.abs(durationMs - k * (once.births[index]?.durationMs ?? Number.NaN))).toBeLessThanOrEqual(k);
    });
    downMs.forEach((ms, host) => {
      expect(Math.abs(ms - k * (once.downMs[host] ?? Number.NaN))).toBeLessThanOrEqual(slackMs);
    });
  });

  test('there is something to stretch', () => {
    expect(once.births.length).toBeGreaterThan(80);
    expect(Math.max(...once.downMs)).toBeGreaterThan(HOUR_MS);
  });
});
