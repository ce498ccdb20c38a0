// SharedBandwidth: transfers that share one capacity equally, none faster than its own cap (egalitarian processor sharing,
// oracle D14). Exact: nothing happens between changes, so rates are recomputed only when a flow starts, ends or is stopped.
//
// Flows of one cap always move equally fast. They form a class with one clock, the work that each of them has done by now, and a
// flow's end is a fixed reading of that clock: time that passes moves one number per class, and a change costs O(log n + caps) for
// n flows with so many different caps.
//
// Divergence from reality: rates change at once, without TCP, queues in OSDs or reservations per source; a cap stands for
// what the receiver's disks take in.

import { assert } from '../../core/assert.ts';
import type { EventHandle, Opcode } from '../kernel/kernel.ts';
import { type Flow, FlowHeap } from './flow-heap.ts';
import type { EventKernel } from './pool-kernel.ts';

/** Milliseconds by which a completion may be rounded: below what arithmetic in doubles can tell. */
const INSTANT_MS = 1e-6;
const MS_PER_SECOND = 1000;

/** Flows of one cap, and the speed that each of them has now. */
export interface RateClass {
  readonly flows: number;
  /** Work per millisecond that each of them may do at most, and does: bytes, times its slowness. */
  readonly cap: number;
  readonly rate: number;
  /** Over how many hosts each of them is spread. */
  readonly hosts: number;
}

export interface FlowShape {
  /** So many times the work that its bytes are, against the capacity and its cap; above 0, by default 1. */
  readonly slowness?: number;
  /** Over how many hosts its bytes are spread; by default 1. Changes nothing but what is told of spans. */
  readonly hosts?: number;
}

class FlowClass implements RateClass {
  readonly cap: number;
  readonly hosts: number;
  readonly heap = new FlowHeap();
  rate = 0;
  /** Work done by each flow that has been here since the class was last empty. */
  done = 0;
  /** Over the flows: sum of where they end, and of one, both per work of a byte. */
  endsPerByteWork = 0;
  perByteWork = 0;

  constructor(cap: number, hosts: number) {
    this.cap = cap;
    this.hosts = hosts;
  }

  get flows(): number {
    return this.heap.size;
  }

  /** Bytes that the flows still have to move. */
  get waitingBytes(): number {
    return this.endsPerByteWork - this.done * this.perByteWork;
  }

  get untilFirstEndsMs(): number {
    const { first } = this.heap;
    return first === undefined ? Infinity : (first.endsAtWork - this.done) / this.rate;
  }

  add(flow: Flow): void {
    this.heap.add(flow);
    this.endsPerByteWork += flow.endsAtWork / flow.slowness;
    this.perByteWork += 1 / flow.slowness;
  }

  remove(flow: Flow): void {
    this.heap.remove(flow);
    if (this.heap.size === 0) {
      // Starts its clock anew, so that sums do not grow, and lose digits, over a run.
      this.done = 0;
      this.endsPerByteWork = 0;
      this.perByteWork = 0;
      return;
    }
    this.endsPerByteWork -= flow.endsAtWork / flow.slowness;
    this.perByteWork -= 1 / flow.slowness;
  }
}

export class SharedBandwidth {
  private readonly kernel: EventKernel;
  private readonly capacity: number;
  private readonly ended: (owner: number) => void;
  private readonly opcode: Opcode;
  /** Ascending by cap: the order in which water-filling serves them. */
  private readonly classes: FlowClass[] = [];
  private readonly running = new Map<number, { readonly flow: Flow; readonly of: FlowClass }>();
  /** Flows that are complete as of now, whose end is not announced yet. */
  private complete: number[] = [];
  private asOfMs: number;
  private dueAtMs = Infinity;
  private due: EventHandle | undefined;
  private accepted: number;
  private started = 0;
  private spanListener: ((spanMs: number, classes: readonly RateClass[]) => void) | undefined;

  /**
   * @param ended told the owner of a flow at the first whole millisecond at which all its bytes have arrived.
   * @param movedBefore bytes that were moved before it was there, and count.
   */
  constructor(kernel: EventKernel, bytesPerSecond: number, ended: (owner: number) => void, movedBefore = 0) {
    this.accepted = movedBefore;
    this.kernel = kernel;
    this.capacity = bytesPerSecond / MS_PER_SECOND;
    this.ended = ended;
    this.opcode = kernel.register('transfer complete', () => this.announce());
    this.asOfMs = kernel.nowMs;
  }

  /** Flows that still have bytes to move. */
  get active(): number {
    return this.running.size;
  }

  /** Nothing moves, and nobody waits to be told of an end. */
  get isIdle(): boolean {
    return this.running.size === 0 && this.complete.length === 0 && this.due === undefined;
  }

  /** Bytes moved so far by all flows, ended and stopped ones included. */
  get movedBytes(): number {
    this.advance();
    let waiting = 0;
    for (const one of this.classes) waiting += one.waitingBytes;
    return this.accepted - waiting;
  }

