// The pool by known answers: what an outage costs, when volumes refuse, and when data is rebuilt, moved twice or lost.

import { describe, expect, test } from 'vitest';
import { aRunningPool, HOUR, MINUTE, type RunningPool, racksOfHosts, STORED } from './pool-kit.ts';

const SECOND = 1000;
/** One host in each of three racks: every group has a replica on every host. */
const THREE = racksOfHosts(3, 1);
/** Four hosts, replicas on any three of them. */
const FOUR = racksOfHosts(4, 1);

/** 1,000,000 units, 10 writes per second: 600 writes dirty 599.82 units of 1 MB. */
const MINUTE_OF_WRITES = 1e6 * -Math.expm1(-600 / 1e6) * 1e6;

function outage({ kernel, pool }: RunningPool, host: number, forMs: number, wiped = false): void {
  pool.hostDown(host);
  kernel.runUntil(kernel.nowMs + forMs);
  pool.hostUp(host, wiped);
}

describe('one host of three', () => {
  test('a minute away: only what was written is copied, redundancy is back when it has arrived, nobody noticed', () => {
    const running = aRunningPool(THREE);
    outage(running, 0, MINUTE);
    expect(running.pool.resyncing(0)).toBe(true);
    running.kernel.runUntil(HOUR);
    // 599.82 MB at 1 GB/s, told at the next millisecond.
    expect(running.pool.metrics).toEqual({
      resyncBytes: expect.closeTo(MINUTE_OF_WRITES, 0),
      reducedRedundancyMs: 60_600,
      dataUnavailableMs: 0,
      dataLostGroups: 0,
      resyncMs: 600,
    });
    expect([running.story, running.kernel.pending, running.pool.resyncing(0)]).toEqual([[], 0, false]);
  });

  test('away with nothing written: back in sync at once', () => {
    const running = aRunningPool(THREE, { writesPerSecondPerHost: 0 });
    outage(running, 0, MINUTE);
    expect([running.kernel.pending, running.pool.resyncing(0)]).toEqual([0, false]);
    running.kernel.runUntil(HOUR);
    expect(running.pool.metrics).toEqual({
      resyncBytes: 0,
      reducedRedundancyMs: MINUTE,
      dataUnavailableMs: 0,
      dataLostGroups: 0,
      resyncMs: 0,
    });
  });

  test.each([
    { when: 'wiped', awayMs: MINUTE, wiped: true },
    { when: 'away for longer than the log reaches', awayMs: 10 * MINUTE + 100, wiped: false },
  ])('$when: everything is copied', ({ awayMs, wiped }) => {
    const running = aRunningPool(THREE);
    outage(running, 0, awayMs, wiped);
    running.kernel.runUntil(HOUR);
    expect(running.pool.metrics).toEqual({
      resyncBytes: STORED,
      reducedRedundancyMs: awayMs + 1000 * SECOND,
      dataUnavailableMs: 0,
      dataLostGroups: 0,
      resyncMs: 1000 * SECOND,
    });
  });

  test('away again during the fill: what has arrived is kept', () => {
    const running = aRunningPool(THREE, { writesPerSecondPerHost: 0 });
    outage(running, 0, MINUTE, true);
    running.kernel.runUntil(running.kernel.nowMs + 400 * SECOND);
    outage(running, 0, MINUTE);
    running.kernel.runUntil(HOUR);
    expect(running.pool.metrics).toEqual({
      resyncBytes: expect.closeTo(STORED, 0),
      reducedRedundancyMs: 2 * MINUTE + 1000 * SECOND,
      dataUnavailableMs: 0,
      dataLostGroups: 0,
      resyncMs: 1000 * SECOND,
    });
  });

  test('two fills share the capacity of the pool', () => {
    const running = aRunningPool(THREE, { writesPerSecondPerHost: 0, resyncBytesPerSecond: 1e9 });
    const { kernel, pool, story } = running;
    pool.hostDown(0);
    pool.hostDown(1);
    pool.hostUp(0, true);
    pool.hostUp(1, true);
    kernel.runUntil(HOUR);
    expect(story).toEqual([
      [0, false],
      [2000 * SECOND, true],
    ]);
    expect(pool.metrics).toMatchObject({ resyncBytes: 2 * STORED, resyncMs: 4000 * SECOND });
  });
});

