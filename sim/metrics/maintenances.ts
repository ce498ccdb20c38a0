// Which nodes are under maintenance: drained, and given to whoever works on them, until the request is deleted. The workloads
// are elsewhere by plan, so such a node is planned downtime and no failure, whatever happens to it meanwhile.

import { KUBEVIRT_NODE_MAINTENANCE, NODE_MAINTENANCE, type NodeMaintenance } from '../../core/api/node-maintenance.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { isOf } from '../api-server/typed-change.ts';

const KINDS = [NODE_MAINTENANCE, KUBEVIRT_NODE_MAINTENANCE];

export class Maintenances {
  private readonly store: ObjectStore;
  private readonly nodes = new Set<string>();

  constructor(store: ObjectStore) {
    this.store = store;
    for (const kind of KINDS) for (const maintenance of store.list(kind)) this.take(maintenance);
  }

  /** `changed` is called with the name of a node that begins or ends to be under maintenance. */
  start(changed: (nodeName: string) => void): void {
    this.store.tap((change) => {
      for (const kind of KINDS) {
        if (!isOf(change, kind)) continue;
        const { before, after } = change;
        const name = (after ?? before)?.spec?.nodeName ?? '';
        const was = this.nodes.has(name);
        if (after === undefined) this.nodes.delete(name);
        else this.take(after);
        if (this.nodes.has(name) !== was) changed(name);
      }
    }, KINDS);
  }

  has(nodeName: string): boolean {
    return this.nodes.size > 0 && this.nodes.has(nodeName);
  }

  private take({ spec, status }: NodeMaintenance): void {
    if (spec?.nodeName === undefined) return;
    if (status?.phase === 'Succeeded') this.nodes.add(spec.nodeName);
    else this.nodes.delete(spec.nodeName);
  }
}