  /** Called for each span in which no rate changed and something moved, after it; one listener. */
  onSpan(listener: (spanMs: number, classes: readonly RateClass[]) => void): void {
    this.spanListener = listener;
  }

  /** Brings everything up to now, so that a listener of spans has heard of all of them. */
  settle(): void {
    this.advance();
  }

  /** Starts a flow of `bytes` > 0. An owner has at most one: a second is a mistake of the caller and throws. */
  start(owner: number, bytes: number, bytesPerSecondMax: number, { slowness = 1, hosts = 1 }: FlowShape = {}): void {
    this.advance();
    assert(!this.running.has(owner), 'an owner has at most one flow');
    const of = this.classOf(bytesPerSecondMax / MS_PER_SECOND, hosts);
    this.started += 1;
    const flow: Flow = {
      owner,
      sequence: this.started,
      endsAtWork: of.done + bytes * slowness,
      slowness,
      place: 0,
    };
    of.add(flow);
    this.running.set(owner, { flow, of });
    this.accepted += bytes;
    this.share();
    this.plan();
  }

  /** Ends a flow early and returns the bytes it had left; 0 when the owner has none or all have arrived. */
  stop(owner: number): number {
    this.advance();
    if (this.complete.length > 0) this.complete = this.complete.filter((done) => done !== owner);
    const found = this.running.get(owner);
    if (found === undefined) return 0;
    const { flow, of } = found;
    const left = (flow.endsAtWork - of.done) / flow.slowness;
    this.take(flow, of);
    this.accepted -= left;
    this.share();
    this.plan();
    return left;
  }

  /** Moves bytes up to now, through completions at their true instants, so that the others speed up exactly then. */
  private advance(): void {
    const nowMs = this.kernel.nowMs;
    while (this.running.size > 0) {
      const step = this.untilFirstEnds();
      if (this.asOfMs + step > nowMs + INSTANT_MS) break;
      this.asOfMs += step;
      this.move(step);
      for (const one of [...this.classes]) this.finish(one);
      this.share();
    }
    if (nowMs > this.asOfMs && this.running.size > 0) this.move(nowMs - this.asOfMs);
    this.asOfMs = nowMs;
  }

  private move(spanMs: number): void {
    for (const one of this.classes) if (one.flows > 0) one.done += one.rate * spanMs;
    this.spanListener?.(spanMs, this.classes);
  }

  /** Takes out whatever has all its bytes, in the order of starts. */
  private finish(of: FlowClass): void {
    const limit = of.done + of.rate * INSTANT_MS;
    let ended: Flow[] | undefined;
    for (let { first } = of.heap; first !== undefined && first.endsAtWork <= limit; { first } = of.heap) {
      this.take(first, of);
      ended ??= [];
      ended.push(first);
    }
    if (ended === undefined) return;
    ended.sort((one, other) => one.sequence - other.sequence);
    for (const { owner } of ended) this.complete.push(owner);
  }

  private take(flow: Flow, of: FlowClass): void {
    of.remove(flow);
    this.running.delete(flow.owner);
    if (of.flows === 0) this.classes.splice(this.classes.indexOf(of), 1);
  }

  private classOf(cap: number, hosts: number): FlowClass {
    let place = this.classes.length;
    while (place > 0 && (this.classes[place - 1] as FlowClass).cap > cap) place -= 1;
    for (let before = place - 1; this.classes[before]?.cap === cap; before--) {
      const known = this.classes[before] as FlowClass;
      if (known.hosts === hosts) return known;
    }
    const added = new FlowClass(cap, hosts);
    this.classes.splice(place, 0, added);
    return added;
  }

  private untilFirstEnds(): number {
    let first = Infinity;
    for (const one of this.classes) first = Math.min(first, one.untilFirstEndsMs);
    return first;
  }

  /** Water-filling: whoever is capped below an equal share leaves the rest to those after it. */
  private share(): void {
    let left = this.capacity;
    let sharers = this.running.size;
    for (const one of this.classes) {
      one.rate = Math.min(one.cap, left / sharers);
      left -= one.rate * one.flows;
      sharers -= one.flows;
    }
  }

  /** Keeps one kernel event, at the whole millisecond in or after which the next flow ends. */
  private plan(): void {
    const dueAtMs =
      this.complete.length > 0 ? this.asOfMs : Math.ceil(this.asOfMs + this.untilFirstEnds() - INSTANT_MS);
    if (dueAtMs === this.dueAtMs) return;
    if (this.due !== undefined) this.kernel.cancel(this.due);
    this.dueAtMs = dueAtMs;
    this.due = dueAtMs === Infinity ? undefined : this.kernel.schedule(dueAtMs, this.opcode);
  }

  private announce(): void {
    this.dueAtMs = Infinity;
    this.due = undefined;
    this.advance();
    const complete = this.complete;
    this.complete = [];
    this.plan();
    for (const owner of complete) this.ended(owner);
  }
}
