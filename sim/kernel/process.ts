// Processes: generators over the kernel, for behaviour that reads better as a story than as handlers. A process yields how
// long to wait, or a Resource whose unit it wants; it runs on when the time has come or the unit is its own.

import type { Kernel, Opcode } from './kernel.ts';

/** Yield a number of milliseconds (integer, 0 or more) to wait, or a Resource to acquire one unit of it. */
export type Process = Generator<number | Resource, void, void>;

export class Processes {
  private readonly kernel: Kernel;
  private readonly opcode: Opcode;
  private readonly alive: (Process | undefined)[] = [];
  private readonly free: number[] = [];

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.opcode = kernel.register('process', (id) => this.advance(id));
  }

  /** Processes started and not yet finished. */
  get count(): number {
    return this.alive.length - this.free.length;
  }

  /** Starts a process: its first step runs as an event `delayMs` from now. */
  start(process: Process, delayMs = 0): void {
    const id = this.free.pop() ?? this.alive.length;
    this.alive[id] = process;
    this.wake(id, delayMs);
  }

  /** A resource with `capacity` units, granted in the order of asking. */
  resource(capacity: number): Resource {
    return new Resource(capacity, (id) => this.wake(id, 0));
  }

  private wake(id: number, delayMs: number): void {
    this.kernel.schedule(this.kernel.nowMs + delayMs, this.opcode, id);
  }

  private advance(id: number): void {
    const process = this.alive[id];
    if (process === undefined) throw new Error(`process ${id} was woken after its end`);
    for (;;) {
      const step = process.next();
      if (step.done === true) {
        this.alive[id] = undefined;
        this.free.push(id);
        return;
      }
      if (typeof step.value === 'number') {
        this.wake(id, step.value);
        return;
      }
      if (!step.value.acquire(id)) return;
    }
  }
}

/** Units that processes hold one at a time: `yield resource` to acquire, `resource.release()` to give back. */
export class Resource {
  private readonly granted: (id: number) => void;
  private readonly waiting = new Fifo();
  private units: number;

  /** @param granted called with the id of a waiting process when a released unit became its own. */
  constructor(capacity: number, granted: (id: number) => void) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError(`capacity is 1 or more, not ${capacity}`);
    this.units = capacity;
    this.granted = granted;
  }

  /** Units that nobody holds. */
  get available(): number {
    return this.units;
  }

  get queueLength(): number {
    return this.waiting.length;
  }

  /** For Processes: true when the process got a unit at once, else it waits its turn. */
  acquire(id: number): boolean {
    if (this.units > 0) {
      this.units -= 1;
      return true;
    }
    this.waiting.push(id);
    return false;
  }

  release(): void {
    if (this.waiting.length > 0) this.granted(this.waiting.shift());
    else this.units += 1;
  }
}

/** First in, first out, in a ring that doubles when full. */
class Fifo {
  private ring = new Int32Array(16);
  private head = 0;
  length = 0;

  push(id: number): void {
    if (this.length === this.ring.length) this.grow();
    this.ring[(this.head + this.length) & (this.ring.length - 1)] = id;
    this.length += 1;
  }

  shift(): number {
    const id = this.ring[this.head] as number;
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.length -= 1;
    return id;
  }

  private grow(): void {
    const larger = new Int32Array(this.ring.length * 2);
    for (let i = 0; i < this.length; i++) larger[i] = this.ring[(this.head + i) & (this.ring.length - 1)] as number;
    this.ring = larger;
    this.head = 0;
  }
}
