// How many hosts use Ironic at this moment: an index of the view, so that no decision scans the hosts.

import { BARE_METAL_HOST, type BareMetalHost } from '../api/bare-metal-host.ts';
import { keyOf, keyString } from '../api/object.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';

const TAKEN: readonly string[] = ['taken'];
const NONE: readonly string[] = [];

/** Hosts that inspect, provision or deprovision. Source: baremetal-operator, pkg/provisioner/ironic (HasCapacity). */
export const PROVISIONING_SLOTS: IndexSpec<BareMetalHost> = {
  name: 'provisioning-slots',
  of: BARE_METAL_HOST,
  values: (host) => {
    const state = host.status?.provisioning?.state;
    const isBusy = state === 'inspecting' || state === 'provisioning' || state === 'deprovisioning';
    return isBusy && !isUnlimited(host) ? TAKEN : NONE;
  },
};

export function slotsTaken(view: ClusterView): number {
  return view.countByIndex(PROVISIONING_SLOTS, 'taken');
}

/**
 * Hosts whose BMC attaches the agent as a virtual disk do without DHCP and are not limited.
 * Source: baremetal-operator, docs/configuration.md (PROVISIONING_LIMIT), pkg/hardwareutils/bmc (SupportsISOPreprovisioningImage).
 */
export function isUnlimited({ spec }: BareMetalHost): boolean {
  const address = spec?.bmc?.address ?? '';
  return /^[a-z0-9]+-(?:virtualmedia|uefihttp)\b/.test(address);
}

/**
 * Whether a host that entered such a state may start its operation: fewer hosts than `limit` entered before it. Several may
 * enter on one reading of a view that does not show the others yet; who entered first goes first, then the order of keys.
 */
export function hasSlot(host: BareMetalHost, view: ClusterView, limit: number): boolean {
  if (slotsTaken(view) <= limit) return true;
  const mine = rankOf(host);
  let before = 0;
  for (const other of view.byIndex(PROVISIONING_SLOTS, 'taken')) if (rankOf(other) < mine) before++;
  return before < limit;
}

function rankOf(host: BareMetalHost): string {
  const { provisioning, operationHistory } = host.status ?? {};
  const operation =
    provisioning?.state === 'deprovisioning'
      ? operationHistory?.deprovision
      : provisioning?.state === 'inspecting'
        ? operationHistory?.inspect
        : operationHistory?.provision;
  return `${operation?.start ?? ''} ${keyString(keyOf(host))}`;
}
