// Storage in cells: the storage hosts of a cluster dealt into pools of their own, as one installs several small Ceph clusters in place
// of a large one, so that a fault reaches the data of its cell alone.
//
// Divergence from reality: the cells have no monitors, and one CephCluster tells how all of them are. Which volume lies in which
// cell nothing says; sim/storage/claims.ts deals them.

import type { HostConfig, PoolConfig } from '../sim/config.ts';
import { numbered } from './generate/names.ts';
import type { Place, Problem } from './problem.ts';
import type { ScenarioSpec } from './schema.ts';

type StorageSpec = NonNullable<ScenarioSpec['storage']>;

/** What cannot be in cells, at its place. */
export function cellProblems(storage: StorageSpec, at: (path: readonly string[]) => Place): readonly Problem[] {
  if (storage.cells === undefined) return [];
  const problem = { code: 'MT105', severity: 'error', ...at(['cells']) } as const;
  if (storage.kind === 'external') {
    return [
      {
        ...problem,
        message: 'storage outside of the hosts has no cells',
        remedy: 'leave out cells, or kind: external',
      },
    ];
  }
  if (storage.crush !== undefined) {
    return [
      {
        ...problem,
        message: 'a pool lies in cells or where its CRUSH map says, not both',
        remedy: 'leave out cells, or crush',
      },
    ];
  }
  return [];
}

/**
 * A pool as cells of at least `hostsPerCell` hosts, as equal as can be; as it is where there are too few hosts for two. The hosts are
 * dealt over the racks in turn, so that each cell is spread over as many racks as it can be.
 */
export function cellsOf(pool: PoolConfig, hosts: readonly HostConfig[], hostsPerCell: number): readonly PoolConfig[] {
  const dealt = dealtOverRacks(hosts.filter(({ name }) => (pool.usedBytes[name] ?? 0) > 0));
  const count = Math.floor(dealt.length / hostsPerCell);
  if (count < 2) return [pool];
  return Array.from({ length: count }, (_, cell) => {
    const from = Math.ceil((cell * dealt.length) / count);
    const to = Math.ceil(((cell + 1) * dealt.length) / count);
    const own = dealt.slice(from, to).map(({ name }) => [name, pool.usedBytes[name] ?? 0] as const);
    return { ...pool, name: numbered(pool.name, cell, count), usedBytes: Object.fromEntries(own) };
  });
}

/** The first host of every rack, then the second of every rack, and so on. */
function dealtOverRacks(hosts: readonly HostConfig[]): readonly HostConfig[] {
  const rounds: HostConfig[][] = [];
  const seen = new Map<string, number>();
  for (const host of hosts) {
    const round = seen.get(host.rack) ?? 0;
    seen.set(host.rack, round + 1);
    rounds[round] ??= [];
    rounds[round].push(host);
  }
  return rounds.flat();
}
