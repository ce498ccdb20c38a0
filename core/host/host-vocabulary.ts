// The words of the host's state table: states, guards and rules. `none` is the empty state of the API.

import type { ProvisioningState } from '../api/bare-metal-host.ts';
import type { Edge } from '../state-table.ts';

export type HostState = Exclude<ProvisioningState, ''> | 'none';

const STATES: Readonly<Record<HostState, true>> = {
  none: true,
  unmanaged: true,
  registering: true,
  'match profile': true,
  inspecting: true,
  preparing: true,
  ready: true,
  available: true,
  provisioning: true,
  provisioned: true,
  'externally provisioned': true,
  deprovisioning: true,
  'powering off before delete': true,
  deleting: true,
};

export function isHostState(text: unknown): text is HostState {
  return typeof text === 'string' && text in STATES;
}

export type HostGuard =
  | 'paused'
  | 'deleting'
  | 'detachedStatus'
  | 'detachAnnotation'
  | 'detachAllowed'
  | 'delayDelete'
  | 'bmcKnown'
  | 'credentialsNamed'
  | 'bmcAnswered'
  | 'external'
  | 'inspect'
  | 'inspectAgain'
  | 'settingsChanged'
  | 'oldFailures'
  | 'imageWanted'
  | 'cancelled'
  | 'retriesLeft'
  | 'capacity'
  | 'succeeded'
  | 'failed'
  | 'errored'
  | 'backingOff'
  | 'gaveUp'
  | 'unregistered'
  | 'powerOffDisabled'
  | 'off'
  | 'finalizer';

export type HostRule =
  | 'paused'
  | 'deletion-delayed'
  | 'deleted-while-detached'
  | 'detached'
  | 'stays-detached'
  | 'reattached'
  | 'deletion-without-power-off'
  | 'deletion-started'
  | 'discovered'
  | 'registration-started'
  | 'unmanaged'
  | 'credentials-missing'
  | 'registering'
  | 'registered-external'
  | 'registered-without-inspection'
  | 'inspection-started'
  | 'inspection-skipped'
  | 'inspected'
  | 'inspection-failed'
  | 'inspecting'
  | 'profile-matched'
  | 'prepared'
  | 'ready-renamed'
  | 'became-external'
  | 'inspection-repeated'
  | 'settings-changed'
  | 'failures-forgotten'
  | 'retries-exhausted'
  | 'delayed'
  | 'provisioning-started'
  | 'available'
  | 'provisioning-failed'
  | 'failed-provisioning-waits'
  | 'failed-provisioning-cleaned'
  | 'provisioning-cancelled'
  | 'provisioning-ended'
  | 'provisioning'
  | 'deprovisioning-started'
  | 'image-removed'
  | 'provisioned'
  | 'external-flag-cleared'
  | 'externally-provisioned'
  | 'deletion-without-cleaning'
  | 'deprovisioned-for-deletion'
  | 'deprovisioning-given-up'
  | 'deprovisioned'
  | 'deprovisioning-failed'
  | 'deprovisioning'
  | 'power-off-disabled'
  | 'off-before-deletion'
  | 'power-off-given-up'
  | 'powering-off-before-deletion'
  | 'finalizer-removed'
  | 'deleting';

export type HostEdge = Edge<HostState, HostGuard, HostRule>;
