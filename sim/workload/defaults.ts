// Numbers of Kubernetes' workload loops that are no part of SimConfig.

/**
 * How long a container takes to stop after SIGTERM, where its grace period allows it.
 * Assumption: most servers stop within 2 s; the facts give no figure.
 */
export const TERMINATION_MS = 2_000;

/** Source: API default of spec.terminationGracePeriodSeconds (kubernetes pkg/apis/core/v1/defaults.go). */
export const DEFAULT_GRACE_SECONDS = 30;

/** Source: kubectl drain waits 5 s after a 429 of the eviction API (kubernetes staging/src/k8s.io/kubectl/pkg/drain). */
export const EVICTION_RETRY_MS = 5_000;

/** Source: kubectl drain looks for an evicted pod each second (kubernetes staging/src/k8s.io/kubectl/pkg/drain). */
export const DRAIN_POLL_MS = 1_000;

/** Source: kubelet flag default of pods per node (kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go). */
export const DEFAULT_PODS_PER_NODE = 110;

/**
 * On an unreachable node, a pod that has been terminating this long is no longer waited for by a drain.
 * Source: skipWaitForDeleteTimeoutSeconds of the machine controllers (machine-api-operator pkg/controller/machine, cluster-api).
 */
export const UNREACHABLE_SKIP_MS = 1_000;

/**
 * A granted eviction whose pod is not gone, and a DisruptionTarget condition without a deletion, are forgotten after this.
 * Source: kubernetes pkg/controller/disruption/disruption.go (DeletionTimeout, stalePodDisruptionTimeout).
 */
export const DISRUPTION_TIMEOUT_MS = 120_000;
