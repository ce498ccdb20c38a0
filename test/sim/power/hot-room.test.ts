// A room is hot for two days: what the host operator makes of hosts that refuse to start, and what they are when it is cool again.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { startedRun } from '../../../sim/simulation.ts';
import { writtenRun } from '../../kit/written-study.ts';

const HOUR_MS = 3_600_000;

const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: hot-room }
spec:
  study: steady
  duration: 3d
  seed: hot-room
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 9 }
    power: { rooms: [{ name: north, racks: [rack-1] }] }
  faults:
    background: none
    noReturnAfterPowerLoss: 0
    script: [{ at: 1h, fault: coolingLoss, target: { room: north }, for: 48h }]
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
`;

describe('a room that is hot for two days', () => {
  const { config, policy } = writtenRun(
    { scenarioFile: 'hot.yaml', policies: [{ name: 'none', files: [] }] },
    { 'hot.yaml': SCENARIO },
  );
  const { world } = startedRun(config, policy, { replication: 1, record: false });
  const { fleet, kernel, store, bmc } = world;
  const tries: string[] = [];
  bmc.observe({
    commandStarted: () => undefined,
    commandEnded: (host, { power }, end) => tries.push(`${fleet.host(host).config.name} ${power} ${end.kind}`),
  });
  kernel.runUntil(config.startMs + 40 * HOUR_MS);
  const hot = fleet.hosts.filter(({ rack }) => fleet.racks.names[rack] === 'rack-1');
  const inTheHeat = hot.map(({ config: { namespace, name } }) => {
    const { status } = store.get(BARE_METAL_HOST, { namespace, name }) ?? {};
    return `${status?.poweredOn} ${status?.errorType}: ${status?.errorMessage}`;
  });
  const triesInTheHeat = tries.length;
  kernel.runUntil(config.startMs + 72 * HOUR_MS);

  test('is off, and BareMetalHosts say why', () => {
    expect(hot).toHaveLength(4);
    expect(new Set(inTheHeat)).toEqual(
      new Set(['false power management error: BMC refused: 409 Environmental.1.0.TemperatureAboveUpperFatalThreshold']),
    );
  });

  test('is switched on in vain a few times, at longer and longer intervals', () => {
    expect(new Set(tries.slice(0, triesInTheHeat).map((line) => line.replace(/^\S+ /, '')))).toEqual(
      new Set(['on failed']),
    );
    // 2 to 4 min, 4 to 8, ... 256 to 512: nine within about ten hours, and then one every four to eight hours.
    expect(triesInTheHeat / hot.length).toBeGreaterThan(9);
    expect(triesInTheHeat / hot.length).toBeLessThan(20);
  });

  test('starts when it is cool', () => {
    expect(hot.every(({ index }) => fleet.kubeletActs(index))).toBe(true);
  });
});
