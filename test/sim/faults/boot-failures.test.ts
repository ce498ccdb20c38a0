// A share of the boots of a hardware model stop, each for itself.

import { describe, expect, test } from 'vitest';
import type { SimConfig } from '../../../sim/config.ts';
import { letBootsFail } from '../../../sim/faults/boot-failures.ts';
import { definitionOf } from '../../../sim/faults/catalogue.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { startedRun } from '../../../sim/simulation.ts';
import { fleetRig } from '../../kit/fleet-rig.ts';
import { aHost, STEADY_HARDWARE } from '../../kit/tiny-world.ts';
import { writtenRun } from '../../kit/written-study.ts';

const SHARE = 0.2;

const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: boots }
spec:
  study: steady
  duration: 10d
  seed: boots
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 9 }
  hardware: { server: { bootStopShare: 1 } }
  faults: { background: none }
  plannedReboots: { every: never }
`;

/** Hosts that each reboot so often; `host boot` of those that stopped. */
function stopsOf(share: number | undefined, count: number, boots: number): readonly string[] {
  const hosts = Array.from({ length: count }, (_, index) => aHost(`h${index}`, 'rack-a'));
  const hardware = { steady: { ...STEADY_HARDWARE, ...(share === undefined ? {} : { bootStopShare: share }) } };
  const { fleet, at, run } = fleetRig({ hosts, hardware });
  const stops: string[] = [];
  letBootsFail(fleet, new Draws(rootKey('boots'), 1), (host, name) => {
    stops.push(`${host} ${name} ${fleet.host(host).boots}`);
  });
  for (let boot = 0; boot < boots; boot++) {
    for (const { index } of fleet.hosts) at(1 + boot * 200, () => fleet.warmReboot(index, 'planned'));
  }
  run();
  return stops;
}

describe('boots that go wrong', () => {
  test('are the share that the model says, and the next boot knows nothing of the last', () => {
    const boots = 1000 * 4;
    const stops = stopsOf(SHARE, 1000, 4);
    const se = Math.sqrt(SHARE * (1 - SHARE) * boots);
    expect(Math.abs(stops.length - SHARE * boots)).toBeLessThanOrEqual(4 * se);
    const first = new Set(stops.filter((line) => line.endsWith(' 0')).map((line) => line.split(' ')[0]));
    const both = stops.filter((line) => line.endsWith(' 1') && first.has(line.split(' ')[0])).length;
    expect(Math.abs(both - SHARE * first.size)).toBeLessThanOrEqual(4 * Math.sqrt(SHARE * (1 - SHARE) * first.size));
  });

  test('there are none unless the model says so', () => {
    expect(stopsOf(undefined, 10, 4)).toEqual([]);
  });

  test('are faults like any other: offered, shown at once, and cured as the class says', () => {
    const { config: written, policy } = writtenRun(
      { scenarioFile: 's.yaml', policies: [{ name: 'none', files: [] }] },
      { 's.yaml': SCENARIO },
    );
    const cures = { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 };
    const durationMs = { kind: 'constant', value: 3_600_000 } as const;
    const bootStops = { ...definitionOf('bootStops').usual, durationMs, cures };
    const config: SimConfig = {
      ...written,
      faults: { ...written.faults, classes: { ...written.faults.classes, bootStops } },
    };
    const { world } = startedRun(config, policy, { replication: 1, record: false });
    const { fleet, kernel } = world;
    const worker = fleet.indexOfNode('worker-1');
    kernel.runUntil(config.startMs + 2 * 3_600_000);
    fleet.warmReboot(worker, 'planned');
    kernel.runUntil(kernel.nowMs + 30 * 60_000);
    expect(fleet.host(worker).stopped).toMatchObject({ step: 'kernel', how: 'waits' });
    kernel.runUntil(kernel.nowMs + 31 * 60_000);
    // What it waited for has come: it starts anew, and stops anew.
    expect([fleet.host(worker).boots, fleet.host(worker).stage]).toEqual([2, 'firmware']);
  });
});
