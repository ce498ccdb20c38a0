// Labels that somebody put on Nodes by hand: which Nodes lack some that they had at the start, and a person who puts them back.
//
// Divergence from reality
// - What stood on the Node at the start is what a person puts back; values that changed since are not remembered.

import { NODE, type Node } from '../../core/api/node.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { HostFleet } from '../host/host-fleet.ts';

export class HandMadeLabels {
  private readonly store: ObjectStore;
  private readonly fleet: HostFleet;
  /** By host, of those that have any. */
  private readonly had = new Map<number, Readonly<Record<string, string>>>();

  /** Looks at the Nodes as they are now, which is the start. */
  constructor(store: ObjectStore, fleet: HostFleet) {
    this.store = store;
    this.fleet = fleet;
    for (const { index, hardware } of fleet.hosts) {
      const labels = this.node(index)?.metadata.labels ?? {};
      const own = (hardware.handMade?.nodeLabels ?? []).filter((key) => labels[key] !== undefined);
      if (own.length > 0) this.had.set(index, Object.fromEntries(own.map((key) => [key, labels[key] ?? ''])));
    }
  }

  /** Its Node is there and lacks some of them. */
  lacks(host: number): boolean {
    const had = this.had.get(host);
    const labels = had === undefined ? undefined : this.node(host)?.metadata;
    if (had === undefined || labels === undefined) return false;
    return Object.keys(had).some((key) => labels.labels?.[key] === undefined);
  }

  putBack(host: number): void {
    const had = this.had.get(host);
    const node = this.node(host);
    if (had === undefined || node === undefined) return;
    const labels = { ...had, ...node.metadata.labels };
    const key = { namespace: '', name: node.metadata.name };
    this.store.patch(NODE, key, { metadata: { labels } }, { subresource: 'main' });
  }

  private node(host: number): Node | undefined {
    return this.store.get(NODE, { namespace: '', name: this.fleet.nodeName(host) });
  }
}
