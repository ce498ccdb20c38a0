// Numbers of Kubernetes' workload loops that are no part of SimConfig.

/**
 * How long a container takes to stop after SIGTERM, where its grace period allows it.
 * Assumption: most servers stop within 2 s; no figure was found.
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

/**
 * From the start of a virtual machine's launcher pod until its guest serves.
 * Assumption: a small server system boots within half a minute; KubeVirt gives no figure.
 */
export const GUEST_BOOT_MS = 30_000;

/**
 * Memory that a live migration copies per second.
 * Assumption: half of a 10 Gbit/s link, what is dirtied and copied again included. KubeVirt sets no limit by default
 * (kubevirt pkg/virt-config/virt-config.go, BandwidthPerMigrationDefault "0Mi").
 */
export const MIGRATION_BYTES_PER_SECOND = 625_000_000;

/** Source: kubevirt pkg/virt-config/virt-config.go, ParallelMigrationsPerClusterDefault. */
export const MIGRATIONS_PER_CLUSTER = 5;

/** Source: kubevirt pkg/virt-config/virt-config.go, ParallelOutboundMigrationsPerNodeDefault. */
export const MIGRATIONS_PER_SOURCE_NODE = 2;

/**
 * How long the target pod of a migration may stay unschedulable.
 * Source: kubevirt pkg/virt-controller/watch/migration/migration.go, defaultUnschedulablePendingTimeoutSeconds 60 * 5.
 */
export const MIGRATION_PENDING_MS = 300_000;

/** After the first failed evacuation; doubles with each. Source: kubevirt migration.go, handleMigrationBackoff. */
export const MIGRATION_BACKOFF_MS = 20_000;

/** Source: kubevirt migration.go, defaultFinalizedMigrationGarbageCollectionBuffer. */
export const FINISHED_MIGRATIONS_KEPT = 5;

/**
 * Start failures of a virtual machine: 10 s times the square of their number, at most 300 s.
 * Source: kubevirt pkg/virt-controller/watch/vm/vm.go, calculateStartBackoffTime and defaultMaxCrashLoopBackoffDelaySeconds.
 */
export const START_BACKOFF_SECONDS = 10;
/** Source: as above. */
export const START_BACKOFF_MOST_SECONDS = 300;

/** Virtual processors per core requested. Source: kubevirt pkg/virt-config/virt-config.go, DefaultCPUAllocationRatio 10. */
export const CPU_ALLOCATION_RATIO = 10;

/**
 * Memory that a launcher pod asks for beyond its guest's.
 * Assumption: a quarter of a GiB, of the size of the sum in kubevirt pkg/virt-controller/services (GetMemoryOverhead).
 */
export const LAUNCHER_OVERHEAD_BYTES = 256 * 2 ** 20;

/** Source: kubevirt v1.DefaultGracePeriodSeconds 30, and twice the padding of 15 s in services/template.go. */
export const LAUNCHER_GRACE_PADDING_SECONDS = 30;
