// Target T3: nodes that renew leases every 10 s, a monitor every 5 s with 40 s grace, faults by a stated generator, repair
// 302.5 s after detection. The product's own heartbeat grid and node monitor run; this file only brings the weather, draw
// for draw as the other simulators' programs do, so that beats, detections and their sum must be equal to the last digit.
//
// usage: node bench/node/heartbeats.ts [NODES SECONDS MTBF_HOURS [lazy|explicit]]

import { DEFAULT_KUBERNETES } from '../../sim/defaults.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { ExplicitNodeMonitor } from '../../sim/node/explicit-node-monitor.ts';
import { HeartbeatGrid } from '../../sim/node/heartbeats.ts';
import { LazyNodeMonitor } from '../../sim/node/node-monitor.ts';

const MODULUS = 2_147_483_647;
/** The other programs keep time in floating seconds. The models do not care what a tick is: here it is a microsecond. */
const TICKS_PER_SECOND = 1e6;
const REPAIR_AFTER_TICKS = 302.5 * TICKS_PER_SECOND;

const [nodesText = '5000', secondsText = '3600', mtbfText = '100', mode = 'lazy'] = process.argv.slice(2);
const nodes = Number(nodesText);
const horizonSeconds = Number(secondsText);
const mtbfSeconds = Number(mtbfText) * 3600;

const state = new Float64Array(nodes);
function draw(node: number): number {
  const next = ((state[node] ?? 0) * 48271) % MODULUS;
  state[node] = next;
  return next / MODULUS;
}
for (let node = 0; node < nodes; node++) {
  state[node] = ((node + 1) * 7919) % MODULUS;
  draw(node);
  draw(node);
}

const noJitter = { at: () => 0, next: () => 0 };
const kernel = new Kernel(0);
/** Seconds, as the other programs keep them: rounding happens only where events are made. */
const anchor = new Float64Array(nodes);
const fault = new Float64Array(nodes);
const down = new Uint8Array(nodes);
const unknown = new Uint8Array(nodes);
let beats = 0;
let detections = 0;
let detectionSum = 0;

const grids: HeartbeatGrid[] = [];
for (let node = 0; node < nodes; node++) {
  anchor[node] = draw(node) * 10;
  grids.push(
    new HeartbeatGrid({ periodMs: 10 * TICKS_PER_SECOND, jitterShare: 0 }, ticks(anchor[node] ?? 0), noJitter),
  );
}
const config = {
  ...DEFAULT_KUBERNETES,
  leaseRenewMs: 10 * TICKS_PER_SECOND,
  monitorPeriodMs: 5 * TICKS_PER_SECOND,
  // One tick more than 40 s: every program beside this one compares strictly, on passes that begin exactly on their grid.
  monitorGraceMs: 40 * TICKS_PER_SECOND + 1,
};
const Monitor = mode === 'lazy' ? LazyNodeMonitor : ExplicitNodeMonitor;
const gridOf = (node: number): HeartbeatGrid => grids[node] as HeartbeatGrid;
const monitor = new Monitor(
  kernel,
  config,
  { count: nodes, mayLose: false, of: gridOf },
  {
    stale: (node) => {
      unknown[node] = 1;
      detections++;
      detectionSum += kernel.nowMs / TICKS_PER_SECOND;
      kernel.schedule(kernel.nowMs + REPAIR_AFTER_TICKS, repaired, node);
    },
    beat: (node) => {
      unknown[node] = 0;
    },
    wantsBeat: (node) => unknown[node] === 1,
  },
);
const faults = kernel.register('fault', (node) => {
  monitor.stopped(node);
  kernel.schedule(ticks(missedBeat(node)), missed, node);
});
/** The other programs learn of a fault at the first beat that it swallows, and draw its kind there. */
const missed = kernel.register('first missed beat', (node) => {
  const atSeconds = missedBeat(node);
  beats += Math.round((atSeconds - (anchor[node] ?? 0)) / 10);
  if (draw(node) >= 0.5) {
    down[node] = 1;
    return;
  }
  const back = (fault[node] ?? 0) + 5 + 75 * draw(node);
  if (back <= atSeconds) {
    monitor.returned(node, false);
    healthyFrom(node, atSeconds);
  } else {
    anchor[node] = back;
    kernel.schedule(ticks(back), returned, node);
  }
});
const returned = kernel.register('back from a transient', (node) => {
  monitor.returned(node, true);
  healthyFrom(node, anchor[node] ?? 0);
});
const repaired = kernel.register('repaired', (node) => {
  if (down[node] === 0) return;
  down[node] = 0;
  monitor.returned(node, true);
  healthyFrom(node, kernel.nowMs / TICKS_PER_SECOND);
});

function ticks(seconds: number): number {
  return Math.round(seconds * TICKS_PER_SECOND);
}

/** First beat on the node's grid that its fault swallows. */
function missedBeat(node: number): number {
  const from = anchor[node] ?? 0;
  return from + 10 * Math.ceil(((fault[node] ?? 0) - from) / 10);
}

function healthyFrom(node: number, seconds: number): void {
  anchor[node] = seconds;
  fault[node] = seconds - Math.log(1 - draw(node)) * mtbfSeconds;
  if (missedBeat(node) < horizonSeconds) kernel.schedule(ticks(fault[node] ?? 0), faults, node);
  else beats += Math.ceil((horizonSeconds - seconds) / 10);
}

const before = process.cpuUsage();
monitor.start(() => undefined);
for (let node = 0; node < nodes; node++) healthyFrom(node, anchor[node] ?? 0);
// The other programs stop before the horizon, not at it.
kernel.runUntil(horizonSeconds * TICKS_PER_SECOND - 1);
const used = process.cpuUsage(before);
const cpuSeconds = (used.user + used.system) / 1e6;
process.stdout.write(
  `${JSON.stringify({
    tool: 'metaltwin',
    workload: `heartbeats-${nodes}-${secondsText}s-${mode}`,
    events: kernel.processed,
    cpu_s: Number(cpuSeconds.toFixed(4)),
    beats,
    detections,
    detsum: Math.round(detectionSum),
    maxrss_mb: Number((process.resourceUsage().maxRSS / 1024).toFixed(1)),
  })}\n`,
);
