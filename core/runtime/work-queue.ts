// The queue of one controller: each item stands in it at most once, in the order in which it became ready, and has at most
// one instant at which it becomes ready by itself. One wake-up of the clock is pending at a time: the earliest needed.

import { assert } from '../assert.ts';
import type { Clock } from '../ports/clock.ts';

/** The queue's marks on an item; owned by the queue. At the start: not ready, due at Infinity, ticket -1. */
export interface Queued {
  isReady: boolean;
  /** Instant at which the item becomes ready by itself; Infinity for never. */
  dueAtMs: number;
  /** Tells the heap entry that counts from those that a later `setDue` made void. */
  dueTicket: number;
}

interface Due<Item> {
  readonly atMs: number;
  readonly ticket: number;
  readonly item: Item;
}

export class WorkQueue<Item extends Queued> {
  private readonly clock: Clock;
  private readonly process: (item: Item) => void;
  private ready: Item[] = [];
  /** Binary heap by (atMs, ticket); entries whose ticket is not their item's are void. */
  private readonly due: Due<Item>[] = [];
  private nextTicket = 0;
  private wakeAtMs = Number.POSITIVE_INFINITY;
  private cancelWake: (() => void) | undefined = undefined;
  private draining = false;
  private closed = false;
  private readonly wake = (): void => this.drain();

  constructor(clock: Clock, process: (item: Item) => void) {
    this.clock = clock;
    this.process = process;
  }

  /** Makes the item ready now; it is processed in a wake-up of this instant, never inside this call. */
  add(item: Item): void {
    if (item.isReady || this.closed) return;
    item.isReady = true;
    this.ready.push(item);
    if (!this.draining) this.wakeBy(this.clock.nowMs());
  }

  /** Replaces the instant at which the item becomes ready by itself; Infinity removes it. */
  setDue(item: Item, atMs: number): void {
    if (item.dueAtMs === atMs || this.closed) return;
    item.dueAtMs = atMs;
    item.dueTicket = this.nextTicket++;
    if (atMs === Number.POSITIVE_INFINITY) return;
    this.push({ atMs, ticket: item.dueTicket, item });
    if (!this.draining) this.wakeBy(atMs);
  }

  /** Drops everything; nothing is processed any more. */
  close(): void {
    this.closed = true;
    this.cancelWake?.();
    this.cancelWake = undefined;
    this.ready = [];
    this.due.length = 0;
  }

  private wakeBy(atMs: number): void {
    if (this.wakeAtMs <= atMs) return;
    this.cancelWake?.();
    this.wakeAtMs = atMs;
    this.cancelWake = this.clock.wakeAt(atMs, this.wake);
  }

  private drain(): void {
    if (this.closed) return;
    assert(!this.draining, 'a wake-up of the clock never arrives inside another one');
    this.wakeAtMs = Number.POSITIVE_INFINITY;
    this.cancelWake = undefined;
    this.draining = true;
    this.moveDue(this.clock.nowMs());
    for (let at = 0; at < this.ready.length; at++) {
      const item = this.ready[at];
      if (item === undefined) break;
      item.isReady = false;
      this.process(item);
    }
    this.ready.length = 0;
    this.draining = false;
    const first = this.firstDue();
    if (first !== undefined) this.wakeBy(first.atMs);
  }

  private moveDue(nowMs: number): void {
    for (let first = this.firstDue(); first !== undefined && first.atMs <= nowMs; first = this.firstDue()) {
      this.pop();
      first.item.dueAtMs = Number.POSITIVE_INFINITY;
      first.item.dueTicket = -1;
      if (first.item.isReady) continue;
      first.item.isReady = true;
      this.ready.push(first.item);
    }
  }

  private firstDue(): Due<Item> | undefined {
    let first = this.due[0];
    while (first !== undefined && first.ticket !== first.item.dueTicket) {
      this.pop();
      first = this.due[0];
    }
    return first;
  }

  private push(entry: Due<Item>): void {
    const heap = this.due;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const heap = this.due;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const leftAt = 2 * at + 1;
      const left = heap[leftAt];
      if (left === undefined) break;
      const right = heap[leftAt + 1];
      const rightFirst = right !== undefined && isBefore(right, left);
      const child = rightFirst ? right : left;
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = rightFirst ? leftAt + 1 : leftAt;
    }
    heap[at] = last;
  }
}

function isBefore(a: Due<unknown>, b: Due<unknown>): boolean {
  return a.atMs !== b.atMs ? a.atMs < b.atMs : a.ticket < b.ticket;
}
