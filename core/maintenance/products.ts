// What differs between the node maintenance operator of medik8s and its forerunner in KubeVirt, as data.
// Source: medik8s/node-maintenance-operator internal/controller; kubevirt/node-maintenance-operator controllers (last release).
//
// Divergence from reality: the forerunner takes a lease where coordination.k8s.io/v1beta1 is served, which no Kubernetes since
// 1.22 does; here it takes none.

import { KUBEVIRT_NODE_MAINTENANCE, NODE_MAINTENANCE, type NodeMaintenance } from '../api/node-maintenance.ts';
import type { Kind } from '../api/object.ts';

export interface MaintenanceProduct {
  /** The controller's name. */
  readonly name: string;
  readonly kind: Kind<NodeMaintenance>;
  /** Key of the taint beside `node.kubernetes.io/unschedulable`, NoSchedule as that one. */
  readonly drainTaint: string;
  /** Holds the lease on the node while it drains, and labels the node so that nobody remediates it. */
  readonly excludesRemediation: boolean;
  /** Records events, and says in the status how far the drain is and when that was. */
  readonly reports: boolean;
  /** Every change of its object wakes it, its own writes included; otherwise only the deletion does. */
  readonly wokenByUpdates: boolean;
  /** A Node that is not there fails the maintenance; otherwise it is waited for. */
  readonly failsWithoutNode: boolean;
}

export const MEDIK8S_MAINTENANCE: MaintenanceProduct = {
  name: 'node-maintenance.medik8s',
  kind: NODE_MAINTENANCE,
  drainTaint: 'medik8s.io/drain',
  excludesRemediation: true,
  reports: true,
  wokenByUpdates: true,
  failsWithoutNode: true,
};

export const KUBEVIRT_MAINTENANCE: MaintenanceProduct = {
  name: 'node-maintenance.kubevirt',
  kind: KUBEVIRT_NODE_MAINTENANCE,
  drainTaint: 'kubevirt.io/drain',
  excludesRemediation: false,
  reports: false,
  wokenByUpdates: false,
  failsWithoutNode: false,
};
