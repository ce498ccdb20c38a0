// What is true of the served hosts, for whoever tests a client against them: what the controllers say is over the wire, and may be wrong.

import { addressOf, definitionOf } from '../../sim/faults/catalogue.ts';
import type { Fault } from '../../sim/faults/fault.ts';
import { ADDRESSES } from '../../sim/faults/fault-target.ts';
import type { SimulatedHost, SimulatedHosts } from '../simulated-hosts.ts';

export interface ShownFault {
  readonly id: number;
  readonly fault: string;
  readonly says: string;
  /** What is struck: `host`, `rack` and so on, and its name. */
  readonly strikes: string;
  readonly target: string;
  /** Instant of its birth by the clock of this machine. */
  readonly since: string;
  /** What ends it: it passes by itself, or the least that has to be done. */
  readonly endedBy: Fault['level'];
  /** Born while its host was down: it shows at the next power-on. */
  readonly latent: boolean;
}

export interface HostTruth {
  readonly name: string;
  readonly systemId: string;
  /** Electrically. */
  readonly powered: boolean;
  /** `off`, `firmware`, `osBoot`, `joining`, `up`, `dump`, `stuck`, `agent` or `idle`. */
  readonly stage: string;
  readonly boots: number;
  /** Power and network let requests through to its controller. */
  readonly reachable: boolean;
  readonly profile: string;
  readonly quirks: readonly string[];
  readonly faults: readonly ShownFault[];
}

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
