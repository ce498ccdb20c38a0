// A CRUSH map made from hosts in racks, as Ceph's tools and Rook make it: a root "default", racks, hosts, and OSDs numbered host by
// host; one rule that keeps replicas in distinct hosts or racks.

import { type CrushTunables, WHOLE_WEIGHT } from './crush-map.ts';
import type { PlainCrushMap } from './plain-crush-map.ts';

const OSD = 0;
const HOST = 1;
const RACK = 3;
const ROOT = 11;

/** Source: types in the map of a new cluster, printed by crushtool 16.2.15. */
const TYPES = [
  [OSD, 'osd'],
  [HOST, 'host'],
  [2, 'chassis'],
  [RACK, 'rack'],
  [4, 'row'],
  [5, 'pdu'],
  [6, 'pod'],
  [7, 'room'],
  [8, 'datacenter'],
  [9, 'zone'],
  [10, 'region'],
  [ROOT, 'root'],
] as const;

/** Source: tunables of profile jewel and later, printed by crushtool 16.2.15. */
export const JEWEL_TUNABLES: CrushTunables = {
  chooseTotalTries: 50,
  chooseleafDescendOnce: true,
  chooseleafVaryR: 1,
  chooseleafStable: true,
};

export interface HostInMap {
  readonly name: string;
  readonly rack: string;
  /** OSDs; a host without any is left out. */
  readonly disks: number;
}

export interface MadeMapOptions {
  readonly failureDomain: 'host' | 'rack';
  readonly kind: 'replicated' | 'erasure';
}

/** Names of hosts and racks only label buckets: equal shapes have equal placements. Every OSD weighs 1. */
export function madeMap(hosts: readonly HostInMap[], { failureDomain, kind }: MadeMapOptions): PlainCrushMap {
  const members = hosts.filter(({ disks }) => disks > 0);
  const racks = [...new Set(members.map(({ rack }) => rack))];
  let nextBucket = -2;
  let nextOsd = 0;
  const hostBuckets = members.map(({ name, rack, disks }) => {
    const items = Array.from({ length: disks }, () => ({ id: nextOsd++, weight: WHOLE_WEIGHT }));
    return { rack, bucket: { id: nextBucket--, name, type: HOST, items } };
  });
  const rackBuckets = racks.map((rack) => {
    const inRack = hostBuckets.filter((host) => host.rack === rack);
    const items = inRack.map(({ bucket }) => ({ id: bucket.id, weight: bucket.items.length * WHOLE_WEIGHT }));
    return { id: nextBucket--, name: rack, type: RACK, items };
  });
  const rootItems = rackBuckets.map(({ id, items }) => ({
    id,
    weight: items.reduce((sum, each) => sum + each.weight, 0),
  }));
  return {
    types: TYPES.map(([id, name]) => ({ id, name })),
    buckets: [
      { id: -1, name: 'default', type: ROOT, items: rootItems },
      ...hostBuckets.map(({ bucket }) => bucket),
      ...rackBuckets,
    ],
    rules: [
      {
        id: 0,
        name: `${kind}_rule`,
        steps: [
          // Source: the rules that Ceph makes for erasure-coded pools set these tries.
          ...(kind === 'erasure'
            ? ([
                { op: 'set', setting: 'chooseleaf_tries', value: 5 },
                { op: 'set', setting: 'choose_tries', value: 100 },
              ] as const)
            : []),
          { op: 'take', item: -1 },
          {
            op: 'choose',
            mode: kind === 'erasure' ? 'indep' : 'firstn',
            count: 0,
            type: failureDomain === 'rack' ? RACK : HOST,
            leaf: true,
          },
          { op: 'emit' },
        ],
      },
    ],
    tunables: JEWEL_TUNABLES,
    chooseArgs: [],
  };
}
