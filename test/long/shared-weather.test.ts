// The statements of test/sim/faults/shared-weather.test.ts, on many more seeds.

import { expect, test } from 'vitest';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { sharedRun } from '../kit/shared-place-study.ts';
import { SHARED_CLUSTER, sharedWeather } from '../kit/shared-weather.ts';

const draws = new Draws(rootKey('long weather'), 1);

test('our own policy breaks no invariant in 300 random weathers of what hosts share, whatever is an event', () => {
  for (let seed = 0; seed < 300; seed++) {
    const fault = sharedWeather(draws, seed);
    const plane = seed % 3 === 0 ? 'controlPlane: onItsHosts, ' : '';
    const [lazy, explicit] = ['lazy', 'explicit'].map((heartbeats) =>
      sharedRun(fault, { cluster: SHARED_CLUSTER, kubernetes: `${plane}heartbeats: ${heartbeats}` }),
    );
    expect({ fault, broken: lazy?.broken }).toEqual({ fault, broken: [] });
    expect({ fault, run: lazy }).toEqual({ fault, run: explicit });
  }
});
