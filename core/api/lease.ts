// Lease (coordination.k8s.io/v1): a node's sign of life in namespace kube-node-lease, the lock of a leader, and the lock on a node
// that the medik8s operators share (core/remediation/node-lease.ts).

import { type KubeObject, kindOf } from './object.ts';

export interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    /** MicroTime, as `renewTime`. */
    readonly acquireTime?: string;
    readonly renewTime?: string;
    /** How often the holder changed. */
    readonly leaseTransitions?: number;
  };
}

export const LEASE = kindOf<Lease>('coordination.k8s.io', 'Lease', 'Namespaced');

/** Where kubelets keep the leases of their nodes. */
export const NODE_LEASE_NAMESPACE = 'kube-node-lease';