describe('who serves', () => {
  test('a host that recovers from the log serves, one that is being filled does not', () => {
    const stories = [false, true].map((wiped) => {
      const running = aRunningPool(THREE, { resyncBytesPerSecondPerHost: 1e6 });
      outage(running, 0, MINUTE, wiped);
      running.pool.hostDown(1);
      return running.story;
    });
    expect(stories).toEqual([[], [[MINUTE, false]]]);
  });

  test('with two of three replicas down, volumes refuse until one is back', () => {
    const { kernel, pool, story } = aRunningPool(THREE);
    kernel.call(1000, () => pool.hostDown(2));
    kernel.call(2000, () => pool.hostDown(1));
    kernel.call(5000, () => pool.hostUp(2, false));
    kernel.runUntil(HOUR);
    expect(story).toEqual([
      [2000, false],
      [5000, true],
    ]);
    expect(pool.metrics.dataUnavailableMs).toBe(3000);
  });

  test('one rack of six lost keeps I/O, two lost block it', () => {
    const hosts = racksOfHosts(6, 10);
    const { kernel, pool, story } = aRunningPool(hosts);
    const rack = (number: number): number[] => Array.from({ length: 10 }, (_, i) => number * 10 + i);
    for (const host of rack(0)) pool.hostDown(host);
    expect(pool.accepts).toBe(true);
    kernel.runUntil(5000);
    for (const host of rack(3)) pool.hostDown(host);
    expect(pool.accepts).toBe(false);
    kernel.runUntil(9000);
    for (const host of rack(0)) pool.hostUp(host, false);
    expect([pool.accepts, story]).toEqual([
      true,
      [
        [5000, false],
        [9000, true],
      ],
    ]);
  });

  test('with hosts as failure domain, one rack lost can block', () => {
    const hosts = racksOfHosts(6, 10);
    const { pool } = aRunningPool(hosts, { failureDomain: 'host' });
    for (let host = 0; host < 10; host++) pool.hostDown(host);
    expect(pool.accepts).toBe(false);
  });
});

describe('outages of everything', () => {
  test('while volumes refuse nothing is written, so nothing is owed for that time', () => {
    const { kernel, pool } = aRunningPool(THREE);
    pool.hostDown(0);
    kernel.runUntil(MINUTE);
    pool.hostDown(1);
    pool.hostDown(2);
    kernel.runUntil(HOUR);
    for (const host of [0, 1, 2]) pool.hostUp(host, false);
    kernel.runUntil(2 * HOUR);
    expect(pool.metrics).toEqual({
      resyncBytes: expect.closeTo(MINUTE_OF_WRITES, 0),
      reducedRedundancyMs: HOUR + 600,
      dataUnavailableMs: HOUR - MINUTE,
      dataLostGroups: 0,
      resyncMs: 600,
    });
  });

  test('a power loss of the whole cluster leaves nothing to resync', () => {
    const hosts = racksOfHosts(6, 10);
    const { kernel, pool, story } = aRunningPool(hosts);
    hosts.forEach((_, host) => {
      pool.hostDown(host);
    });
    kernel.runUntil(HOUR);
    hosts.forEach((_, host) => {
      pool.hostUp(host, false);
    });
    kernel.runUntil(2 * HOUR);
    expect([pool.metrics.resyncBytes, pool.metrics.dataUnavailableMs, story.length]).toEqual([0, HOUR, 2]);
  });
});

