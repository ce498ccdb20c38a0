// M/M/1 through the public Kernel API: arrivals at 0.8 per unit, service at 1 per unit; mean time in system must be near 5.
// usage: node bench/kernel/mm1.ts CUSTOMERS [callback|process]
// `process` runs one generator per customer that acquires a Resource, as SimPy does. One unit is 2^20 kernel ticks.

import { Kernel } from '../../sim/kernel/kernel.ts';
import { type Process, Processes } from '../../sim/kernel/process.ts';
import { cpuMeter } from './cpu-meter.ts';
import { exponential } from './xoshiro.ts';

const UNIT = 2 ** 20;
const ARRIVALS_PER_UNIT = 0.8;
const customers = Number(process.argv[2] ?? 1_000_000);
const mode = process.argv[3] ?? 'callback';

const kernel = new Kernel();
let served = 0;
let inSystem = 0;
const ticks = (units: number): number => Math.round(units * UNIT);

/** Arrival and departure handlers around a ring of arrival times. */
function withCallbacks(): void {
  const ring = new Float64Array(1 << 20);
  const mask = ring.length - 1;
  let head = 0;
  let tail = 0;
  const departure = kernel.register('departure', () => {
    inSystem += kernel.nowMs - (ring[head & mask] as number);
    head += 1;
    served += 1;
    if (head < tail) kernel.schedule(kernel.nowMs + ticks(exponential()), departure);
  });
  const arrival = kernel.register('arrival', () => {
    const idle = head === tail;
    ring[tail & mask] = kernel.nowMs;
    tail += 1;
    if (idle) kernel.schedule(kernel.nowMs + ticks(exponential()), departure);
    if (tail < customers) kernel.schedule(kernel.nowMs + ticks(exponential() / ARRIVALS_PER_UNIT), arrival);
  });
  kernel.schedule(ticks(exponential() / ARRIVALS_PER_UNIT), arrival);
}

/** One process per customer, one that lets them in. */
function withProcesses(): void {
  const processes = new Processes(kernel);
  const server = processes.resource(1);
  function* customer(): Process {
    const arrivedMs = kernel.nowMs;
    yield server;
    yield ticks(exponential());
    server.release();
    inSystem += kernel.nowMs - arrivedMs;
    served += 1;
  }
  function* source(): Process {
    for (let i = 0; i < customers; i++) {
      yield ticks(exponential() / ARRIVALS_PER_UNIT);
      processes.start(customer());
    }
  }
  processes.start(source());
}

if (mode === 'process') withProcesses();
else withCallbacks();
const meter = cpuMeter();
while (kernel.step());
const cpuSeconds = meter();

process.stdout.write(
  `${JSON.stringify({
    tool: 'metaltwin',
    workload: `mm1-${customers}-${mode}`,
    // Two per customer, as every program of this comparison counts; the process mode schedules more than that.
    events: 2 * customers,
    cpu_s: Number(cpuSeconds.toFixed(4)),
    ev_per_s: Math.round((2 * customers) / cpuSeconds),
    processed: kernel.processed,
    served,
    mean_time_in_system: Number((inSystem / UNIT / served).toFixed(3)),
  })}\n`,
);
