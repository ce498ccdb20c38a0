// Events live for an hour after their last write. One kernel event is pending while there is any Event, none otherwise.
// Source: kubernetes cmd/kube-apiserver, --event-ttl 1h0m0s.

import { type KubeObject, keyOf, type ObjectKey } from '../../../core/api/object.ts';
import type { Kernel, Opcode } from '../../kernel/kernel.ts';
import type { ObjectStore } from '../object-store.ts';
import { EVENT } from './built-in-kinds.ts';

const EVENT_TTL_MS = 3_600_000;

interface Due {
  readonly atMs: number;
  readonly key: ObjectKey;
  readonly resourceVersion: string;
}

export class EventExpiry {
  private readonly store: ObjectStore;
  private readonly kernel: Kernel;
  private readonly opcode: Opcode;
  /** In order of time; a later write of an Event stands behind again, and the earlier entry finds another version. */
  private dues: Due[] = [];
  private next = 0;
  private awaited = false;

  constructor(store: ObjectStore, kernel: Kernel) {
    this.store = store;
    this.kernel = kernel;
    this.opcode = kernel.register('api server: events expire', () => this.expire());
    for (const event of store.list(EVENT)) this.enqueue(event);
    store.tap(
      ({ after }) => {
        if (after !== undefined) this.enqueue(after);
      },
      [EVENT],
    );
  }

  private enqueue(event: KubeObject): void {
    const { resourceVersion } = event.metadata;
    this.dues.push({ atMs: this.kernel.nowMs + EVENT_TTL_MS, key: keyOf(event), resourceVersion });
    if (!this.awaited) this.awaitFirst();
  }

  private awaitFirst(): void {
    const first = this.dues[this.next];
    if (first === undefined) return;
    this.awaited = true;
    this.kernel.schedule(first.atMs, this.opcode);
  }

  private expire(): void {
    const { nowMs } = this.kernel;
    this.awaited = false;
    for (let due = this.dues[this.next]; due !== undefined && due.atMs <= nowMs; due = this.dues[this.next]) {
      this.next += 1;
      this.store.delete(EVENT, due.key, { onlyIf: { resourceVersion: due.resourceVersion } });
    }
    if (this.next > 1024 || this.next === this.dues.length) {
      this.dues = this.dues.slice(this.next);
      this.next = 0;
    }
    if (!this.awaited) this.awaitFirst();
  }
}