describe('out', () => {
  const changes = { failureDomain: 'host', writesPerSecondPerHost: 10 } as const;
  /** How much of what host 0 stores has a third place to go. */
  const REBUILD_MS = 333_334;

  test('down for longer than downOutMs: rebuilt elsewhere by all that are up, and redundancy is back', () => {
    const { kernel, pool } = aRunningPool(FOUR, changes);
    pool.hostDown(0);
    kernel.runUntil(HOUR);
    expect(pool.metrics).toEqual({
      resyncBytes: expect.closeTo(STORED, 0),
      reducedRedundancyMs: 10 * MINUTE + REBUILD_MS,
      dataUnavailableMs: 0,
      dataLostGroups: 0,
      resyncMs: 0,
    });
  });

  test('back later: its data moves a second time, with redundancy kept by the substitutes', () => {
    const { kernel, pool } = aRunningPool(FOUR, changes);
    pool.hostDown(0);
    kernel.runUntil(HOUR);
    pool.hostUp(0, true);
    kernel.runUntil(2 * HOUR);
    expect(pool.metrics).toEqual({
      resyncBytes: expect.closeTo(2 * STORED, 0),
      reducedRedundancyMs: 10 * MINUTE + REBUILD_MS,
      dataUnavailableMs: 0,
      dataLostGroups: 0,
      resyncMs: 1000 * SECOND,
    });
    // The substitutes are gone: another minute without host 0 costs redundancy again.
    pool.hostDown(0);
    kernel.runUntil(2 * HOUR + MINUTE);
    expect(pool.metrics.reducedRedundancyMs).toBe(10 * MINUTE + REBUILD_MS + MINUTE);
  });

  test('back while it is being rebuilt: the rebuild stops, what it moved is counted', () => {
    const { kernel, pool } = aRunningPool(FOUR, { ...changes, writesPerSecondPerHost: 0 });
    pool.hostDown(0);
    kernel.runUntil(10 * MINUTE + 100 * SECOND);
    pool.hostUp(0, false);
    kernel.runUntil(HOUR);
    expect(pool.metrics).toMatchObject({
      resyncBytes: expect.closeTo(300e9, 0),
      reducedRedundancyMs: 10 * MINUTE + 100 * SECOND,
      resyncMs: 0,
    });
    expect(kernel.pending).toBe(0);
  });

  test('back from being out, a host is in again and counts as such', () => {
    const { kernel, pool } = aRunningPool(FOUR, { ...changes, writesPerSecondPerHost: 0 });
    const moved = [0, 1, 2, 3].map((host) => {
      const before = pool.metrics.resyncBytes;
      pool.hostDown(host);
      kernel.runUntil(kernel.nowMs + HOUR);
      pool.hostUp(host, false);
      return pool.metrics.resyncBytes - before;
    });
    expect(moved).toEqual([STORED, STORED, STORED, STORED]);
  });

  test('a substitute that is being moved on is forgotten when its home is whole again', () => {
    const running = aRunningPool(racksOfHosts(5, 1), { ...changes, downOutMs: MINUTE, logWrites: 1e9 });
    const { kernel, pool } = running;
    pool.hostDown(0);
    kernel.runUntil(HOUR);
    pool.hostDown(1);
    // Host 1 is being rebuilt, the substitutes that it held for host 0 included.
    kernel.runUntil(HOUR + 2 * MINUTE);
    pool.hostUp(0, false);
    kernel.runUntil(2 * HOUR);
    pool.hostUp(1, false);
    kernel.runUntil(3 * HOUR);
    const before = pool.metrics.resyncBytes;
    outage(running, 0, MINUTE);
    kernel.runUntil(4 * HOUR);
    // Host 0 holds its own copies and no others.
    expect(Math.abs(pool.metrics.resyncBytes - before - MINUTE_OF_WRITES)).toBeLessThan(2);
  });

  test("a substitute that is still catching up is left out of its host's resync once its home is whole", () => {
    const { kernel, pool } = aRunningPool(FOUR, { ...changes, logWrites: 1e9, writesPerSecondPerHost: 10 });
    pool.hostDown(0);
    kernel.runUntil(HOUR);
    pool.hostUp(0, true);
    // Host 0 is whole 1000 s later. Host 1 is away until 2 s before and owes 3 s of resync, its own and for host 0.
    kernel.runUntil(HOUR + 697 * SECOND);
    pool.hostDown(1);
    kernel.runUntil(HOUR + 998 * SECOND);
    const before = pool.metrics.resyncBytes;
    pool.hostUp(1, false);
    kernel.runUntil(HOUR + 1000 * SECOND);
    expect([pool.resyncing(0), pool.resyncing(1)]).toEqual([false, true]);
    kernel.runUntil(2 * HOUR);
    const moved = pool.metrics.resyncBytes - before - 2e9;
    // 3010 writes of 1 MB for what host 1 stores itself; what it stored for host 0 (a third of that again) is dropped
    // after two thirds of it have come.
    const own = 1e12 * -Math.expm1(-3010 / 1e6);
    expect(moved).toBeGreaterThan(own);
    expect(moved).toBeLessThan(own * 1.25);
  });

  test('a substitute fails like any other copy', () => {
    const { kernel, pool, story } = aRunningPool(FOUR, { ...changes, downOutMs: MINUTE });
    pool.hostDown(0);
    kernel.runUntil(30 * MINUTE);
    // All data is on hosts 1 to 3 now; without 1 and 2 a single replica is left.
    pool.hostDown(1);
    expect(story).toEqual([]);
    pool.hostDown(2);
    expect(story).toEqual([[30 * MINUTE, false]]);
  });

  test('never out while its whole rack is down; once a neighbour is back it goes at the next look', () => {
    const { kernel, pool } = aRunningPool(racksOfHosts(6, 2));
    pool.hostDown(0);
    pool.hostDown(1);
    kernel.runUntil(HOUR);
    expect(pool.metrics.resyncBytes).toBe(0);
    pool.hostUp(1, false);
    const owed = pool.metrics.resyncBytes;
    kernel.runUntil(HOUR + 2000 * SECOND);
    // Host 1 is filled (its log did not reach an hour back) and host 0 rebuilt.
    expect(pool.metrics.resyncBytes - owed).toBeCloseTo(2 * STORED, 0);
  });

  test('no more than a quarter of the hosts goes out by itself', () => {
    const hosts = racksOfHosts(2, 4);
    const { kernel, pool } = aRunningPool(hosts, { ...changes, replicas: 1, minSize: 1, writesPerSecondPerHost: 0 });
    const rebuiltAfter = (host: number): number => {
      const before = pool.metrics.resyncBytes;
      pool.hostDown(host);
      kernel.runUntil(kernel.nowMs + HOUR);
      return Math.round((pool.metrics.resyncBytes - before) / STORED);
    };
    // Eight hosts: out is allowed while at least six are in, so three may go. What the later ones hold as substitutes
    // moves on with them.
    const rebuilt = [0, 1, 4, 2].map(rebuiltAfter);
    expect(rebuilt.map((times) => times >= 1)).toEqual([true, true, true, false]);
  });
});

