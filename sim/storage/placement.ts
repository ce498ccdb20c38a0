// Placement: which hosts keep the replicas of each placement group; of pools without a CRUSH map. Domains first, then a host in
// each, drawn by weight with the straw2 rule (the longest of -ln(u)/weight wins, shortest here), keyed by names: independent of
// seed and of host order, and a host that comes or goes moves only its own share. Pools with a map: crush-homes.ts.
//
// Divergence from reality: a hierarchy of two levels (rack, host) with Ceph's idea of straws, not CRUSH: no bucket
// types, rules, retries, device classes, primary affinity or upmap; balanced by stored bytes instead of disk sizes.

import type { PoolConfig } from '../config.ts';
import { Draws, rootKey, type Stream } from '../kernel/rng.ts';
import type { StorageHost } from './pool-hosts.ts';

/** No host: fewer failure domains than replicas. */
export const NOWHERE = -1;

const INT16_MOST = 2 ** 15;

/** Why a pool cannot keep all its replicas apart, one sentence each; empty when it can. For the edges that parse. */
export function placementProblems(pool: PoolConfig, hosts: readonly StorageHost[]): readonly string[] {
  const domains = new Set(
    hosts.filter((host) => (pool.usedBytes[host.name] ?? 0) > 0).map((host) => domainOf(pool, host)),
  ).size;
  if (domains >= pool.replicas) return [];
  return [
    `pool '${pool.name}' wants ${pool.replicas} replicas in distinct ${pool.failureDomain}s, ` +
      `but only ${domains} ${domains === 1 ? 'has' : 'have'} storage hosts`,
  ];
}

/** Where everything lies while all hosts are in: an immutable value that runs of one configuration share. */
export interface Homes {
  /** Replicas of a group, or parts of its erasure code. */
  readonly replicas: number;
  readonly groups: number;
  /** Host index by slot (group * replicas + replica), or NOWHERE. */
  readonly homes: Int32Array | Int16Array;
  /** By slot, on which of its host's disks; absent: the copies of a host go round its disks. */
  readonly homeDisks?: Int32Array;
}

export class Placement implements Homes {
  readonly replicas: number;
  readonly groups: number;
  readonly homes: Int32Array | Int16Array;
  private readonly domainStraws: readonly Straws[];
  private readonly domainOfHost: Int32Array;

  constructor(pool: PoolConfig, hosts: readonly StorageHost[]) {
    this.replicas = pool.replicas;
    this.groups = pool.placementGroups;
    const draws = new Draws(rootKey('placement'), 0);
    const domains = new Map<string, Straws>();
    this.domainOfHost = new Int32Array(hosts.length).fill(NOWHERE);
    hosts.forEach((host, index) => {
      const weight = pool.usedBytes[host.name] ?? 0;
      if (weight <= 0) return;
      const name = domainOf(pool, host);
      let domain = domains.get(name);
      if (domain === undefined) {
        domain = strawsOf(domains.size, 0, draws.stream(name, `domain/${pool.name}`));
        domains.set(name, domain);
      }
      domain.weight += weight;
      domain.members.push(strawsOf(index, weight, draws.stream(host.name, `host/${pool.name}`)));
      this.domainOfHost[index] = domain.number;
    });
    this.domainStraws = [...domains.values()];
    const slots = this.groups * this.replicas;
    this.homes = (hosts.length < INT16_MOST ? new Int16Array(slots) : new Int32Array(slots)).fill(NOWHERE);
    this.placeGroups();
  }

  /**
   * A host for one more replica of a group, in a domain that holds none of `holders`; NOWHERE when no domain has an
   * eligible one.
   */
  substitute(group: number, holders: readonly number[], eligible: (host: number) => boolean): number {
    const taken = new Set(holders.map((host) => this.domainOfHost[host] as number));
    let best = NOWHERE;
    let bestStraw = Infinity;
    for (const domain of this.domainStraws) {
      if (taken.has(domain.number)) continue;
      const host = shortest(domain.members, group, eligible);
      const length = host === undefined ? Infinity : straw(domain, group);
      if (host === undefined || length >= bestStraw) continue;
      best = host.number;
      bestStraw = length;
    }
    return best;
  }

  /** By number of a domain: 1 where it has an eligible host. */
  domainsWith(eligible: (host: number) => boolean): Uint8Array {
    return Uint8Array.from(this.domainStraws, ({ members }) =>
      members.some(({ number }) => eligible(number)) ? 1 : 0,
    );
  }

  /** Whether `substitute` finds a host, where `open` are the domains with an eligible one. */
  hasRoom(holders: readonly number[], open: Uint8Array): boolean {
    for (let domain = 0; domain < open.length; domain++) {
      if (open[domain] === 1 && !holders.some((host) => this.domainOfHost[host] === domain)) return true;
    }
    return false;
  }

  private placeGroups(): void {
    const { domainStraws, replicas, homes } = this;
    const lengths = new Float64Array(domainStraws.length);
    const chosen = Math.min(replicas, domainStraws.length);
    const everybody = (): boolean => true;
    // Of equal weights the shortest straw is that of the least number drawn.
    const isLevel = domainStraws.every(({ weight }) => weight === domainStraws[0]?.weight);
    for (let group = 0; group < this.groups; group++) {
      for (let domain = 0; domain < lengths.length; domain++) {
        const owner = domainStraws[domain] as Straws;
        lengths[domain] = isLevel ? owner.stream.at(group) : straw(owner, group);
      }
      for (let replica = 0; replica < chosen; replica++) {
        let first = 0;
        // Of equal straws the first domain's; one that was chosen is infinitely long.
        for (let domain = 1; domain < lengths.length; domain++) {
          if ((lengths[domain] as number) < (lengths[first] as number)) first = domain;
        }
        lengths[first] = Infinity;
        const { members } = domainStraws[first] as Straws;
        homes[group * replicas + replica] = shortest(members, group, everybody)?.number ?? NOWHERE;
      }
    }
  }
}

/** A domain or a host that draws straws. */
interface Straws {
  readonly number: number;
  weight: number;
  readonly stream: Stream;
  readonly members: Straws[];
}

function strawsOf(number: number, weight: number, stream: Stream): Straws {
  return { number, weight, stream, members: [] };
}

function domainOf(pool: PoolConfig, host: StorageHost): string {
  return pool.failureDomain === 'rack' ? host.rack : host.name;
}

/** Exponential with the weight as rate: the shortest of several belongs to each with probability weight / total. */
function straw(owner: Straws, group: number): number {
  return -Math.log1p(-owner.stream.at(group)) / owner.weight;
}

function shortest(members: readonly Straws[], group: number, eligible: (host: number) => boolean): Straws | undefined {
  let best: Straws | undefined;
  let bestLength = Infinity;
  for (const member of members) {
    if (!eligible(member.number)) continue;
    const length = members.length === 1 ? 0 : straw(member, group);
    if (length < bestLength) {
      best = member;
      bestLength = length;
    }
  }
  return best;
}
