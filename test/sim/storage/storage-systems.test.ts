// Storage systems with timers of their own: what each copies after a reboot, when it gives a host up, and what it does when that host is back.

import { describe, expect, test } from 'vitest';
import type { PoolConfig } from '../../../sim/config.ts';
import { etcdPool, SYSTEM_DEFAULTS } from '../../../sim/storage/storage-systems.ts';
import { writtenRun } from '../../kit/written-study.ts';
import { aRunningPool, HOUR, MINUTE, racksOfHosts, STORED } from './pool-kit.ts';

const HOSTS = racksOfHosts(5, 2);
const MIB = 1024 ** 2;

/** Nobody writes, unless a row says so. */
function aPoolOf(system: 'linstor' | 'longhorn', changes: Partial<PoolConfig> = {}) {
  return aRunningPool(HOSTS, {
    ...SYSTEM_DEFAULTS[system],
    system,
    measures: 'full',
    writesPerSecondPerHost: 0,
    placementGroups: 100,
    ...changes,
  });
}

describe('LINSTOR', () => {
  test('a crash owes the activity log of every volume with its primary there, beside what the bitmap has', () => {
    const { kernel, pool } = aPoolOf('linstor');
    pool.hostDown(0);
    kernel.runUntil(5 * MINUTE);
    pool.hostUp(0, false);
    kernel.runUntil(100 * HOUR);
    const log = 1237 * 4 * MIB;
    const primaries = pool.metrics.resyncBytes / log;
    expect(Number.isInteger(Math.round(primaries * 1000) / 1000)).toBe(true);
    // A third of the 30 replicas of a host.
    expect(primaries).toBeGreaterThan(2);
    expect(primaries).toBeLessThan(25);
  });

  test('a network that comes back owes nothing', () => {
    const { kernel, pool } = aPoolOf('linstor');
    pool.hostDown(0);
    kernel.runUntil(5 * MINUTE);
    pool.hostUp(0, false, false);
    kernel.runUntil(HOUR);
    expect(pool.metrics.resyncBytes).toBe(0);
  });

  test('the bitmap covers an outage that would overrun any log: only what was written', () => {
    const { kernel, pool } = aPoolOf('linstor', {
      writesPerSecondPerHost: 100,
      writeBytes: 4096,
      downOutMs: 1000 * HOUR,
    });
    pool.hostDown(0);
    kernel.runUntil(10 * HOUR);
    pool.hostUp(0, false, false);
    kernel.runUntil(40 * HOUR);
    // 3.6 million writes on 244 million units of 4 KiB, few of them twice.
    const written = 100 * 36_000 * 4096;
    expect(pool.metrics.resyncBytes / written).toBeGreaterThan(0.98);
    expect(pool.metrics.resyncBytes / written).toBeLessThanOrEqual(1);
  });

  test.each([
    { given: '3 of 10 hosts away', away: 3, evicted: true },
    { given: '4 of 10 hosts away', away: 4, evicted: false },
  ])('$given for 70 min: evicted $evicted', ({ away, evicted }) => {
    const { kernel, pool } = aPoolOf('linstor');
    for (let host = 0; host < away; host++) pool.hostDown(host * 2);
    kernel.runUntil(59 * MINUTE);
    expect(pool.metrics.resyncBytes).toBe(0);
    kernel.runUntil(70 * MINUTE);
    expect(pool.metrics.resyncBytes > 0).toBe(evicted);
  });

  test('who was evicted has nothing to copy when it is back: its replicas are elsewhere for good', () => {
    const { kernel, pool } = aPoolOf('linstor');
    pool.hostDown(0);
    kernel.runUntil(100 * HOUR);
    const moved = pool.metrics.resyncBytes;
    expect([moved, pool.groups.degraded]).toEqual([STORED, 0]);
    pool.hostUp(0, false);
    kernel.runUntil(200 * HOUR);
    expect([pool.metrics.resyncBytes, pool.groups.degraded, pool.metrics.resyncMs]).toEqual([moved, 0, 0]);
    // And what holds them now may fail like any other.
    pool.hostDown(0);
    kernel.runUntil(201 * HOUR);
    expect(pool.groups.degraded).toBe(0);
  });
});