describe('re-adding disks by hand', () => {
  test('a wiped host waits for a person, then fills', () => {
    const running = aRunningPool(THREE, { osdReAdd: 'manual', writesPerSecondPerHost: 0 });
    const { kernel, pool } = running;
    outage(running, 0, MINUTE, true);
    expect([pool.awaitingReAdd(0), pool.resyncing(0), pool.awaitingReAdd(1)]).toEqual([true, true, false]);
    kernel.runUntil(HOUR);
    expect(pool.metrics.resyncBytes).toBe(0);
    pool.personReAdded(0);
    expect(pool.awaitingReAdd(0)).toBe(false);
    kernel.runUntil(2 * HOUR);
    expect(pool.metrics).toEqual({
      resyncBytes: STORED,
      reducedRedundancyMs: HOUR + 1000 * SECOND,
      dataUnavailableMs: 0,
      dataLostGroups: 0,
      resyncMs: HOUR - MINUTE + 1000 * SECOND,
    });
  });

  test('the need survives a reboot, and a person may answer it while the host is down', () => {
    const running = aRunningPool(THREE, { osdReAdd: 'manual', writesPerSecondPerHost: 0 });
    const { kernel, pool } = running;
    outage(running, 0, MINUTE, true);
    outage(running, 0, MINUTE);
    expect(pool.awaitingReAdd(0)).toBe(true);
    pool.hostDown(0);
    pool.personReAdded(0);
    kernel.runUntil(kernel.nowMs + MINUTE);
    expect(pool.metrics.resyncBytes).toBe(0);
    pool.hostUp(0, false);
    kernel.runUntil(2 * HOUR);
    expect(pool.metrics).toMatchObject({ resyncBytes: STORED, resyncMs: 1000 * SECOND });
  });
});

