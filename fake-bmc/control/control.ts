// What is true of the served hosts, and faults and quirks that begin and end by order: the control API over HTTP, and the same for
// tests that hold the fake BMC in their hands.

import type { Problem } from '../../scenarios/problem.ts';
import type { QuirkName } from '../../sim/host/bmc/quirks.ts';
import type { SimulatedHosts } from '../simulated-hosts.ts';
import { readFaultOrder } from './fault-orders.ts';
import { allFaults, type HostTruth, hostTruth, type ShownFault } from './truth.ts';

export interface StruckFault {
  /** By which it is healed. */
  readonly id: number;
  readonly fault: string;
  readonly target: string;
}

export class Control {
  readonly #hosts: SimulatedHosts;
  #orders = 0;

  constructor(hosts: SimulatedHosts) {
    this.#hosts = hosts;
  }

  /** In the order of the scenario. */
  hosts(): readonly HostTruth[] {
    return this.#hosts.present(() => this.#hosts.hosts.map((host) => hostTruth(this.#hosts, host)));
  }

  /** Undefined where there is no host of this name. */
  host(name: string): HostTruth | undefined {
    const host = this.#hosts.host(name);
    return host === undefined ? undefined : this.#hosts.present(() => hostTruth(this.#hosts, host));
  }

  /** Those that last or wait, of hosts and of everything else. */
  faults(): readonly ShownFault[] {
    return this.#hosts.present(() => allFaults(this.#hosts));
  }

  /**
   * A fault strikes now.
   * @param order as an entry of `faults.script` of a scenario, without `at` and `when`: an object, or the text of one.
   */
  strike(order: string | object): StruckFault | { readonly problems: readonly Problem[] } {
    this.#orders++;
    const { weather, config } = this.#hosts.world;
    const text = typeof order === 'string' ? order : JSON.stringify(order);
    const read = readFaultOrder(text, config, `order ${this.#orders}`);
    if ('problems' in read) return read;
    const { fault, target } = read.order;
    return { id: this.#hosts.present(() => weather.strikeNow(read.order)), fault, target };
  }

  /** It is over, as if it had passed by itself; false where no such fault lasts or waits. */
  heal(fault: number): boolean {
    return this.#hosts.present(() => this.#hosts.world.weather.heal(fault));
  }

  /** The controller of the host has the quirk from now on; false where there is no such host. */
  injectQuirk(host: string, quirk: QuirkName): boolean {
    const found = this.#hosts.host(host);
    found?.inject(quirk);
    return found !== undefined;
  }

  /** `own`: it has the quirk by its profile or its scenario, and keeps it. `none`: no such host, or it has it not. */
  healQuirk(host: string, quirk: QuirkName): 'healed' | 'own' | 'none' {
    return this.#hosts.host(host)?.heal(quirk) ?? 'none';
  }
}
