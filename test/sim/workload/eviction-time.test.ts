// With the real hosts and the real node lifecycle: a host dies, and Kubernetes alone moves what it can.
// Source of the bounds: measured on Kubernetes 1.32, 355 to 360 s from silence to deletion.

import { expect, test } from 'vitest';
import { POD } from '../../../core/api/workload.ts';
import { DEFAULT_KUBERNETES } from '../../../sim/defaults.ts';
import { World } from '../../../sim/world.ts';
import { aHost, tinyWorld } from '../../kit/tiny-world.ts';
import { node, WORLD_START_MS, workload } from '../../kit/workload-objects.ts';

const NAMES = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'];
const DEAD_AT_MS = WORLD_START_MS + 600_000;

test.each([0, 1, 2, 3, 4])(
  'a pod of a dead host is deleted 345 to 360 s after its last beat, replication %i',
  (replication) => {
    const nodes = NAMES.map((name) => node(name, name.slice(0, 1)));
    const config = tinyWorld({
      startMs: WORLD_START_MS,
      hosts: NAMES.map((name) => aHost(name, name.slice(0, 1), { nodeName: name })),
      objects: [...nodes, ...workload({ kind: 'Deployment', name: 'web', on: ['a1', 'b1'] })],
      kubernetes: { ...DEFAULT_KUBERNETES, podStartMs: { kind: 'constant', value: 8_000 } },
      script: [{ name: 'dead', atMs: 600_000, fault: 'hostDead', target: 'a1' }],
    });
    const world = new World(config, { name: 'none', objects: [] }, replication, undefined);
    world.lifecycle.start();
    world.workload.start();
    world.machines.start();
    world.weather.start();
    const deleted: number[] = [];
    world.store.tap(({ kind, type, after }) => {
      if (kind.key !== POD.key || type !== 'MODIFIED' || after?.metadata.deletionTimestamp === undefined) return;
      deleted.push((world.kernel.nowMs - DEAD_AT_MS) / 1000);
    });
    world.kernel.runUntil(DEAD_AT_MS + 3_600_000);
    expect(deleted).toHaveLength(1);
    expect(deleted[0]).toBeGreaterThanOrEqual(345);
    expect(deleted[0]).toBeLessThanOrEqual(361);
    const totals = world.workload.availability.totals();
    expect(totals.workloadUnavailableMs).toBe(0);
    expect(totals.lostReplicaMs / 1000).toBeCloseTo((deleted[0] ?? 0) + 8, 1);
  },
);
