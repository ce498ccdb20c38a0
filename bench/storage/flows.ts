// Changes per second of flows that share one bandwidth: so many flows at any time, each of which is followed by another when it ends, and some
// that are stopped early and started again. Every start, end and stop changes all rates. The sum of all ends goes into the result, so that
// nothing is optimised away.
//
// usage: node bench/storage/flows.ts [flows] [changes] [different caps]

import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { SharedBandwidth } from '../../sim/storage/shared-bandwidth.ts';
import { cpuMeter } from '../kernel/cpu-meter.ts';

const [FLOWS = 20_000, CHANGES = 1_000_000, CAPS = 8] = process.argv.slice(2).map(Number);
const MEAN_BYTES = 4e9;

function changesPerSecond(): { readonly rate: number; readonly sum: number } {
  const kernel = new Kernel();
  const sizes = new Draws(rootKey('flows'), 1).stream('flows', 'bytes');
  const capOf = (owner: number): number => 50e6 * (1 + (owner % CAPS));
  let changes = 0;
  let sum = 0;
  const start = (owner: number): void => {
    changes += 1;
    shared.start(owner, -MEAN_BYTES * Math.log1p(-sizes.next()), capOf(owner));
  };
  const shared = new SharedBandwidth(kernel, FLOWS * 100e6, (owner) => {
    changes += 1;
    sum += kernel.nowMs;
    // One in eight is followed by two changes more: stopped at once, and begun again.
    start(owner);
    if (owner % 8 !== 0) return;
    changes += 1;
    shared.stop(owner);
    start(owner);
  });
  for (let owner = 0; owner < FLOWS; owner++) start(owner);
  const cpuSeconds = cpuMeter();
  const first = changes;
  while (changes < first + CHANGES && kernel.step()) {
    // Every step announces what ended.
  }
  return { rate: Math.round((changes - first) / cpuSeconds()), sum };
}

const { rate, sum } = changesPerSecond();
process.stdout.write(
  `${JSON.stringify({ workload: 'flows', flows: FLOWS, caps: CAPS, changesPerSecond: rate, microsecondsPerChange: Number((1e6 / rate).toFixed(2)), sum })}\n`,
);
