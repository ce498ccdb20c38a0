// Kernel: the loop of discrete-event simulation. An event is (atMs, priority, sequence) plus an opcode and two integers;
// the earliest runs first, lower priority numbers first at one instant, and in order of scheduling otherwise. Knows nothing
// of what events mean, reads no clock, draws no chance. Drivers share `step`.

import { EventQueue } from './event-queue.ts';

/** Names a registered handler. */
export type Opcode = number;
/** Names one scheduled event for ever: never reused, so a stale handle is harmless. */
export type EventHandle = number;
export type EventHandler = (a: number, b: number) => void;

/** Opcodes of the kernel's own; registered ones follow. */
const CANCELLED = 0;
const CLOSURE = 1;

/** Columns of a record. The generation moves on when a record ends, so that handles to it go stale. */
const OPCODE = 0;
/** In the opcode of an event that is later than others of its instant, so that those of no priority pay nothing for it. */
const LATER = 1 << 30;
const A = 1;
const B = 2;
const GENERATION = 3;
const STRIDE_LOG2 = 2;

/** order = priority * SEQUENCES + sequence stays an exact integer below 2^53. */
const SEQUENCES = 2 ** 44;
const PRIORITY_LIMIT = 256;
/** handle = generation * SLOTS + slot, exact below 2^53 for 2^27 generations of every slot. */
const SLOTS = 2 ** 26;
const FIRST_SLOTS = 64;
/** Beyond this a handle is no small integer for V8, which would otherwise compile for one and discard that code later. */
const FIRST_GENERATION = 64;
/** Cancelled events are swept out once they outnumber the live ones and this. */
const SWEEP_ABOVE = 1024;

export class Kernel {
  private readonly queue = new EventQueue();
  private readonly handlers: EventHandler[] = [noHandler, noHandler];
  private readonly names: string[] = ['cancelled', 'closure'];
  private readonly closures: ((() => void) | undefined)[] = [];
  private records = new Int32Array(FIRST_SLOTS << STRIDE_LOG2);
  private free = new Int32Array(FIRST_SLOTS);
  private freeCount = 0;
  private slotCount = 0;
  private sequence = 0;
  private cancelled = 0;
  private executed = 0;
  private now: number;
  /** The latest order of an event that ran with a priority above 0, and its instant. */
  private turn = 0;
  private turnAtMs = Number.NEGATIVE_INFINITY;

  /** @param startMs integer instant at which virtual time begins. */
  constructor(startMs = 0) {
    this.now = checkedStart(startMs);
    this.addSlots(FIRST_SLOTS);
  }

  /** Virtual time: the instant of the event being executed, or the end of the last `runUntil`. */
  get nowMs(): number {
    return this.now;
  }

  /** Whether events of this priority, 0 or above, had their turn at this instant: one of a later priority runs, or ran. */
  hasPassed(priority: number): boolean {
    return this.turnAtMs === this.now && this.turn >= (priority + 1) * SEQUENCES;
  }

  /** Events executed so far; cancelled ones never count. */
  get processed(): number {
    return this.executed;
  }

  /** Events scheduled and neither executed nor cancelled. */
  get pending(): number {
    return this.queue.size - this.cancelled;
  }

  /** Instant of the next event, or Infinity. Lets a driver outside pace the simulation without looking inside. */
  get nextAtMs(): number {
    while (this.queue.size > 0 && this.records[this.queue.firstSlot << STRIDE_LOG2] === CANCELLED) this.executeFirst();
    return this.queue.firstTime;
  }

  /** Makes a handler known under a new opcode. The name appears in errors only. */
  register(name: string, handler: EventHandler): Opcode {
    this.handlers.push(handler);
    this.names.push(name);
    return this.handlers.length - 1;
  }

  /**
   * Schedules the handler of `opcode` to run at `atMs` with two 32-bit integers.
   * Throws a RangeError for an instant that is past or no integer, an unknown opcode, an operand that is no 32-bit integer,
   * or a priority outside -256..255: all are mistakes of the caller.
   */
  schedule(atMs: number, opcode: Opcode, a = 0, b = 0, priority = 0): EventHandle {
    if (opcode <= CLOSURE || opcode >= this.handlers.length) throw new RangeError(`unknown opcode ${opcode}`);
    if ((a | 0) !== a || (b | 0) !== b) throw new RangeError(`operands of '${this.names[opcode]}' are 32-bit integers`);
    return this.enqueue(atMs, opcode, a, b, priority);
  }

  /** Schedules a closure. For the edge, where few are pending: a waiting closure costs the garbage collector. */
  call(atMs: number, run: () => void, priority = 0): EventHandle {
    const handle = this.enqueue(atMs, CLOSURE, 0, 0, priority);
    this.closures[handle % SLOTS] = run;
    return handle;
  }

