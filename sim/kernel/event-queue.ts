// EventQueue: the pending-event set. A 4-ary heap in typed arrays, ordered by (time, order); `order` is unique, so that
// equal times never compare payloads and the sequence of removals is one total order. Knows slots, not events.
//
// Removing the first entry only leaves a hole at the root. Most events schedule another one, which then fills the hole: one
// walk through the heap instead of two.

const FIRST_CAPACITY = 64;
/** A node's four children always exist as array cells: cells past the end hold Infinity and lose every comparison. */
const MARGIN = 4;

export class EventQueue {
  private time: Float64Array;
  private order: Float64Array;
  private slot: Int32Array;
  private capacity: number;
  /** Cells in use, a hole at the root included. */
  private count: number;
  private hollow: boolean;

  constructor() {
    this.capacity = FIRST_CAPACITY;
    this.time = new Float64Array(FIRST_CAPACITY + MARGIN).fill(Infinity);
    this.order = new Float64Array(FIRST_CAPACITY + MARGIN);
    this.slot = new Int32Array(FIRST_CAPACITY + MARGIN);
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

  push(time: number, order: number, slot: number): void {
    if (this.hollow) {
      this.hollow = false;
      this.rise(this.sinkHole(), time, order, slot);
      return;
    }
    if (this.count === this.capacity) this.grow();
    this.count += 1;
    this.rise(this.count - 1, time, order, slot);
  }

  /** Removes the first entry. Must not be called when empty. */
  pop(): void {
    if (this.hollow) this.fillWithLast();
    this.hollow = true;
  }

  /** Keeps only the entries whose slot passes, in O(size). */
  retain(keep: (slot: number) => boolean): void {
    if (this.hollow) this.fillWithLast();
    const { time, order, slot } = this;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (!keep(slot[i] as number)) continue;
      time[kept] = time[i] as number;
      order[kept] = order[i] as number;
      slot[kept] = slot[i] as number;
      kept += 1;
    }
    time.fill(Infinity, kept, this.count);
    this.count = kept;
    for (let i = 1; i < kept; i++) this.rise(i, time[i] as number, order[i] as number, slot[i] as number);
  }

  /** Ends the hole at the root with the last entry of the heap. */
  private fillWithLast(): void {
    this.hollow = false;
    const last = this.count - 1;
    this.count = last;
    const { time, order, slot } = this;
    const lastTime = time[last] as number;
    time[last] = Infinity;
    if (last > 0) this.rise(this.sinkHole(), lastTime, order[last] as number, slot[last] as number);
  }

  /** Moves the hole at the root down to a leaf along the smaller children and returns where it ended. */
  private sinkHole(): number {
    const { time, order, slot, count } = this;
    let hole = 0;
    for (let first = 1; first < count; first = (hole << 2) + 1) {
      const best = smallestOfFour(time, order, first);
      time[hole] = time[best] as number;
      order[hole] = order[best] as number;
      slot[hole] = slot[best] as number;
      hole = best;
    }
    return hole;
  }

  /** Puts an entry into the hole at `start`, or above it where its ancestors are larger. */
  private rise(start: number, entryTime: number, entryOrder: number, entrySlot: number): void {
    const { time, order, slot } = this;
    let hole = start;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      const parentTime = time[parent] as number;
      if (parentTime < entryTime || (parentTime === entryTime && (order[parent] as number) < entryOrder)) break;
      time[hole] = parentTime;
      order[hole] = order[parent] as number;
      slot[hole] = slot[parent] as number;
      hole = parent;
    }
    time[hole] = entryTime;
    order[hole] = entryOrder;
    slot[hole] = entrySlot;
  }

  private grow(): void {
    const capacity = this.capacity * 2;
    const time = new Float64Array(capacity + MARGIN).fill(Infinity);
    const order = new Float64Array(capacity + MARGIN);
    const slot = new Int32Array(capacity + MARGIN);
    time.set(this.time);
    order.set(this.order);
    slot.set(this.slot);
    this.time = time;
    this.order = order;
    this.slot = slot;
    this.capacity = capacity;
  }
}

/**
 * Position of the smallest of four siblings, as a tournament decided by arithmetic: the comparisons are unpredictable, and a
 * mispredicted branch costs more than all of this. Equal times are rare enough to branch on.
 */
function smallestOfFour(time: Float64Array, order: Float64Array, first: number): number {
  const left = first + laterOf(time, order, first, first + 1);
  const right = first + 2 + laterOf(time, order, first + 2, first + 3);
  return left + (right - left) * laterOf(time, order, left, right);
}

/** 1 when the entry at `b` comes before the one at `a`, else 0. */
function laterOf(time: Float64Array, order: Float64Array, a: number, b: number): number {
  const timeA = time[a] as number;
  const timeB = time[b] as number;
  if (timeA === timeB) return +((order[b] as number) < (order[a] as number));
  return +(timeB < timeA);
}