describe('Longhorn', () => {
  test('a replica is given up after 600 s, whatever else is away', () => {
    const { kernel, pool } = aPoolOf('longhorn');
    for (let host = 0; host < 10; host += 2) pool.hostDown(host);
    kernel.runUntil(9 * MINUTE);
    expect(pool.metrics.resyncBytes).toBe(0);
    kernel.runUntil(11 * MINUTE);
    expect(pool.metrics.resyncBytes).toBeGreaterThan(0);
  });

  test.each([
    {
      given: 'Longhorn fills five replicas at once: a quarter is whole in a quarter of the time',
      system: 'longhorn',
      whole: [0.25, 0.5, 0.75, 1],
    },
    { given: 'a host of Ceph is whole when its last byte is there', system: undefined, whole: [0, 0, 0, 1] },
  ] as const)('$given', ({ system, whole }) => {
    const { kernel, pool } = aRunningPool(HOSTS, {
      ...(system === undefined ? {} : { system }),
      placementGroups: 400,
      writesPerSecondPerHost: 0,
    });
    pool.hostDown(0);
    pool.hostUp(0, true);
    const total = pool.groups.degraded;
    const shares = whole.map((_, part) => {
      kernel.runUntil(((part + 1) * STORED) / 4 / 1e6);
      return (total - pool.groups.degraded) / total;
    });
    shares.forEach((share, part) => {
      expect(Math.abs(share - (whole[part] ?? 0))).toBeLessThan(0.05);
    });
  });

  test('every byte arrives, also where a host goes away in the middle of a turn', () => {
    const { kernel, pool } = aPoolOf('longhorn');
    pool.hostDown(0);
    pool.hostUp(0, true);
    kernel.runUntil(5 * MINUTE);
    pool.hostDown(0);
    kernel.runUntil(10 * MINUTE);
    pool.hostUp(0, false);
    kernel.runUntil(20 * HOUR);
    expect([pool.metrics.resyncBytes, pool.groups.degraded, pool.resyncing(0)]).toEqual([STORED, 0, false]);
  });
});

describe('etcd', () => {
  const GIB = 1024 ** 3;
  const members = ['a', 'b', 'c'].map((name) => ({ name, rack: 'r', dataDisks: 0 }));
  const config = etcdPool(
    members.map(({ name }) => name),
    {},
  );

  test.each([
    { given: 'within 100,000 entries: the log', minutes: 16, bytes: 16 * 60 * 100 * 4096 },
    { given: 'beyond them: a snapshot', minutes: 17, bytes: 2 * GIB },
  ])('a member that was away for $minutes min, $given', ({ minutes, bytes }) => {
    const { kernel, pool } = aRunningPool(members, config);
    pool.hostDown(0);
    kernel.runUntil(minutes * MINUTE);
    expect(pool.accepts).toBe(true);
    pool.hostUp(0, false);
    kernel.runUntil(HOUR);
    expect([pool.metrics.resyncBytes, pool.groups.degraded]).toEqual([bytes, 0]);
  });

  test('two of three away: no quorum, until one is back', () => {
    const { kernel, pool } = aRunningPool(members, config);
    pool.hostDown(0);
    pool.hostDown(1);
    kernel.runUntil(10 * MINUTE);
    expect(pool.accepts).toBe(false);
    pool.hostUp(1, false);
    kernel.runUntil(HOUR);
    expect([pool.accepts, pool.metrics.dataUnavailableMs]).toEqual([true, 10 * MINUTE]);
  });
});

describe('in a scenario', () => {
  const scenario = (storage: string) => `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: systems }
spec:
  cluster:
    generate:
      machineApi: cluster-api
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 6, dataDisks: 1 }
  storage: ${storage}
`;
  const poolsOf = (storage: string): readonly PoolConfig[] =>
    writtenRun({ scenarioFile: 's.yaml', policies: [{ name: 'none', files: [] }] }, { 's.yaml': scenario(storage) })
      .config.pools;

  test('the timers of the system that is named, and the values that are written over them', () => {
    const [pool] = poolsOf('{ system: linstor, downOut: 2h }');
    expect(pool).toMatchObject({ system: 'linstor', trackingUnitBytes: 4096, downOutMs: 2 * HOUR });
    expect(poolsOf('{ system: ceph }')).toEqual(poolsOf('{}'));
  });

  test('etcd is a pool of its own on the control plane, also beside external storage', () => {
    expect(poolsOf('{ etcd: {} }').map(({ name, system }) => [name === 'etcd', system])).toEqual([
      [false, undefined],
      [true, 'etcd'],
    ]);
    const [etcd] = poolsOf('{ kind: external, etcd: { size: 1GiB } }');
    expect([etcd?.minSize, Object.values(etcd?.usedBytes ?? {})]).toEqual([2, [1024 ** 3, 1024 ** 3, 1024 ** 3]]);
  });
});