describe('disks', () => {
  test('one of four dead and soon replaced: a quarter of the data is copied, no volume refuses', () => {
    const { kernel, pool, story } = aRunningPool(THREE, { writesPerSecondPerHost: 0 });
    pool.diskLost(0);
    kernel.runUntil(5 * MINUTE);
    expect(pool.resyncing(0)).toBe(false);
    pool.diskReplaced(0);
    kernel.runUntil(HOUR);
    // 256 groups on four disks: 64 each.
    expect(pool.metrics).toEqual({
      resyncBytes: expect.closeTo(STORED / 4, 0),
      reducedRedundancyMs: 5 * MINUTE + 250 * SECOND,
      dataUnavailableMs: 0,
      dataLostGroups: 0,
      resyncMs: 250 * SECOND,
    });
    expect([story, kernel.pending]).toEqual([[], 0]);
  });

  test('not replaced for long: rebuilt elsewhere, and moved back onto the new disk', () => {
    const { kernel, pool } = aRunningPool(FOUR, { failureDomain: 'host', writesPerSecondPerHost: 0 });
    pool.diskLost(0);
    kernel.runUntil(HOUR);
    const once = pool.metrics.resyncBytes;
    expect(once / STORED).toBeCloseTo(0.25, 1);
    const reduced = pool.metrics.reducedRedundancyMs;
    expect(reduced).toBe(10 * MINUTE + Math.ceil(once / 4e6));
    pool.diskReplaced(0);
    kernel.runUntil(2 * HOUR);
    expect(pool.metrics.resyncBytes).toBeCloseTo(2 * once, 0);
    expect(pool.metrics.reducedRedundancyMs).toBe(reduced);
  });

  test('dead disks of a wiped host stay empty', () => {
    const running = aRunningPool(THREE, { writesPerSecondPerHost: 0, downOutMs: HOUR });
    running.pool.diskLost(0);
    outage(running, 0, MINUTE, true);
    running.kernel.runUntil(HOUR);
    expect(running.pool.metrics).toMatchObject({
      resyncBytes: expect.closeTo((STORED * 3) / 4, 0),
      reducedRedundancyMs: HOUR,
      resyncMs: 750 * SECOND,
    });
  });

  test('a disk that dies at the instant at which its host is whole takes only its own quarter', () => {
    const running = aRunningPool(THREE, { writesPerSecondPerHost: 0 });
    const { kernel, pool } = running;
    kernel.call(MINUTE + 1000 * SECOND, () => pool.diskLost(0));
    outage(running, 0, MINUTE, true);
    kernel.runUntil(MINUTE + 1000 * SECOND);
    pool.diskReplaced(0);
    kernel.runUntil(HOUR);
    expect(pool.metrics).toMatchObject({
      resyncBytes: expect.closeTo(STORED * 1.25, 0),
      reducedRedundancyMs: MINUTE + 1250 * SECOND,
    });
  });

  test('the rebuild of a dead disk grows when its host goes out', () => {
    const { kernel, pool } = aRunningPool(FOUR, {
      failureDomain: 'host',
      writesPerSecondPerHost: 0,
      resyncBytesPerSecond: 1e8,
    });
    pool.diskLost(0);
    kernel.runUntil(15 * MINUTE);
    pool.hostDown(0);
    kernel.runUntil(10 * HOUR);
    expect(pool.metrics).toMatchObject({
      resyncBytes: STORED,
      reducedRedundancyMs: 10 * MINUTE + 10_000 * SECOND,
    });
  });

  test('where no other host may take it, what lay on a dead disk goes to the living disks of its host', () => {
    const { kernel, pool } = aRunningPool(THREE, { writesPerSecondPerHost: 0 });
    pool.diskLost(0);
    kernel.runUntil(HOUR);
    // By three hosts at 1 GB/s each.
    expect(pool.metrics).toMatchObject({
      resyncBytes: STORED / 4,
      reducedRedundancyMs: 10 * MINUTE + Math.ceil((250 * SECOND) / 3),
    });
    // So with all its disks dead nothing is left on the host, and two more hosts wiped lose every group.
    for (let disk = 1; disk < 4; disk++) pool.diskLost(0);
    for (const host of [1, 2]) outage({ kernel, pool, story: [] }, host, 0, true);
    expect(pool.metrics.dataLostGroups).toBe(256);
  });

  test('a host cannot lose more disks than it has, and a disk that is not dead cannot be replaced', () => {
    const { kernel, pool } = aRunningPool(THREE, { writesPerSecondPerHost: 0 });
    for (let i = 0; i < 6; i++) pool.diskLost(0);
    for (let i = 0; i < 6; i++) pool.diskReplaced(0);
    kernel.runUntil(HOUR);
    expect(pool.metrics.resyncBytes).toBeCloseTo(STORED, 0);
  });
});

