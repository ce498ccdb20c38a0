// What is true of the served hosts, for whoever tests a client against them: what the controllers say is over the wire, and may be wrong.

import { addressOf, definitionOf } from '../../sim/faults/catalogue.ts';
import type { Fault } from '../../sim/faults/fault.ts';
import { ADDRESSES } from '../../sim/faults/fault-target.ts';
import type { HostTruth, ShownFault } from '../fake-bmc.ts';
import type { SimulatedHost, SimulatedHosts } from '../simulated-hosts.ts';

export function hostTruth(hosts: SimulatedHosts, host: SimulatedHost): HostTruth {
  const { stage, boots, active, latent, index } = host.record;
  return {
    name: host.name,
    systemId: host.systemId,
    powered: hosts.world.fleet.powered(index),
    stage,
    boots,
    reachable: host.isReachable(),
    profile: host.profile.name,
    quirks: host.quirks,
    faults: [
      ...active.map((fault) => shownFault(hosts, fault, false)),
      ...latent.map((fault) => shownFault(hosts, fault, true)),
    ],
  };
}

/** Of hosts, racks and everything else. */
export function allFaults(hosts: SimulatedHosts): readonly ShownFault[] {
  const ofHosts = hosts.hosts.flatMap((host) => hostTruth(hosts, host).faults);
  const others = hosts.world.weather.lasting().map((fault) => shownFault(hosts, fault, false));
  return [...ofHosts, ...others].sort((one, other) => one.id - other.id);
}

function shownFault(hosts: SimulatedHosts, fault: Fault, latent: boolean): ShownFault {
  const address = addressOf(fault.class);
  return {
    id: fault.id,
    fault: fault.class,
    says: definitionOf(fault.class).says,
    strikes: address,
    target: ADDRESSES[address].names(hosts.world.config)[fault.subject] ?? '',
    since: hosts.dateOf(fault.bornAtMs).toISOString(),
    endedBy: fault.level,
    latent,
  };
}
