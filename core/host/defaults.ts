// Default numbers of the baremetal operator's stand-in, each with its source.

/** Steady power poll. Source: baremetal-operator, internal/controller/metal3.io/baremetalhost_controller.go. */
export const POWER_POLL_MS = 60_000;
/** A soft power-off that has not ended after this becomes a hard one. Source: baremetal-operator, pkg/provisioner/ironic/ironic.go. */
export const SOFT_POWER_OFF_MS = 180_000;
/** Failures after which a deletion goes on without them. Source: baremetal-operator, host_state_machine.go (retryCount). */
export const DELETE_GIVES_UP_AFTER = 3;
/** An effect that the interpreter cannot start within this is refused and decided anew. Assumption: fresh reads take well under it. */
export const EFFECT_START_MS = 30_000;
/** A power command without any end after this is taken as unknown, and the BMC is asked. Assumption: beyond the time-outs of real BMC calls. */
export const COMMAND_LOST_AFTER_MS = 300_000;
/** A deployment or cleaning without any end after this has failed. Source: Ironic conductor.deploy_callback_timeout and clean_callback_timeout, 1800 s each, for the agent's first call and for the rest. */
export const OPERATION_LOST_AFTER_MS = 3_600_000;
/** From the first poll that a BMC does not answer to PowerFailure. Source: Ironic conductor.sync_power_state_interval 60 s, and the poll after power_state_sync_max_retries 3 of them. */
export const POWER_FAILURE_AFTER_MS = 180_000;
