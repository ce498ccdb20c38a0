// Marks that one party puts on an object for another to take away: contracts between products, each with its source.

/** Prefix of a mark, and prefixes of the names of the controllers to which it is handed. */
const CONTRACTS: readonly { readonly mark: string; readonly to: readonly string[] }[] = [
  // Without a suffix: one reboot, and the host operator takes it off (metal3 reboot-interface.md).
  { mark: 'annotation reboot.metal3.io', to: ['bare-metal-host'] },
  // The host operator reads these once and removes them (baremetal-operator, host annotations).
  { mark: 'annotation baremetalhost.metal3.io/status', to: ['bare-metal-host'] },
  { mark: 'annotation inspect.metal3.io', to: ['bare-metal-host'] },
  // OpenShift's health check asks, and the bare-metal remediator answers by removing (cluster-api-provider-baremetal).
  { mark: 'annotation host.metal3.io/external-remediation', to: ['external-baremetal'] },
  // The node reboot controller of the original operator consumes a person's or the health check's wish.
  {
    mark: 'annotation healthchecking.openshift.io/machine-remediation-reboot',
    to: ['node-reboot', 'machine-remediation'],
  },
  // A wish of a person or of the health check, which the health check takes back.
  { mark: 'annotation remediation.medik8s.io/', to: ['node-health-check'] },
  // A person's wish that our own policy takes off when it is fulfilled.
  { mark: 'annotation remediation.metaltwin.dev/remediate', to: ['remediation-policy', 'host-remediation'] },
];

/** Whether a contract hands this mark to that controller. */
export function isHandedTo(controller: string, mark: string): boolean {
  return CONTRACTS.some(
    (contract) =>
      (mark === contract.mark || (contract.mark.endsWith('/') && mark.startsWith(contract.mark))) &&
      contract.to.some((name) => controller.startsWith(name)),
  );
}
