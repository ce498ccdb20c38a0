// Whether OpenShift's bare-metal provider may delete a Machine that a reboot did not bring back, so that it is provisioned anew.
// Source: cluster-api-provider-baremetal, pkg/cloud/baremetal/actuators/machine/actuator.go (canReprovision).

import type { BareMetalHost } from '../api/bare-metal-host.ts';
import { LABEL_OPENSHIFT_ROLE, type Machine } from '../api/machine.ts';
import { controllerOwner } from '../api/object.ts';

/** Not a master, owned by a controller that replaces it, and on a host that the cluster may provision. */
export function canReprovision(machine: Machine, host: BareMetalHost): boolean {
  return (
    host.spec?.externallyProvisioned !== true &&
    controllerOwner(machine) !== undefined &&
    machine.metadata.labels?.[LABEL_OPENSHIFT_ROLE] !== 'master'
  );
}
