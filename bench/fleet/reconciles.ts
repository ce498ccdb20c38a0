// Target T10: reconciles per second through the path of the live controllers: store, view, watches, work queue, decision,
// guarded actions, writes, own writes seen. The controllers are those of an OpenShift cluster; of the world there is only what
// moves them: a Node falls silent, power follows commands after five seconds, a powered-on host registers its Node again.
//
// usage: node bench/fleet/reconciles.ts [NODES INCIDENTS]

import { BARE_METAL_HOST } from '../../core/api/bare-metal-host.ts';
import { NODE, type Node } from '../../core/api/node.ts';
import type { ObjectKey } from '../../core/api/object.ts';
import type { Bmc } from '../../core/ports/bmc.ts';
import { Runtime } from '../../core/runtime/runtime.ts';
import { CachedView } from '../../sim/api-server/cached-view.ts';
import { KNOWN_KINDS, optionsOf } from '../../sim/api-server/known-kinds.ts';
import { StoreWriter } from '../../sim/api-server/kube-writer.ts';
import { ObjectStore } from '../../sim/api-server/object-store.ts';
import { isOf } from '../../sim/api-server/typed-change.ts';
import { controllersOf, unwatchedKinds } from '../../sim/controllers.ts';
import { SimulatedFenceAgents } from '../../sim/host/fence-agents.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { clockOf } from '../../test/kit/core-bench.ts';
import { SimpleBmc } from '../../test/kit/simple-bmc.ts';
import { SimpleProvisioner } from '../../test/kit/simple-provisioner.ts';
import { cpuMeter } from '../kernel/cpu-meter.ts';
import { hangingFleet } from './hanging-fleet.ts';

const POWER_MS = 5_000;
const BOOT_MS = 120_000;
/** From one incident to the next: the flow of one is over by then. */
const BETWEEN_MS = 3_600_000;

const [nodes = 1000, incidents = 20_000] = process.argv.slice(2).map(Number);
const { config, policy } = hangingFleet({ nodes, days: 365, hangsPerNodeYear: 0 });

const kernel = new Kernel(config.startMs);
const store = new ObjectStore(kernel, new Draws(rootKey('reconciles'), 0).stream('api-server', 'names'));
for (const kind of KNOWN_KINDS) store.register(kind, optionsOf(kind));
store.load([...config.objects, ...policy.objects]);

/** Nodes as they were before their last change: those that are deleted are put back so. */
const lastKnown = new Map<string, Node>();
store.tap(
  (change) => {
    if (isOf(change, NODE) && change.before !== undefined) lastKnown.set(change.before.metadata.name, change.before);
  },
  [NODE],
);

const hosts = new SimpleBmc(
  kernel,
  { powerOffMs: POWER_MS, powerOnMs: POWER_MS, answerMs: 0, timeoutMs: 30_000 },
  (host, power) => {
    if (power === 'on') kernel.call(kernel.nowMs + BOOT_MS, () => bootNode(host));
  },
);

/** Power changes by command only, so that a standing poll has nothing to tell. */
const bmc: Bmc = {
  setPower: (command, ended) => hosts.setPower(command, ended),
  observePower: (host, done) => hosts.observePower(host, done),
  watchPower: () => () => undefined,
};

/** Hosts and Nodes of generated clusters have the same names. */
function bootNode({ name }: ObjectKey): void {
  const node = lastKnown.get(name);
  if (node === undefined) throw new Error(`${name} had a Node before it was powered off`);
  store.create(
    NODE,
    { ...node, metadata: { name, labels: node.metadata.labels ?? {} } },
    { initialStatus: node.status },
  );
  setReady(name, 'True');
}

function setReady(name: string, status: 'True' | 'Unknown'): void {
  const outcome = store.update(NODE, { namespace: '', name }, 'status', (node) => ({
    ...node,
    status: {
      ...node.status,
      conditions: (node.status?.conditions ?? []).map((condition) =>
        condition.type === 'Ready' ? { ...condition, status, lastTransitionTime: READY_SINCE } : condition,
      ),
    },
  }));
  if (outcome.kind !== 'done') throw new Error(`Node ${name} is there when it falls silent`);
}

/** Long ago: the health check acts at once. */
const READY_SINCE = '2026-01-01T00:00:00Z';

const controllers = controllersOf(config, policy);
const view = new CachedView(store, kernel, { lagMs: 2, without: unwatchedKinds(controllers) });
const runtime = new Runtime(
  {
    clock: clockOf(kernel),
    view,
    writer: new StoreWriter(store),
    bmc,
    provisioner: new SimpleProvisioner(kernel, BOOT_MS),
    fenceAgents: new SimulatedFenceAgents(kernel, store, bmc),
    recorder: { decided: () => undefined, performed: () => undefined, event: () => undefined },
  },
  { forgetMemory: false, atBoundary: undefined },
);
for (const controller of controllers) runtime.add(controller);
runtime.start();
const names = store.list(BARE_METAL_HOST).flatMap(({ metadata: { name } }) => {
  return store.get(NODE, { namespace: '', name }) === undefined ? [] : [name];
});

function strike(from: number, until: number): number {
  const cpuSeconds = cpuMeter();
  for (let at = from; at < until; at++) {
    setReady(names[(at * 7919) % names.length] ?? '', 'Unknown');
    kernel.runUntil(kernel.nowMs + BETWEEN_MS);
  }
  return cpuSeconds();
}

strike(0, incidents >> 2);
const decidedBefore = runtime.decided;
const versionBefore = store.resourceVersion;
const used = strike(incidents >> 2, incidents + (incidents >> 2));
const decisions = runtime.decided - decidedBefore;
if (names.some((name) => store.get(NODE, { namespace: '', name }) === undefined)) throw new Error('every Node is back');
process.stdout.write(
  `${JSON.stringify({
    tool: 'metaltwin',
    workload: `reconciles, ${names.length} nodes, ${incidents} incidents`,
    decisions,
    decisions_per_incident: Number((decisions / incidents).toFixed(2)),
    writes_per_incident: Number(((store.resourceVersion - versionBefore) / incidents).toFixed(2)),
    us_per_incident: Number(((used * 1e6) / incidents).toFixed(1)),
    decisions_per_cpu_s: Math.round(decisions / used),
  })}\n`,
);
