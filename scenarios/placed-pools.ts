// The pools of a study with the scenario's values, and the hosts with the data disks that they then have.

import type { HostConfig, PoolConfig } from '../sim/config.ts';
import { DEFAULT_LOG_WRITES_PER_DISK, DEFAULT_POOL } from '../sim/defaults.ts';
import type { Assumption } from './cluster/assumption.ts';
import type { ClusterModel } from './cluster/inventory.ts';
import { crushPool } from './crush/crush-pool.ts';
import type { FileReader } from './file-reader.ts';
import type { Place, Problem } from './problem.ts';
import { type ScenarioSource, within } from './scenario-source.ts';
import { cellProblems, cellsOf } from './storage-cells.ts';
import { poolConfigs } from './world-config.ts';

export interface PlacedPools {
  readonly pools: readonly PoolConfig[];
  readonly hosts: readonly HostConfig[];
  /** Those of the cluster, with what is known of its pools now. */
  readonly assumptions: readonly Assumption[];
  readonly problems: readonly Problem[];
}

export interface PlacedPoolsParts {
  readonly model: ClusterModel;
  readonly scenario: ScenarioSource;
  readonly files: FileReader;
  /** What to name where there is no document. */
  readonly place: Place;
}

/** A cluster in which no pool was found may have one of which only Ceph knows. */
const POOL_OF_A_MAP: PoolConfig = {
  ...DEFAULT_POOL,
  name: 'ceph',
  usedBytes: {},
  logWrites: DEFAULT_LOG_WRITES_PER_DISK,
};

export function placedPools({ model, scenario, files, place }: PlacedPoolsParts): PlacedPools {
  const { spec, document, folder } = scenario;
  const { storage } = spec;
  const at = (path: readonly string[]) => document?.placeOf(['spec', 'storage', ...path]) ?? place;
  const problems: Problem[] = [];
  if (storage?.erasureCode !== undefined && storage.replicas !== undefined) {
    problems.push({
      code: 'MT105',
      severity: 'error',
      message: 'a pool has replicas or an erasure code, not both',
      ...at(['replicas']),
      remedy: 'leave out replicas: the erasure code has k + m parts',
    });
  }
  if (storage !== undefined) problems.push(...cellProblems(storage, at));
  if (storage?.crush === undefined || storage.kind === 'external') {
    const whole = poolConfigs(model.pools, storage);
    const perCell = storage?.cells?.hosts;
    const pools = perCell === undefined ? whole : whole.flatMap((pool) => cellsOf(pool, model.hosts, perCell));
    return { pools, hosts: model.hosts, assumptions: model.assumptions, problems };
  }
  const found = model.pools.length === 0 && storage.crush.map !== undefined ? [POOL_OF_A_MAP] : model.pools;
  const [pool] = poolConfigs(found, storage);
  if (pool === undefined) {
    problems.push({
      code: 'MT164',
      severity: 'error',
      message: 'the cluster has no storage on its hosts',
      ...at(['crush']),
      remedy: 'give groups of the cluster dataDisks, or name the map of its Ceph cluster: crush.map',
    });
    return { pools: [], hosts: model.hosts, assumptions: model.assumptions, problems };
  }
  const placed = crushPool({
    pool,
    storage: { ...storage, crush: storage.crush },
    hosts: model.hosts,
    objects: model.input,
    files,
    within: (path) => within(folder, path),
    at,
  });
  return {
    pools: placed.pool === undefined ? [] : [placed.pool],
    hosts: placed.hosts,
    // What the cluster's objects left to be assumed about the pool, Ceph says.
    assumptions: [
      ...model.assumptions.filter(({ name }) => !name.startsWith(`pool ${pool.name}: `)),
      ...placed.assumptions,
    ],
    problems: [...problems, ...placed.problems],
  };
}
