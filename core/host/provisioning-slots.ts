// How many hosts use Ironic at this moment: an index of the view, so that no decision scans the hosts.

import { BARE_METAL_HOST, type BareMetalHost } from '../api/bare-metal-host.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';

const TAKEN: readonly string[] = ['taken'];
const NONE: readonly string[] = [];

/** Hosts that inspect, provision or deprovision. Source: baremetal-operator, pkg/provisioner/ironic (HasCapacity). */
export const PROVISIONING_SLOTS: IndexSpec<BareMetalHost> = {
  name: 'provisioning-slots',
  of: BARE_METAL_HOST,
  values: ({ status }) => {
    const state = status?.provisioning?.state;
    return state === 'inspecting' || state === 'provisioning' || state === 'deprovisioning' ? TAKEN : NONE;
  },
};

export function slotsTaken(view: ClusterView): number {
  return view.countByIndex(PROVISIONING_SLOTS, 'taken');
}
