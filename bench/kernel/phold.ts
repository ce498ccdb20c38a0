// PHOLD through the public Kernel API: N logical processes with one event each; an event counts itself and schedules one at
// a uniformly drawn process after Exp(1). usage: node bench/kernel/phold.ts N EVENTS [cancel SHARE]
// One unit of time is 2^20 ticks of the kernel, so that integer time stays fine enough for the reference end time
// (1,000 processes, 2e6 events: 2002.4235). `cancel SHARE` also schedules and takes back that share of extra events.

import { Kernel } from '../../sim/kernel/kernel.ts';
import { cpuMeter } from './cpu-meter.ts';
import { exponential, next32 } from './xoshiro.ts';

const UNIT = 2 ** 20;
const processes = Number(process.argv[2] ?? 1000);
const events = Number(process.argv[3] ?? 2_000_000);
const cancelShare = process.argv[4] === 'cancel' ? Number(process.argv[5] ?? 0.3) : 0;

const kernel = new Kernel();
const hits = new Int32Array(processes);
let cancelled = 0;
const visit = kernel.register('visit', (process) => {
  hits[process] = (hits[process] as number) + 1;
  if (cancelShare > 0 && next32() < cancelShare * 4294967296) {
    const handle = kernel.schedule(kernel.nowMs + Math.round(exponential() * UNIT), visit, process);
    if (kernel.cancel(handle)) cancelled += 1;
  }
  const delay = Math.round(exponential() * UNIT);
  kernel.schedule(kernel.nowMs + delay, visit, ((next32() * processes) / 4294967296) | 0);
});
for (let i = 0; i < processes; i++) kernel.schedule(Math.round(exponential() * UNIT), visit, i);

const meter = cpuMeter();
while (kernel.processed < events) kernel.step();
const cpuSeconds = meter();

let checksum = 0;
for (let i = 0; i < processes; i++) checksum = (Math.imul(checksum, 31) + (hits[i] as number)) | 0;
process.stdout.write(
  `${JSON.stringify({
    tool: 'metaltwin',
    workload: `phold-${processes}${cancelShare > 0 ? `-cancel${cancelShare}` : ''}`,
    events: kernel.processed,
    cpu_s: Number(cpuSeconds.toFixed(4)),
    ev_per_s: Math.round(kernel.processed / cpuSeconds),
    now: Number((kernel.nowMs / UNIT).toFixed(4)),
    checksum,
    cancelled,
    pending: kernel.pending,
  })}\n`,
);
