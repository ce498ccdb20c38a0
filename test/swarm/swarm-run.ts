// One swarm run: hours of rain, then everything broken is mended, no fault comes any more, and hours in which the cluster must
// come to rest. Nobody switches anything on, takes anything off or edits an object to help.

import { NODE, type Taint } from '../../core/api/node.ts';
import { NODE_MAINTENANCE } from '../../core/api/node-maintenance.ts';
import type { InvariantVerdict } from '../../sim/checkers/invariant.ts';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { startedRun } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import { Luck } from './luck.ts';
import { type ClusterShape, loadCluster } from './swarm-cluster.ts';
import { CLIENT_FAULT_MOST_MS, clientFaults, hardwareFaults, mistakes } from './swarm-faults.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export interface SwarmPolicy {
  readonly shape: ClusterShape;
  readonly manifests: string;
  readonly lineage: NonNullable<PolicyConfig['lineage']>;
  /** What people do to the policy in the middle of it all. */
  readonly editedBy?: (world: World, luck: Luck) => void;
}

export interface SwarmRun {
  readonly config: SimConfig;
  readonly policy: PolicyConfig;
  readonly luck: Luck;
  readonly rainMs: number;
  /** From the mending to the end of the run. */
  readonly calmMs: number;
  readonly stalenessMs: number;
  readonly editedBy: SwarmPolicy['editedBy'];
}

/** Everything about the run of a seed. */
export function swarmRun(seed: string, policyOf: (luck: Luck) => SwarmPolicy): SwarmRun {
  const luck = new Luck(seed);
  const { shape, manifests, lineage, editedBy } = policyOf(luck);
  const { config, policy } = loadCluster(shape, manifests);
  const rainMs = luck.whole('rain', 2, 5) * HOUR_MS;
  const faults = clientFaults(luck);
  const upgrades = luck.chance('upgrade', 0.25);
  return {
    luck,
    rainMs,
    calmMs: 10 * HOUR_MS,
    // What a controller knows may be as old as the longest fault of its watches, and a while more.
    stalenessMs: faults.length === 0 ? 10_000 : 2 * CLIENT_FAULT_MOST_MS,
    policy: { ...policy, lineage },
    editedBy,
    config: {
      ...config,
      seed,
      // Whoever draws faults draws them for this long.
      durationMs: rainMs,
      faults: hardwareFaults(config.faults, luck),
      script: mistakes(config, luck, rainMs),
      ...(faults.length === 0 ? {} : { clientFaults: faults }),
      pools: config.pools.map((pool) => ({ ...pool, osdReAdd: 'automatic' })),
      plannedReboots: {
        ...config.plannedReboots,
        everyMs: upgrades ? 3 * HOUR_MS : 0,
        firstAtMs: Math.floor(luck.share('upgrade at') * rainMs),
      },
    },
  };
}

/** What became of every invariant. */
export function verdictsOf(run: SwarmRun): readonly InvariantVerdict[] {
  const { config, policy, rainMs, calmMs, stalenessMs, luck } = run;
  const { world, judge } = startedRun(config, policy, { replication: 1, record: false, check: { stalenessMs } });
  if (judge === undefined) throw new Error('a checked run has a judge');
  maintain(world, luck, rainMs);
  run.editedBy?.(world, luck);
  world.kernel.runUntil(config.startMs + rainMs);
  // Client faults that began last are over, and the watches are made again.
  world.kernel.runUntil(config.startMs + rainMs + CLIENT_FAULT_MOST_MS + MINUTE_MS);
  while (!racksAreUp(world)) world.kernel.runUntil(world.kernel.nowMs + 5 * MINUTE_MS);
  mend(world);
  judge.saw({ seen: 'healed', atMs: world.kernel.nowMs });
  const endMs = world.kernel.nowMs + calmMs;
  world.kernel.runUntil(endMs);
  for (const runtime of world.runtimes) runtime.stop();
  return judge.verdicts(endMs);
}

function racksAreUp({ fleet }: World): boolean {
  return fleet.hosts.every(({ rack }) => fleet.racks.feedOn(rack) && fleet.racks.switchUp(rack));
}

/** Every fault of a host ends, also those that would show at its next power-on. */
function mend(world: World): void {
  for (const host of world.fleet.hosts) {
    host.latent = [];
    world.fleet.repaired(host.index);
  }
}

/** In some runs somebody wants a worker for himself for a while, and marks it as the maintenance operator would. */
function maintain({ store, kernel, config, fleet }: World, luck: Luck, rainMs: number): void {
  if (!luck.chance('maintenance', 0.3)) return;
  const workers = fleet.hosts.filter(({ config: { name } }) => name.startsWith('worker'));
  const worker = workers[luck.whole('maintained', 0, workers.length - 1)];
  if (worker === undefined) return;
  const { nodeName } = worker.config;
  const fromMs = config.startMs + Math.floor(luck.share('maintained from') * rainMs);
  const untilMs = Math.min(fromMs + luck.whole('maintained for', 10, 120) * MINUTE_MS, config.startMs + rainMs);
  const drain: Taint = { key: 'medik8s.io/drain', effect: 'NoSchedule' };
  const mark = (change: (taints: readonly Taint[]) => readonly Taint[], unschedulable: boolean): void => {
    store.update(NODE, { namespace: '', name: nodeName }, 'main', ({ spec, ...node }) => ({
      ...node,
      spec: { ...spec, taints: change(spec?.taints ?? []), unschedulable },
    }));
  };
  const key = { namespace: '', name: 'work' };
  kernel.call(fromMs, () => {
    store.create(NODE_MAINTENANCE, {
      apiVersion: 'nodemaintenance.medik8s.io/v1beta1',
      kind: 'NodeMaintenance',
      metadata: { name: key.name },
      spec: { nodeName, reason: 'a fan' },
    });
    mark((taints) => [...taints, drain], true);
  });
  kernel.call(untilMs, () => {
    mark((taints) => taints.filter((taint) => taint.key !== drain.key), false);
    store.delete(NODE_MAINTENANCE, key);
  });
}

/** `B1: says (host, +1h2m, of 12)` for every invariant that is not as expected. */
export function troubles(run: SwarmRun, mayBeUnknown: ReadonlySet<string>): readonly string[] {
  const { startMs } = run.config;
  return verdictsOf(run).flatMap(({ id, verdict, broken, unsure, brokenCount }) => {
    if (verdict === true || (verdict === 'unknown' && mayBeUnknown.has(id))) return [];
    const [finding] = verdict === false ? broken : unsure;
    const atMs = (finding?.atMs ?? 0) - startMs;
    return [
      `${id} ${verdict}: ${finding?.says} (${finding?.host ?? ''}, at ${Math.round(atMs / 1000)} s, ${brokenCount} in all)`,
    ];
  });
}
