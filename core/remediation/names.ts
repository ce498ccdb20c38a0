// Annotations, finalizers and event reasons of the remediation stand-ins, exactly as the products write them.
// Source: upstream constants of each project.

/** machine-remediation-operator: on the BareMetalHost while a reboot runs; marks a power-off as its own. */
export const ANNOTATION_REBOOT_IN_PROGRESS = 'machineremediation.kubevirt.io/rebootInProgress';
/** machine-remediation-operator: on a Node, any value: please reboot. */
export const ANNOTATION_NODE_REBOOT = 'healthchecking.openshift.io/machine-remediation-reboot';

/** cluster-api-provider-metal3: on the Metal3Remediation. */
export const FINALIZER_METAL3_REMEDIATION = 'metal3remediation.infrastructure.cluster.x-k8s.io';
/** cluster-api-provider-metal3: prefix of the annotation that holds the host off; the CR's uid follows. */
export const ANNOTATION_METAL3_POWER_OFF_PREFIX = 'reboot.metal3.io/metal3-remediation-';
/** cluster-api-provider-metal3: on a BareMetalHost that remediation gave up on; no Machine takes such a host. */
export const ANNOTATION_UNHEALTHY_HOST = 'capm3.metal3.io/unhealthy';
export const UNHEALTHY_HOST = 'capm3/UnhealthyNode';

/** cluster-api-provider-baremetal: holds the host off. */
export const ANNOTATION_POWER_OFF_REQUEST = 'reboot.metal3.io/capbm-requested-power-off';
/** cluster-api-provider-baremetal: on the Machine: host was off and the Node is gone. */
export const ANNOTATION_POWERED_OFF = 'remediation.metal3.io/powered-off-for-remediation';
export const ANNOTATION_POWER_ON_DEADLINE = 'remediation.metal3.io/power-on-will-timeout-at';
/** cluster-api-provider-baremetal: on Nodes, by older versions; newer ones remove it. */
export const FINALIZER_NODE = 'metal3.io/capbm';
/** Both metal3 projects: JSON of the deleted Node's annotations and labels. */
export const ANNOTATION_NODE_ANNOTATIONS_BACKUP = 'remediation.metal3.io/node-annotations-backup';
export const ANNOTATION_NODE_LABELS_BACKUP = 'remediation.metal3.io/node-labels-backup';

/** Value of a reboot annotation: power is cut, the operating system is not asked. */
export const REBOOT_HARD = '{"mode":"hard"}';

/** Not the product's: lineage `corrected` of FenceAgentsRemediation writes the number of a try here before it starts. */
export const ANNOTATION_FENCE_TRY = 'fence-agents-remediation.medik8s.io/try';
