// When OSDs go out, by known answers: the monitors' times, shares and flags.

import { describe, expect, test } from 'vitest';
import type { OutRulesConfig, PoolConfig } from '../../../sim/config.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { CrushHomes } from '../../../sim/storage/crush-homes.ts';
import { DEFAULT_OUT_RULES } from '../../../sim/storage/defaults.ts';
import { OsdOutRules } from '../../../sim/storage/osd-out-rules.ts';
import { aCrushPool } from '../../kit/crush-pool.ts';
import { racksOfHosts } from './pool-kit.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

interface Rig {
  readonly kernel: Kernel;
  readonly rules: OsdOutRules;
  readonly homes: CrushHomes;
  /** Instants in seconds, and OSDs that went out at them. */
  readonly story: [atSeconds: number, osds: readonly number[]][];
  up(host: number, restarted?: boolean): readonly number[];
}

/** `disks` OSDs per host, numbered host by host. */
function rig(racks: number, hostsPerRack: number, disks: number, changes: Partial<PoolConfig> = {}): Rig {
  const hosts = racksOfHosts(racks, hostsPerRack).map((host) => ({ ...host, dataDisks: disks }));
  const kernel = new Kernel();
  const pool = aCrushPool(hosts, { placementGroups: 8, ...changes });
  if (pool.crush === undefined) throw new Error('the pool has a map');
  const homes = new CrushHomes(pool, pool.crush, hosts);
  const story: [number, readonly number[]][] = [];
  const wentOut = (osds: readonly number[]) => story.push([kernel.nowMs / SECOND, osds]);
  const rules = new OsdOutRules({ kernel, pool, homes, hostCount: hosts.length, wentOut });
  const up = (host: number, restarted = true) => rules.hostUp(host, homes.osdsOf(host), { restarted });
  return { kernel, rules, homes, story, up };
}

function withRules(changes: Partial<OutRulesConfig>): Partial<PoolConfig> {
  return { outRules: { ...DEFAULT_OUT_RULES, ...changes } };
}

describe('a host', () => {
  test('goes out with all its OSDs after 600 s, and comes in when it is up', () => {
    const { kernel, rules, story, up } = rig(4, 2, 2);
    kernel.runUntil(10 * SECOND);
    rules.hostDown(3);
    expect(rules.missedOf(3)).toBe(2);
    kernel.runUntil(20 * MINUTE);
    expect(story).toEqual([[610, [6, 7]]]);
    expect(rules.missedOf(3)).toBe(0);
    expect(up(3)).toEqual([6, 7]);
  });

  test('that is back in time stays in', () => {
    const { kernel, rules, story, up } = rig(4, 2, 2);
    rules.hostDown(3);
    kernel.runUntil(599 * SECOND);
    expect(up(3)).toEqual([]);
    kernel.runUntil(60 * MINUTE);
    expect([story, kernel.pending]).toEqual([[], 0]);
  });
});

describe('mon_osd_min_in_ratio', () => {
  test('OSDs go out until fewer than three quarters are in: 5 of the 6 of one host of three', () => {
    const { kernel, rules, story } = rig(1, 3, 6, withRules({ subtreeLimit: 'root' }));
    rules.hostDown(0);
    kernel.runUntil(60 * MINUTE);
    // 18 OSDs: 14 in is 0.778, 13 in is 0.722.
    expect(story).toEqual([[600, [0, 1, 2, 3, 4]]]);
  });

  test('what was refused goes out once others are in again', () => {
    const { kernel, rules, story, up } = rig(1, 4, 4, withRules({ subtreeLimit: 'root' }));
    for (const host of [0, 1]) rules.hostDown(host);
    kernel.runUntil(20 * MINUTE);
    expect(story).toEqual([
      [600, [0, 1, 2, 3]],
      [600, [4]],
    ]);
    up(0);
    kernel.runUntil(60 * MINUTE);
    expect(story.slice(2)).toEqual([[1205, [5, 6, 7]]]);
  });
});

