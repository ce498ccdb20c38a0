// The cordon under which people work on a host: no pod is put on its Node, and those that are there stay. Whose Node is cordoned
// already is left alone, before and after.
//
// Divergence from reality: people do not drain. Pods that a dead host had are the business of Kubernetes and of the policy.

import { NODE } from '../../core/api/node.ts';
import type { ObjectStore } from '../api-server/object-store.ts';

export class RepairCordon {
  private readonly store: ObjectStore;
  private readonly ours = new Set<string>();

  constructor(store: ObjectStore) {
    this.store = store;
  }

  begin(nodeName: string): void {
    const node = this.store.get(NODE, { namespace: '', name: nodeName });
    if (node === undefined || node.spec?.unschedulable === true) return;
    this.ours.add(nodeName);
    this.write(nodeName, true);
  }

  end(nodeName: string): void {
    if (!this.ours.delete(nodeName)) return;
    if (this.store.get(NODE, { namespace: '', name: nodeName })?.spec?.unschedulable === true)
      this.write(nodeName, null);
  }

  private write(name: string, unschedulable: true | null): void {
    this.store.patch(NODE, { namespace: '', name }, { spec: { unschedulable } }, { subresource: 'main' });
  }
}
