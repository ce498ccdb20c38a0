// What `ceph osd dump -f json` says: who is up and in, the flags and limits of the cluster, the shape of a pool, and the groups that
// somebody or the balancer has moved.
// Source: Ceph src/osd/OSDMap.cc (OSDMap::dump, OSDMap::_apply_upmap).

import * as z from 'zod/mini';
import type { Problem } from '../problem.ts';
import { crushProblem } from './crush-problems.ts';
import { type ListedOsd, placeIn, readListing } from './read-ceph-listing.ts';

export interface DumpedPool {
  readonly isErasureCoded: boolean;
  readonly profile: string;
  readonly size: number;
  readonly minSize: number;
  readonly rule: number;
  readonly groups: number;
  /** As how many groups it is placed. */
  readonly placedAs: number;
}

/** A group that does not lie where its rule puts it: on `osds`, where they are given, and then with one OSD in place of another. */
export interface Upmap {
  readonly group: number;
  readonly osds: readonly number[];
  readonly mappings: readonly { readonly from: number; readonly to: number }[];
}

export interface OsdDump {
  readonly osds: readonly ListedOsd[];
  readonly flags: readonly string[];
  /** Of single OSDs, hosts, racks and device classes: what has them, with its flags. */
  readonly groupFlags: readonly string[];
  readonly ratios: { readonly nearFull: number; readonly backfillFull: number; readonly full: number };
  readonly pool: DumpedPool;
  readonly upmaps: readonly Upmap[];
  /** Groups of the pool that others serve meanwhile. */
  readonly temporary: number;
}

const ofGroup = { pgid: z.string() };
const flagsByName = z.optional(z.record(z.string(), z.array(z.string())));

const dump = z.object({
  flags_set: z.optional(z.array(z.string())),
  flags: z.optional(z.string()),
  nearfull_ratio: z.number(),
  backfillfull_ratio: z.number(),
  full_ratio: z.number(),
  pools: z.array(
    z.object({
      pool: z.int(),
      type: z.int(),
      size: z.int(),
      min_size: z.int(),
      crush_rule: z.int(),
      pg_num: z.int(),
      pg_placement_num: z.optional(z.int()),
      erasure_code_profile: z.optional(z.string()),
    }),
  ),
  osds: z.array(
    z.object({ osd: z.int(), up: z.int(), in: z.int(), weight: z.number(), state: z.optional(z.array(z.string())) }),
  ),
  pg_upmap: z.optional(z.array(z.object({ ...ofGroup, osds: z.array(z.int()) }))),
  pg_upmap_items: z.optional(
    z.array(z.object({ ...ofGroup, mappings: z.array(z.object({ from: z.int(), to: z.int() })) })),
  ),
  pg_temp: z.optional(z.array(z.object(ofGroup))),
  crush_node_flags: flagsByName,
  device_class_flags: flagsByName,
});

/** Ceph's pool type 3; 1 is replicated. */
const ERASURE = 3;

/** Undefined with problems; `pool` is the id of the pool that is asked for. */
export function readOsdDump(
  file: string,
  text: string,
  pool: number,
): { readonly dump: OsdDump | undefined; readonly problems: readonly Problem[] } {
  const { value, problems } = readListing(file, text, dump, 'ceph osd dump -f json');
  if (value === undefined) return { dump: undefined, problems };
  const found = value.pools.find(({ pool: id }) => id === pool);
  if (found === undefined) {
    const place = placeIn(file, text, '"pools"');
    const ids = value.pools.map(({ pool: id }) => id).join(', ');
    const remedy =
      ids === '' ? 'save it from the cluster of the pool' : `write the id of the pool: crush.pool (${ids})`;
    return { dump: undefined, problems: [crushProblem('MT165', `no pool ${pool}`, place, remedy)] };
  }
  const ofPool = <T extends { readonly pgid: string }>(
    rows: readonly T[] | undefined,
  ): readonly (T & { group: number })[] =>
    (rows ?? []).flatMap((row) => {
      const [id, group = ''] = row.pgid.split('.');
      return Number(id) === pool ? [{ ...row, group: Number.parseInt(group, 16) }] : [];
    });
  const whole = ofPool(value.pg_upmap);
  const items = ofPool(value.pg_upmap_items);
  const groups = new Set([...whole, ...items].map(({ group }) => group));
  return {
    problems,
    dump: {
      osds: value.osds.map(({ osd, up, weight, in: isIn }) => ({
        id: osd,
        crushWeight: undefined,
        reweight: isIn === 0 ? 0 : weight,
        status: up === 1 ? 'up' : 'down',
        usedBytes: undefined,
        sizeBytes: undefined,
      })),
      flags: value.flags_set ?? value.flags?.split(',').filter((flag) => flag !== '') ?? [],
      groupFlags: [
        ...Object.entries({ ...value.crush_node_flags, ...value.device_class_flags }).map(
          ([name, flags]) => `${name} (${flags.join(', ')})`,
        ),
        ...value.osds.flatMap(({ osd, state = [] }) => {
          const flags = state.filter((word) => word.startsWith('no'));
          return flags.length === 0 ? [] : [`osd.${osd} (${flags.join(', ')})`];
        }),
      ],
      ratios: { nearFull: value.nearfull_ratio, backfillFull: value.backfillfull_ratio, full: value.full_ratio },
      pool: {
        isErasureCoded: found.type === ERASURE,
        profile: found.erasure_code_profile ?? '',
        size: found.size,
        minSize: found.min_size,
        rule: found.crush_rule,
        groups: found.pg_num,
        placedAs: found.pg_placement_num ?? found.pg_num,
      },
      upmaps: [...groups].map((group) => ({
        group,
        osds: whole.find((row) => row.group === group)?.osds ?? [],
        mappings: items.find((row) => row.group === group)?.mappings ?? [],
      })),
      temporary: ofPool(value.pg_temp).length,
    },
  };
}

/**
 * Where a group lies by its entries; `mapped` is where the rule puts it. An entry to an OSD that is out does not count, nor one to an
 * OSD that has the group already.
 * @param reweights by id; 0 is out.
 */
export function upmapped(
  mapped: readonly number[],
  { osds, mappings }: Upmap,
  reweights: ArrayLike<number>,
): readonly number[] {
  const isIn = (osd: number): boolean => (reweights[osd] ?? 0) > 0;
  const placed = [...(osds.length > 0 && osds.every(isIn) ? osds : mapped)];
  for (const { from, to } of mappings) {
    const place = placed.indexOf(from);
    if (place >= 0 && isIn(to) && !placed.includes(to)) placed[place] = to;
  }
  return placed;
}
