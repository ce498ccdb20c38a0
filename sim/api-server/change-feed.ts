// Delivers changes to listeners synchronously, in write order. A listener may write: that write is committed at once, but
// its change is delivered only after every listener has seen the current one, so all listeners see one order.

import type { Change, ChangeListener } from './change.ts';

export class ChangeFeed {
  private listeners: readonly ChangeListener[] = [];
  private waiting: Change[] = [];
  private delivering = false;

  /** Adds a listener for changes emitted from now on; the returned function removes it. */
  tap(listener: ChangeListener): () => void {
    this.listeners = [...this.listeners, listener];
    return () => {
      this.listeners = this.listeners.filter((known) => known !== listener);
    };
  }

  get tapped(): boolean {
    return this.listeners.length > 0;
  }

  emit(change: Change): void {
    if (this.listeners.length === 0) return;
    if (this.delivering) {
      this.waiting.push(change);
      return;
    }
    this.delivering = true;
    try {
      this.deliver(change);
      for (let i = 0; i < this.waiting.length; i++) {
        const next = this.waiting[i];
        if (next !== undefined) this.deliver(next);
      }
    } finally {
      if (this.waiting.length > 0) this.waiting = [];
      this.delivering = false;
    }
  }

  private deliver(change: Change): void {
    const listeners = this.listeners;
    for (const listener of listeners) listener(change);
  }
}
