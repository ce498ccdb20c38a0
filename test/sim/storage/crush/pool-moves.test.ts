// What a running pool copies when an OSD or a host goes out is what Debian's crushtool says must move: in random maps, for whole
// copies and for parts of an erasure code.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCrushMap } from '../../../../scenarios/crush/read-crush-map.ts';
import { NO_ITEM, WHOLE_WEIGHT } from '../../../../sim/storage/crush/crush-map.ts';
import { plainCrushMap } from '../../../../sim/storage/crush/plain-crush-map.ts';
import type { PoolMove } from '../../../kit/crush-golden.ts';
import { aRunningCrushPool, GIB } from '../../../kit/crush-pool.ts';
import { randomCrushMap } from '../../../kit/random-crush-map.ts';

const DAY = 86_400_000;
const moves = JSON.parse(
  readFileSync(join(import.meta.dirname, 'golden', 'pool-moves.json'), 'utf8'),
) as readonly PoolMove[];

/** Replicas copied by groups that were whole: others have no place whose replica could move. */
function copied({ seed, rule, size, groups, pool: poolId, host, out }: PoolMove): number {
  const { text, hosts } = randomCrushMap(seed);
  const { map } = readCrushMap('map', text);
  if (map === undefined) throw new Error('no map');
  const members = hosts.map((osds, index) => ({ name: `h${index}`, rack: 'r', dataDisks: osds.length }));
  const osds = hosts.flatMap((ids, index) => ids.map((id) => ({ id, host: `h${index}`, reweight: WHOLE_WEIGHT })));
  const { kernel, pool, homes } = aRunningCrushPool(members, {
    replicas: size,
    ...(rule === 1 ? { dataParts: 1 } : {}),
    minSize: 1,
    placementGroups: groups,
    crush: { map: plainCrushMap(map, rule), rule, poolId, placedAs: groups, osds },
    outRules: { minInShare: 0, minUpShare: 0, subtreeLimit: '', waitsForLaggy: false },
  });
  const isShort = (group: number) => homes.homeOsds.subarray(group * size, (group + 1) * size).includes(NO_ITEM);
  const short = Array.from({ length: groups }, (_, group) => group).filter(isShort).length;
  if (out.length === 1 && members[host]?.dataDisks !== 1) pool.diskLost(host);
  else pool.hostDown(host);
  kernel.runUntil(DAY);
  // A group that was short copies too; no map of these has one whose replicas would be counted.
  return short > 0 ? Number.NaN : Math.round((pool.metrics.resyncBytes / GIB) * 1000) / 1000;
}

test('the running pool moves what crushtool moves', () => {
  const found = moves.map((move) => ({ ...move, replicas: copied(move) }));
  const whole = found.filter(({ replicas }) => !Number.isNaN(replicas));
  expect(whole).toEqual(moves.filter((_, index) => !Number.isNaN(found[index]?.replicas)));
  expect(whole.length).toBeGreaterThanOrEqual(20);
  expect(whole.reduce((sum, { replicas }) => sum + replicas, 0)).toBeGreaterThan(500);
});
