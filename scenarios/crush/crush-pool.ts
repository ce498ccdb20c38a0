// A pool that Ceph places: its CRUSH map, its OSDs joined to hosts, and what a running cluster said about them. Whatever does not match
// is a problem with its place; a map that is not given is made from the racks and hosts.

import type { CrushConfig, FillLimitsConfig, HostConfig, OsdConfig, PoolConfig } from '../../sim/config.ts';
import { DEFAULT_USED_BYTES_PER_HOST } from '../../sim/defaults.ts';
import {
  type CrushBucket,
  type CrushMap,
  type CrushRule,
  DEVICE_TYPE,
  fixedPoint,
  NO_ITEM,
  WHOLE_WEIGHT,
} from '../../sim/storage/crush/crush-map.ts';
import { madeMap } from '../../sim/storage/crush/made-map.ts';
import { crushMapOf, plainCrushMap } from '../../sim/storage/crush/plain-crush-map.ts';
import { CrushHomes, withStrangers } from '../../sim/storage/crush-homes.ts';
import { NOWHERE } from '../../sim/storage/placement.ts';
import type { Assumption } from '../cluster/assumption.ts';
import type { ObjectSet } from '../cluster/object-set.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { FileReader } from '../file-reader.ts';
import { hasErrors, type Place, type Problem, unreadable } from '../problem.ts';
import { formatBytes } from '../quantities.ts';
import type { ScenarioSpec } from '../schema.ts';
import { type JoinedOsd, osdHosts } from './osd-hosts.ts';
import { type ListedGroup, type ListedOsd, placeIn, readGroupListing, readOsdListing } from './read-ceph-listing.ts';
import { readCrushMap } from './read-crush-map.ts';
import { type OsdDump, readOsdDump, type Upmap, upmapped } from './read-osd-dump.ts';

type StorageSection = NonNullable<ScenarioSpec['storage']>;

export interface CrushPoolParts {
  /** As it would be without a map: the scenario's values over those found. */
  readonly pool: PoolConfig;
  readonly storage: StorageSection & { readonly crush: NonNullable<StorageSection['crush']> };
  readonly hosts: readonly HostConfig[];
  readonly objects: ObjectSet;
  readonly files: FileReader;
  /** A path of the scenario as seen from the current folder. */
  readonly within: (path: string) => string;
  /** Where a field of `spec.storage` stands. */
  readonly at: (path: readonly string[]) => Place;
}

export interface CrushPool {
  /** Undefined with errors. */
  readonly pool: PoolConfig | undefined;
  /** With as many data disks as they have OSDs. */
  readonly hosts: readonly HostConfig[];
  readonly assumptions: readonly Assumption[];
  readonly problems: readonly Problem[];
}

type SaidByDump = Pick<PoolConfig, 'noOut' | 'fillLimits'>;

interface Listings {
  readonly listed: ReadonlyMap<number, ListedOsd>;
  readonly groups: readonly ListedGroup[];
  readonly upmaps: readonly Upmap[];
}

/** Flags of the whole cluster that would change what happens, and are not simulated. */
const UNHEEDED_FLAGS: ReadonlySet<string> = new Set([
  'full',
  'pauserd',
  'pausewr',
  'nobackfill',
  'nodown',
  'noin',
  'norebalance',
  'norecover',
  'noup',
]);

export function crushPool(parts: CrushPoolParts): CrushPool {
  const joining = new Joining(parts);
  return joining.result();
}

class Joining {
  readonly #parts: CrushPoolParts;
  readonly #problems: Problem[] = [];
  readonly #assumptions: Assumption[] = [];

  constructor(parts: CrushPoolParts) {
    this.#parts = parts;
  }

