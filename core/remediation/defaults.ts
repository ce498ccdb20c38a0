// Default numbers of the remediation stand-ins, each with its source.

/** MachineRemediation: one timeout from startTime, shared by power-off and power-on. Source: machine-remediation-operator, pkg/controllers/machineremediation. */
export const MACHINE_REMEDIATION_TIMEOUT_MS = 300_000;
/** The same in lineage `corrected`. Source: cluster-api-provider-baremetal, remediationPowerOnDefaultTimeout, to which its successor raised it. */
export const MACHINE_REMEDIATION_LONG_TIMEOUT_MS = 1_200_000;
/** MachineRemediation is looked at again this often while it runs. Source: as above. */
export const MACHINE_REMEDIATION_POLL_MS = 10_000;

/** Metal3Remediation: from lastRemediated to the next retry. Source: cluster-api-provider-metal3, api/v1beta2/metal3remediation_types.go. */
export const METAL3_TIMEOUT_MS = 600_000;
/** Power cycles after the first one. Source: as above. */
export const METAL3_RETRY_LIMIT = 1;
/** Metal3Remediation is looked at again this often. Source: cluster-api-provider-metal3, controllers/metal3remediation_controller.go (defaultTimeout). */
export const METAL3_POLL_MS = 5_000;
/** After the taint and after the backup the next look comes sooner. Source: as above. */
export const METAL3_SHORT_POLL_MS = 1_000;

/** From power-on to giving up where no MachineHealthCheck gives a nodeStartupTimeout. Source: cluster-api-provider-baremetal, pkg/cloud/baremetal/actuators/machine (remediationPowerOnDefaultTimeout). */
export const EXTERNAL_POWER_ON_TIMEOUT_MS = 1_200_000;
/** Source: as above; requeue of the machine controller while the host powers off. */
export const EXTERNAL_POLL_MS = 30_000;
/** Source: as above; requeue while the host powers on and the node is awaited. */
export const EXTERNAL_SHORT_POLL_MS = 5_000;
/** Source: as above; requeue while the node is being deleted. */
export const EXTERNAL_NODE_DELETION_POLL_MS = 2_000;

/** FenceAgentsRemediation: tries of the fence agent. Source: fence-agents-remediation, api/v1alpha1/fenceagentsremediation_types.go (defaults of the definition). */
export const FENCE_RETRY_COUNT = 5;
/** From the end of a try to the start of the next. Source: as above. */
export const FENCE_RETRY_INTERVAL_MS = 5_000;
/** One try. Source: as above. */
export const FENCE_TIMEOUT_MS = 60_000;
/** One run of `status` while a template is validated. Source: fence-agents-remediation, controllers/fenceagentsremediationtemplate_controller.go (statusValidationTimeout). */
export const STATUS_VALIDATION_TIMEOUT_MS = 15_000;
/** A fence agent that is asked for does not start later than this. Assumption: the product starts it at once, and has no limit. */
export const FENCE_START_MS = 5_000;
/** SelfNodeRemediation: its controller waits this much longer than timeAssumedRebooted says. Source: medik8s/self-node-remediation, internal/controller/selfnoderemediation_controller.go (wasNodeRebooted). */
export const SELF_NODE_REBOOT_MARGIN_MS = 1_000;
/** Looks at the released workloads. Source: as above (isResourceDeletionExpired). */
export const SELF_NODE_RELEASE_POLL_MS = 5_000;
/** From timeAssumedRebooted until the release is overdue. Source: as above (OutOfServiceTimeoutDuration). */
export const SELF_NODE_RELEASE_TIMEOUT_MS = 60_000;

/** MachineDeletionRemediation is looked at again this often while its Machine goes and its successor comes. Source: machine-deletion-remediation, internal/controller/machinedeletionremediation_controller.go. */
export const MACHINE_DELETION_POLL_MS = 30_000;

/** HostRemediation, ours: a BMC that is silent, or a host that is not off yet, is asked again after this. Assumption: a BMC answers within a second or two, and none is harmed by a question every 5 s. */
export const BMC_LOOK_AGAIN_MS = 5_000;
/** A question that was not answered at all is asked again. Assumption: twice the time-out of a Redfish request (30 s). */
export const BMC_ANSWER_LOST_MS = 60_000;
/** From the decision to strike until its first effect; later than that it is decided anew. Assumption: a controller that dies is replaced within a lease of 15 s and its renewals. */
export const STRIKE_WITHIN_MS = 60_000;

/**
 * So long before the instant at which a node is held for rebooted it must have fallen silent, if its agent has rebooted it.
 * Assumption: an agent that reaches the API resets its node within 60 s (watchdog), and Ready turns Unknown 55 s later at most; the
 * safe time is 180 s or more.
 */
export const SELF_FENCING_SHOWS_BEFORE_MS = 45_000;
/** After an attempt that was called off before anything was done, doubled with each. Assumption: views of one moment are rarely further apart. */
export const CALLED_OFF_PAUSE_MS = 10_000;
/** So long after a reading `off` the host is taken to be off, as long as our hold is on it and its operator does not say on. Assumption: shorter than a host needs from power-on to its first write. */
export const OFF_PROOF_FRESH_MS = 30_000;
/** From the out-of-service taint until its effect is looked at. Source: cluster-api-provider-metal3, as METAL3_SHORT_POLL_MS; the stamp of a taint is truncated to the second. */
export const TAINT_ACTS_WITHIN_MS = 2_000;
/** From the proof of off until the host is powered on although volumes or pods are stuck. Assumption: the pods and volumes of a full node go within it where nothing is wrong (pod GC runs every 20 s). */
export const RELEASE_TIMEOUT_MS = 120_000;
