// A pool that Ceph places: its CRUSH map, its OSDs joined to hosts, and what a running cluster said about them. Whatever does not match
// is a problem with its place; a map that is not given is made from the racks and hosts.

import type { CrushConfig, HostConfig, OsdConfig, PoolConfig } from '../../sim/config.ts';
import { DEFAULT_USED_BYTES_PER_HOST } from '../../sim/defaults.ts';
import { fixedPoint } from '../../sim/storage/crush/crush-map.ts';
import { plainCrushMap } from '../../sim/storage/crush/plain-crush-map.ts';
import { CrushHomes, withStrangers } from '../../sim/storage/crush-homes.ts';
import { NOWHERE } from '../../sim/storage/placement.ts';
import type { Assumption } from '../cluster/assumption.ts';
import type { Problem } from '../problem.ts';
import { formatBytes } from '../quantities.ts';
import { actualOsds, missingPlaces, sayPlacement } from './pool-groups.ts';
import { type CrushPoolParts, isInPool, PoolJoining, some } from './pool-joining.ts';
import { listedGroups, listedOsds, osdDumpOf } from './pool-listings.ts';
import { checkSubtree, domainOf, poolMap, poolRule } from './pool-map.ts';
import { compareOsds, joinedOsds, strangerName } from './pool-osds.ts';
import { poolShape, settingsOf } from './pool-settings.ts';
import type { ListedGroup, ListedOsd } from './read-ceph-listing.ts';

export interface CrushPool {
  /** Undefined with errors. */
  readonly pool: PoolConfig | undefined;
  /** With as many data disks as they have OSDs. */
  readonly hosts: readonly HostConfig[];
  readonly assumptions: readonly Assumption[];
  readonly problems: readonly Problem[];
}

export function crushPool(parts: CrushPoolParts): CrushPool {
  const joining = new PoolJoining(parts);
  const { storage, hosts } = parts;
  const map = poolMap(joining);
  const dump = osdDumpOf(joining);
  const rule = map === undefined ? undefined : poolRule(joining, map, dump);
  const listed = listedOsds(joining, dump);
  const groups = listedGroups(joining);
  if (map === undefined || rule === undefined || joining.hasFailed) return failed(joining);
  const joined = joinedOsds(joining, map, storage.crush.map === undefined);
  compareOsds(joining, joined, listed);
  checkSubtree(joining, map);
  if (joining.hasFailed) return failed(joining);
  const osds = joined.map(({ id, bucket, host }): OsdConfig => {
    const reweight = listed.get(id)?.reweight ?? 1;
    return { id, host: host?.name ?? strangerName(bucket, hosts), reweight: fixedPoint(reweight) };
  });
  const shape = poolShape(joining, groups, dump);
  const crush: CrushConfig = {
    map: plainCrushMap(map, rule.id),
    rule: rule.id,
    poolId: storage.crush.pool ?? 1,
    placedAs: dump?.pool.placedAs ?? shape.placementGroups,
    osds,
  };
  const said = dump === undefined ? {} : settingsOf(joining, dump, listed, osds);
  const pool = { ...parts.pool, ...shape, ...said, failureDomain: domainOf(map, rule) };
  const upmaps = dump?.upmaps ?? [];
  const isKnown = groups.length > 0 || upmaps.length > 0;
  const actual = isKnown ? { actual: actualOsds(joining, pool, crush, { listed, groups, upmaps }) } : {};
  return placedPool(joining, { ...pool, crush: { ...crush, ...actual } }, { ...crush, ...actual }, listed, groups);
}

/** With its hosts, and all that there is to say of it. */
function placedPool(
  joining: PoolJoining,
  pool: PoolConfig,
  crush: CrushConfig,
  listed: ReadonlyMap<number, ListedOsd>,
  groups: readonly ListedGroup[],
): CrushPool {
  const { hosts, storage } = joining.parts;
  const wasInPool = isInPool(joining.parts.pool);
  const names = withStrangers(hosts, crush);
  const homes = new CrushHomes(pool, crush, names);
  missingPlaces(joining, pool, homes);
  sayPlacement(joining, pool, crush, homes, groups);
  if (joining.hasFailed) return failed(joining);
  const usedBytes = usedBytesOf(joining, crush, homes, names, listed);
  const disks = new Map<string, number>();
  for (const { host } of crush.osds) disks.set(host, (disks.get(host) ?? 0) + 1);
  const diskless = hosts.filter(({ name, dataDisks }) => dataDisks > 0 && !disks.has(name));
  if (diskless.length > 0 && storage.crush.map !== undefined && diskless.some(wasInPool)) {
    const unmapped = diskless.filter(wasInPool).map(({ name }) => name);
    joining.warn(
      'MT164',
      `${unmapped.length} hosts with data disks have no OSD in the map: ${some(unmapped)}`,
      joining.parts.at(['crush', 'map']),
      'their disks are left out; save the map again where they have joined since',
    );
  }
  return {
    pool: { ...pool, usedBytes },
    hosts: hosts.map((host) => {
      const dataDisks = disks.get(host.name) ?? (wasInPool(host) ? 0 : host.dataDisks);
      return dataDisks === host.dataDisks ? host : { ...host, dataDisks };
    }),
    assumptions: joining.assumptions,
    problems: joining.problems,
  };
}

/** By host: as Ceph lists it, else what the pool is to hold, spread as its groups lie. */
function usedBytesOf(
  joining: PoolJoining,
  crush: CrushConfig,
  homes: CrushHomes,
  names: readonly { readonly name: string }[],
  listed: ReadonlyMap<number, ListedOsd>,
): PoolConfig['usedBytes'] {
  const { pool, storage, hosts } = joining.parts;
  const isTold =
    storage.usedPerHost === undefined && crush.osds.some(({ id }) => listed.get(id)?.usedBytes !== undefined);
  if (isTold) {
    const used = new Map<string, number>();
    for (const { id, host } of crush.osds) used.set(host, (used.get(host) ?? 0) + (listed.get(id)?.usedBytes ?? 0));
    const total = [...used.values()].reduce((sum, bytes) => sum + bytes, 0);
    joining.assume(
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

function failed({ parts, problems }: PoolJoining): CrushPool {
  return { pool: undefined, hosts: parts.hosts, assumptions: [], problems };
}
