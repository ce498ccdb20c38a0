// How a Machine gives its host back: what the host was deployed with goes, the operator deprovisions it, and once it is free the
// consumer reference goes too.
// Source: CAPBM pkg/cloud/baremetal/actuators/machine/actuator.go (Delete); CAPM3 baremetal/metal3machine_manager.go (Delete).
//
// Divergence from reality: CAPM3's secrets, data claims and pause annotations of the host are not modelled.

import { keyOf } from '../../core/api/object.ts';
import { hostOfMachine } from '../../core/cluster/machine-links.ts';
import { withoutFinalizer } from './finalizers.ts';
import type { MachineContext } from './machine-context.ts';
import {
  METAL3_MACHINE_FINALIZER,
  STORED_HOST,
  STORED_METAL3_MACHINE,
  type StoredHost,
  type StoredMachine,
} from './machine-objects.ts';

export class HostReleases {
  private readonly context: MachineContext;
  private readonly released: (machine: StoredMachine, host: StoredHost) => void;

  constructor(context: MachineContext, released: (machine: StoredMachine, host: StoredHost) => void) {
    this.context = context;
    this.released = released;
  }

  /** Takes from the host what it was deployed with; the operator then deprovisions it. */
  begin(machine: StoredMachine): void {
    const { store, kinds } = this.context;
    const name = machine.spec?.infrastructureRef?.name;
    if (kinds.machineApi === 'cluster-api' && name !== undefined) {
      store.delete(STORED_METAL3_MACHINE, { namespace: machine.metadata.namespace ?? '', name });
    }
    const host = this.hostOf(machine);
    if (host === undefined) return;
    store.update(STORED_HOST, keyOf(host), 'main', (current) => {
      const { image, customDeploy, userData, ...rest } = current.spec ?? {};
      if (image === undefined && customDeploy === undefined && userData === undefined) return current;
      return { ...current, spec: { ...rest, online: rest.disablePowerOff === true } };
    });
  }

  /** Gives the host and the Metal3Machine up once the host is deprovisioned; false until then. */
  finish(machine: StoredMachine): boolean {
    const { store, kinds } = this.context;
    const host = this.hostOf(machine);
    if (host !== undefined) {
      if (isOccupied(host)) return false;
      store.update(STORED_HOST, keyOf(host), 'main', (current) => {
        const { consumerRef: _released, ...spec } = current.spec ?? {};
        return { ...current, spec };
      });
      this.released(machine, host);
    }
    const name = machine.spec?.infrastructureRef?.name;
    if (kinds.machineApi === 'cluster-api' && name !== undefined) {
      store.update(STORED_METAL3_MACHINE, { namespace: machine.metadata.namespace ?? '', name }, 'main', (current) =>
        withoutFinalizer(current, METAL3_MACHINE_FINALIZER),
      );
    }
    return true;
  }

  /** The host, as long as this Machine is its consumer. */
  private hostOf(machine: StoredMachine): StoredHost | undefined {
    const { store, kinds } = this.context;
    const host = hostOfMachine(kinds.machineApi, machine, store);
    const consumer = host?.spec?.consumerRef?.name;
    const own = kinds.machineApi === 'openshift' ? machine.metadata.name : machine.spec?.infrastructureRef?.name;
    return consumer !== undefined && consumer === own ? host : undefined;
  }
}

/** Still deployed, or on its way to or from it. An externally provisioned host only has to be off. */
function isOccupied(host: StoredHost): boolean {
  switch (host.status?.provisioning?.state) {
    case 'preparing':
    case 'provisioning':
    case 'provisioned':
    case 'deprovisioning':
    case 'powering off before delete':
    case 'deleting':
      return true;
    case 'externally provisioned':
      return host.status.poweredOn === true;
    default:
      return false;
  }
}
