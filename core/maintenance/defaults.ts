// Default numbers of the node maintenance operator, each with its source.

/** How long the lease on a node is asked for. Source: medik8s/node-maintenance-operator 3a54cd15 (LeaseDuration 3600 s). */
export const MAINTENANCE_LEASE_MS = 3_600_000;
/** More refusals of its own lease in a row than this end a maintenance. Source: as above (maxAllowedErrorToUpdateOwnedLease). */
export const LEASE_ERRORS_MAX = 3;
/** A pass of a drain gives up after this. Source: as above (DrainerTimeout). */
export const DRAIN_TIMEOUT_MS = 30_000;
/** Asked for after a pass that did not drain the node. Source: as above (waitDurationOnDrainError). */
export const DRAIN_REQUEUE_MS = 5_000;

/** A refused eviction is asked again after this. Source: kubernetes, kubectl pkg/drain (evictPods). */
export const EVICTION_RETRY_MS = 5_000;
/** How often a drain looks whether an evicted pod is gone. Source: as above (waitForDelete). */
export const DRAIN_POLL_MS = 1_000;