describe('loss', () => {
  test('the last copy destroyed loses the group, once, and it starts again empty', () => {
    const { kernel, pool, story } = aRunningPool(THREE, { writesPerSecondPerHost: 0 });
    for (const host of [0, 1, 2]) pool.hostDown(host);
    kernel.runUntil(MINUTE);
    pool.hostUp(0, true);
    pool.hostUp(1, true);
    expect(pool.metrics.dataLostGroups).toBe(0);
    pool.hostUp(2, true);
    expect(pool.metrics.dataLostGroups).toBe(256);
    kernel.runUntil(HOUR);
    expect(pool.metrics.dataLostGroups).toBe(256);
    // Two fills had begun; the third host has nothing to copy from any more.
    expect(pool.metrics.resyncBytes).toBe(2 * STORED);
    expect(story).toEqual([
      [0, false],
      [MINUTE + 1000 * SECOND, true],
    ]);
  });

  test('two wiped of three lose nothing', () => {
    const { kernel, pool } = aRunningPool(THREE, { writesPerSecondPerHost: 0 });
    for (const host of [0, 1]) pool.hostDown(host);
    for (const host of [0, 1]) pool.hostUp(host, true);
    kernel.runUntil(HOUR);
    expect(pool.metrics).toMatchObject({ dataLostGroups: 0, resyncBytes: 2 * STORED });
  });
});

test('hosts without bytes in the pool and events that repeat change nothing', () => {
  const hosts = [...racksOfHosts(3, 1), { name: 'diskless', rack: 'r0', dataDisks: 0 }];
  const { kernel, pool } = aRunningPool(hosts, { usedBytes: { 'r0-h0': STORED, 'r1-h0': STORED, 'r2-h0': STORED } });
  pool.hostDown(3);
  pool.diskLost(3);
  pool.hostUp(3, true);
  pool.hostUp(0, true);
  pool.diskReplaced(1);
  pool.personReAdded(2);
  expect([kernel.pending, pool.accepts, pool.metrics.resyncBytes]).toEqual([0, true, 0]);
  pool.hostDown(0);
  pool.hostDown(0);
  expect(kernel.pending).toBe(1);
});

