// A shadow beside a cluster in which a worker hangs: it says what the health check would do, and changes nothing (invariant S22).

import { expect, test } from 'vitest';
import { fenceAgentsRemediationController } from '../../core/remediation/fence-agents-remediation.controller.ts';
import { actionLabel } from '../../core/runtime/action-label.ts';
import type { DryRunMode } from '../../live/dry-run.ts';
import { type Intention, Shadow } from '../../live/shadow.ts';
import { ApiServer } from '../../sim/api-server/requests/api-server.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { startedRun } from '../../sim/simulation.ts';
import { hangStudy, MINUTE_MS } from '../kit/hang-study.ts';
import { HttpApi } from '../kit/http-api.ts';
import { ManualClock } from '../kit/manual-clock.ts';

/** The cluster at minute 18, with a worker that hangs since minute 10, and nobody who acts. */
async function silentWorker() {
  const { config, policy } = hangStudy();
  const script = [{ name: 'hang', atMs: 10 * MINUTE_MS, fault: 'osHang', target: 'worker-1' }] as const;
  const { world } = startedRun({ ...config, script }, policy, { replication: 1, record: false });
  for (const runtime of world.runtimes) runtime.stop();
  world.kernel.runUntil(config.startMs + 18 * MINUTE_MS);
  const chance = new Draws(rootKey('shadow'), 0).stream('api', 'watches');
  const http = await HttpApi.listening(new ApiServer(world.store, world.kernel, { chance }));
  const controllers = world.controllers.filter(({ name }) => name === 'machine-health-check.openshift');
  return { store: world.store, http, controllers, clock: new ManualClock(world.kernel.nowMs) };
}

test.each<{ readonly mode: DryRunMode; readonly asks: readonly string[] }>([
  { mode: 'ask-nobody', asks: [] },
  { mode: 'ask-server', asks: ['machinehealthchecks'] },
])('a shadow that is to $mode tells what it intends, once, and changes nothing', async ({ mode, asks }) => {
  const { http, store, clock, controllers } = await silentWorker();
  const before = store.resourceVersion;
  const intentions: Intention[] = [];
  const failures: string[] = [];
  const shadow = new Shadow({
    ...{ config: http.kubeConfig(), controllers, mode, clock },
    listener: {
      intends: (intention) => intentions.push(intention),
      failed: (kind, message) => failures.push(`${kind.key}: ${message}`),
    },
  });
  try {
    await shadow.start();
    clock.advanceTo(clock.nowMs());
    for (const plural of asks) await http.asked(({ method, path }) => method === 'PATCH' && path.includes(plural));
    clock.advanceTo(clock.nowMs() + 20_000);
    expect(intentions.map(({ because, actions }) => [because.rule, ...actions.map(actionLabel)])).toEqual([
      [
        'remediate',
        'patch MachineHealthCheck.machine.openshift.io openshift-machine-api/workers',
        expect.stringMatching(/^patch Machine.machine.openshift.io openshift-machine-api\/generated-worker-rack-2-/),
        'recordEvent ExternalAnnotationAdded',
      ],
    ]);
    expect(failures).toEqual([]);
    expect(store.resourceVersion).toBe(before);
    expect(http.mutations.map(({ method, path }) => `${method} ${path}`)).toEqual(
      asks.map((plural) => expect.stringMatching(new RegExp(`^PATCH .*/${plural}/.*[?&]dryRun=All`))),
    );
  } finally {
    shadow.stop();
    await http.close();
  }
});

test('controllers that read Secrets cannot be shadowed', async () => {
  const { http, clock } = await silentWorker();
  const config = http.kubeConfig();
  await http.close();
  const controllers = [fenceAgentsRemediationController({ lineage: 'exact' })];
  const listener = { intends: () => undefined, failed: () => undefined };
  expect(() => new Shadow({ config, controllers, mode: 'ask-nobody', clock, listener })).toThrow(
    'a shadow reads no Secrets',
  );
  expect(http.requests).toEqual([]);
});
