// NodeMaintenance, of the node maintenance operator: somebody wants to work on a node. Two API groups: that of medik8s, and the
// older one from when the operator belonged to KubeVirt. Source: medik8s/node-maintenance-operator 3a54cd15.

import { type KubeObject, kindOf } from './object.ts';

export type MaintenancePhase = 'Running' | 'Succeeded' | 'Failed';

export interface NodeMaintenance extends KubeObject {
  readonly spec?: {
    /** Immutable. */
    readonly nodeName?: string;
    readonly reason?: string;
  };
  readonly status?: {
    /** Absent: not yet seen by the operator. */
    readonly phase?: MaintenancePhase;
    /** Share of `evictionPods` that is gone, in percent, as of the end of the last pass. */
    readonly drainProgress?: number;
    readonly lastUpdate?: string;
    /** Of the last pass that failed; kept when a later one succeeds. */
    readonly lastError?: string;
    readonly pendingPods?: readonly string[];
    readonly pendingPodsRefs?: readonly { readonly namespace: string; readonly name: string }[];
    /** Pods on the node at the start, and those of them that are to be evicted. */
    readonly totalpods?: number;
    readonly evictionPods?: number;
    /** In a row: requests for a lease that was the operator's own and is another's now. */
    readonly errorOnLeaseCount?: number;
  };
}

export const NODE_MAINTENANCE = kindOf<NodeMaintenance>('nodemaintenance.medik8s.io', 'NodeMaintenance', 'Cluster');
export const KUBEVIRT_NODE_MAINTENANCE = kindOf<NodeMaintenance>(
  'nodemaintenance.kubevirt.io',
  'NodeMaintenance',
  'Cluster',
);

export const FINALIZER_NODE_MAINTENANCE = 'foregroundDeleteNodeMaintenance';
