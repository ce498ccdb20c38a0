// The hosts of a cluster with the Node and the Machine on each, found from either side: what a health check selects are
// Machines or Nodes, what fails are hosts in racks and pools.

import type { Machine } from '../../core/api/machine.ts';
import type { Node } from '../../core/api/node.ts';
import { controllerOwner, keyOf, keyString } from '../../core/api/object.ts';
import type { HostConfig } from '../../sim/config.ts';
import { linkHosts } from '../cluster/host-links.ts';
import type { ClusterModel } from '../cluster/inventory.ts';

/** One Machine or Node that a health check watches, with the host under it where there is one. */
export interface Target {
  readonly name: string;
  readonly host: HostConfig | undefined;
  readonly controlPlane: boolean;
  /** False where nobody would replace the Machine, or where there is no Machine. */
  readonly replaced: boolean;
  /** Its BareMetalHost says so: `online: false`. */
  readonly offOnPurpose: boolean;
}

export class Fleet {
  /** In key order; Nodes that belong to no host are left out, as the simulation leaves them out. */
  readonly nodes: readonly Node[];
  private readonly offOnPurpose = new Set<HostConfig>();
  private readonly ofMachine = new Map<string, HostConfig>();
  private readonly ofNode = new Map<string, { readonly host: HostConfig; readonly machine: Machine | undefined }>();

  constructor(cluster: ClusterModel) {
    const hosts = new Map(cluster.hosts.map((host) => [keyString(host), host]));
    const nodes: Node[] = [];
    for (const { host, machine, node } of linkHosts(cluster.input, cluster.machineApi).linked) {
      const config = hosts.get(keyString(keyOf(host)));
      if (config === undefined) continue;
      if (host.spec?.online === false) this.offOnPurpose.add(config);
      if (machine !== undefined) this.ofMachine.set(keyString(keyOf(machine)), config);
      if (node === undefined) continue;
      nodes.push(node);
      this.ofNode.set(node.metadata.name, { host: config, machine });
    }
    this.nodes = nodes.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  targetOfMachine(machine: Machine): Target {
    const name = keyString(keyOf(machine));
    const labels = machine.metadata.labels ?? {};
    const host = this.ofMachine.get(name);
    return {
      name,
      host,
      offOnPurpose: this.isOffOnPurpose(host),
      controlPlane:
        labels['machine.openshift.io/cluster-api-machine-role'] === 'master' ||
        labels['cluster.x-k8s.io/control-plane'] !== undefined,
      replaced: controllerOwner(machine) !== undefined,
    };
  }

  targetOfNode({ metadata }: Node): Target {
    const found = this.ofNode.get(metadata.name);
    return {
      name: metadata.name,
      host: found?.host,
      offOnPurpose: this.isOffOnPurpose(found?.host),
      controlPlane:
        metadata.labels?.['node-role.kubernetes.io/control-plane'] !== undefined ||
        metadata.labels?.['node-role.kubernetes.io/master'] !== undefined,
      replaced: found?.machine !== undefined && controllerOwner(found.machine) !== undefined,
    };
  }

  private isOffOnPurpose(host: HostConfig | undefined): boolean {
    return host !== undefined && this.offOnPurpose.has(host);
  }
}

/** The rack with most of the targets; undefined in one rack, or with one target per rack, whose loss is the loss of a host. */
export function largestRack(targets: readonly Target[]): { readonly name: string; readonly lost: number } | undefined {
  const racks = new Map<string, number>();
  for (const { host } of targets) if (host !== undefined) racks.set(host.rack, (racks.get(host.rack) ?? 0) + 1);
  const [largest] = [...racks].sort(([a, sizeA], [b, sizeB]) => sizeB - sizeA || (a < b ? -1 : 1));
  if (largest === undefined || racks.size < 2 || largest[1] < 2) return undefined;
  return { name: largest[0], lost: largest[1] };
}
