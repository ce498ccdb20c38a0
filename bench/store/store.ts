// How fast the store takes writes and answers reads: one JSON line. Run: node bench/store/store.ts

import { performance } from 'node:perf_hooks';
import { type Machine, OPENSHIFT_MACHINE } from '../../core/api/machine.ts';
import { isReady, NODE, type Node } from '../../core/api/node.ts';
import type { IndexSpec } from '../../core/ports/cluster-view.ts';
import { CachedView } from '../../sim/api-server/cached-view.ts';
import { ObjectStore } from '../../sim/api-server/object-store.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';

const NODES = 5000;
const ROUNDS = 1_000_000;

const nodesByReadiness: IndexSpec<Node> = {
  name: 'nodes-by-readiness',
  of: NODE,
  values: (node) => (isReady(node) ? READY : NOT_READY),
};
const nodesByMachine: IndexSpec<Node> = {
  name: 'nodes-by-machine',
  of: NODE,
  values: (node) => [node.spec?.providerID ?? ''],
};
/** Depends on another kind: a Machine stands under the readiness of its Node. */
const machinesByHealth: IndexSpec<Machine> = {
  name: 'machines-by-health',
  of: OPENSHIFT_MACHINE,
  values(machine, view) {
    const node = view.get(NODE, { namespace: '', name: machine.metadata.name });
    return node !== undefined && isReady(node) ? READY : NOT_READY;
  },
  dependsOn: [
    {
      kind: NODE,
      primaries: ({ before, after }) => [{ namespace: 'metal', name: (after ?? before)?.metadata.name ?? '' }],
    },
  ],
};
const READY = ['ready'];
const NOT_READY = ['not-ready'];
const TRUE = [{ type: 'Ready', status: 'True' }] as const;
const FALSE = [{ type: 'Ready', status: 'Unknown' }] as const;

function freshStore(kernel: Kernel): ObjectStore {
  const store = new ObjectStore(kernel, new Draws(rootKey('bench'), 0).stream('api', 'names'));
  store.register(NODE, { statusSubresource: true });
  store.register(OPENSHIFT_MACHINE, { statusSubresource: true });
  const objects = [];
  for (let i = 0; i < NODES; i++) {
    const name = `node-${i}`;
    const stamps = { uid: `uid-${i}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
    objects.push({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, ...stamps, labels: { zone: `rack-${i % 20}` } },
      spec: { providerID: `metal3://${name}` },
      status: { conditions: TRUE },
    });
    objects.push({
      apiVersion: 'machine.openshift.io/v1beta1',
      kind: 'Machine',
      metadata: { name, namespace: 'metal', ...stamps, uid: `machine-${i}`, generation: 1 },
      spec: {},
    });
  }
  store.load(objects);
  return store;
}

function nanosecondsPer(rounds: number, run: (round: number) => void): number {
  for (let i = 0; i < rounds / 5; i++) run(i);
  const from = performance.now();
  for (let i = 0; i < rounds; i++) run(i);
  return Math.round(((performance.now() - from) * 1e6) / rounds);
}

const KEYS = Array.from({ length: NODES }, (_, i) => ({ namespace: '', name: `node-${i}` }));

function flip(store: ObjectStore): (round: number) => void {
  return (round) => {
    const key = KEYS[round % NODES];
    if (key === undefined) return;
    store.update(NODE, key, 'status', (node) => ({
      ...node,
      status: { ...node.status, conditions: node.status?.conditions === TRUE ? FALSE : TRUE },
    }));
  };
}

function updates(listeners: number, indexes: readonly IndexSpec[]): number {
  const store = freshStore(new Kernel());
  for (const index of indexes) store.addIndex(index);
  let heard = 0;
  for (let i = 0; i < listeners; i++) {
    store.tap((change) => {
      heard += change.resourceVersion & 1;
    });
  }
  return nanosecondsPer(ROUNDS, flip(store)) + (heard < 0 ? 1 : 0);
}

function throughView(): number {
  const kernel = new Kernel();
  const store = freshStore(kernel);
  const view = new CachedView(store, kernel, { lagMs: 5 });
  view.addIndex(nodesByMachine);
  view.addIndex(machinesByHealth);
  const write = flip(store);
  return nanosecondsPer(ROUNDS, (round) => {
    write(round);
    kernel.runUntil(kernel.nowMs + 1);
  });
}

function reads(): { readonly get: number; readonly byIndex: number; readonly countByIndex: number } {
  const store = freshStore(new Kernel());
  store.addIndex(nodesByMachine);
  store.addIndex(machinesByHealth);
  const values = KEYS.map(({ name }) => `metal3://${name}`);
  let found = 0;
  const get = nanosecondsPer(ROUNDS, (round) => {
    const key = KEYS[(round * 7) % NODES];
    if (key !== undefined && store.get(NODE, key) !== undefined) found += 1;
  });
  const byIndex = nanosecondsPer(ROUNDS, (round) => {
    found += store.byIndex(nodesByMachine, values[(round * 7) % NODES] ?? '').length;
  });
  const countByIndex = nanosecondsPer(ROUNDS, () => {
    found += store.countByIndex(machinesByHealth, 'ready');
  });
  return { get, byIndex, countByIndex: countByIndex + (found < 0 ? 1 : 0) };
}

function setUp(): { readonly loadUs: number; readonly viewUs: number } {
  const times: number[] = [];
  const viewTimes: number[] = [];
  for (let i = 0; i < 20; i++) {
    const kernel = new Kernel();
    const from = performance.now();
    const store = freshStore(kernel);
    const loaded = performance.now();
    const view = new CachedView(store, kernel, { lagMs: 5 });
    times.push(loaded - from);
    viewTimes.push(performance.now() - loaded + Math.min(0, view.seenResourceVersion));
  }
  return { loadUs: Math.round(median(times) * 1000), viewUs: Math.round(median(viewTimes) * 1000) };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

process.stdout.write(
  `${JSON.stringify({
    bench: 'store',
    nodes: NODES,
    unit: 'ns',
    updateNoListener: updates(0, []),
    updateOneListener: updates(1, []),
    updateFiveListeners: updates(5, []),
    updateThreeIndexesOneListener: updates(1, [nodesByReadiness, nodesByMachine, machinesByHealth]),
    updateThroughView: throughView(),
    ...reads(),
    ...setUp(),
  })}\n`,
);
