// What is true of the served hosts, and faults and quirks that begin and end by order: the control API over HTTP, and the same for
// tests that hold the fake BMC in their hands.

import type { Problem } from '../../scenarios/problem.ts';
import type { QuirkName } from '../../sim/host/bmc/quirks.ts';
import type { FakeBmcControl, HostTruth, ShownFault, StruckFault } from '../fake-bmc.ts';
import type { SimulatedHosts } from '../simulated-hosts.ts';
import { readFaultOrder } from './fault-orders.ts';
import { allFaults, hostTruth } from './truth.ts';

export class Control implements FakeBmcControl {
  readonly #hosts: SimulatedHosts;
  #orders = 0;

  constructor(hosts: SimulatedHosts) {
    this.#hosts = hosts;
  }

  hosts(): readonly HostTruth[] {
    return this.#hosts.present(() => this.#hosts.hosts.map((host) => hostTruth(this.#hosts, host)));
  }

  host(name: string): HostTruth | undefined {
    const host = this.#hosts.host(name);
    return host === undefined ? undefined : this.#hosts.present(() => hostTruth(this.#hosts, host));
  }

  faults(): readonly ShownFault[] {
    return this.#hosts.present(() => allFaults(this.#hosts));
  }

  strike(order: string | object): StruckFault | { readonly problems: readonly Problem[] } {
    this.#orders++;
    const { weather, config } = this.#hosts.world;
    const text = typeof order === 'string' ? order : JSON.stringify(order);
    const read = readFaultOrder(text, config, `order ${this.#orders}`);
    if ('problems' in read) return read;
    const { fault, target } = read.order;
    return { id: this.#hosts.present(() => weather.strikeNow(read.order)), fault, target };
  }

  heal(fault: number): boolean {
    return this.#hosts.present(() => this.#hosts.world.weather.heal(fault));
  }

  injectQuirk(host: string, quirk: QuirkName): boolean {
    const found = this.#hosts.host(host);
    found?.inject(quirk);
    return found !== undefined;
  }

  healQuirk(host: string, quirk: QuirkName): 'healed' | 'own' | 'none' {
    return this.#hosts.host(host)?.heal(quirk) ?? 'none';
  }
}
