// One run: a virtual cluster under one policy, from start to horizon, to a RunResult. Same config, policy, replication and
// version: same result, to the last bit of its fingerprint.

import { CEPH_CLUSTER } from '../core/api/ceph-cluster.ts';
import type { KubeObject } from '../core/api/object.ts';
import { kindsRead } from '../core/view/kinds-read.ts';
import type { InvariantVerdict } from './checkers/invariant.ts';
import { INVARIANTS } from './checkers/invariants.ts';
import { Judge } from './checkers/judge.ts';
import type { Observation } from './checkers/observation.ts';
import { type ObserveOptions, observeWorld } from './checkers/world/observe-world.ts';
import type { PolicyConfig, SimConfig } from './config.ts';
import type { Driver } from './drivers.ts';
import type { ProcessParts } from './faults/controller-processes.ts';
import { watchTriggers } from './faults/trigger-watch.ts';
import type { Fingerprint } from './kernel/fingerprint.ts';
import { watchEscalations } from './metrics/escalations.ts';
import { watchNodeRequests } from './metrics/node-requests.ts';
import { watchOwnRemediations } from './metrics/own-remediations.ts';
import { RunTrace } from './metrics/run-trace.ts';
import { Story } from './metrics/story.ts';
import { tellStory } from './metrics/storyteller.ts';
import type { Recording, RunMetrics, RunResult } from './result.ts';
import { isTouched } from './workload/workload-totals.ts';
import { World } from './world.ts';

export interface RunOptions {
  /** From 1; names the draws. */
  readonly replication: number;
  /** Also keep the story and the timeline. Changes nothing in the result. */
  readonly record: boolean;
  /** Write the status of owners, budgets and storage whenever it changes, for others to read. Absent: only when someone asks. */
  readonly followStatus?: boolean;
  /** How the controllers run, in place of what the config says: for tests that strike at single actions. */
  readonly driversOf?: (parts: ProcessParts) => readonly Driver[];
  /** Also judge every invariant. Changes nothing in the result. */
  readonly check?: CheckOptions;
}

export interface CheckOptions extends ObserveOptions {
  /** From this instant on, ms after the start, no fault comes and all that was to be healed is. Absent: nothing is promised. */
  readonly healedAfterMs?: number;
}

/** Runs one replication of one policy. */
export function simulate(
  config: SimConfig,
  policy: PolicyConfig,
  options: RunOptions,
): {
  readonly result: RunResult;
  readonly recording: Recording | undefined;
  /** In the order of all invariants; undefined when nobody checks. */
  readonly invariants: readonly InvariantVerdict[] | undefined;
} {
  const { world, trace, story, judge } = startedRun(config, policy, options);
  const endMs = config.startMs + config.durationMs;
  world.kernel.runUntil(endMs);
  for (const runtime of world.runtimes) runtime.stop();
  world.observer.fencings.finish(endMs);
  const result = resultOf(world, config, policy, options.replication, trace.fingerprint);
  return {
    result,
    recording: trace.records === undefined ? undefined : story?.recording(endMs, trace.records),
    invariants: judge?.verdicts(endMs),
  };
}

/** A run at its start, for drivers that advance the kernel themselves. */
export function startedRun(
  config: SimConfig,
  policy: PolicyConfig,
  options: RunOptions,
): {
  readonly world: World;
  readonly trace: RunTrace;
  readonly story: Story | undefined;
  readonly judge: Judge | undefined;
} {
  const story = options.record ? new Story(config.startMs) : undefined;
  const world = new World(config, policy, options.replication, story, options.driversOf);
  const trace = new RunTrace(
    config.startMs,
    world.store.servedKinds().map(({ key }) => key),
    options.record,
  );
  if (options.followStatus === true) world.workload.followStatus();
  connect(world, trace);
  const triggersArmed = watchTriggers(world);
  const checked = options.check === undefined ? undefined : watched(world, options.check);
  start(world, options.followStatus === true);
  triggersArmed();
  checked?.started();
  if (story !== undefined) tellStory(world, story);
  return { world, trace, story, judge: checked?.judge };
}

/** A judge that hears of everything; `started` is called once the models have started. */
function watched(world: World, options: CheckOptions): { readonly judge: Judge; readonly started: () => void } {
  const { kernel, config } = world;
  const judge = new Judge(INVARIANTS);
  const heard = (seen: Observation): void => judge.saw(seen);
  const { healedAfterMs } = options;
  if (healedAfterMs !== undefined) {
    const atMs = config.startMs + healedAfterMs;
    kernel.call(atMs, () => heard({ seen: 'healed', atMs }));
  }
  return { judge, started: observeWorld(world, options, heard) };
}

/**
 * All API objects of one run at an instant, as the store holds them, kind by kind in the order in which kinds became served.
 * @param options.afterMs ms after the start, 0 for the start itself.
 */
export function objectsAfter(
  config: SimConfig,
  policy: PolicyConfig,
  options: { readonly replication: number; readonly afterMs: number },
): readonly KubeObject[] {
  const { world } = startedRun(config, policy, { ...options, record: false });
  world.rook.follow();
  world.kernel.runUntil(config.startMs + options.afterMs);
  for (const runtime of world.runtimes) runtime.stop();
  world.workload.settleStatus();
  return world.store.servedKinds().flatMap((kind) => world.store.list(kind));
}

