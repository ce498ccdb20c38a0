// Joins a world to whoever listens to it: every part tells what it saw as observations. Call before the models start; a world
// that nobody observes pays nothing.
//
// Divergence from reality
// - Controllers run in one place, and nothing says on which hosts.

import type { World } from '../../world.ts';
import type { Observation } from '../observation.ts';
import { observeAttempts } from './observe-attempts.ts';
import { observeBudgets } from './observe-budgets.ts';
import { observeCommands } from './observe-commands.ts';
import { observeHosts } from './observe-hosts.ts';
import { observeMarks } from './observe-marks.ts';
import { observeNetwork } from './observe-network.ts';
import { observeNodes } from './observe-nodes.ts';
import { observeProcesses } from './observe-processes.ts';
import { observeStorage } from './observe-storage.ts';
import { teller } from './tell.ts';

export interface ObserveOptions {
  /** How old what controllers know may be. */
  readonly stalenessMs: number;
}

/** The returned function is called once the models have started. */
export function observeWorld(
  world: World,
  { stalenessMs }: ObserveOptions,
  heard: (seen: Observation) => void,
): () => void {
  const tell = teller(world, heard);
  tell({ seen: 'settings', stalenessMs, dryRun: false });
  const hostsStarted = observeHosts(world, tell);
  observeCommands(world, tell);
  observeProcesses(world, tell);
  observeBudgets(world, tell);
  observeStorage(world, tell);
  observeNetwork(world, tell);
  observeNodes(world, tell);
  observeMarks(world, tell);
  observeAttempts(world, tell);
  return hostsStarted;
}
