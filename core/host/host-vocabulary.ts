// The words of the host's state table: states, guards and rules. `none` is the empty state of the API.

import type { ProvisioningState } from '../api/bare-metal-host.ts';
import type { Edge } from '../state-table.ts';

export type HostState = Exclude<ProvisioningState, ''> | 'none';

export type HostGuard =
  | 'paused'
  | 'deleting'
  | 'detachedStatus'
  | 'detachAnnotation'
  | 'detachAllowed'
  | 'delayDelete'
  | 'bmcKnown'
  | 'bmcAnswered'
  | 'external'
  | 'inspect'
  | 'imageWanted'
  | 'cancelled'
  | 'retriesLeft'
  | 'capacity'
  | 'succeeded'
  | 'failed'
  | 'gaveUp'
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
  | 'registering'
  | 'registered-external'
  | 'registered-without-inspection'
  | 'inspection-started'
  | 'inspected'
  | 'prepared'
  | 'ready-renamed'
  | 'became-external'
  | 'retries-exhausted'
  | 'delayed'
  | 'provisioning-started'
  | 'available'
  | 'provisioning-failed'
  | 'provisioning-cancelled'
  | 'provisioning-ended'
  | 'provisioning'
  | 'deprovisioning-started'
  | 'image-removed'
  | 'provisioned'
  | 'external-flag-cleared'
  | 'externally-provisioned'
  | 'deprovisioned-for-deletion'
  | 'deprovisioning-given-up'
  | 'deprovisioned'
  | 'deprovisioning-failed'
  | 'deprovisioning'
  | 'off-before-deletion'
  | 'power-off-given-up'
  | 'powering-off-before-deletion'
  | 'finalizer-removed'
  | 'deleting';

export type HostEdge = Edge<HostState, HostGuard, HostRule>;
