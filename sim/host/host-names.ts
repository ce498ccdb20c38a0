// Hosts by their names: that of the Node, and that of the BareMetalHost.

import type { ObjectKey } from '../../core/api/object.ts';
import type { HostConfig } from '../config.ts';

export class HostNames {
  private readonly byNode = new Map<string, number>();
  /** By namespace, then by name: no text is made to find one. */
  private readonly byBareMetalHost = new Map<string, Map<string, number>>();

  constructor(hosts: readonly HostConfig[]) {
    hosts.forEach(({ namespace, name, nodeName }, index) => {
      this.byNode.set(nodeName, index);
      const names = this.byBareMetalHost.get(namespace) ?? new Map<string, number>();
      names.set(name, index);
      this.byBareMetalHost.set(namespace, names);
    });
  }

  /** -1 where no host registers under this name. */
  indexOfNode(nodeName: string): number {
    return this.byNode.get(nodeName) ?? -1;
  }

  /** -1 where there is no such BareMetalHost. */
  indexOfHost({ namespace, name }: ObjectKey): number {
    return this.byBareMetalHost.get(namespace)?.get(name) ?? -1;
  }
}
