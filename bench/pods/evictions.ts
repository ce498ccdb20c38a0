// What pods cost: time and memory to build a cluster that is full of them, and processor time per eviction through the
// eviction API, disruption budget, kubelet, owner, scheduler and start of the successor. One JSON line.
//
// usage: node bench/pods/evictions.ts [NODES [PODS_PER_NODE [EVICTIONS]]]

import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { keyOf, type ObjectKey } from '../../core/api/object.ts';
import { POD } from '../../core/api/workload.ts';
import type { SimConfig } from '../../sim/config.ts';
import { World } from '../../sim/world.ts';
import { quietFleet, WEB_REPLICAS, webPods } from '../fleet/quiet-fleet.ts';
import { cpuMeter } from '../kernel/cpu-meter.ts';

const [nodes = 5000, podsPerNode = 20, evictions = 2000] = process.argv.slice(2).map(Number);

setFlagsFromString('--expose_gc');
const collect: () => void = runInNewContext('gc');

function heapBytes(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

function configOf(nodes: number, pods: number): SimConfig {
  return quietFleet({ nodes, days: 30, workloads: webPods(pods), policies: [{ name: 'none', files: [] }] }).config;
}

function started(config: SimConfig): World {
  const world = new World(config, { name: 'none', objects: [] }, 1, undefined);
  world.storage.start();
  world.lifecycle.start();
  world.workload.start();
  world.machines.start();
  world.weather.start();
  return world;
}

/** Bytes that stay of building a world of so many pods, and how long it took. */
function built(pods: number): { readonly world: World; readonly bytes: number; readonly buildMs: number } {
  const beforeBytes = heapBytes();
  const startedAt = performance.now();
  const world = started(configOf(nodes, pods));
  const buildMs = performance.now() - startedAt;
  return { world, bytes: heapBytes() - beforeBytes, buildMs };
}

// Once small, so that code and shapes do not count as pods.
started(configOf(100, 2000));
const pods = nodes * podsPerNode;
const empty = built(0).bytes;
const { world, bytes, buildMs } = built(pods);

const keys: ObjectKey[] = world.store.list(POD).map(keyOf);
// At most one pod of a workload, so that no budget refuses.
const stride = Math.max(WEB_REPLICAS, Math.floor(keys.length / evictions));
const chosen = keys.filter((_, index) => index % stride === 0).slice(0, evictions);

/** One eviction a second; returns processor seconds. */
function evict(list: readonly ObjectKey[]): number {
  const meter = cpuMeter();
  for (const key of list) {
    world.store.evict(key);
    world.kernel.runUntil(world.kernel.nowMs + 1000);
  }
  world.kernel.runUntil(world.kernel.nowMs + 120_000);
  return meter();
}

const half = Math.floor(chosen.length / 2);
evict(chosen.slice(0, half));
const version = world.store.resourceVersion;
const events = world.kernel.processed;
const spent = evict(chosen.slice(half));
const measured = chosen.length - half;
process.stdout.write(
  `${JSON.stringify({
    nodes,
    pods: keys.length,
    build_ms: Math.round(buildMs),
    bytes_per_node: Math.round(empty / nodes),
    bytes_per_pod: Math.round((bytes - empty) / keys.length),
    us_per_eviction: Math.round((spent * 1e7) / measured) / 10,
    writes_per_eviction: Math.round(((world.store.resourceVersion - version) / measured) * 10) / 10,
    events_per_eviction: Math.round(((world.kernel.processed - events) / measured) * 10) / 10,
  })}\n`,
);
