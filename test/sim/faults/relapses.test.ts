// Faults whose cause outlives what ends them: when they come back, and what ends them for good.

import { describe, expect, test } from 'vitest';
import type { DegradingConfig, FaultClassConfig } from '../../../sim/config.ts';
import { definitionOf } from '../../../sim/faults/catalogue.ts';
import { SeenHost } from '../../kit/seen-host.ts';

const seconds = (value: number) => ({ kind: 'constant', value: value * 1000 }) as const;

/** A dead kubelet that a reboot ends, at 100 s. */
function degrading(change: Partial<DegradingConfig> = {}) {
  const usual: FaultClassConfig = {
    ...definitionOf('kubeletDead').usual,
    perYear: 0,
    cures: { itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 },
    degrading: { share: 1, returnsAfterMs: seconds(400), shortensBy: 0.5, until: 'person', ...change },
  };
  const host = new SeenHost({
    script: [{ name: 'it', atMs: 100_000, fault: 'kubeletDead', target: 'n0' }],
    classes: { kubeletDead: usual },
  });
  const { fleet } = host.world;
  const dies: string[] = [];
  fleet.observe({
    faultShown: (_fault, _host, how) => dies.push(`${host.seconds()} ${how}`),
  });
  const reboots = (...at: readonly number[]): void => {
    for (const second of at) host.at(second, () => fleet.warmReboot(0, 'planned'));
  };
  return { host, fleet, dies, reboots };
}

describe('a fault that degrades', () => {
  test('comes back after every reboot that ends it, each time sooner', () => {
    const { host, dies, reboots } = degrading();
    reboots(200, 800, 1200, 1500);
    host.until(1700);
    // Away for 400 s from 200 s, 200 s from 800 s, 100 s from 1200 s (its boot ends at 1300 s), 50 s from 1500 s.
    expect(dies).toEqual(['100 atBirth', '600 atBirth', '1000 atBirth', '1300 latent', '1600 latent']);
  });

  test('stays while nobody ends it', () => {
    const { host, dies } = degrading();
    host.until(50_000);
    expect(dies).toEqual(['100 atBirth']);
  });

  test('is over once a person ended it while it showed', () => {
    const { host, fleet, dies, reboots } = degrading();
    reboots(200);
    host.at(700, () => fleet.repaired(0));
    host.until(50_000);
    expect(dies).toEqual(['100 atBirth', '600 atBirth']);
  });

  test.each([
    { until: 'reprovision', expected: ['100 atBirth'] },
    { until: 'person', expected: ['100 atBirth', '600 atBirth'] },
  ] as const)('its cause ends with a $until; a new system while it is away does or does not', ({ until, expected }) => {
    const { host, fleet, dies, reboots } = degrading({ until });
    reboots(200);
    host.at(400, () => fleet.bootFresh(0));
    host.until(50_000);
    expect(dies).toEqual(expected);
  });

  test('a share of the faults degrades, as their draws say', () => {
    const back = Array.from({ length: 200 }, (_, index) => {
      const usual = {
        ...definitionOf('kubeletDead').usual,
        cures: { itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 },
        degrading: { share: 0.25, returnsAfterMs: seconds(400), shortensBy: 1, until: 'person' as const },
      };
      const host = new SeenHost({
        seed: `degrading ${index}`,
        script: [{ name: 'it', atMs: 100_000, fault: 'kubeletDead', target: 'n0' }],
        classes: { kubeletDead: { ...usual, perYear: 0 } },
      });
      host.at(200, () => host.world.fleet.warmReboot(0, 'planned'));
      host.until(700);
      return host.world.fleet.host(0).active.length;
    });
    const share = back.reduce((sum, each) => sum + each, 0) / back.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / back.length));
  });
});
