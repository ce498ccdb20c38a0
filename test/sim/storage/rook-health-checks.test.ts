// What Rook's operator writes about Ceph, look by look, and what a client reads between the looks.

import { describe, expect, test } from 'vitest';
import { CEPH_CLUSTER, type CephCluster } from '../../../core/api/ceph-cluster.ts';
import { parseTime } from '../../../core/api/time.ts';
import { CachedView } from '../../../sim/api-server/cached-view.ts';
import { FaultyView } from '../../../sim/api-server/faulty-view.ts';
import type { FaultClass, FillLimitsConfig, SimConfig } from '../../../sim/config.ts';
import type { CureLevel, Fault } from '../../../sim/faults/fault.ts';
import { startedRun } from '../../../sim/simulation.ts';
import { quiet } from '../../kit/quiet.ts';
import { smallStudy } from '../../kit/small-study.ts';

const KEY = { namespace: 'rook-ceph', name: 'rook-ceph' };
const MINUTE_MS = 60_000;

const { config: busy, policies } = smallStudy();
const none = policies.find(({ name }) => name === 'none');
if (none === undefined) throw new Error('the study has a policy that does nothing');
const CONFIG: SimConfig = quiet(busy);

/** Three racks of three workers with two disks each; three copies, one in each rack. */
function run(config: SimConfig = CONFIG) {
  if (none === undefined) throw new Error('the study has a policy that does nothing');
  const { world } = startedRun(config, none, { replication: 1, record: false, followStatus: true });
  const { kernel, store, fleet } = world;
  const writes: string[] = [];
  let firstAtMs = 0;
  const seconds = (atMs: number): number => (atMs - config.startMs) / 1000;
  store.tap(
    ({ after }) => {
      const { ceph } = (after as CephCluster | undefined)?.status ?? {};
      if (firstAtMs === 0) firstAtMs = kernel.nowMs;
      const details = Object.entries(ceph?.details ?? {}).map(([code, { message }]) => `${code}: ${message}`);
      const onGrid =
        (kernel.nowMs - firstAtMs) % MINUTE_MS === 0 && kernel.nowMs === parseTime(ceph?.lastChecked ?? '');
      writes.push(
        [
          `minute ${Math.floor(seconds(kernel.nowMs) / 60)}`,
          ceph?.health,
          ...details,
          ...(onGrid ? [] : ['off its grid']),
        ].join(' | '),
      );
    },
    [CEPH_CLUSTER],
  );
  const until = (minutes: number): void => kernel.runUntil(config.startMs + minutes * MINUTE_MS);
  let id = 1_000_000;
  const strike = (name: string, what: FaultClass, level: CureLevel): Fault => {
    const host = fleet.hosts.find(({ config: { nodeName } }) => nodeName === name);
    if (host === undefined) throw new Error(`the cluster has ${name}`);
    const fault: Fault = { id: ++id, class: what, subject: host.index, bornAtMs: kernel.nowMs, level, durationMs: 1 };
    fleet.strike(fault);
    return fault;
  };
  const read = (): string => {
    const { health, lastChecked = '' } = store.get(CEPH_CLUSTER, KEY)?.status?.ceph ?? {};
    return `${health}, ${(kernel.nowMs - parseTime(lastChecked)) / 1000} s old`;
  };
  return { world, writes, until, strike, read };
}

test('a hang that is over before its disks go out: degraded until the data is in sync', () => {
  const { world, writes, until, strike } = run();
  until(10);
  const hang = strike('worker-0', 'osHang', 'itself');
  until(14);
  world.fleet.endByItself(hang);
  until(180);
  expect(writes).toEqual([
    'minute 10 | HEALTH_WARN | OSD_DOWN: 2 osds down | OSD_HOST_DOWN: 1 host (2 osds) down | PG_DEGRADED: Degraded data redundancy: 184 pgs degraded, 184 pgs undersized',
    'minute 14 | HEALTH_WARN | PG_DEGRADED: Degraded data redundancy: 184 pgs degraded',
    'minute 21 | HEALTH_OK',
  ]);
});

test('a host that stays away: its disks go out, and its data is rebuilt elsewhere', () => {
  const { writes, until, strike } = run();
  until(10);
  strike('worker-0', 'osHang', 'person');
  until(24 * 60);
  expect(writes).toEqual([
    'minute 10 | HEALTH_WARN | OSD_DOWN: 2 osds down | OSD_HOST_DOWN: 1 host (2 osds) down | PG_DEGRADED: Degraded data redundancy: 184 pgs degraded, 184 pgs undersized',
    'minute 20 | HEALTH_WARN | PG_DEGRADED: Degraded data redundancy: 184 pgs degraded, 184 pgs undersized',
    'minute 112 | HEALTH_OK',
  ]);
});

test('hosts of two racks: groups stop, and work again', () => {
  const { world, writes, until, strike } = run();
  until(10);
  const hangs = [strike('worker-0', 'osHang', 'itself'), strike('worker-1', 'osHang', 'itself')];
  until(12);
  for (const hang of hangs) world.fleet.endByItself(hang);
  until(60);
  expect(writes).toEqual([
    'minute 10 | HEALTH_WARN | OSD_DOWN: 4 osds down | OSD_HOST_DOWN: 2 hosts (4 osds) down | PG_AVAILABILITY: Reduced data availability: 52 pgs inactive | PG_DEGRADED: Degraded data redundancy: 278 pgs degraded, 278 pgs undersized',
    'minute 12 | HEALTH_WARN | PG_DEGRADED: Degraded data redundancy: 226 pgs degraded',
    'minute 14 | HEALTH_WARN | PG_DEGRADED: Degraded data redundancy: 132 pgs degraded',
    'minute 15 | HEALTH_OK',
  ]);
});

