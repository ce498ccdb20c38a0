// A pool that a CRUSH map places, by known answers: what moves when hosts and disks go out and come in is the difference between two
// states of the map, in the running pool as in the mappings.

import { describe, expect, test } from 'vitest';
import type { PoolConfig } from '../../../sim/config.ts';
import { NO_ITEM, WHOLE_WEIGHT } from '../../../sim/storage/crush/crush-map.ts';
import { CrushPlacement } from '../../../sim/storage/crush/crush-placement.ts';
import { placementInput } from '../../../sim/storage/crush/placement-group.ts';
import { crushMapOf } from '../../../sim/storage/crush/plain-crush-map.ts';
import { aRunningCrushPool, GIB, type RunningCrushPool } from '../../kit/crush-pool.ts';
import { HOUR, MINUTE, racksOfHosts } from './pool-kit.ts';

const HOSTS = racksOfHosts(5, 3);

/** Replicas that the map puts on OSDs that had not got them, when these OSDs go out; parts of an erasure code each at its place. */
function arrivalsWhenOut({ config }: RunningCrushPool, out: readonly number[]): number {
  const { crush, replicas: size, placementGroups, dataParts } = config;
  if (crush === undefined) throw new Error('the pool has a map');
  const placement = new CrushPlacement(crushMapOf(crush.map));
  const reweights = new Float64Array(crush.osds.length).fill(WHOLE_WEIGHT);
  const without = reweights.map((weight, osd) => (out.includes(osd) ? 0 : weight));
  let arrivals = 0;
  for (let group = 0; group < placementGroups; group++) {
    const x = placementInput(group, { pool: crush.poolId, placedAs: crush.placedAs });
    const before = placement.osdsOf(x, { rule: crush.rule, size, reweights });
    const after = placement.osdsOf(x, { rule: crush.rule, size, reweights: without });
    const isNew = (osd: number, place: number) =>
      osd !== NO_ITEM && (dataParts === undefined ? !before.includes(osd) : before[place] !== osd);
    arrivals += after.filter(isNew).length;
  }
  return arrivals;
}

const SHAPES: readonly { readonly given: string; readonly changes: Partial<PoolConfig> }[] = [
  { given: 'three copies by host', changes: { failureDomain: 'host' } },
  { given: 'three copies by rack', changes: { failureDomain: 'rack' } },
  { given: 'an erasure code 4+2 by host', changes: { failureDomain: 'host', replicas: 6, dataParts: 4, minSize: 5 } },
  { given: 'an erasure code 2+1 by rack', changes: { failureDomain: 'rack', replicas: 3, dataParts: 2, minSize: 3 } },
];

describe.each(SHAPES)('$given', ({ changes }) => {
  test('a host that goes out moves what the map moves, and comes back to what it had', () => {
    const running = aRunningCrushPool(HOSTS, changes);
    const { kernel, pool, homes } = running;
    const before = homes.homes.filter((home) => home === 4).length;
    pool.hostDown(4);
    kernel.runUntil(10 * MINUTE - 1);
    expect(pool.metrics.resyncBytes).toBe(0);
    kernel.runUntil(24 * HOUR);
    const out = homes.osdsOf(4).map(({ id }) => id);
    expect(pool.metrics.resyncBytes / GIB).toBeCloseTo(arrivalsWhenOut(running, out), 3);
    expect(pool.groups).toEqual({ inactive: 0, degraded: 0, undersized: 0 });
    const moved = pool.metrics.resyncBytes;
    pool.hostUp(4, true);
    kernel.runUntil(48 * HOUR);
    // Its own replicas, and those that the map had moved beside them.
    const beside = arrivalsWhenOut(running, out) - before;
    expect((pool.metrics.resyncBytes - moved) / GIB).toBeCloseTo(before + beside, 3);
    expect([pool.groups, kernel.pending]).toEqual([{ inactive: 0, degraded: 0, undersized: 0 }, 0]);
  });

  test('a disk that dies moves what the map moves when its OSD goes out', () => {
    const running = aRunningCrushPool(HOSTS, changes);
    const { kernel, pool } = running;
    pool.diskLost(7);
    kernel.runUntil(24 * HOUR);
    const osd = running.homes.osdsOf(7)[0]?.id ?? NO_ITEM;
    expect(pool.metrics.resyncBytes / GIB).toBeCloseTo(arrivalsWhenOut(running, [osd]), 3);
    pool.diskReplaced(7);
    kernel.runUntil(48 * HOUR);
    expect([pool.groups, kernel.pending]).toEqual([{ inactive: 0, degraded: 0, undersized: 0 }, 0]);
  });
});

