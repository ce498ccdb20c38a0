// SharedBandwidth: transfers that share one capacity equally, none faster than its own cap (egalitarian processor sharing,
// oracle D14). Exact: nothing happens between changes, so amounts are recomputed only when a flow starts, ends or is stopped.
//
// Divergence from reality: rates change at once, without TCP, queues in OSDs or reservations per source; a cap stands for
// what the receiver's disks take in.

import { assert } from '../../core/assert.ts';
import type { EventHandle, Kernel, Opcode } from '../kernel/kernel.ts';

/** Milliseconds by which a completion may be rounded: below what arithmetic in doubles can tell. */
const INSTANT_MS = 1e-6;
const MS_PER_SECOND = 1000;

interface Flow {
  readonly owner: number;
  /** Bytes per millisecond, as is `rate`. */
  readonly cap: number;
  rate: number;
  remaining: number;
}

export class SharedBandwidth {
  private readonly kernel: Kernel;
  private readonly capacity: number;
  private readonly ended: (owner: number) => void;
  private readonly opcode: Opcode;
  /** Ascending by cap, then by start: the order in which water-filling serves them. */
  private flows: Flow[] = [];
  /** Flows that are complete as of now, whose end is not announced yet. */
  private complete: number[] = [];
  private asOfMs: number;
  private dueAtMs = Infinity;
  private due: EventHandle | undefined;
  private accepted = 0;

  /** @param ended told the owner of a flow at the first whole millisecond at which all its bytes have arrived. */
  constructor(kernel: Kernel, bytesPerSecond: number, ended: (owner: number) => void) {
    this.kernel = kernel;
    this.capacity = bytesPerSecond / MS_PER_SECOND;
    this.ended = ended;
    this.opcode = kernel.register('transfer complete', () => this.announce());
    this.asOfMs = kernel.nowMs;
  }

  /** Flows that still have bytes to move. */
  get active(): number {
    return this.flows.length;
  }

  /** Bytes moved so far by all flows, ended and stopped ones included. */
  get movedBytes(): number {
    this.advance();
    let waiting = 0;
    for (const flow of this.flows) waiting += flow.remaining;
    return this.accepted - waiting;
  }

  /** Starts a flow of `bytes` > 0. An owner has at most one: a second is a mistake of the caller and throws. */
  start(owner: number, bytes: number, bytesPerSecondMax: number): void {
    this.advance();
    assert(!this.flows.some((flow) => flow.owner === owner), 'an owner has at most one flow');
    const flow: Flow = { owner, cap: bytesPerSecondMax / MS_PER_SECOND, rate: 0, remaining: bytes };
    let place = this.flows.length;
    while (place > 0 && (this.flows[place - 1] as Flow).cap > flow.cap) place -= 1;
    this.flows.splice(place, 0, flow);
    this.accepted += bytes;
    this.share();
    this.plan();
  }

  /** Ends a flow early and returns the bytes it had left; 0 when the owner has none or all have arrived. */
  stop(owner: number): number {
    this.advance();
    this.complete = this.complete.filter((done) => done !== owner);
    const place = this.flows.findIndex((flow) => flow.owner === owner);
    const [flow] = place < 0 ? [] : this.flows.splice(place, 1);
    if (flow === undefined) return 0;
    this.accepted -= flow.remaining;
    this.share();
    this.plan();
    return flow.remaining;
  }

  /** Moves bytes up to now, through completions at their true instants, so that the others speed up exactly then. */
  private advance(): void {
    const nowMs = this.kernel.nowMs;
    while (this.flows.length > 0) {
      const step = this.untilFirstEnds();
      if (this.asOfMs + step > nowMs + INSTANT_MS) break;
      this.asOfMs += step;
      this.move(step);
      this.flows = this.flows.filter((flow) => {
        if (flow.remaining > flow.rate * INSTANT_MS) return true;
        this.complete.push(flow.owner);
        return false;
      });
      this.share();
    }
    if (nowMs > this.asOfMs) this.move(nowMs - this.asOfMs);
    this.asOfMs = nowMs;
  }

  private move(spanMs: number): void {
    for (const flow of this.flows) flow.remaining -= flow.rate * spanMs;
  }

  private untilFirstEnds(): number {
    let first = Infinity;
    for (const flow of this.flows) first = Math.min(first, flow.remaining / flow.rate);
    return first;
  }

  /** Water-filling: whoever is capped below an equal share leaves the rest to those after it. */
  private share(): void {
    let left = this.capacity;
    let sharers = this.flows.length;
    for (const flow of this.flows) {
      flow.rate = Math.min(flow.cap, left / sharers);
      left -= flow.rate;
      sharers -= 1;
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