describe('at rest', () => {
  interface Rest {
    readonly given: string;
    readonly change?: Parameters<typeof aRunningPool>[1];
    readonly hosts?: Parameters<typeof aRunningPool>[0];
    /** By instant. */
    readonly happens: readonly (readonly [atMs: number, what: (pool: RunningPool['pool']) => void])[];
    /** Instants at which it came to rest, or left it, as looked at every 500 ms. */
    readonly turns: readonly number[];
  }

  const STILL = { writesPerSecondPerHost: 0 };
  /** One group on three of four hosts: the fourth, and disks of each but one, have nothing on them. */
  const SPARSE = { ...STILL, placementGroups: 1, failureDomain: 'host' } as const;
  const EMPTY_HOST = [0, 1, 2, 3].find((host) => {
    const { pool } = aRunningPool(FOUR, SPARSE);
    pool.hostDown(host);
    return pool.groups.degraded === 0;
  });

  test.each<Rest>([
    { given: 'nothing happens', happens: [], turns: [] },
    {
      given: 'a host misses writes: until it has them',
      happens: [
        [MINUTE, (pool) => pool.hostDown(0)],
        [2 * MINUTE, (pool) => pool.hostUp(0, false)],
      ],
      // 599.82 MB at 1 GB/s.
      turns: [MINUTE, 2 * MINUTE + 1000],
    },
    {
      given: 'a host without data is away',
      hosts: FOUR,
      change: SPARSE,
      happens: [
        [MINUTE, (pool) => pool.hostDown(EMPTY_HOST ?? -1)],
        [2 * MINUTE, (pool) => pool.hostUp(EMPTY_HOST ?? -1, false)],
      ],
      turns: [MINUTE, 2 * MINUTE],
    },
    {
      given: 'a disk without data is dead, for longer than is waited for it',
      hosts: FOUR,
      change: SPARSE,
      happens: [
        [MINUTE, (pool) => pool.diskLost(EMPTY_HOST ?? -1)],
        [20 * MINUTE, (pool) => pool.diskReplaced(EMPTY_HOST ?? -1)],
      ],
      turns: [MINUTE, 20 * MINUTE],
    },
    {
      given: 'what was rebuilt elsewhere: until it is back at home',
      hosts: FOUR,
      change: { ...STILL, failureDomain: 'host' },
      happens: [
        [0, (pool) => pool.hostDown(0)],
        [30 * MINUTE, (pool) => pool.hostUp(0, true)],
      ],
      turns: [0, 30 * MINUTE + 1_000_000],
    },
    {
      given: 'a rack that nobody declares out: until the monitors have looked once more after its first host is back',
      hosts: racksOfHosts(3, 2),
      change: STILL,
      happens: [
        [0, (pool) => pool.hostDown(0)],
        [0, (pool) => pool.hostDown(1)],
        [15 * MINUTE, (pool) => pool.hostUp(0, false)],
        [15 * MINUTE + 1000, (pool) => pool.hostUp(1, false)],
      ],
      turns: [0, 15 * MINUTE + 5000],
    },
    {
      given: 'a slow host',
      change: STILL,
      happens: [
        [MINUTE, (pool) => pool.setSlowness(0, { factor: 2, disks: [], linkBytesPerSecond: Infinity, waitMs: 0 })],
        [2 * MINUTE, (pool) => pool.setSlowness(0, undefined)],
      ],
      turns: [MINUTE, 2 * MINUTE],
    },
  ])('$given', ({ hosts = THREE, change = {}, happens, turns }) => {
    const { kernel, pool } = aRunningPool(hosts, change);
    for (const [atMs, what] of happens) kernel.call(atMs, () => what(pool));
    const seen: number[] = [];
    let rests = pool.isAtRest;
    expect(rests).toBe(true);
    for (let atMs = 0; atMs <= HOUR; atMs += 500) {
      kernel.runUntil(atMs);
      if (pool.isAtRest !== rests) seen.push(atMs);
      rests = pool.isAtRest;
    }
    expect([seen, rests, kernel.pending]).toEqual([turns, true, 0]);
  });
});