/** Order matters: truth first, then what knows it, then what acts on knowledge. */
function start(world: World, followStatus: boolean): void {
  world.weather.startSilent();
  world.storage.start();
  if (followStatus || kindsRead(world.controllers).includes(CEPH_CLUSTER)) world.rook.follow();
  world.lifecycle.start();
  world.workload.start();
  world.machines.start();
  world.agents?.start();
  world.observer.start();
  world.services?.start();
  for (const runtime of world.runtimes) runtime.start();
  world.weather.start();
  world.wear?.start();
  (world.kured ?? world.upgrade).start();
  world.rollout.start();
  world.clientFaults?.start();
  world.otherWork?.start();
  world.spareLoans?.start();
}

/** Who hears of whom: faults, power, people and storage, joined where they meet. */
function connect(world: World, trace: RunTrace): void {
  const { observer, crew, storage, kernel, fleet, bmc, lifecycle, store } = world;
  const noticeUnlessReady = (host: number): void => {
    if (observer.downtime.holdsSlot(host) && lifecycle.known(host) !== 'True') crew.noticeLate(host, 'node not Ready');
  };
  fleet.observe({
    faultShown: (fault, _host, how) => {
      if (how === 'latent') observer.latentShown(fault);
    },
    powerCut: (host, cause) => {
      if (cause === 'remediation') observer.fenced(host);
    },
    selfReset: (host) => observer.selfReset(host),
  });
  world.weather.observe({
    born: (fault, how) => observer.faultBorn(fault, how),
    rackChanged: (rack) => {
      for (const host of fleet.hosts) if (host.rack === rack) observer.refresh(host.index);
    },
  });
  storage.onRecoveryFault((host, fault) =>
    world.weather.strikeUnderLoad(host, fault === 'lateHeartbeats' ? 'selfHealingOutage' : fault),
  );
  world.clientFaults?.observe({ began: (fault) => observer.scriptedBegan(fault.name), ended: () => undefined });
  bmc.observe({
    commandStarted: (host, command) => {
      if (command.power === 'off') observer.powerOffOrdered(host);
    },
    commandEnded: (host, command) => {
      if (command.power === 'off') observer.powerOffEnded(host);
      observer.refresh(host);
    },
  });
  world.provisioner.observe({
    provisioningStarted: (host, what) => {
      if (what === 'deprovision' && bmc.answers(fleet.host(host))) observer.deprovisionStarted(host);
    },
    provisioningEnded: (host) => observer.refresh(host),
  });
  crew.observe({
    attention: (host, attention) => {
      if (attention === 'paged') observer.pages++;
      observer.refresh(host);
      // Whoever left a node that does not come back, or came while a machine had it in hands, is not the last to look.
      if (attention === 'none') kernel.call(kernel.nowMs, () => noticeUnlessReady(host));
    },
    repaired: () => {
      observer.humanRepairs++;
    },
    mistake: () => undefined,
  });
  lifecycle.observe({
    known: (host, ready) => {
      if (ready === 'True') {
        crew.callOff(host);
        if (storage.awaitingReAdd(host)) crew.noticeLate(host, 'disks to be added again');
        if (world.afterRepair.lacksLabels(host)) crew.noticeLate(host, 'labels to be put back');
      } else noticeUnlessReady(host);
    },
  });
  world.assumedReboots?.start((host) => observer.splitBrain(host));
  observer.onSlotMoved((_from, to) => noticeUnlessReady(to));
  const escalations = { store, fleet, observer, page: (host: number, reason: string) => crew.page(host, reason) };
  watchEscalations(escalations);
  watchNodeRequests(escalations);
  watchOwnRemediations(escalations);
  store.tap((change) => trace.changed(kernel.nowMs, change));
}

function resultOf(
  world: World,
  config: SimConfig,
  policy: PolicyConfig,
  replication: number,
  fingerprint: Fingerprint,
): RunResult {
  const { observer, workload, kernel } = world;
  const { workloads, ...lost } = workload.totals();
  const storage = world.storage.metrics();
  const phases = observer.downtime.totals(kernel.nowMs);
  const { serving: _, ...down } = phases;
  const metrics: RunMetrics = {
    ...lost,
    nodeDowntimeMs: Object.values(down).reduce((sum, ms) => sum + ms, 0),
    detectMs: down.detect,
    budgetWaitMs: down.budgetWait,
    powerOffMs: down.powerOff,
    bootMs: down.boot,
    reprovisionMs: down.reprovision,
    rejoinMs: down.rejoin,
    repairMs: down.repair,
    plannedMs: down.planned,
    resyncMs: storage.resyncMs,
    ...observer.fencings.counts,
    splitBrains: world.assumedReboots?.splitBrains ?? 0,
    refusals: observer.refusals,
    resyncBytes: Math.round(storage.resyncBytes),
    reducedRedundancyMs: storage.reducedRedundancyMs,
    dataUnavailableMs: storage.dataUnavailableMs,
    dataLostGroups: storage.dataLostGroups,
    ...storage.measures,
    pages: observer.pages,
    humanRepairs: observer.humanRepairs,
    podsMoved: workload.podsMoved,
    remediationCost: observer.remediationCost,
  };
  const history = observer.history;
  history.add(lost.workloadUnavailableMs);
  history.add(lost.lostReplicaMs);
  history.add(metrics.resyncBytes);
  for (const value of Object.values(metrics)) fingerprint.add(value);
  fingerprint.addText(history.digest());
  return {
    policy: policy.name,
    replication,
    durationMs: config.durationMs,
    metrics,
    workloads: workloads.filter(isTouched),
    faults: observer.faults,
    scriptFired: observer.scriptFired,
    ...(world.queues === undefined ? {} : { queues: world.queues.results() }),
    historyDigest: history.digest(),
    fingerprint: fingerprint.digest(),
    eventsProcessed: kernel.processed,
  };
}
