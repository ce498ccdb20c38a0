// Delivers changes to listeners synchronously, in write order. A listener may write: that write is committed at once, but
// its change is delivered only after every listener has seen the current one, so all listeners see one order.

import type { Kind } from '../../core/api/object.ts';
import type { Change, ChangeListener } from './change.ts';

interface Tap {
  readonly listener: ChangeListener;
  /** Keys of the kinds that it wants; undefined for all. */
  readonly kindKeys: ReadonlySet<string> | undefined;
}

export class ChangeFeed {
  private taps: readonly Tap[] = [];
  /** Listeners by kind key, in the order of tapping; made when a kind is first delivered. */
  private readonly byKind = new Map<string, readonly ChangeListener[]>();
  private waiting: Change[] = [];
  private delivering = false;

  /** Adds a listener for changes emitted from now on, of some kinds or of all; the returned function removes it. */
  tap(listener: ChangeListener, kinds?: readonly Kind[]): () => void {
    const tap = { listener, kindKeys: kinds === undefined ? undefined : new Set(kinds.map(({ key }) => key)) };
    this.taps = [...this.taps, tap];
    this.byKind.clear();
    return () => {
      this.taps = this.taps.filter((known) => known !== tap);
      this.byKind.clear();
    };
  }

  get tapped(): boolean {
    return this.taps.length > 0;
  }

  emit(change: Change): void {
    if (this.taps.length === 0) return;
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
    const { key } = change.kind;
    const listeners = this.byKind.get(key) ?? this.listenersOf(key);
    for (let i = 0; i < listeners.length; i++) listeners[i]?.(change);
  }

  private listenersOf(kindKey: string): readonly ChangeListener[] {
    const wanting = this.taps.filter(({ kindKeys }) => kindKeys === undefined || kindKeys.has(kindKey));
    const listeners = wanting.map(({ listener }) => listener);
    this.byKind.set(kindKey, listeners);
    return listeners;
  }
}
