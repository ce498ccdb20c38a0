// What reaches a process that stands still: everything later, in order, but for what was taken back meanwhile.

import { expect, test } from 'vitest';
import { gatedBmc, gatedClock, PauseGate } from '../../../sim/faults/pause-gate.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { clockOf } from '../../kit/core-bench.ts';
import { SimpleBmc } from '../../kit/simple-bmc.ts';

const HOST = { namespace: 'ns', name: 'h' };
const BMC = { powerOffMs: 50, powerOnMs: 50, answerMs: 10, timeoutMs: 1_000 };

function bench() {
  const kernel = new Kernel(0);
  const gate = new PauseGate();
  const heard: string[] = [];
  const note = (what: string) => () => heard.push(`${kernel.nowMs} ${what}`);
  return { kernel, gate, heard, note, clock: gatedClock(gate, clockOf(kernel)) };
}

test('calls go through while it runs, and wait in their order while it stands still', () => {
  const { kernel, gate, heard, note, clock } = bench();
  clock.wakeAt(5, note('early'));
  clock.wakeAt(30, note('second'));
  clock.wakeAt(20, note('first'));
  kernel.call(10, () => gate.close());
  kernel.call(100, () => gate.open());
  clock.wakeAt(110, note('late'));
  kernel.runUntil(200);
  expect(heard).toEqual(['5 early', '100 first', '100 second', '110 late']);
});

test('a wake-up that was taken back while it waited does not come', () => {
  const { kernel, gate, heard, note, clock } = bench();
  const cancel = clock.wakeAt(20, note('taken back'));
  gate.close();
  kernel.runUntil(50);
  cancel();
  gate.open();
  expect(heard).toEqual([]);
});

test('a poll that was stopped while its reading waited does not tell it', () => {
  const { kernel, gate, heard, note } = bench();
  const bmc = gatedBmc(gate, new SimpleBmc(kernel, BMC, () => undefined));
  gate.close();
  const stop = bmc.watchPower(HOST, 1_000, note('stopped'));
  bmc.watchPower(HOST, 1_000, note('kept'));
  kernel.runUntil(500);
  stop();
  gate.open();
  expect(heard).toEqual(['500 kept']);
});

test('what waited for a process that died is gone', () => {
  const { kernel, gate, heard, note, clock } = bench();
  clock.wakeAt(20, note('to the dead'));
  gate.close();
  kernel.runUntil(50);
  gate.reset();
  gate.open();
  clock.wakeAt(60, note('to the successor'));
  kernel.runUntil(100);
  expect(heard).toEqual(['60 to the successor']);
});
