// How long parts live: against the survival function, and against closed forms over many parts.

import { describe, expect, test } from 'vitest';
import { ComponentWear } from '../../../sim/faults/component-wear.ts';
import { DEFAULT_COMPONENTS } from '../../../sim/host/component-defaults.ts';
import {
  COMPONENT_NAMES,
  type ComponentConfig,
  type ComponentsConfig,
  lifetimeScaleMs,
  remainingLifeMs,
} from '../../../sim/host/components.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { fc } from '../../kit/property.ts';
import { aHost, STEADY_HARDWARE, tinyWorld } from '../../kit/tiny-world.ts';

const YEAR_MS = 365.25 * 86_400_000;
const NEW = { kind: 'constant', value: 0 } as const;

const part = (change: Partial<ComponentConfig> = {}): ComponentConfig => ({
  count: 1,
  spare: 0,
  perYear: 0.1,
  shape: 1,
  ageMs: NEW,
  ...change,
});

/** Nothing dies but what is given. */
function only(parts: Partial<ComponentsConfig>): ComponentsConfig {
  const immortal = Object.fromEntries(COMPONENT_NAMES.map((name) => [name, part({ perYear: 0 })]));
  return { ...(immortal as ComponentsConfig), ...parts };
}

/** Runs the wear of hosts alone, and notes who felt what. */
function worn(components: ComponentsConfig, hosts: number, years: number, replication = 1, dataDisks = 0) {
  const config = tinyWorld({
    hosts: Array.from({ length: hosts }, (_, i) => aHost(`h${i}`, 'rack', { dataDisks })),
    hardware: { steady: { ...STEADY_HARDWARE, components } },
    durationMs: years * YEAR_MS,
  });
  const kernel = new Kernel(config.startMs);
  const draws = new Draws(rootKey('components'), replication);
  const fleet = new HostFleet(kernel, config, draws);
  const felt: { readonly atMs: number; readonly host: number; readonly fault: string }[] = [];
  const wear = ComponentWear.of({ kernel, fleet, config, draws }, (host, fault) => {
    felt.push({ atMs: kernel.nowMs - config.startMs, host, fault });
  });
  wear?.start();
  return { kernel, fleet, felt, wear, run: () => kernel.runUntil(config.startMs + config.durationMs) };
}

describe('the life that a part has left', () => {
  test('leaves the share 1 - u of its likes alive, whatever its age', () => {
    const survival = (config: ComponentConfig, frailty: number, ageMs: number): number =>
      Math.exp(-((ageMs / lifetimeScaleMs(config, frailty)) ** config.shape));
    fc.assert(
      fc.property(
        fc.double({ min: 0.4, max: 4, noNaN: true }),
        fc.double({ min: 0.001, max: 0.5, noNaN: true }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (shape, perYear, frailty, years, u) => {
          const config = part({ shape, perYear });
          const ageMs = years * YEAR_MS;
          const leftMs = remainingLifeMs(config, frailty, ageMs, u);
          expect(leftMs).toBeGreaterThanOrEqual(0);
          const alive = survival(config, frailty, ageMs + leftMs) / survival(config, frailty, ageMs);
          expect(alive).toBeCloseTo(1 - u, 6);
        },
      ),
    );
  });

  test.each([0.5, 1, 1.3, 3])('with shape %s, five years of service see the deaths that the rate says', (shape) => {
    const scaleMs = lifetimeScaleMs(part({ shape, perYear: 0.02 }), 1);
    expect(((5 * YEAR_MS) / scaleMs) ** shape).toBeCloseTo(5 * 0.02, 12);
  });

  test('has no end for a part that never dies', () => {
    expect(remainingLifeMs(part({ perYear: 0 }), 1, 0, 0.5)).toBe(Infinity);
  });
});

describe('parts of many hosts', () => {
  test('without memory, deaths come at the rate (Poisson, 4 standard errors)', () => {
    const counts = Array.from({ length: 10 }, (_, r) => {
      const { felt, run } = worn(only({ memoryModule: part({ count: 16, perYear: 40 }) }), 4, 1, r + 1);
      run();
      return felt.length;
    });
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const expected = 4 * 16 * 40;
    expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(expected / counts.length));
  });

  test.each([
    { given: 'new', ageYears: 0 },
    { given: 'old', ageYears: 4 },
  ])('$given parts that wear: the share with a death in two years is that of the Weibull', ({ ageYears }) => {
    const config = part({ count: 8, perYear: 0.1, shape: 2, ageMs: { kind: 'constant', value: ageYears * YEAR_MS } });
    const { felt, run } = worn(only({ memoryModule: config }), 1000, 2);
    run();
    const scaleYears = lifetimeScaleMs(config, 1) / YEAR_MS;
    // Deaths of a part that was replaced within the two years are few: less than one in a hundred of them.
    const share = 1 - Math.exp((ageYears / scaleYears) ** 2 - ((ageYears + 2) / scaleYears) ** 2);
    const se = Math.sqrt((share * (1 - share)) / 8000);
    const again = 8000 * share * (1 - Math.exp(-((1 / scaleYears) ** 2)));
    expect(felt.length - 8000 * share).toBeGreaterThan(-4 * se * 8000);
    expect(felt.length - 8000 * share).toBeLessThan(4 * se * 8000 + again);
  });

  test('data disks are counted by the host', () => {
    const { felt, run } = worn(only({ dataDisk: part({ perYear: 20 }) }), 1, 1, 1, 12);
    run();
    expect(new Set(felt.map(({ fault }) => fault))).toEqual(new Set(['diskFailure']));
    expect(felt.length).toBeGreaterThan(150);
  });

  test('without components nothing follows them', () => {
    const config = tinyWorld();
    const kernel = new Kernel(config.startMs);
    const draws = new Draws(rootKey('components'), 1);
    const fleet = new HostFleet(kernel, config, draws);
    expect(ComponentWear.of({ kernel, fleet, config, draws }, () => undefined)).toBeUndefined();
  });
});

describe('spare parts in the host', () => {
  test('the first of two is not felt, the second is, and a person replaces both', () => {
    const { felt, fleet, kernel, run } = worn(only({ powerSupply: part({ count: 2, spare: 1, perYear: 8 }) }), 1, 3);
    const story: string[] = [];
    let id = 0;
    const step = kernel.nowMs;
    for (let month = 1; month < 36; month++) {
      kernel.call(step + (month * YEAR_MS) / 12, () => {
        for (const { fault } of felt.splice(0)) {
          story.push(fault);
          fleet.strike({
            id: ++id,
            class: 'redundancyLost',
            subject: 0,
            bornAtMs: kernel.nowMs,
            level: 'person',
            durationMs: 1,
          });
        }
        if (month % 6 === 0) {
          fleet.repaired(0);
          story.push('repaired');
        }
      });
    }
    run();
    const halfYears = story
      .join(' ')
      .split(' repaired')
      .map((text) => text.trim().split(' '))
      .filter(([first]) => first !== '');
    expect(halfYears.length).toBeGreaterThan(4);
    expect(halfYears.map(([first]) => first)).toEqual(halfYears.map(() => 'redundancyLost'));
    expect(new Set(halfYears.flatMap(([, ...others]) => others))).toEqual(new Set(['hostDead']));
  });

  test.each(COMPONENT_NAMES)('the usual %s leaves a host with fewer spares than parts', (name) => {
    const { count, spare } = DEFAULT_COMPONENTS[name];
    expect(name === 'dataDisk' || spare < count).toBe(true);
  });
});