  result(): CrushPool {
    const { storage, hosts } = this.#parts;
    const map = this.#map();
    const dump = this.#osdDump();
    const rule = map === undefined ? undefined : this.#rule(map, dump);
    const listed = this.#listedOsds(dump);
    const groups = this.#listedGroups();
    if (map === undefined || rule === undefined || hasErrors(this.#problems)) return this.#failed();
    const joined = this.#joined(map, storage.crush.map === undefined);
    this.#compare(joined, listed);
    this.#checkSubtree(map);
    if (hasErrors(this.#problems)) return this.#failed();
    const osds = joined.map(({ id, bucket, host }): OsdConfig => {
      const reweight = listed.get(id)?.reweight ?? 1;
      return { id, host: host?.name ?? strangerName(bucket, hosts), reweight: fixedPoint(reweight) };
    });
    const shape = this.#shape(groups, dump);
    const crush: CrushConfig = {
      map: plainCrushMap(map, rule.id),
      rule: rule.id,
      poolId: storage.crush.pool ?? 1,
      placedAs: dump?.pool.placedAs ?? shape.placementGroups,
      osds,
    };
    const said = dump === undefined ? {} : this.#said(dump, listed, osds);
    const pool = { ...this.#parts.pool, ...shape, ...said, failureDomain: domainOf(map, rule) };
    const upmaps = dump?.upmaps ?? [];
    const isKnown = groups.length > 0 || upmaps.length > 0;
    const actual = isKnown ? { actual: this.#actualOsds(pool, crush, { listed, groups, upmaps }) } : {};
    return this.#placed({ ...pool, crush: { ...crush, ...actual } }, { ...crush, ...actual }, listed, groups);
  }

  #placed(
    pool: PoolConfig,
    crush: CrushConfig,
    listed: ReadonlyMap<number, ListedOsd>,
    groups: readonly ListedGroup[],
  ): CrushPool {
    const { hosts, storage } = this.#parts;
    const names = withStrangers(hosts, crush);
    const homes = new CrushHomes(pool, crush, names);
    this.#missingPlaces(pool, homes);
    this.#say(pool, crush, homes, groups);
    if (hasErrors(this.#problems)) return this.#failed();
    const usedBytes = this.#usedBytes(crush, homes, names, listed);
    const disks = new Map<string, number>();
    for (const { host } of crush.osds) disks.set(host, (disks.get(host) ?? 0) + 1);
    const diskless = hosts.filter(({ name, dataDisks }) => dataDisks > 0 && !disks.has(name));
    if (diskless.length > 0 && storage.crush.map !== undefined && diskless.some(isInPool(this.#parts.pool))) {
      const unmapped = diskless.filter(isInPool(this.#parts.pool)).map(({ name }) => name);
      this.#warn(
        'MT164',
        `${unmapped.length} hosts with data disks have no OSD in the map: ${some(unmapped)}`,
        this.#parts.at(['crush', 'map']),
        'their disks are left out; save the map again where they have joined since',
      );
    }
    return {
      pool: { ...pool, usedBytes },
      hosts: hosts.map((host) => {
        const dataDisks = disks.get(host.name) ?? (isInPool(this.#parts.pool)(host) ? 0 : host.dataDisks);
        return dataDisks === host.dataDisks ? host : { ...host, dataDisks };
      }),
      assumptions: this.#assumptions,
      problems: this.#problems,
    };
  }

  #failed(): CrushPool {
    return { pool: undefined, hosts: this.#parts.hosts, assumptions: [], problems: this.#problems };
  }

  #map(): CrushMap | undefined {
    const { storage, hosts, pool } = this.#parts;
    const path = storage.crush.map;
    if (path === undefined) {
      const members = hosts.filter(isInPool(pool));
      if (members.length === 0) {
        this.#error(
          'MT164',
          'no host has data disks to make a CRUSH map of',
          this.#parts.at(['crush']),
          'name the map of the cluster: crush.map',
        );
        return undefined;
      }
      const kind = storage.erasureCode === undefined ? 'replicated' : 'erasure';
      const made = members.map(({ name, rack, dataDisks }) => ({ name, rack, disks: Math.max(1, dataDisks) }));
      return crushMapOf(madeMap(made, { failureDomain: pool.failureDomain, kind }));
    }
    const text = this.#text(path, 'map');
    if (text === undefined) return undefined;
    const { map, problems } = readCrushMap(this.#parts.within(path), text);
    this.#problems.push(...problems);
    return map;
  }

  #rule(map: CrushMap, dump: OsdDump | undefined): CrushRule | undefined {
    const { storage, at } = this.#parts;
    const asked = storage.crush.rule ?? dump?.pool.rule;
    const mode = storage.erasureCode === undefined ? 'firstn' : 'indep';
    const fitting = [...map.rules.values()].filter(({ steps }) =>
      steps.some((step) => step.op === 'choose' && step.mode === mode),
    );
    if (asked === undefined) {
      const [only] = fitting;
      if (only !== undefined && fitting.length === 1) return only;
      this.#error(
        'MT164',
        fitting.length === 0
          ? `no rule of the map chooses ${mode}`
          : `${fitting.length} rules of the map may be the pool's`,
        at(['crush']),
        `name one: rule: ${[...map.rules.values()]
          .map(({ name }) => name)
          .slice(0, 5)
          .join(' | ')}`,
      );
      return undefined;
    }
    const found = [...map.rules.values()].find(({ id, name }) => id === asked || name === asked);
    if (found !== undefined && fitting.includes(found)) return found;
    const near = didYouMean(
      String(asked),
      [...map.rules.values()].map(({ name }) => name),
    );
    this.#error(
      found === undefined ? 'MT123' : 'MT164',
      found === undefined
        ? `the map has no rule "${asked}"`
        : `rule "${asked}" does not choose ${mode}, as the pool's rule must`,
      at(['crush', 'rule']),
      near === undefined || found !== undefined ? undefined : `did you mean "${near}"?`,
    );
    return undefined;
  }

  #osdDump(): OsdDump | undefined {
    const { osdDump, pool = 1 } = this.#parts.storage.crush;
    const text = osdDump === undefined ? undefined : this.#text(osdDump, 'osdDump');
    if (osdDump === undefined || text === undefined) return undefined;
    const { dump, problems } = readOsdDump(this.#parts.within(osdDump), text, pool);
    this.#problems.push(...problems);
    if (dump?.pool.isErasureCoded === true && this.#parts.storage.erasureCode === undefined) {
      this.#error(
        'MT165',
        `pool ${pool} is erasure-coded by profile ${dump.pool.profile}, in ${dump.pool.size} parts`,
        this.#parts.at(['crush', 'osdDump']),
        'write k and m of the profile: storage.erasureCode',
      );
    }
    return dump;
  }

  /** What the cluster is set to, where the scenario says nothing else; what of it is not simulated is said. */
  #said(dump: OsdDump, listed: ReadonlyMap<number, ListedOsd>, osds: readonly OsdConfig[]): SaidByDump {
    const { storage, pool, at } = this.#parts;
    const from = storage.crush.osdDump ?? '';
    const ignored = dump.flags.filter((flag) => UNHEEDED_FLAGS.has(flag));
    if (ignored.length > 0 || dump.groupFlags.length > 0) {
      this.#warn(
        'MT165',
        `flags that are not simulated: ${some([...ignored, ...dump.groupFlags])}`,
        at(['crush', 'osdDump']),
        'recovery goes on as without them; noout of the whole cluster is heeded',
      );
    }
    const isForgotten = dump.flags.includes('noout') && storage.noOut === undefined;
    if (isForgotten) this.#assume(`pool ${pool.name}: noout`, 'set for the whole run', from);
    const limits = this.#limits(dump, listed, osds);
    if (limits !== undefined) {
      const { nearFull = 0, backfillFull, full, bytesPerHost } = limits;
      this.#assume(
        `pool ${pool.name}: limits`,
        `nearfull ${nearFull}, backfillfull ${backfillFull}, full ${full} of ${formatBytes(bytesPerHost)} on each host`,
        from,
      );
    }
    return {
      ...(isForgotten ? { noOut: [{ fromMs: 0, untilMs: null }] } : {}),
      ...(limits === undefined ? {} : { fillLimits: limits }),
    };
  }

  /** Limits hold where the scenario wants them, or where the listings say how large the OSDs are. */
  #limits(
    { ratios }: OsdDump,
    listed: ReadonlyMap<number, ListedOsd>,
    osds: readonly OsdConfig[],
  ): FillLimitsConfig | undefined {
    const { pool, storage } = this.#parts;
    const sizes = osds.map(({ id }) => listed.get(id)?.sizeBytes);
    const total = sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
    const isListed =
      sizes.length > 0 && sizes.every((bytes) => bytes !== undefined) && storage.capacityPerHost === undefined;
    const bytesPerHost =
      isListed && storage.fill === undefined
        ? total / new Set(osds.map(({ host }) => host)).size
        : pool.fillLimits?.bytesPerHost;
    if (bytesPerHost === undefined) return undefined;
    return { bytesPerHost, ...ratios, ...written(storage.fillLimits) };
  }

  #listedOsds(dump: OsdDump | undefined): ReadonlyMap<number, ListedOsd> {
    const { osdTree, osdDf } = this.#parts.storage.crush;
    const rows = new Map<number, ListedOsd>((dump?.osds ?? []).map((row) => [row.id, row]));
    for (const [path, field] of [
      [osdDf, 'osdDf'],
      [osdTree, 'osdTree'],
    ] as const) {
      const text = path === undefined ? undefined : this.#text(path, field);
      if (path === undefined || text === undefined) continue;
      const read = readOsdListing(this.#parts.within(path), text);
      this.#problems.push(...read.problems);
      for (const row of read.rows) {
        const known = rows.get(row.id);
        rows.set(row.id, {
          ...row,
          status: row.status ?? known?.status,
          usedBytes: row.usedBytes ?? known?.usedBytes,
          sizeBytes: row.sizeBytes ?? known?.sizeBytes,
        });
      }
    }
    return rows;
  }

  #listedGroups(): readonly ListedGroup[] {
    const { pgDump, pool = 1 } = this.#parts.storage.crush;
    const text = pgDump === undefined ? undefined : this.#text(pgDump, 'pgDump');
    if (pgDump === undefined || text === undefined) return [];
    const file = this.#parts.within(pgDump);
    const { rows, problems } = readGroupListing(file, text, pool);
    this.#problems.push(...problems);
    if (problems.length > 0) return [];
    if (rows.length === 0) {
      this.#error(
        'MT165',
        `no placement group of pool ${pool}`,
        placeIn(file, text),
        'write the id of the pool: crush.pool',
      );
      return [];
    }
    const known = new Set(rows.map(({ group }) => group));
    const missing = Array.from({ length: Math.max(...known) + 1 }, (_, group) => group).filter(
      (group) => !known.has(group),
    );
    if (missing.length > 0) {
      const ids = missing.map((group) => `${pool}.${group.toString(16)}`);
      this.#warn(
        'MT165',
        `${ids.length} placement groups are not listed: ${some(ids)}`,
        placeIn(file, text),
        'they are placed by the map',
      );
    }
    return rows;
  }

