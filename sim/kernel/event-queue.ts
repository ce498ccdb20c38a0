// EventQueue: the pending-event set. A 4-ary heap of (time, slot) in typed arrays; entries of equal time come out by the
// order that each was pushed with, which is unique, so the sequence of removals is one total order. Knows slots, not events.
//
// Removing the first entry only leaves a hole at the root. Most events schedule another one, which then fills the hole: one
// walk through the heap instead of two.

const FIRST_CAPACITY = 64;
/** A node's four children always exist as array cells: cells past the end hold Infinity and lose every comparison. */
const MARGIN = 4;

export class EventQueue {
  private time: Float64Array;
  private slot: Int32Array;
  /** By slot, not by position: looked at only where times are equal. */
  private orderOf: Float64Array;
  private capacity: number;
  /** Cells in use, a hole at the root included. */
  private count: number;
  private hollow: boolean;

  constructor() {
    this.capacity = FIRST_CAPACITY;
    this.time = new Float64Array(FIRST_CAPACITY + MARGIN).fill(Infinity);
    this.slot = new Int32Array(FIRST_CAPACITY + MARGIN);
    this.orderOf = new Float64Array(FIRST_CAPACITY);
    this.count = 0;
    this.hollow = false;
  }

  get size(): number {
    return this.hollow ? this.count - 1 : this.count;
  }

  /** Time of the first entry; Infinity when empty. */
  get firstTime(): number {
    if (this.hollow) this.fillWithLast();
    return this.time[0] as number;
  }

  /** Slot of the first entry; meaningless when empty. */
  get firstSlot(): number {
    if (this.hollow) this.fillWithLast();
    return this.slot[0] as number;
  }

  /** The order that this slot was pushed with last. */
  orderAt(slot: number): number {
    return this.orderOf[slot] as number;
  }

  /** Adds an entry. A slot may be in the queue once; slots are small integers, as they index an array. */
  push(time: number, order: number, slot: number): void {
    while (this.count === this.capacity || slot >= this.capacity) this.grow();
    this.orderOf[slot] = order;
    if (this.hollow) {
      this.hollow = false;
      this.rise(this.sinkHole(), time, slot);
      return;
    }
    this.count += 1;
    this.rise(this.count - 1, time, slot);
  }

  /** Removes the first entry. Must not be called when empty. */
  pop(): void {
    if (this.hollow) this.fillWithLast();
    this.hollow = true;
  }

  /** Keeps only the entries whose slot passes. */
  retain(keep: (slot: number) => boolean): void {
    if (this.hollow) this.fillWithLast();
    const { time, slot } = this;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (!keep(slot[i] as number)) continue;
      time[kept] = time[i] as number;
      slot[kept] = slot[i] as number;
      kept += 1;
    }
    time.fill(Infinity, kept, this.count);
    this.count = kept;
    for (let i = 1; i < kept; i++) this.rise(i, time[i] as number, slot[i] as number);
  }

  /** Ends the hole at the root with the last entry of the heap. */
  private fillWithLast(): void {
    this.hollow = false;
    const last = this.count - 1;
    this.count = last;
    const lastTime = this.time[last] as number;
    this.time[last] = Infinity;
    if (last > 0) this.rise(this.sinkHole(), lastTime, this.slot[last] as number);
  }

  /**
   * Moves the hole at the root down to a leaf along the smallest children and returns where it ended. The smallest is found
   * by a tournament of arithmetic: these comparisons are unpredictable, and a mispredicted branch costs more than all of it.
   */
  private sinkHole(): number {
    const { time, slot, orderOf, count } = this;
    let hole = 0;
    for (let first = 1; first < count; first = (hole << 2) + 1) {
      const left = first + isLater(time, slot, orderOf, first, first + 1);
      const right = first + 2 + isLater(time, slot, orderOf, first + 2, first + 3);
      const best = left ^ ((left ^ right) & -isLater(time, slot, orderOf, left, right));
      time[hole] = time[best] as number;
      slot[hole] = slot[best] as number;
      hole = best;
    }
    return hole;
  }

  /** Puts an entry into the hole at `start`, or above it where its ancestors are larger. */
  private rise(start: number, entryTime: number, entrySlot: number): void {
    const { time, slot, orderOf } = this;
    let hole = start;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      const parentTime = time[parent] as number;
      if (parentTime < entryTime) break;
      const parentSlot = slot[parent] as number;
      if (parentTime === entryTime && (orderOf[parentSlot] as number) < (orderOf[entrySlot] as number)) break;
      time[hole] = parentTime;
      slot[hole] = parentSlot;
      hole = parent;
    }
    time[hole] = entryTime;
    slot[hole] = entrySlot;
  }

  private grow(): void {
    const capacity = this.capacity * 2;
    const time = new Float64Array(capacity + MARGIN).fill(Infinity);
    const slot = new Int32Array(capacity + MARGIN);
    const orderOf = new Float64Array(capacity);
    time.set(this.time);
    slot.set(this.slot);
    orderOf.set(this.orderOf);
    this.time = time;
    this.slot = slot;
    this.orderOf = orderOf;
    this.capacity = capacity;
  }
}

/** 1 when the entry at position `a` comes after the one at `b`, else 0. Equal times are rare enough to branch on. */
function isLater(time: Float64Array, slot: Int32Array, orderOf: Float64Array, a: number, b: number): number {
  const timeA = time[a] as number;
  const timeB = time[b] as number;
  if (timeA === timeB) {
    return +((orderOf[slot[b] as number] as number) < (orderOf[slot[a] as number] as number));
  }
  return +(timeB < timeA);
}