describe('mon_osd_down_out_subtree_limit', () => {
  test('a whole rack stays in, and its time starts again when the first host is back', () => {
    const { kernel, rules, story, up } = rig(4, 3, 1);
    for (const host of [3, 4, 5]) rules.hostDown(host);
    kernel.runUntil(60 * MINUTE);
    expect(story).toEqual([]);
    up(3);
    kernel.runUntil(120 * MINUTE);
    expect(story).toEqual([
      [3600 + 600, [4]],
      [3600 + 600, [5]],
    ]);
  });

  test('a rack that goes down host by host keeps those in that were not due before the last', () => {
    const { kernel, rules, story } = rig(4, 3, 1);
    rules.hostDown(3);
    kernel.runUntil(5 * MINUTE);
    rules.hostDown(4);
    kernel.runUntil(12 * MINUTE);
    rules.hostDown(5);
    kernel.runUntil(60 * MINUTE);
    expect(story).toEqual([[600, [3]]]);
  });

  test('a rack of one host is a whole rack; with the limit "root" it goes out', () => {
    const spared = rig(4, 1, 2);
    spared.rules.hostDown(1);
    spared.kernel.runUntil(60 * MINUTE);
    expect(spared.story).toEqual([]);
    const free = rig(4, 1, 2, withRules({ subtreeLimit: 'root' }));
    free.rules.hostDown(1);
    free.kernel.runUntil(60 * MINUTE);
    expect(free.story).toEqual([[600, [2, 3]]]);
  });
});

describe('noout', () => {
  test('nothing goes out while it is set, and what is due then does soon after', () => {
    const { kernel, rules, story } = rig(4, 2, 1, { noOut: [{ fromMs: 5 * MINUTE, untilMs: 30 * MINUTE }] });
    rules.hostDown(0);
    kernel.runUntil(60 * MINUTE);
    expect(story).toEqual([[1805, [0]]]);
  });

  test('forgotten, it keeps everything in', () => {
    const { kernel, rules, story } = rig(4, 2, 1, { noOut: [{ fromMs: 0, untilMs: null }] });
    rules.hostDown(0);
    kernel.runUntil(1000 * MINUTE);
    expect(story).toEqual([]);
    rules.setNoOut(false);
    kernel.runUntil(1001 * MINUTE);
    expect(story).toEqual([[60_005, [0]]]);
  });

  test('two who set it both have to take it back', () => {
    const { kernel, rules, story } = rig(4, 2, 1, { noOut: [{ fromMs: 0, untilMs: 20 * MINUTE }] });
    rules.setNoOut(true);
    rules.hostDown(0);
    kernel.runUntil(30 * MINUTE);
    rules.setNoOut(false);
    kernel.runUntil(60 * MINUTE);
    expect(story).toEqual([[1805, [0]]]);
  });
});

test('mon_osd_min_up_ratio: OSDs that would leave fewer than 0.30 up are not declared down', () => {
  const { kernel, rules, story, up } = rig(1, 10, 1, withRules({ subtreeLimit: 'root', minInShare: 0 }));
  for (let host = 0; host < 9; host++) rules.hostDown(host);
  kernel.runUntil(60 * MINUTE);
  // 8 go down: with 2 up of 10 the ratio is 0.2, below which nobody is declared down any more.
  expect(story.flatMap(([, osds]) => osds)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  up(0);
  kernel.runUntil(120 * MINUTE);
  expect(story.slice(-1)).toEqual([[3600 + 600, [8]]]);
});

describe('mon_osd_adjust_down_out_interval', () => {
  /** Cut off for 100 s and back with the same processes, once. */
  const flapped = (changes: Partial<PoolConfig>): Rig => {
    const made = rig(4, 2, 1, changes);
    made.rules.hostDown(0);
    made.kernel.runUntil(100 * SECOND);
    made.up(0, false);
    made.rules.hostDown(0);
    return made;
  };

  test('an OSD that was cut off for 100 s is waited for longer the next time', () => {
    const { kernel, story } = flapped({});
    kernel.runUntil(60 * MINUTE);
    // Share 0.3 of an interval of 0.3 x 100 s: 9 s, halved in 3600 s: 9 x 0.5^(608/3600) = 8.005 s.
    expect(story).toEqual([[708.006, [0]]]);
  });

  test('not where Ceph is told not to', () => {
    const { kernel, story } = flapped(withRules({ waitsForLaggy: false }));
    kernel.runUntil(60 * MINUTE);
    expect(story).toEqual([[700, [0]]]);
  });

  test('a restart is no flap', () => {
    const { kernel, rules, story, up } = rig(4, 2, 1);
    rules.hostDown(0);
    kernel.runUntil(100 * SECOND);
    up(0);
    rules.hostDown(0);
    kernel.runUntil(60 * MINUTE);
    expect(story).toEqual([[700, [0]]]);
  });
});
