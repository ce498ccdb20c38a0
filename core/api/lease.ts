// Lease (coordination.k8s.io/v1): a node's sign of life in namespace kube-node-lease, and the lock of a leader.

import { type KubeObject, kindOf } from './object.ts';

export interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    /** MicroTime. */
    readonly renewTime?: string;
  };
}

export const LEASE = kindOf<Lease>('coordination.k8s.io', 'Lease', 'Namespaced');

/** Where kubelets keep the leases of their nodes. */
export const NODE_LEASE_NAMESPACE = 'kube-node-lease';