test('what belongs on a host that is down is rebuilt there once it is up', () => {
  const { kernel, pool, homes } = aRunningCrushPool(HOSTS, { failureDomain: 'rack' });
  pool.hostDown(4);
  kernel.runUntil(9.5 * MINUTE);
  pool.hostDown(7);
  kernel.runUntil(12 * MINUTE);
  pool.hostUp(7, false);
  kernel.runUntil(24 * HOUR);
  const own = homes.homes.filter((home) => home === 4).length;
  expect(pool.groups).toEqual({ inactive: 0, degraded: 0, undersized: 0 });
  expect(pool.metrics.resyncBytes / GIB).toBeGreaterThanOrEqual(own);
  expect([...pool.groupStates()]).toEqual([['active+clean', 256]]);
});

describe('states of groups, in the words of Ceph', () => {
  const three = racksOfHosts(3, 1);
  const statesOf = ({ pool }: RunningCrushPool) => Object.fromEntries(pool.groupStates());

  test('three copies on three hosts', () => {
    const running = aRunningCrushPool(three, { writesPerSecondPerHost: 10, resyncBytesPerSecondPerHost: 1e6 });
    const { kernel, pool } = running;
    expect(statesOf(running)).toEqual({ 'active+clean': 256 });
    pool.hostDown(0);
    expect(statesOf(running)).toEqual({ 'active+undersized+degraded': 256 });
    kernel.runUntil(MINUTE);
    pool.hostDown(1);
    expect(statesOf(running)).toEqual({ 'undersized+degraded+peered': 256 });
    pool.hostDown(2);
    expect(statesOf(running)).toEqual({ 'stale+down+undersized+degraded': 256 });
    pool.hostUp(2, false);
    pool.hostUp(1, false);
    pool.hostUp(0, false);
    expect(statesOf(running)).toEqual({ 'active+recovering+degraded': 256 });
    kernel.runUntil(2 * HOUR);
    pool.hostDown(0);
    pool.hostUp(0, true);
    expect(statesOf(running)).toEqual({ 'active+undersized+degraded+remapped+backfilling': 256 });
  });

  test('an erasure code 2+1 on three hosts', () => {
    const running = aRunningCrushPool(three, { replicas: 3, dataParts: 2, minSize: 3 });
    running.pool.hostDown(0);
    expect(statesOf(running)).toEqual({ 'undersized+degraded+peered': 256 });
    running.pool.hostDown(1);
    expect(statesOf(running)).toEqual({ 'down+undersized+degraded': 256 });
    expect(running.pool.metrics.dataLostGroups).toBe(0);
    running.pool.hostUp(1, true);
    expect(running.pool.metrics.dataLostGroups).toBe(0);
    running.pool.hostUp(0, true);
    expect(running.pool.metrics.dataLostGroups).toBe(256);
  });

  test('a replica that the map moves from a host that is well', () => {
    const running = aRunningCrushPool(HOSTS, { replicas: 6, dataParts: 4, minSize: 5 });
    running.pool.hostDown(4);
    running.kernel.runUntil(10 * MINUTE);
    const states = statesOf(running);
    expect(states['active+undersized+degraded+remapped+backfilling']).toBeGreaterThan(80);
    running.kernel.runUntil(24 * HOUR);
    expect(statesOf(running)).toEqual({ 'active+clean': 256 });
  });
});
