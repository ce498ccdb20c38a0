// Where the groups of a pool lie: as the map says, or elsewhere as a running cluster says.

import type { CrushConfig, PoolConfig } from '../../sim/config.ts';
import { NO_ITEM } from '../../sim/storage/crush/crush-map.ts';
import { CrushHomes, withStrangers } from '../../sim/storage/crush-homes.ts';
import type { PoolJoining } from './pool-joining.ts';
import type { ListedGroup, ListedOsd } from './read-ceph-listing.ts';
import { type Upmap, upmapped } from './read-osd-dump.ts';

/** What a running cluster lists. */
export interface Listings {
  readonly listed: ReadonlyMap<number, ListedOsd>;
  readonly groups: readonly ListedGroup[];
  readonly upmaps: readonly Upmap[];
}

/**
 * By group, where it lies. `up` leaves out OSDs that are down: one that the map has for the group and that is down stands in for
 * each; where there is none, an upmap entry leads to an OSD that is down, and nobody says to which.
 */
export function actualOsds(
  joining: PoolJoining,
  pool: PoolConfig,
  crush: CrushConfig,
  { listed, groups, upmaps }: Listings,
): readonly (readonly number[])[] {
  const homes = new CrushHomes(pool, crush, withStrangers(joining.parts.hosts, crush));
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
    joining.warn(
      'MT165',
      `${hidden} placement groups lack an OSD that the map does not tell`,
      joining.parts.at(['crush', 'pgDump']),
      'upmap entries lead to OSDs that are down; these groups stay undersized: save the listings when all OSDs are up',
    );
  }
  return actual;
}

/** A problem where the rule does not find an OSD for every place of a group: an error where it never does. */
export function missingPlaces(joining: PoolJoining, pool: PoolConfig, homes: CrushHomes): void {
  let short = 0;
  for (let group = 0; group < homes.groups; group++) {
    if (homes.osdsFor(group, homes.reweights).includes(NO_ITEM)) short += 1;
  }
  if (short === 0) return;
  const report = short === homes.groups ? joining.error.bind(joining) : joining.warn.bind(joining);
  report(
    'MT153',
    `the rule finds fewer than ${pool.replicas} OSDs for ${short} of ${homes.groups} placement groups`,
    joining.parts.at(['crush']),
    `the map needs at least ${pool.replicas} ${pool.failureDomain}s below what the rule takes`,
  );
}

/** Tells as assumptions how the pool is placed, and what of its present state is not kept. */
export function sayPlacement(
  joining: PoolJoining,
  pool: PoolConfig,
  crush: CrushConfig,
  homes: CrushHomes,
  groups: readonly ListedGroup[],
): void {
  const hosts = new Set(crush.osds.map(({ host }) => host)).size;
  const rule = crush.map.rules[0]?.name ?? '';
  const parts =
    pool.dataParts === undefined
      ? `${pool.replicas} replicas`
      : `an erasure code of ${pool.dataParts}+${pool.replicas - pool.dataParts}`;
  const from = joining.parts.storage.crush.map ?? 'a map made of the racks and hosts';
  joining.assume(
    `pool ${pool.name}: placement`,
    `${parts}, min_size ${pool.minSize}, ${pool.placementGroups} groups, by rule ${rule} on ${crush.osds.length} OSDs of ${hosts} hosts`,
    `CRUSH: ${from}`,
  );
  const { pgDump = '', osdDump } = joining.parts.storage.crush;
  if (homes.upmapped > 0)
    joining.assume(
      `pool ${pool.name}: groups moved by upmap`,
      `${homes.upmapped} of ${homes.groups}`,
      `${osdDump ?? pgDump}: they lie elsewhere than the map says, and stay there`,
    );
  if (groups.length === 0) return;
  const temporary = groups.filter(({ up, acting }) => up.join() !== acting.join()).length;
  if (temporary > 0)
    joining.assume(
      `pool ${pool.name}: groups served by others meanwhile`,
      `${temporary} of ${homes.groups}`,
      `${pgDump}: acting is not up (pg_temp); they start whole, as up says`,
    );
  const unclean = groups.filter(({ state }) => !/^active\+clean(\+(scrubbing|deep))*$/.test(state)).length;
  if (unclean > 0)
    joining.assume(
      `pool ${pool.name}: groups that are not active+clean`,
      `${unclean} of ${homes.groups}`,
      `${pgDump}: they start whole, but for hosts that are down`,
    );
}
