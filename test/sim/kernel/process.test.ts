// Processes: whole histories of small casts.

import { describe, expect, test } from 'vitest';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { type Process, Processes } from '../../../sim/kernel/process.ts';

describe('processes', () => {
  test('a process runs on after the time it yields', () => {
    const kernel = new Kernel(100);
    const processes = new Processes(kernel);
    const log: [number, string][] = [];
    function* clock(name: string, everyMs: number, times: number): Process {
      for (let i = 0; i < times; i++) {
        log.push([kernel.nowMs, name]);
        yield everyMs;
      }
    }
    processes.start(clock('slow', 10, 2));
    processes.start(clock('fast', 4, 3), 1);
    kernel.runUntil(1000);
    expect(log).toEqual([
      [100, 'slow'],
      [101, 'fast'],
      [105, 'fast'],
      [109, 'fast'],
      [110, 'slow'],
    ]);
    expect([processes.count, kernel.pending]).toEqual([0, 0]);
  });

  test('units of a resource are granted in the order of asking, at the instant of a release', () => {
    const kernel = new Kernel();
    const processes = new Processes(kernel);
    const crew = processes.resource(2);
    const log: string[] = [];
    function* job(name: string, workMs: number): Process {
      yield crew;
      log.push(`${kernel.nowMs} ${name} starts, ${crew.available} free, ${crew.queueLength} wait`);
      yield workMs;
      crew.release();
      log.push(`${kernel.nowMs} ${name} ends`);
    }
    // Oracle D12's shape: more jobs than hands.
    for (const [name, workMs] of [
      ['a', 5],
      ['b', 3],
      ['c', 4],
      ['d', 1],
    ] as const)
      processes.start(job(name, workMs));
    kernel.runUntil(100);
    expect(log).toEqual([
      '0 a starts, 1 free, 0 wait',
      '0 b starts, 0 free, 0 wait',
      '3 b ends',
      '3 c starts, 0 free, 1 wait',
      '5 a ends',
      '5 d starts, 0 free, 0 wait',
      '6 d ends',
      '7 c ends',
    ]);
    expect(crew.available).toBe(2);
  });

  test('a thousand waiting processes are served in order', () => {
    const kernel = new Kernel();
    const processes = new Processes(kernel);
    const server = processes.resource(1);
    const served: number[] = [];
    function* job(i: number): Process {
      yield server;
      yield 1;
      served.push(i);
      server.release();
    }
    for (let i = 0; i < 1000; i++) processes.start(job(i));
    kernel.runUntil(1000);
    expect(served).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  test('a resource without units is refused', () => {
    expect(() => new Processes(new Kernel()).resource(0)).toThrow('capacity is 1 or more, not 0');
  });
});
