// CachedView: what an informer cache in front of the store holds. It gets every change, in write order, `lagMs` after the
// write. Objects are the store's own; maps and indexes are this view's.
//
// With lag 0 a change still arrives by an event of its own, after everything else that the kernel has at that instant
// (priority VIEW_PRIORITY): a writer never finds its write in the view before it returned.
//
// Divergence from reality: one constant lag for all kinds, so the view is ordered across kinds too; no relist, no bookmarks,
// no lost watch. Everything loaded is there, and synced, from the start.

import type { Kind, KubeObject, ObjectKey } from '../../core/api/object.ts';
import { assert, broken } from '../../core/assert.ts';
import type { ClusterView, IndexSpec } from '../../core/ports/cluster-view.ts';
import { IndexedObjects } from '../../core/view/indexed-objects.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Change, ChangeListener } from './change.ts';
import type { LivingFields } from './living-fields.ts';
import type { ObjectStore } from './object-store.ts';

/** Views are brought up to date after the world's own events of an instant. */
export const VIEW_PRIORITY = 200;

/** Arrived changes are let go in batches of this size. */
const COMPACT_ABOVE = 1024;

interface Delivery {
  readonly atMs: number;
  readonly change: Change;
}

export class CachedView implements ClusterView {
  private readonly kernel: Kernel;
  private readonly lagMs: number;
  private readonly opcode: Opcode;
  private readonly objects = new IndexedObjects();
  private readonly living: LivingFields;
  private readonly listeners: ChangeListener[] = [];
  /** Changes on their way, in write order; those before `next` have arrived. */
  private deliveries: Delivery[] = [];
  private next = 0;
  private awaited = false;
  private seen: number;
  private readonly unwatched: ReadonlySet<string>;

  /**
   * Starts with what the store holds now.
   * @param options.lagMs integer ms >= 0 from a write to its arrival.
   * @param options.without kinds that nobody asked this cache to watch: reading one is a programmer's error.
   */
  constructor(
    store: ObjectStore,
    kernel: Kernel,
    options: { readonly lagMs: number; readonly without?: readonly Kind[] },
  ) {
    assert(Number.isInteger(options.lagMs) && options.lagMs >= 0, 'a view lags by whole milliseconds, never negative');
    this.kernel = kernel;
    this.lagMs = options.lagMs;
    this.living = store.living;
    this.opcode = kernel.register('view: changes arrive', () => this.arrive());
    this.seen = store.resourceVersion;
    this.unwatched = new Set((options.without ?? []).map(({ key }) => key));
    const watched = store.servedKinds().filter(({ key }) => !this.unwatched.has(key));
    for (const kind of watched) this.objects.seed(store.stored(kind), () => kind);
    store.tap((change) => this.send(change), this.unwatched.size === 0 ? undefined : watched);
  }

  /** The store's version up to which this view has seen every change. */
  get seenResourceVersion(): number {
    return this.seen;
  }

  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): T | undefined {
    if (this.unwatched.has(kind.key)) broken(`${kind.key} is watched before it is read`);
    return this.living.of(kind, this.objects.get(kind, key), this.kernel.nowMs - this.lagMs);
  }

  list<T extends KubeObject>(kind: Kind<T>): readonly T[] {
    if (this.unwatched.has(kind.key)) broken(`${kind.key} is watched before it is read`);
    return this.living.ofAll(kind, this.objects.list(kind), this.kernel.nowMs - this.lagMs);
  }

  byIndex<T extends KubeObject>(index: IndexSpec<T>, value: string): readonly T[] {
    return this.living.ofAll(index.of, this.objects.byIndex(index, value), this.kernel.nowMs - this.lagMs);
  }

  countByIndex(index: IndexSpec, value: string): number {
    return this.objects.countByIndex(index, value);
  }

  hasSynced(_kind: Kind): boolean {
    return true;
  }

  addIndex(index: IndexSpec): void {
    this.objects.addIndex(index);
  }

  /** Called for each change right after it arrived here, in order; the view does not move on meanwhile. */
  onChange(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** One kernel event is pending while changes are on their way, however many they are. */
  private send(change: Change): void {
    const atMs = this.kernel.nowMs + this.lagMs;
    this.deliveries.push({ atMs, change });
    if (!this.awaited) this.awaitDelivery(atMs);
  }

  private awaitDelivery(atMs: number): void {
    this.awaited = true;
    this.kernel.schedule(atMs, this.opcode, 0, 0, VIEW_PRIORITY);
  }

  /** Changes that listeners cause while this runs arrive by a later event, even with lag 0. */
  private arrive(): void {
    const { nowMs } = this.kernel;
    const end = this.deliveries.length;
    while (this.next < end) {
      const delivery = this.deliveries[this.next];
      if (delivery === undefined || delivery.atMs > nowMs) break;
      this.next += 1;
      this.objects.apply(delivery.change);
      this.seen = delivery.change.resourceVersion;
      for (const listener of this.listeners) listener(delivery.change);
    }
    if (this.next > COMPACT_ABOVE || this.next === this.deliveries.length) {
      this.deliveries = this.deliveries.slice(this.next);
      this.next = 0;
    }
    this.awaited = false;
    const first = this.deliveries[this.next];
    if (first !== undefined) this.awaitDelivery(first.atMs);
  }
}
