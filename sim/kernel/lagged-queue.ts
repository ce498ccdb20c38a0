// LaggedQueue: keys to work on a fixed delay after they were added, as a controller behind a watch would see them. A key
// that already waits is not added again. Keys run in the order of their arrival; one event serves all of one instant.

import type { Kernel, Opcode } from './kernel.ts';

/** Keys are texts, or objects that stand for the same work each time. */
export class LaggedQueue<Key = string> {
  private readonly kernel: Kernel;
  private readonly opcode: Opcode;
  private readonly lagMs: number;
  private readonly work: (key: Key) => void;
  private readonly waiting = new Set<Key>();
  private keys: Key[] = [];
  private dueMs: number[] = [];
  private first = 0;
  private lastDueMs = Number.NEGATIVE_INFINITY;

  /**
   * @param name of the handler in the kernel.
   * @param lagMs integer, 0 or more: from `add` to `work`.
   */
  constructor(kernel: Kernel, name: string, lagMs: number, work: (key: Key) => void) {
    this.kernel = kernel;
    this.lagMs = lagMs;
    this.work = work;
    this.opcode = kernel.register(name, () => this.drain());
  }

  add(key: Key): void {
    if (this.waiting.has(key)) return;
    this.waiting.add(key);
    const dueMs = this.kernel.nowMs + this.lagMs;
    this.keys.push(key);
    this.dueMs.push(dueMs);
    if (dueMs === this.lastDueMs) return;
    this.lastDueMs = dueMs;
    this.kernel.schedule(dueMs, this.opcode);
  }

  private drain(): void {
    // What is added from here on gets an event of its own, even at this instant.
    this.lastDueMs = Number.NEGATIVE_INFINITY;
    const end = this.keys.length;
    const nowMs = this.kernel.nowMs;
    while (this.first < end && (this.dueMs[this.first] as number) <= nowMs) {
      const key = this.keys[this.first] as Key;
      this.first += 1;
      this.waiting.delete(key);
      this.work(key);
    }
    if (this.first === this.keys.length) {
      this.keys = [];
      this.dueMs = [];
      this.first = 0;
    } else if ((this.dueMs[this.first] as number) > nowMs) {
      // Keys of later instants keep the events that were scheduled for them.
      this.lastDueMs = this.dueMs[this.dueMs.length - 1] as number;
    }
  }
}
