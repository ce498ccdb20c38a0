// One swarm run: hours of rain, then everything broken is mended, no fault comes any more, and hours in which the cluster must
// come to rest. Nobody switches anything on, takes anything off or edits an object to help.

import type { Controller } from '../../core/ports/reconciler.ts';
import type { InvariantVerdict } from '../../sim/checkers/invariant.ts';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { sharedRuntime } from '../../sim/drivers.ts';
import type { ProcessParts } from '../../sim/faults/controller-processes.ts';
import { startedRun } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import { Luck } from './luck.ts';
import { type ClusterShape, loadCluster } from './swarm-cluster.ts';
import { CLIENT_FAULT_MOST_MS, clientFaults, hardwareFaults, mistakes } from './swarm-faults.ts';
import { peopleAct } from './swarm-people.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A dozen hosts in the middle of everything make some hundreds. */
const EVENTS_A_MINUTE_MAX = 20_000;

/** A controller that never comes to rest (invariant L9): what it asks for one moment it takes back the next. */
export class RestlessError extends Error {
  constructor(events: number) {
    super(`${events} events within a minute`);
    this.name = 'RestlessError';
  }
}

export interface SwarmPolicy {
  readonly shape: ClusterShape;
  readonly manifests: string;
  readonly lineage: NonNullable<PolicyConfig['lineage']>;
}

export interface SwarmRun {
  readonly config: SimConfig;
  readonly policy: PolicyConfig;
  readonly luck: Luck;
  readonly rainMs: number;
  /** From the mending to the end of the run. */
  readonly calmMs: number;
  readonly stalenessMs: number;
}

/** Makes a controller worse: what the swarm must find. */
export type Break = (controller: Controller) => Controller;

/** Everything about the run of a seed. */
export function swarmRun(seed: string, policyOf: (luck: Luck) => SwarmPolicy): SwarmRun {
  const luck = new Luck(seed);
  const { shape, manifests, lineage } = policyOf(luck);
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
export function verdictsOf(run: SwarmRun, broken?: Break): readonly InvariantVerdict[] {
  const { config, policy, rainMs, calmMs, stalenessMs, luck } = run;
  const { world, judge } = startedRun(config, policy, {
    replication: 1,
    record: false,
    check: { stalenessMs },
    ...(broken === undefined ? {} : { driversOf: (parts) => [sharedRuntime(brokenBy(broken, parts))] }),
  });
  if (judge === undefined) throw new Error('a checked run has a judge');
  peopleAct(world, luck, rainMs);
  // Client faults that began last are over, and the watches are made again.
  advance(world, rainMs + CLIENT_FAULT_MOST_MS + MINUTE_MS);
  while (!racksAreUp(world)) advance(world, 5 * MINUTE_MS);
  mend(world);
  judge.saw({ seen: 'healed', atMs: world.kernel.nowMs });
  advance(world, calmMs);
  const endMs = world.kernel.nowMs;
  for (const runtime of world.runtimes) runtime.stop();
  return judge.verdicts(endMs);
}

/** Whoever goes round without an end is stopped: nobody would live to see the verdict. */
function advance({ kernel }: World, forMs: number): void {
  const endMs = kernel.nowMs + forMs;
  while (kernel.nowMs < endMs) {
    const before = kernel.processed;
    kernel.runUntil(Math.min(kernel.nowMs + MINUTE_MS, endMs));
    if (kernel.processed - before > EVENTS_A_MINUTE_MAX) throw new RestlessError(kernel.processed - before);
  }
}

function racksAreUp({ fleet }: World): boolean {
  return fleet.network.isWhole && fleet.hosts.every(({ index }) => fleet.power.fed(index));
}

/** Every fault of a host ends, also those that would show at its next power-on. */
function mend(world: World): void {
  for (const host of world.fleet.hosts) {
    host.latent = [];
    world.fleet.repaired(host.index);
  }
}

function brokenBy(broken: Break, parts: ProcessParts): ProcessParts {
  return { ...parts, controllers: parts.controllers.map(broken) };
}
