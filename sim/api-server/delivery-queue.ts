// What is on its way to one client, ordered by instant and then by sending. One kernel event is pending at a time: the
// earliest needed. While it is held nothing arrives.
//
// Divergence from reality: none known; the lags are the caller's.

import type { Kernel, Opcode } from '../kernel/kernel.ts';
import { VIEW_PRIORITY } from './cached-view.ts';

interface Queued<Item> {
  readonly atMs: number;
  readonly item: Item;
}

export class DeliveryQueue<Item> {
  private readonly kernel: Kernel;
  private readonly opcode: Opcode;
  private readonly takeIn: (item: Item) => void;
  private queued: Queued<Item>[] = [];
  private awaitedAtMs = Number.POSITIVE_INFINITY;
  private held = false;

  constructor(kernel: Kernel, takeIn: (item: Item) => void) {
    this.kernel = kernel;
    this.takeIn = takeIn;
    this.opcode = kernel.register('faulty view: changes arrive', () => this.arrive());
  }

  /** @param atMs integer, from now on: when the item arrives, unless the queue is held then. */
  add(atMs: number, item: Item): void {
    let at = this.queued.length;
    while (at > 0 && (this.queued[at - 1]?.atMs ?? 0) > atMs) at--;
    this.queued.splice(at, 0, { atMs, item });
    this.expectFirst();
  }

  items(): readonly Item[] {
    return this.queued.map(({ item }) => item);
  }

  hold(): void {
    this.held = true;
  }

  /** What is overdue arrives now, after the rest of this instant. */
  release(): void {
    this.held = false;
    this.expectFirst();
  }

  /** Drops everything, and is not held. */
  clear(): void {
    this.queued = [];
    this.held = false;
  }

  private expectFirst(): void {
    const [first] = this.queued;
    if (first === undefined || this.held || first.atMs >= this.awaitedAtMs) return;
    this.awaitedAtMs = Math.max(first.atMs, this.kernel.nowMs);
    this.kernel.schedule(this.awaitedAtMs, this.opcode, 0, 0, VIEW_PRIORITY);
  }

  /** What is due, but not what is added while this runs. */
  private arrive(): void {
    const { nowMs } = this.kernel;
    if (nowMs < this.awaitedAtMs) return;
    this.awaitedAtMs = Number.POSITIVE_INFINITY;
    if (this.held) return;
    let due = 0;
    while ((this.queued[due]?.atMs ?? Infinity) <= nowMs) due++;
    for (const { item } of this.queued.splice(0, due)) this.takeIn(item);
    this.expectFirst();
  }
}