test('a dead disk of a host that runs', () => {
  const { writes, until, strike } = run();
  until(10);
  strike('worker-0', 'diskFailure', 'person');
  until(15);
  expect(writes).toEqual([
    'minute 10 | HEALTH_WARN | OSD_DOWN: 1 osds down | PG_DEGRADED: Degraded data redundancy: 92 pgs degraded, 92 pgs undersized',
  ]);
});

describe('disks that are nearly full', () => {
  /** The same, whose disks are so full; what they hold is the same on all hosts. */
  const filled = (fill: number, limits: Partial<FillLimitsConfig> = { nearFull: 0.85 }): SimConfig => ({
    ...CONFIG,
    pools: CONFIG.pools.map((pool) => {
      const used = Math.max(...Object.values(pool.usedBytes));
      return { ...pool, fillLimits: { bytesPerHost: used / fill, backfillFull: 0.9, full: 0.95, ...limits } };
    }),
  });
  const atStart = (fill: number, limits?: Partial<FillLimitsConfig>): readonly string[] => {
    const { writes, until } = run(filled(fill, limits));
    until(5);
    return writes.map((line) => line.replace(/^minute \d+ \| /, ''));
  };

  test.each([
    { fill: 0.8, says: [] },
    {
      fill: 0.87,
      says: ['HEALTH_WARN | OSD_NEARFULL: 18 nearfull osd(s) | POOL_NEARFULL: 1 pool(s) nearfull'],
    },
    {
      fill: 0.92,
      says: ['HEALTH_WARN | OSD_BACKFILLFULL: 18 backfillfull osd(s) | POOL_BACKFILLFULL: 1 pool(s) backfillfull'],
    },
    { fill: 0.96, says: ['HEALTH_ERR | OSD_FULL: 18 full osd(s) | POOL_FULL: 1 pool(s) full'] },
  ])('filled to $fill: $says', ({ fill, says }) => {
    expect(atStart(fill)).toEqual(says);
  });

  test('without nearFull Ceph says nothing of limits', () => {
    expect(atStart(0.92, {})).toEqual([]);
  });

  test('a host that stays away: the others of its rack fill up, and then it waits', () => {
    const { writes, until, strike } = run(filled(0.8));
    until(10);
    strike('worker-0', 'osHang', 'person');
    until(24 * 60);
    expect(
      writes.map((line) => line.replace(/Degraded data redundancy: \d+ pgs degraded, \d+ pgs undersized/, 'lacking')),
    ).toEqual([
      'minute 10 | HEALTH_WARN | OSD_DOWN: 2 osds down | OSD_HOST_DOWN: 1 host (2 osds) down | PG_DEGRADED: lacking',
      'minute 20 | HEALTH_WARN | PG_DEGRADED: lacking',
      'minute 43 | HEALTH_WARN | OSD_NEARFULL: 4 nearfull osd(s) | POOL_NEARFULL: 1 pool(s) nearfull | PG_DEGRADED: lacking',
    ]);
  });
});

test('what a client reads is as fresh as the last look that its cache has heard of, without a write', () => {
  const { world, writes, until, read } = run();
  const { kernel, store } = world;
  const view = new CachedView(store, kernel, { lagMs: 200 });
  const broken = new FaultyView(store, kernel, { lagMs: 200 });
  const checked = (from: Pick<CachedView, 'get'>): number =>
    parseTime(from.get(CEPH_CLUSTER, KEY)?.status?.ceph?.lastChecked ?? '');
  until(30);
  const connect = broken.breakWatches(new Set([CEPH_CLUSTER.key]));
  const brokenAtMs = kernel.nowMs;
  until(60);
  expect(writes).toEqual([]);
  expect(read()).toMatch(/^HEALTH_OK, [0-5]?\d s old$/);
  expect(kernel.nowMs - checked(view)).toBeLessThan(61_000);
  expect(view.get(CEPH_CLUSTER, KEY)).toBe(view.get(CEPH_CLUSTER, KEY));
  expect(brokenAtMs - checked(broken)).toBeGreaterThanOrEqual(0);
  expect(brokenAtMs - checked(broken)).toBeLessThan(61_000);
  connect('resume');
  until(61);
  expect(checked(broken)).toBe(checked(view));
  // Between a look and its arrival the view still has the one before.
  kernel.runUntil(checked(view) + MINUTE_MS + 100);
  expect(store.get(CEPH_CLUSTER, KEY)?.status?.ceph?.lastChecked).not.toBe(
    view.get(CEPH_CLUSTER, KEY)?.status?.ceph?.lastChecked,
  );
});

test('an operator that does not look leaves the status as it is, and old', () => {
  const objects = CONFIG.objects.map((object) =>
    object.kind === CEPH_CLUSTER.kind
      ? { ...object, spec: { healthCheck: { daemonHealth: { status: { disabled: true } } } } }
      : object,
  );
  const { writes, until, strike, read } = run({ ...CONFIG, objects });
  until(10);
  strike('worker-0', 'osHang', 'person');
  until(20);
  expect({ writes, read: read() }).toEqual({ writes: [], read: 'HEALTH_OK, 1200 s old' });
});
