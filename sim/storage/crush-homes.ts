// CrushHomes: where a pool lies that Ceph places: by a rule of its CRUSH map, or where its groups were found to lie. One entry of
// weight and host per OSD; nothing here changes during a run, so that runs share it.
//
// A group that was found elsewhere than its map says has been moved by upmap entries. They are found by comparison, and go on
// holding while other OSDs go out, as far as Ceph lets them: an entry to an OSD that is out, or that the group has already, does nothing.
//
// Divergence from reality: primary affinity is not read. OSDs that are out at the start stay so. Only `pg_upmap_items` of whole
// groups as found; the balancer makes no new ones.

import { assert } from '../../core/assert.ts';
import type { CrushConfig, PoolConfig } from '../config.ts';
import { NO_ITEM } from './crush/crush-map.ts';
import { CrushPlacement } from './crush/crush-placement.ts';
import { placementInput } from './crush/placement-group.ts';
import { crushMapOf, type PlainCrushMap } from './crush/plain-crush-map.ts';
import { type Homes, NOWHERE } from './placement.ts';
import type { StorageHost } from './pool-hosts.ts';

/** OSDs that a group has in place of others. */
type Upmap = readonly (readonly [from: number, to: number])[];

/** An OSD that the map can place on, and the data disk that it is. */
export interface PlacedOsd {
  readonly id: number;
  readonly host: number;
  readonly disk: number;
}

export class CrushHomes implements Homes {
  readonly replicas: number;
  readonly groups: number;
  readonly homes: Int32Array;
  readonly homeDisks: Int32Array;
  /** OSD by slot, or NO_ITEM. */
  readonly homeOsds: Int32Array;
  /** Reweights at the start, fixed-point by OSD id. */
  readonly reweights: Float64Array;
  readonly map: PlainCrushMap;
  /** Parts of an erasure code differ, so that each belongs to its place; of whole copies only the set counts. */
  readonly keepsPlaces: boolean;
  private readonly crush: CrushConfig;
  private readonly placement: CrushPlacement;
  /** By id. */
  private readonly osdsById: readonly (PlacedOsd | undefined)[];
  private readonly osdsOfHost: ReadonlyMap<number, readonly PlacedOsd[]>;
  private readonly upmaps = new Map<number, Upmap>();

  /** @param hosts names by index; every OSD's host is among them. */
  constructor(pool: PoolConfig, crush: CrushConfig, hosts: readonly { readonly name: string }[]) {
    this.crush = crush;
    this.map = crush.map;
    this.replicas = pool.replicas;
    this.groups = pool.placementGroups;
    this.keepsPlaces = pool.dataParts !== undefined;
    this.placement = new CrushPlacement(crushMapOf(crush.map));
    const { osds, osdsOfHost } = placedOsds(crush, hosts);
    this.osdsById = osds;
    this.osdsOfHost = osdsOfHost;
    this.reweights = new Float64Array(osds.length);
    for (const { id, reweight } of crush.osds) this.reweights[id] = reweight;
    this.homes = new Int32Array(this.groups * this.replicas).fill(NOWHERE);
    this.homeDisks = new Int32Array(this.homes.length);
    this.homeOsds = new Int32Array(this.homes.length).fill(NO_ITEM);
    for (let group = 0; group < this.groups; group++) this.settle(group);
  }

  /** An OSD by its id; undefined for NO_ITEM. */
  osd(id: number): PlacedOsd | undefined {
    return this.osdsById[id];
  }

  /** By disk; none for a host outside of the map. */
  osdsOf(host: number): readonly PlacedOsd[] {
    return this.osdsOfHost.get(host) ?? [];
  }

  /** All OSDs of the map, by id. */
  get osds(): readonly PlacedOsd[] {
    return this.osdsById.filter((osd) => osd !== undefined);
  }

  /** Where the replicas of a group belong while OSDs have these reweights; NO_ITEM in place of any that is not found. */
  osdsFor(group: number, reweights: Float64Array): number[] {
    const osds = this.mapped(group, reweights);
    for (const [from, to] of this.upmaps.get(group) ?? []) {
      const place = osds.indexOf(from);
      if (place >= 0 && !osds.includes(to) && reweights[to] !== 0) osds[place] = to;
    }
    return osds;
  }

  /** Groups that were found elsewhere than the map says. */
  get upmapped(): number {
    return this.upmaps.size;
  }

  private mapped(group: number, reweights: Float64Array): number[] {
    const { rule, poolId: pool, placedAs } = this.crush;
    const x = placementInput(group, { pool, placedAs });
    const osds = [...this.placement.osdsOf(x, { rule, size: this.replicas, reweights })];
    while (osds.length < this.replicas) osds.push(NO_ITEM);
    return osds;
  }

  private settle(group: number): void {
    const mapped = this.mapped(group, this.reweights);
    const osds = this.crush.actual?.[group] ?? mapped;
    const upmap = upmapBetween(mapped, osds);
    if (upmap.length > 0) this.upmaps.set(group, upmap);
    osds.forEach((id, replica) => {
      const osd = this.osdsById[id];
      if (osd === undefined) return;
      const slot = group * this.replicas + replica;
      this.homes[slot] = osd.host;
      this.homeDisks[slot] = osd.disk;
      this.homeOsds[slot] = id;
    });
  }
}

/** Hosts, and after them those that only the map knows. */
export function withStrangers(hosts: readonly StorageHost[], crush: CrushConfig): readonly StorageHost[] {
  return [...hosts, ...strangersOf(hosts, crush)];
}

/** Hosts that only the map knows, which nothing happens to. */
export function strangersOf(
  hosts: readonly { readonly name: string }[],
  { osds }: CrushConfig,
): readonly StorageHost[] {
  const known = new Set(hosts.map(({ name }) => name));
  const strangers = new Map<string, number>();
  for (const { host } of osds) if (!known.has(host)) strangers.set(host, (strangers.get(host) ?? 0) + 1);
  return [...strangers].map(([name, dataDisks]) => ({ name, rack: '', dataDisks }));
}

function placedOsds(
  crush: CrushConfig,
  hosts: readonly { readonly name: string }[],
): { readonly osds: readonly (PlacedOsd | undefined)[]; readonly osdsOfHost: ReadonlyMap<number, PlacedOsd[]> } {
  const hostOfName = new Map(hosts.map(({ name }, index) => [name, index]));
  const osds: (PlacedOsd | undefined)[] = [];
  const osdsOfHost = new Map<number, PlacedOsd[]>();
  for (const { id, host: name } of crush.osds) {
    const host = hostOfName.get(name);
    assert(host !== undefined, 'an OSD lies on a host of the pool');
    const beside = osdsOfHost.get(host) ?? [];
    const osd = { id, host, disk: beside.length };
    osdsOfHost.set(host, [...beside, osd]);
    while (osds.length <= id) osds.push(undefined);
    osds[id] = osd;
  }
  return { osds, osdsOfHost };
}

function upmapBetween(mapped: readonly number[], found: readonly number[]): Upmap {
  const from = mapped.filter((osd) => osd !== NO_ITEM && !found.includes(osd));
  const to = found.filter((osd) => osd !== NO_ITEM && !mapped.includes(osd));
  return from.flatMap((osd, index) => {
    const other = to[index];
    return other === undefined ? [] : [[osd, other] as const];
  });
}
