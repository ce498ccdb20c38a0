// Placement: replicas apart, shares by weight, and independent of the order in which hosts are listed.

import { describe, expect, test } from 'vitest';
import { NOWHERE, Placement, placementProblems } from '../../../sim/storage/placement.ts';
import { aPool, racksOfHosts } from './pool-kit.ts';

describe('Placement', () => {
  const hosts = racksOfHosts(6, 10);
  const pool = aPool(hosts, { placementGroups: 4096 });
  const placement = new Placement(pool, hosts);
  const homesOf = (group: number): number[] => [...placement.homes.subarray(group * 3, group * 3 + 3)];

  test('the replicas of a group lie in distinct racks', () => {
    for (let group = 0; group < 4096; group++) {
      expect(new Set(homesOf(group).map((host) => hosts[host]?.rack)).size).toBe(3);
    }
  });

  test('with hosts as failure domain they lie on distinct hosts, sometimes of one rack', () => {
    const byHost = new Placement({ ...pool, failureDomain: 'host' }, hosts);
    let sameRack = 0;
    for (let group = 0; group < 4096; group++) {
      const homes = [...byHost.homes.subarray(group * 3, group * 3 + 3)];
      expect(new Set(homes).size).toBe(3);
      if (new Set(homes.map((host) => hosts[host]?.rack)).size < 3) sameRack += 1;
    }
    // Three of 60 hosts at random: 1 - (50/59)(40/58) = 0.416 have two in one rack.
    expect(sameRack / 4096).toBeCloseTo(0.416, 1);
  });

  test('equal hosts get equal shares, and one of twice the bytes about twice as much', () => {
    const count = (homes: Iterable<number>, host: number): number => [...homes].filter((home) => home === host).length;
    for (let host = 0; host < 60; host++) {
      expect(count(placement.homes, host)).toBeGreaterThan(204.8 * 0.7);
      expect(count(placement.homes, host)).toBeLessThan(204.8 * 1.3);
    }
    const heavy = aPool(hosts, { placementGroups: 4096, failureDomain: 'host' });
    const weighted = new Placement({ ...heavy, usedBytes: { ...heavy.usedBytes, 'r0-h0': 2e12 } }, hosts);
    expect(count(weighted.homes, 0) / (4096 * 3 * (2 / 61))).toBeCloseTo(1, 1);
  });

  test('the order in which hosts are listed changes nothing', () => {
    const reversed = [...hosts].reverse();
    const other = new Placement(pool, reversed);
    expect([...other.homes].map((host) => reversed[host]?.name)).toEqual(
      [...placement.homes].map((host) => hosts[host]?.name),
    );
  });

  test('a host that leaves moves only what it held', () => {
    const gone = 'r2-h3';
    const { [gone]: _gone, ...usedBytes } = pool.usedBytes;
    const before = new Placement({ ...pool, failureDomain: 'host' }, hosts);
    const after = new Placement({ ...pool, failureDomain: 'host', usedBytes }, hosts);
    for (let group = 0; group < 4096; group++) {
      const was = [...before.homes.subarray(group * 3, group * 3 + 3)].map((host) => hosts[host]?.name);
      const is = [...after.homes.subarray(group * 3, group * 3 + 3)].map((host) => hosts[host]?.name);
      const stayed = was.filter((name) => name !== gone);
      expect(is).toEqual(expect.arrayContaining(stayed));
      expect(is).not.toContain(gone);
    }
  });

  test('a substitute lies in a domain that holds no other replica, on an eligible host', () => {
    for (let group = 0; group < 200; group++) {
      const [lost, ...others] = homesOf(group) as [number, number, number];
      const substitute = placement.substitute(group, others, (host) => host !== lost);
      expect(substitute).not.toBe(lost);
      expect(others.map((host) => hosts[host]?.rack)).not.toContain(hosts[substitute]?.rack);
    }
    expect(placement.substitute(0, homesOf(0), () => false)).toBe(NOWHERE);
  });
});

describe('too few failure domains', () => {
  const hosts = racksOfHosts(2, 3);

  test('leave a replica without a home', () => {
    const placement = new Placement(aPool(hosts, { placementGroups: 8 }), hosts);
    for (let group = 0; group < 8; group++) {
      const homes = [...placement.homes.subarray(group * 3, group * 3 + 3)];
      expect(homes.filter((host) => host === NOWHERE)).toEqual([NOWHERE]);
    }
  });

  test('are named as a problem', () => {
    expect(placementProblems(aPool(hosts, {}), hosts)).toEqual([
      "pool 'block' wants 3 replicas in distinct racks, but only 2 have storage hosts",
    ]);
    expect(placementProblems(aPool(hosts, { failureDomain: 'host' }), hosts)).toEqual([]);
  });
});
