// What a running cluster lists of its OSDs and of the groups of a pool.

import { type PoolJoining, some } from './pool-joining.ts';
import { type ListedGroup, type ListedOsd, placeIn, readGroupListing, readOsdListing } from './read-ceph-listing.ts';
import { type OsdDump, readOsdDump } from './read-osd-dump.ts';

/** What `ceph osd dump` says of the pool and the cluster; undefined where none is given, or with a problem. */
export function osdDumpOf(joining: PoolJoining): OsdDump | undefined {
  const { osdDump, pool = 1 } = joining.parts.storage.crush;
  const text = osdDump === undefined ? undefined : joining.text(osdDump, 'osdDump');
  if (osdDump === undefined || text === undefined) return undefined;
  const { dump, problems } = readOsdDump(joining.parts.within(osdDump), text, pool);
  joining.problems.push(...problems);
  if (dump?.pool.isErasureCoded === true && joining.parts.storage.erasureCode === undefined) {
    joining.error(
      'MT165',
      `pool ${pool} is erasure-coded by profile ${dump.pool.profile}, in ${dump.pool.size} parts`,
      joining.parts.at(['crush', 'osdDump']),
      'write k and m of the profile: storage.erasureCode',
    );
  }
  return dump;
}

/** By id, from every listing that is given: what one leaves out another may have. */
export function listedOsds(joining: PoolJoining, dump: OsdDump | undefined): ReadonlyMap<number, ListedOsd> {
  const { osdTree, osdDf } = joining.parts.storage.crush;
  const rows = new Map<number, ListedOsd>((dump?.osds ?? []).map((row) => [row.id, row]));
  for (const [path, field] of [
    [osdDf, 'osdDf'],
    [osdTree, 'osdTree'],
  ] as const) {
    const text = path === undefined ? undefined : joining.text(path, field);
    if (path === undefined || text === undefined) continue;
    const read = readOsdListing(joining.parts.within(path), text);
    joining.problems.push(...read.problems);
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

/** Of the pool; empty where no listing is given, or with a problem. */
export function listedGroups(joining: PoolJoining): readonly ListedGroup[] {
  const { pgDump, pool = 1 } = joining.parts.storage.crush;
  const text = pgDump === undefined ? undefined : joining.text(pgDump, 'pgDump');
  if (pgDump === undefined || text === undefined) return [];
  const file = joining.parts.within(pgDump);
  const { rows, problems } = readGroupListing(file, text, pool);
  joining.problems.push(...problems);
  if (problems.length > 0) return [];
  if (rows.length === 0) {
    joining.error(
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
    joining.warn(
      'MT165',
      `${ids.length} placement groups are not listed: ${some(ids)}`,
      placeIn(file, text),
      'they are placed by the map',
    );
  }
  return rows;
}
