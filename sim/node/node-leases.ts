// The leases of nodes, as objects of namespace kube-node-lease, made when they are read: a renewal costs nothing until someone
// looks. A lease is there as long as its Node is, which owns it.
// Source: kubernetes pkg/kubelet/nodelease, component-helpers/apimachinery/lease (newLease): 40 s, renewed each 10 s.
//
// Divergence from reality: the resourceVersion of a lease is the store's newest, whenever it was renewed; a node without a
// simulated host renews on a grid of its own.

import { type Lease, NODE_LEASE_NAMESPACE } from '../../core/api/lease.ts';
import { NODE, type Node } from '../../core/api/node.ts';
import type { ObjectKey } from '../../core/api/object.ts';
import { formatMicroTime } from '../../core/api/time.ts';
import type { ComputedSource } from '../api-server/computed-kinds.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { KubernetesConfig } from '../config.ts';
import { Fingerprint } from '../kernel/fingerprint.ts';
import type { HostTruth } from '../truth.ts';

/** A lease lasts four renewals. Source: kubelet nodeLeaseDurationSeconds 40, renewed at a quarter of it. */
const RENEWALS_PER_LEASE = 4;

export class NodeLeases implements ComputedSource<Lease> {
  private readonly store: ObjectStore;
  private readonly clock: { readonly nowMs: number };
  private readonly hosts: Pick<HostTruth, 'indexOfNode'>;
  private readonly config: KubernetesConfig;
  private readonly renewals: { leaseRenewedAtMs(host: number): number };

  constructor(
    store: ObjectStore,
    clock: { readonly nowMs: number },
    hosts: Pick<HostTruth, 'indexOfNode'>,
    config: KubernetesConfig,
    renewals: { leaseRenewedAtMs(host: number): number },
  ) {
    this.store = store;
    this.clock = clock;
    this.hosts = hosts;
    this.config = config;
    this.renewals = renewals;
  }

  get({ namespace, name }: ObjectKey): Lease | undefined {
    const node = namespace === NODE_LEASE_NAMESPACE ? this.store.get(NODE, { namespace: '', name }) : undefined;
    return node === undefined ? undefined : this.leaseOf(node);
  }

  list(): readonly Lease[] {
    return this.store.list(NODE).map((node) => this.leaseOf(node));
  }

  private leaseOf({ apiVersion, metadata }: Node): Lease {
    const { name, uid, creationTimestamp } = metadata;
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name,
        namespace: NODE_LEASE_NAMESPACE,
        uid: uidOfLease(uid),
        resourceVersion: String(this.store.resourceVersion),
        ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
        ownerReferences: [{ apiVersion, kind: 'Node', name, uid }],
      },
      spec: {
        holderIdentity: name,
        leaseDurationSeconds: Math.round((this.config.leaseRenewMs * RENEWALS_PER_LEASE) / 1000),
        renewTime: formatMicroTime(this.renewedAtMs(name)),
      },
    };
  }

  private renewedAtMs(nodeName: string): number {
    const host = this.hosts.indexOfNode(nodeName);
    if (host >= 0) return this.renewals.leaseRenewedAtMs(host);
    const { nowMs } = this.clock;
    return nowMs - (nowMs % this.config.leaseRenewMs);
  }
}

/** Derived from the Node's, so that it is the same at every read. */
function uidOfLease(nodeUid: string): string {
  const fingerprint = new Fingerprint();
  fingerprint.addText(nodeUid);
  const head = fingerprint.digest();
  fingerprint.addText('lease');
  const tail = fingerprint.digest();
  return `${head.slice(0, 8)}-${head.slice(8, 12)}-4${head.slice(13, 16)}-a${tail.slice(1, 4)}-${tail.slice(4, 16)}`;
}
