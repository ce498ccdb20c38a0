// Which hosts of a pool could be lost now: what falls below min_size, or would lose its data, without one host, two, or a rack.

import { type CopyTable, EMPTY } from './copy-table.ts';
import { EXISTS, type GroupHealth, SERVES } from './group-health.ts';

/** Placement groups that would be below min_size, beyond those that are. */
export interface PairLoss {
  readonly hosts: readonly [number, number];
  readonly groups: number;
}

export interface HostLoss {
  readonly host: number;
  /** Groups that would fall below min_size while it is down. */
  readonly groups: number;
  /** Groups whose data would be gone if its disks were wiped. */
  readonly lostGroups: number;
}

export interface PoolLosses {
  /** Groups below min_size now. */
  readonly belowNow: number;
  /** Of every host that is up and holds data, in their order. */
  readonly hosts: readonly HostLoss[];
  /** Pairs of them that could not be lost together, by host. */
  readonly pairs: readonly PairLoss[];
  /** Groups that would fall below min_size without all of a set of hosts. */
  without(hosts: ReadonlySet<number>): number;
}

export interface LossParts {
  readonly copies: CopyTable;
  readonly health: GroupHealth;
  readonly groups: number;
  readonly replicas: number;
  readonly dataParts: number;
  readonly minSize: number;
  readonly hostCount: number;
}

export function poolLosses(parts: LossParts): PoolLosses {
  const { health, groups, minSize, hostCount } = parts;
  const below = new Int32Array(hostCount);
  const lost = new Int32Array(hostCount);
  const pairs = new Map<number, number>();
  const holding = new Set<number>();
  let belowNow = 0;
  for (let group = 0; group < groups; group++) {
    const holders = holdersOf(parts, group, SERVES);
    const slack = health.servingIn(group) - minSize;
    const hosts = [...new Set(holders.flat())].sort((a, b) => a - b);
    for (const host of hosts) holding.add(host);
    for (const [host, count] of onlyThere(parts, group)) lost[host] = (lost[host] as number) + count;
    if (slack < 0) {
      belowNow += 1;
      continue;
    }
    const breaks = hosts.map((host) => lostSlots(holders, new Set([host])) > slack);
    hosts.forEach((host, index) => {
      if (breaks[index]) below[host] = (below[host] as number) + 1;
    });
    for (let first = 0; first < hosts.length; first++) {
      for (let second = first + 1; second < hosts.length; second++) {
        const pair: readonly [number, number] = [hosts[first] as number, hosts[second] as number];
        // A pair of which one alone is too many is counted with the single hosts.
        if (breaks[first] || breaks[second] || lostSlots(holders, new Set(pair)) <= slack) continue;
        const key = pair[0] * hostCount + pair[1];
        pairs.set(key, (pairs.get(key) ?? 0) + 1);
      }
    }
  }
  return {
    belowNow,
    hosts: [...holding]
      .sort((a, b) => a - b)
      .map((host) => ({ host, groups: below[host] as number, lostGroups: lost[host] as number })),
    pairs: [...pairs]
      .sort(([a], [b]) => a - b)
      .map(([key, count]) => ({ hosts: [Math.floor(key / hostCount), key % hostCount], groups: count })),
    without: (hosts) => groupsBelow(parts, hosts),
  };
}

function groupsBelow(parts: LossParts, hosts: ReadonlySet<number>): number {
  let count = 0;
  for (let group = 0; group < parts.groups; group++) {
    const slack = parts.health.servingIn(group) - parts.minSize;
    if (slack >= 0 && lostSlots(holdersOf(parts, group, SERVES), hosts) > slack) count += 1;
  }
  return count;
}

/** By slot with such a copy, the hosts that have one: a replica may have two, at home and where it was rebuilt. */
function holdersOf({ copies, replicas }: LossParts, group: number, what: number): readonly (readonly number[])[] {
  const holders: number[][] = [];
  for (let slot = group * replicas; slot < (group + 1) * replicas; slot++) {
    const hosts = [slot, copies.substituteOf(slot)]
      .filter((copy) => copies.isAttached(copy) && (copies.contributionOf(copy) & what) !== 0)
      .map((copy) => copies.hostOf(copy));
    if (hosts.length > 0) holders.push(hosts);
  }
  return holders;
}

function lostSlots(holders: readonly (readonly number[])[], lost: ReadonlySet<number>): number {
  return holders.filter((hosts) => hosts.every((host) => lost.has(host))).length;
}

/** Hosts without whose disks the group would be lost, with 1 each. */
function onlyThere(parts: LossParts, group: number): readonly (readonly [number, number])[] {
  const { copies, health, dataParts, replicas } = parts;
  if (health.existingIn(group) < dataParts) return [];
  const slots = Array.from({ length: replicas }, (_, replica) => group * replicas + replica);
  const exists = slots.flatMap((slot) => {
    const there = [slot, copies.substituteOf(slot)].filter(
      (copy) =>
        copies.isAttached(copy) && copies.stateOf(copy) !== EMPTY && (copies.contributionOf(copy) & EXISTS) !== 0,
    );
    return there.length === 0 ? [] : [there.map((copy) => copies.hostOf(copy))];
  });
  const hosts = new Set(exists.flat());
  return [...hosts]
    .filter((host) => exists.length - lostSlots(exists, new Set([host])) < dataParts)
    .map((host) => [host, 1]);
}
