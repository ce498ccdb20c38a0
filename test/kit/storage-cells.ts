// A cluster whose storage is in three cells, random faults on it, and the history that they make: for statements about which
// pools are there and when.

import type { FaultClass, PolicyConfig, SimConfig } from '../../sim/config.ts';
import { startedRun } from '../../sim/simulation.ts';
import { fc } from './property.ts';
import { writtenRun } from './written-study.ts';

const HOUR_MS = 3_600_000;
const FILE = 'cells.yaml';
const CELLS = `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: cells }
spec:
  study: steady
  duration: 18h
  cluster:
    generate:
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 14 }
        - { name: spare, role: spare, count: 1 }
      workloads:
        - { name: db, replicas: 2, minAvailable: 1, volume: 10GiB, count: 6 }
  faults: { background: none }
  storage:
    cells: { hosts: 4 }
    placementGroups: 24
    usedPerHost: 300GiB
    downOut: 5m
    measures: full
    recovery: { coupling: strong }
    noOut: [{ at: 5h, for: 2h }]
  policies: [{ name: reboot, files: [examples/policies/reboot-first.yaml] }]
`;

export const CELLS_IN_ALL = 3;

export function cellsRun(): { readonly config: SimConfig; readonly policy: PolicyConfig } {
  return writtenRun({ scenarioFile: FILE }, { [FILE]: CELLS });
}

type Script = SimConfig['script'];

/** Up to eight faults of hosts and racks, of those that reach the storage. */
export function storageFaults({ hosts }: Pick<SimConfig, 'hosts'>): fc.Arbitrary<Script> {
  const workers = hosts.flatMap(({ name, controlPlane }) => (controlPlane ? [] : [name]));
  const racks = [...new Set(hosts.map(({ rack }) => rack))];
  const ofHosts: readonly FaultClass[] = ['osHang', 'hostDead', 'diskFailure', 'kernelPanic', 'bmcUnreachable'];
  const what = fc.oneof(
    { weight: 4, arbitrary: fc.record({ fault: fc.constantFrom(...ofHosts), target: fc.constantFrom(...workers) }) },
    fc.record({
      fault: fc.constantFrom<FaultClass>('switchOutage', 'rackPowerLoss'),
      target: fc.constantFrom(...racks),
    }),
  );
  const fault = fc.record({
    what,
    atMs: fc.nat(14 * HOUR_MS),
    forMs: fc.integer({ min: 60_000, max: 3 * HOUR_MS }),
  });
  return fc
    .array(fault, { minLength: 1, maxLength: 8 })
    .map((faults) => faults.map(({ what, ...rest }, i) => ({ name: `fault ${i}`, ...what, ...rest })));
}

/** A host that goes while the flag noout is set: what its cell knows of a flag that was set before the cell was there. */
export const DURING_NO_OUT: Script = [
  { name: 'dead', fault: 'hostDead', target: 'worker-00', atMs: 5.5 * HOUR_MS, forMs: 4 * HOUR_MS },
];

export interface Mode {
  /** `atStart`: every cell is there before anything happens. */
  readonly cells: 'whenTouched' | 'atStart';
  readonly heartbeats: 'lazy' | 'explicit';
}

/** Everything that can be observed of a run. */
export function historyOf(config: SimConfig, policy: PolicyConfig, { cells, heartbeats }: Mode): object {
  const inMode = { ...config, kubernetes: { ...config.kubernetes, heartbeats } };
  const { world, trace, story } = startedRun(inMode, policy, { replication: 1, record: true });
  if (cells === 'atStart') for (let pool = 0; pool < world.storage.poolCount; pool++) world.storage.pool(pool);
  const endMs = config.startMs + config.durationMs;
  world.kernel.runUntil(endMs);
  return {
    story: trace.records === undefined ? undefined : story?.recording(endMs, trace.records).story,
    metrics: world.storage.metrics(),
    health: world.storage.health(),
    accepts: config.pools.map((_, pool) => world.storage.accepts(pool)),
    lost: world.workload.totals(),
    groups: config.pools.map((_, pool) => [...(world.storage.pool(pool)?.groupStates() ?? [])].sort()),
  };
}
