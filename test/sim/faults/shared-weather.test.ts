// Random weather of everything that hosts share, under our own policy: no invariant breaks, and heartbeats that are events tell the
// same as heartbeats that are not. test/long has more of both.

import { describe, expect, test } from 'vitest';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { sharedRun } from '../../kit/shared-place-study.ts';
import { SHARED_CLUSTER, sharedWeather } from '../../kit/shared-weather.ts';

const draws = new Draws(rootKey('weather'), 1);
const seeds = (count: number): readonly number[] => Array.from({ length: count }, (_, seed) => seed);
const planeOf = (seed: number): string => (seed % 3 === 0 ? 'controlPlane: onItsHosts, ' : '');

describe('random weather of what hosts share', () => {
  test.each(seeds(16))('breaks no invariant of our own policy: seed %i', (seed) => {
    const fault = sharedWeather(draws, seed);
    const { broken } = sharedRun(fault, { cluster: SHARED_CLUSTER, kubernetes: planeOf(seed) });
    expect({ fault, broken }).toEqual({ fault, broken: [] });
  });

  test.each(seeds(8))('is the same with an event for every heartbeat: seed %i', (seed) => {
    const fault = sharedWeather(draws, seed);
    const [lazy, explicit] = ['lazy', 'explicit'].map((heartbeats) =>
      sharedRun(fault, { cluster: SHARED_CLUSTER, kubernetes: `${planeOf(seed)}heartbeats: ${heartbeats}` }),
    );
    expect(lazy).toEqual(explicit);
  });
});
