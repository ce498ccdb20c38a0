// What is true of the served hosts, and faults and quirks that begin and end by order: the control API over HTTP, and the same for
// tests that hold the fake BMC in their hands.

import type { Problem } from '../../scenarios/problem.ts';
import type { QuirkName } from '../../sim/host/bmc/quirks.ts';
import type { FakeBmcControl, HostTruth, ShownFault, StruckFault } from '../fake-bmc.ts';
import type { SimulatedHosts } from '../simulated-hosts.ts';
import { readFaultOrder } from './fault-orders.ts';
import { allFaults, hostTruth } from './truth.ts';

export class Control implements FakeBmcControl {
  private readonly simulated: SimulatedHosts;
  private orders = 0;

  constructor(hosts: SimulatedHosts) {
    this.simulated = hosts;
  }

  hosts(): readonly HostTruth[] {
    return this.simulated.present(() => this.simulated.hosts.map((host) => hostTruth(this.simulated, host)));
  }

  host(name: string): HostTruth | undefined {
    const host = this.simulated.host(name);
    return host === undefined ? undefined : this.simulated.present(() => hostTruth(this.simulated, host));
  }

  faults(): readonly ShownFault[] {
    return this.simulated.present(() => allFaults(this.simulated));
  }

  strike(order: string | object): StruckFault | { readonly problems: readonly Problem[] } {
    this.orders++;
    const { weather, config } = this.simulated.world;
    const text = typeof order === 'string' ? order : JSON.stringify(order);
    const read = readFaultOrder(text, config, `order ${this.orders}`);
    if ('problems' in read) return read;
    const { fault, target } = read.order;
    return { id: this.simulated.present(() => weather.strikeNow(read.order)), fault, target };
  }

  heal(fault: number): boolean {
    return this.simulated.present(() => this.simulated.world.weather.heal(fault));
  }

  injectQuirk(host: string, quirk: QuirkName): boolean {
    const found = this.simulated.host(host);
    found?.inject(quirk);
    return found !== undefined;
  }

  healQuirk(host: string, quirk: QuirkName): 'healed' | 'own' | 'none' {
    return this.simulated.host(host)?.heal(quirk) ?? 'none';
  }
}
