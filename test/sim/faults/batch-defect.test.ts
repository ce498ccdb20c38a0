// A batch with a defect: who of the model fails, when, and how.

import { describe, expect, test } from 'vitest';
import { World } from '../../../sim/world.ts';
import { aHost, STEADY_HARDWARE, tinyWorld } from '../../kit/tiny-world.ts';

const HOUR_MS = 3_600_000;

/** Eighty hosts, every other one of another model; the defect begins after an hour and shows within ten. */
function struck(affected: number, failure = 'networkCardDown') {
  const hosts = Array.from({ length: 80 }, (_, i) =>
    aHost(`h${i}`, 'rack', { hardware: i % 2 === 0 ? 'steady' : 'other' }),
  );
  const config = tinyWorld({
    hosts,
    hardware: { steady: STEADY_HARDWARE, other: STEADY_HARDWARE },
    script: [
      {
        name: 'batch',
        atMs: HOUR_MS,
        fault: 'batchDefect',
        target: 'h0',
        parameters: { affected, withinMs: 10 * HOUR_MS, failure },
      },
    ],
  });
  const world = new World(config, { name: 'none', objects: [] }, 1, undefined);
  const seen: { readonly hours: number; readonly host: number; readonly fault: string }[] = [];
  world.fleet.observe({
    faultShown: (fault, host) =>
      seen.push({ hours: (world.kernel.nowMs - config.startMs) / HOUR_MS, host, fault: fault.class }),
  });
  world.weather.start();
  world.kernel.runUntil(config.startMs + config.durationMs);
  return seen.filter(({ fault }) => fault !== 'batchDefect');
}

describe('a batch with a defect', () => {
  test('strikes all hosts of the model within its time, where all are affected, and no other', () => {
    const seen = struck(1);
    expect(seen.map(({ host }) => host).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => 2 * i));
    expect(new Set(seen.map(({ fault }) => fault))).toEqual(new Set(['networkCardDown']));
    expect(seen.every(({ hours }) => hours > 1 && hours <= 11)).toBe(true);
  });

  test('strikes the same hosts of a larger share, and more', () => {
    const few = struck(0.3).map(({ host }) => host);
    const many = struck(0.6).map(({ host }) => host);
    expect(few.length).toBeGreaterThan(4);
    expect(many.length).toBeGreaterThan(few.length);
    expect(many).toEqual(expect.arrayContaining(few));
  });

  test('fails as it is told', () => {
    expect(new Set(struck(1, 'hostDead').map(({ fault }) => fault))).toEqual(new Set(['hostDead']));
  });
});
