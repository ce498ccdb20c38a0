// Policy and budget are not woken by their own writes: whole runs are the same, write by write, when they are. Only which of two
// writes of one instant comes first may differ, and with it their versions.

import { expect, test } from 'vitest';
import type { KubeObject } from '../../core/api/object.ts';
import type { Controller } from '../../core/ports/reconciler.ts';
import { sharedRuntime } from '../../sim/drivers.ts';
import { startedRun } from '../../sim/simulation.ts';
import { ownPolicy } from './own-policy.ts';
import { peopleAct } from './swarm-people.ts';
import { swarmRun } from './swarm-run.ts';

/** Everything that was written in the rain of a seed, and how often the controllers decided. */
function history(seed: string, change: (controller: Controller) => Controller) {
  const { config, policy, luck, rainMs } = swarmRun(seed, ownPolicy);
  const { world } = startedRun(config, policy, {
    replication: 1,
    record: false,
    driversOf: (parts) => [sharedRuntime({ ...parts, controllers: parts.controllers.map(change) })],
  });
  const written: string[] = [];
  world.store.tap(
    ({ type, after, before }) => written.push(`${world.kernel.nowMs} ${type} ${withoutVersion(after ?? before)}`),
    world.store.servedKinds(),
  );
  peopleAct(world, luck, rainMs);
  world.kernel.runUntil(config.startMs + rainMs);
  return { written: written.toSorted(), decided: world.runtimes.reduce((sum, { decided }) => sum + decided, 0) };
}

function withoutVersion(object: KubeObject | undefined): string {
  return JSON.stringify(object, (name, value: unknown) => (name === 'resourceVersion' ? undefined : value));
}

function woken({ settlesAtOnce: _, ...controller }: Controller): Controller {
  return controller;
}

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seed) => `swarm-${seed}`))('%s', (seed) => {
  const [quiet, loud] = [history(seed, (controller) => controller), history(seed, woken)];
  expect(quiet.written).toEqual(loud.written);
  expect(quiet.decided).toBeLessThan(loud.decided);
});