  /** Takes an event back. False when it was executed or cancelled before. */
  cancel(handle: EventHandle): boolean {
    const slot = handle % SLOTS;
    const record = slot << STRIDE_LOG2;
    const generation = (handle - slot) / SLOTS;
    if (slot >= this.slotCount || this.records[record + GENERATION] !== generation) return false;
    if (((this.records[record + OPCODE] as number) & ~LATER) === CLOSURE) this.closures[slot] = undefined;
    this.records[record + OPCODE] = CANCELLED;
    this.records[record + GENERATION] = generation + 1;
    this.cancelled += 1;
    if (this.cancelled > SWEEP_ABOVE && this.cancelled > this.queue.size / 2) this.sweep();
    return true;
  }

  /** Executes the next event and moves `nowMs` to its instant; false when nothing is pending. */
  step(): boolean {
    while (this.queue.size > 0) {
      if (this.executeFirst()) return true;
    }
    return false;
  }

  /** Executes every event with atMs <= `untilMs`, those scheduled meanwhile included, and leaves `nowMs` there. */
  runUntil(untilMs: number): void {
    if (!Number.isSafeInteger(untilMs) || untilMs < this.now) throw new RangeError(`cannot run until ${untilMs}`);
    const queue = this.queue;
    while (queue.firstTime <= untilMs) this.executeFirst();
    this.now = untilMs;
  }

  /** Forgets all pending events and counts and starts again at `startMs`; handlers stay, old handles go stale. */
  reset(startMs: number): void {
    this.now = checkedStart(startMs);
    this.turnAtMs = Number.NEGATIVE_INFINITY;
    this.queue.retain((slot) => {
      this.closures[slot] = undefined;
      this.release(slot);
      return false;
    });
    this.sequence = 0;
    this.cancelled = 0;
    this.executed = 0;
  }

  /** Removes the first entry of the queue and runs it; false when it had been cancelled. */
  private executeFirst(): boolean {
    const { queue, records } = this;
    const slot = queue.firstSlot;
    const atMs = queue.firstTime;
    const record = slot << STRIDE_LOG2;
    const code = records[record + OPCODE] as number;
    const opcode = code & ~LATER;
    const a = records[record + A] as number;
    const b = records[record + B] as number;
    queue.pop();
    this.release(slot);
    if (opcode === CANCELLED) {
      this.cancelled -= 1;
      return false;
    }
    if (code !== opcode) this.takeTurn(atMs, queue.orderAt(slot));
    this.now = atMs;
    this.executed += 1;
    if (opcode === CLOSURE) this.runClosure(slot);
    else (this.handlers[opcode] as EventHandler)(a, b);
    return true;
  }

  private takeTurn(atMs: number, order: number): void {
    if (atMs === this.turnAtMs && order <= this.turn) return;
    this.turnAtMs = atMs;
    this.turn = order;
  }

  private runClosure(slot: number): void {
    const run = this.closures[slot];
    this.closures[slot] = undefined;
    run?.();
  }

  private enqueue(atMs: number, opcode: Opcode, a: number, b: number, priority: number): EventHandle {
    if (!(atMs >= this.now) || Math.floor(atMs) !== atMs || atMs === Infinity) {
      throw new RangeError(`events need an integer instant from ${this.now} on, not ${atMs}`);
    }
    if ((priority | 0) !== priority || priority < -PRIORITY_LIMIT || priority >= PRIORITY_LIMIT) {
      throw new RangeError(`priority is an integer from -256 to 255, not ${priority}`);
    }
    if (this.freeCount === 0) this.addSlots(this.slotCount * 2);
    this.freeCount -= 1;
    const slot = this.free[this.freeCount] as number;
    const record = slot << STRIDE_LOG2;
    const records = this.records;
    records[record + OPCODE] = priority > 0 ? opcode | LATER : opcode;
    records[record + A] = a;
    records[record + B] = b;
    this.sequence += 1;
    this.queue.push(atMs, priority * SEQUENCES + this.sequence, slot);
    return (records[record + GENERATION] as number) * SLOTS + slot;
  }

  private release(slot: number): void {
    const generation = (slot << STRIDE_LOG2) + GENERATION;
    this.records[generation] = (this.records[generation] as number) + 1;
    this.free[this.freeCount] = slot;
    this.freeCount += 1;
  }

  private sweep(): void {
    this.queue.retain((slot) => {
      if (this.records[(slot << STRIDE_LOG2) + OPCODE] !== CANCELLED) return true;
      this.release(slot);
      return false;
    });
    this.cancelled = 0;
  }

  private addSlots(total: number): void {
    if (total > SLOTS) throw new RangeError(`more than ${this.slotCount} events pending`);
    const records = new Int32Array(total << STRIDE_LOG2);
    records.set(this.records.subarray(0, total << STRIDE_LOG2));
    this.records = records;
    this.free = new Int32Array(total);
    for (let slot = total - 1; slot >= this.slotCount; slot--) {
      records[(slot << STRIDE_LOG2) + GENERATION] = FIRST_GENERATION;
      this.free[this.freeCount] = slot;
      this.freeCount += 1;
    }
    this.slotCount = total;
  }
}

function checkedStart(startMs: number): number {
  if (!Number.isSafeInteger(startMs)) throw new RangeError(`virtual time starts at an integer, not ${startMs}`);
  return startMs;
}

function noHandler(): void {
  throw new Error('this opcode belongs to the kernel');
}
