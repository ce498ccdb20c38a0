// The OSDs of a map on the hosts of the cluster, and where map, hosts and what Ceph lists differ.

import type { HostConfig } from '../../sim/config.ts';
import { type CrushBucket, type CrushMap, WHOLE_WEIGHT } from '../../sim/storage/crush/crush-map.ts';
import type { Place } from '../problem.ts';
import { type JoinedOsd, osdHosts } from './osd-hosts.ts';
import { type PoolJoining, some } from './pool-joining.ts';
import type { ListedOsd } from './read-ceph-listing.ts';

/** @param made the map was made of these hosts: nothing can differ. */
export function joinedOsds(joining: PoolJoining, map: CrushMap, made: boolean): readonly JoinedOsd[] {
  const { hosts, objects, at } = joining.parts;
  const { osds, contradictions } = osdHosts(map, hosts, objects);
  if (made) return osds;
  const place = at(['crush', 'map']);
  for (const { osd, bucket, host } of contradictions) {
    joining.warn(
      'MT164',
      `osd.${osd} lies in host bucket "${bucket}", and Rook runs it on ${host}`,
      place,
      'it is taken to be where Rook runs it',
    );
  }
  const strangers = osds.filter(({ host }) => host === undefined);
  const buckets = [...new Set(strangers.map(({ bucket }) => bucket.name))];
  if (strangers.length === osds.length) {
    joining.error(
      'MT164',
      `no host bucket of the map has the name of a host: ${some(buckets)}`,
      place,
      `hosts of the cluster: ${some(hosts.map(({ nodeName }) => nodeName))}`,
    );
  } else if (strangers.length > 0) {
    joining.warn(
      'MT164',
      `${buckets.length} host buckets are no host of the cluster: ${some(buckets)}`,
      place,
      `their ${strangers.length} OSDs are taken as always up; add their hosts to the dump`,
    );
  }
  compareRacks(joining, map, osds, place);
  return osds;
}

/** A bucket without a host may have the name of another host. */
export function strangerName({ name }: CrushBucket, hosts: readonly HostConfig[]): string {
  return hosts.some((host) => host.name === name) ? `${name} (host bucket)` : name;
}

/** Faults of racks follow the labels of the Nodes, placement follows the map: say where they differ. */
function compareRacks(joining: PoolJoining, map: CrushMap, osds: readonly JoinedOsd[], place: Place): void {
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
  joining.warn(
    'MT164',
    `${mixed.length} racks of the map hold hosts of several racks of the cluster: ${some(mixed)}`,
    place,
    'check the rack label of the Nodes (--rack-label) against the map',
  );
}

/** The map against what the running cluster says. */
export function compareOsds(
  joining: PoolJoining,
  osds: readonly JoinedOsd[],
  listed: ReadonlyMap<number, ListedOsd>,
): void {
  if (listed.size === 0) return;
  const { at, storage } = joining.parts;
  const { osdTree, osdDf } = storage.crush;
  const place = at(['crush', osdTree !== undefined ? 'osdTree' : osdDf !== undefined ? 'osdDf' : 'osdDump']);
  const names = (ids: readonly number[]) => some(ids.map((id) => `osd.${id}`));
  const inMap = new Set(osds.map(({ id }) => id));
  const unknown = [...listed.keys()].filter((id) => !inMap.has(id)).sort((a, b) => a - b);
  if (unknown.length > 0)
    joining.warn(
      'MT165',
      `${unknown.length} OSDs are not in the map: ${names(unknown)}`,
      place,
      'save the map and the listings at one time; these OSDs are left out',
    );
  const unlisted = osds.filter(({ id }) => !listed.has(id)).map(({ id }) => id);
  if (unlisted.length > 0)
    joining.warn(
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
    joining.warn(
      'MT165',
      `${heavier.length} OSDs weigh something else than in the map: ${names(heavier.map(({ id }) => id))}`,
      place,
      'save the map and the listings at one time; the map counts',
    );
  const out = osds.filter(({ id }) => listed.get(id)?.reweight === 0).map(({ id }) => id);
  if (out.length > 0) joining.assume('OSDs that are out', names(out), 'they stay out for the whole run');
  const down = osds
    .filter(({ id, host }) => (listed.get(id)?.status ?? 'up') !== 'up' && host?.initial.state === 'serving')
    .map(({ id }) => id);
  if (down.length > 0)
    joining.warn(
      'MT165',
      `${down.length} OSDs are down on hosts that serve: ${names(down)}`,
      place,
      'they are taken as up: a daemon that is down by itself is not simulated',
    );
}