  #joined(map: CrushMap, made: boolean): readonly JoinedOsd[] {
    const { hosts, objects, at } = this.#parts;
    const { osds, contradictions } = osdHosts(map, hosts, objects);
    if (made) return osds;
    const place = at(['crush', 'map']);
    for (const { osd, bucket, host } of contradictions) {
      this.#warn(
        'MT164',
        `osd.${osd} lies in host bucket "${bucket}", and Rook runs it on ${host}`,
        place,
        'it is taken to be where Rook runs it',
      );
    }
    const strangers = osds.filter(({ host }) => host === undefined);
    const buckets = [...new Set(strangers.map(({ bucket }) => bucket.name))];
    if (strangers.length === osds.length) {
      this.#error(
        'MT164',
        `no host bucket of the map has the name of a host: ${some(buckets)}`,
        place,
        `hosts of the cluster: ${some(hosts.map(({ nodeName }) => nodeName))}`,
      );
    } else if (strangers.length > 0) {
      this.#warn(
        'MT164',
        `${buckets.length} host buckets are no host of the cluster: ${some(buckets)}`,
        place,
        `their ${strangers.length} OSDs are taken as always up; add their hosts to the dump`,
      );
    }
    this.#racks(map, osds, place);
    return osds;
  }

  /** Faults of racks follow the labels of the Nodes, placement follows the map: say where they differ. */
  #racks(map: CrushMap, osds: readonly JoinedOsd[], place: Place): void {
    const rackType = [...map.types].find(([, name]) => name === 'rack')?.[0];
    const rackOfBucket = new Map<number, string>();
    for (const bucket of map.buckets.values()) {
      if (bucket.type === rackType) for (const { id } of bucket.items) rackOfBucket.set(id, bucket.name);
    }
    const labels = new Map<string, Set<string>>();
    for (const { bucket, host } of osds) {
      const rack = rackOfBucket.get(bucket.id);
      if (rack === undefined || host === undefined) continue;
      labels.set(rack, (labels.get(rack) ?? new Set()).add(host.rack));
    }
    const mixed = [...labels].filter(([, racks]) => racks.size > 1).map(([name]) => name);
    if (mixed.length === 0) return;
    this.#warn(
      'MT164',
      `${mixed.length} racks of the map hold hosts of several racks of the cluster: ${some(mixed)}`,
      place,
      'check the rack label of the Nodes (--rack-label) against the map',
    );
  }

  /** The map against what the running cluster says. */
  #compare(osds: readonly JoinedOsd[], listed: ReadonlyMap<number, ListedOsd>): void {
    if (listed.size === 0) return;
    const { at, storage } = this.#parts;
    const { osdTree, osdDf } = storage.crush;
    const place = at(['crush', osdTree !== undefined ? 'osdTree' : osdDf !== undefined ? 'osdDf' : 'osdDump']);
    const names = (ids: readonly number[]) => some(ids.map((id) => `osd.${id}`));
    const inMap = new Set(osds.map(({ id }) => id));
    const unknown = [...listed.keys()].filter((id) => !inMap.has(id)).sort((a, b) => a - b);
    if (unknown.length > 0)
      this.#warn(
        'MT165',
        `${unknown.length} OSDs are not in the map: ${names(unknown)}`,
        place,
        'save the map and the listings at one time; these OSDs are left out',
      );
    const unlisted = osds.filter(({ id }) => !listed.has(id)).map(({ id }) => id);
    if (unlisted.length > 0)
      this.#warn(
        'MT165',
        `${unlisted.length} OSDs of the map are not listed: ${names(unlisted)}`,
        place,
        'they are taken as in',
      );
    const heavier = osds.filter(({ id, bucket }) => {
      const given = bucket.items.find((item) => item.id === id)?.weight ?? 0;
      const told = listed.get(id)?.crushWeight;
      // Texts of maps have three digits after the point.
      return told !== undefined && Math.abs(given - told * WHOLE_WEIGHT) > WHOLE_WEIGHT / 1000;
    });
    if (heavier.length > 0)
      this.#warn(
        'MT165',
        `${heavier.length} OSDs weigh something else than in the map: ${names(heavier.map(({ id }) => id))}`,
        place,
        'save the map and the listings at one time; the map counts',
      );
    const out = osds.filter(({ id }) => listed.get(id)?.reweight === 0).map(({ id }) => id);
    if (out.length > 0) this.#assume('OSDs that are out', names(out), 'they stay out for the whole run');
    const down = osds
      .filter(({ id, host }) => (listed.get(id)?.status ?? 'up') !== 'up' && host?.initial.state === 'serving')
      .map(({ id }) => id);
    if (down.length > 0)
      this.#warn(
        'MT165',
        `${down.length} OSDs are down on hosts that serve: ${names(down)}`,
        place,
        'they are taken as up: a daemon that is down by itself is not simulated',
      );
  }

  #checkSubtree(map: CrushMap): void {
    const limit = this.#parts.storage.crush.downOutSubtreeLimit;
    const types = [...map.types.values()];
    if (limit === undefined || limit === '' || types.includes(limit)) return;
    const near = didYouMean(limit, types);
    const remedy = near === undefined ? `types of the map: ${types.join(', ')}` : `did you mean "${near}"?`;
    this.#error('MT123', `the map has no type "${limit}"`, this.#parts.at(['crush', 'downOutSubtreeLimit']), remedy);
  }

  #shape(
    groups: readonly ListedGroup[],
    dump: OsdDump | undefined,
  ): Pick<PoolConfig, 'replicas' | 'minSize' | 'placementGroups'> {
    const { pool, storage } = this.#parts;
    const found = dump?.pool.size ?? Math.max(0, ...groups.map(({ up }) => up.length));
    const isGiven = storage.replicas !== undefined || storage.erasureCode !== undefined;
    const replicas = isGiven || found === 0 ? pool.replicas : found;
    const placementGroups =
      dump?.pool.groups ??
      (groups.length > 0 ? Math.max(...groups.map(({ group }) => group)) + 1 : pool.placementGroups);
    // Source: Ceph osd_pool_default_min_size 0: half of the replicas, rounded up.
    const usual = isGiven || dump === undefined ? replicas - Math.floor(replicas / 2) : dump.pool.minSize;
    const isOwn = storage.minSize !== undefined || storage.erasureCode !== undefined;
    return { replicas, minSize: isOwn ? pool.minSize : usual, placementGroups };
  }

  /**
   * By group, where it lies. `up` leaves out OSDs that are down: one that the map has for the group and that is down stands in for
   * each; where there is none, an upmap entry leads to an OSD that is down, and nobody says to which.
   */
  #actualOsds(
    pool: PoolConfig,
    crush: CrushConfig,
    { listed, groups, upmaps }: Listings,
  ): readonly (readonly number[])[] {
    const homes = new CrushHomes(pool, crush, withStrangers(this.#parts.hosts, crush));
    const entries = new Map(upmaps.map((upmap) => [upmap.group, upmap]));
    const actual = Array.from({ length: homes.groups }, (_, group): readonly number[] => {
      const mapped = homes.osdsFor(group, homes.reweights);
      const entry = entries.get(group);
      return entry === undefined ? mapped : upmapped(mapped, entry, homes.reweights);
    });
    let hidden = 0;
    for (const { group, up } of groups) {
      const mapped = actual[group] ?? [];
      const isMissing = (osd: number): boolean => {
        const status = listed.get(osd)?.status;
        return osd !== NO_ITEM && !up.includes(osd) && (status === undefined || status !== 'up');
      };
      const missing = mapped.filter(isMissing);
      const places = mapped.map((osd, place) => {
        const there = up[place] ?? NO_ITEM;
        if (there !== NO_ITEM) return there;
        if (homes.keepsPlaces) return isMissing(osd) ? osd : NO_ITEM;
        return missing.shift() ?? NO_ITEM;
      });
      if (places.includes(NO_ITEM) && !mapped.includes(NO_ITEM)) hidden += 1;
      actual[group] = places;
    }
    if (hidden > 0) {
      this.#warn(
        'MT165',
        `${hidden} placement groups lack an OSD that the map does not tell`,
        this.#parts.at(['crush', 'pgDump']),
        'upmap entries lead to OSDs that are down; these groups stay undersized: save the listings when all OSDs are up',
      );
    }
    return actual;
  }

  #missingPlaces(pool: PoolConfig, homes: CrushHomes): void {
    let short = 0;
    for (let group = 0; group < homes.groups; group++) {
      if (homes.osdsFor(group, homes.reweights).includes(NO_ITEM)) short += 1;
    }
    if (short === 0) return;
    const report = short === homes.groups ? this.#error.bind(this) : this.#warn.bind(this);
    report(
      'MT153',
      `the rule finds fewer than ${pool.replicas} OSDs for ${short} of ${homes.groups} placement groups`,
      this.#parts.at(['crush']),
      `the map needs at least ${pool.replicas} ${pool.failureDomain}s below what the rule takes`,
    );
  }

  #say(pool: PoolConfig, crush: CrushConfig, homes: CrushHomes, groups: readonly ListedGroup[]): void {
    const hosts = new Set(crush.osds.map(({ host }) => host)).size;
    const rule = crush.map.rules[0]?.name ?? '';
    const parts =
      pool.dataParts === undefined
        ? `${pool.replicas} replicas`
        : `an erasure code of ${pool.dataParts}+${pool.replicas - pool.dataParts}`;
    const from = this.#parts.storage.crush.map ?? 'a map made of the racks and hosts';
    this.#assume(
      `pool ${pool.name}: placement`,
      `${parts}, min_size ${pool.minSize}, ${pool.placementGroups} groups, by rule ${rule} on ${crush.osds.length} OSDs of ${hosts} hosts`,
      `CRUSH: ${from}`,
    );
    const { pgDump = '', osdDump } = this.#parts.storage.crush;
    if (homes.upmapped > 0)
      this.#assume(
        `pool ${pool.name}: groups moved by upmap`,
        `${homes.upmapped} of ${homes.groups}`,
        `${osdDump ?? pgDump}: they lie elsewhere than the map says, and stay there`,
      );
    if (groups.length === 0) return;
    const temporary = groups.filter(({ up, acting }) => up.join() !== acting.join()).length;
    if (temporary > 0)
      this.#assume(
        `pool ${pool.name}: groups served by others meanwhile`,
        `${temporary} of ${homes.groups}`,
        `${pgDump}: acting is not up (pg_temp); they start whole, as up says`,
      );
    const unclean = groups.filter(({ state }) => !/^active\+clean(\+(scrubbing|deep))*$/.test(state)).length;
    if (unclean > 0)
      this.#assume(
        `pool ${pool.name}: groups that are not active+clean`,
        `${unclean} of ${homes.groups}`,
        `${pgDump}: they start whole, but for hosts that are down`,
      );
  }

  #usedBytes(
    crush: CrushConfig,
    homes: CrushHomes,
    names: readonly { readonly name: string }[],
    listed: ReadonlyMap<number, ListedOsd>,
  ): PoolConfig['usedBytes'] {
    const { pool, storage, hosts } = this.#parts;
    const isTold =
      storage.usedPerHost === undefined && crush.osds.some(({ id }) => listed.get(id)?.usedBytes !== undefined);
    if (isTold) {
      const used = new Map<string, number>();
      for (const { id, host } of crush.osds) used.set(host, (used.get(host) ?? 0) + (listed.get(id)?.usedBytes ?? 0));
      const total = [...used.values()].reduce((sum, bytes) => sum + bytes, 0);
      this.#assume(
        `pool ${pool.name}: bytes stored`,
        `${formatBytes(total)} on ${used.size} hosts`,
        `${storage.crush.osdDf}: of all pools together`,
      );
      return Object.fromEntries(used);
    }
    const members = new Set(crush.osds.map(({ host }) => host));
    const found = hosts.reduce((sum, { name }) => sum + (pool.usedBytes[name] ?? 0), 0);
    const total =
      storage.usedPerHost === undefined && found > 0
        ? found
        : (storage.usedPerHost ?? DEFAULT_USED_BYTES_PER_HOST) * members.size;
    const placed = homes.homes.filter((home) => home !== NOWHERE).length;
    const copies = new Float64Array(names.length);
    for (const home of homes.homes) if (home !== NOWHERE) copies[home] = (copies[home] as number) + 1;
    const entries = names.map(({ name }, index) => [name, ((copies[index] as number) * total) / placed] as const);
    return Object.fromEntries(entries.filter(([name]) => members.has(name)));
  }

  #text(path: string, field: string): string | undefined {
    const file = this.#parts.within(path);
    const read = this.#parts.files.readText(file);
    if (read.kind === 'text') return read.text;
    this.#problems.push(unreadable(file, read, this.#parts.at(['crush', field])));
    return undefined;
  }

  #assume(name: string, value: string, source: string): void {
    this.#assumptions.push({ name, value, source });
  }

  #error(code: Problem['code'], message: string, place: Place, remedy?: string): void {
    this.#problems.push({ code, severity: 'error', message, ...place, ...(remedy === undefined ? {} : { remedy }) });
  }

  #warn(code: Problem['code'], message: string, place: Place, remedy: string): void {
    this.#problems.push({ code, severity: 'warning', message, ...place, remedy });
  }
}

/** What the scenario says itself. */
function written<T extends object>(limits: T | undefined): Partial<{ [K in keyof T]: NonNullable<T[K]> }> {
  const entries = Object.entries(limits ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<{ [K in keyof T]: NonNullable<T[K]> }>;
}

function isInPool({ usedBytes }: PoolConfig): (host: HostConfig) => boolean {
  return ({ name }) => (usedBytes[name] ?? 0) > 0;
}

/** A bucket without a host may have the name of another host. */
function strangerName({ name }: CrushBucket, hosts: readonly HostConfig[]): string {
  return hosts.some((host) => host.name === name) ? `${name} (host bucket)` : name;
}

/** What keeps replicas apart: racks or anything larger, or hosts. */
function domainOf(map: CrushMap, { steps }: CrushRule): PoolConfig['failureDomain'] {
  const hostType = [...map.types].find(([, name]) => name === 'host')?.[0] ?? 1;
  const types = steps.flatMap((step) => (step.op === 'choose' && step.type !== DEVICE_TYPE ? [step.type] : []));
  return types.length > 0 && Math.min(...types) > hostType ? 'rack' : 'host';
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
