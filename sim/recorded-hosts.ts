// From the object that a controller decides about to the host behind it: whom a refusal concerns, and what was true.

import type { Action } from '../core/actions.ts';
import { BARE_METAL_HOST } from '../core/api/bare-metal-host.ts';
import { CAPI_MACHINE, OPENSHIFT_MACHINE } from '../core/api/machine.ts';
import { keyString, type ObjectKey } from '../core/api/object.ts';
import {
  CAPI_MACHINE_HEALTH_CHECK,
  MACHINE_REMEDIATION,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
} from '../core/api/remediation.ts';
import { matchesSelector } from '../core/api/selector.ts';
import type { RecordedWorld } from './recorder.ts';
import type { World } from './world.ts';

export class RecordedHosts implements RecordedWorld {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  refused(key: ObjectKey): readonly string[] {
    const { fleet, observer } = this.#world;
    const own = this.#hostBehind(key);
    const watched = own >= 0 ? [own] : this.#watchedBy(key);
    // Whoever of them is not Ready and unattended now waits for the limit.
    observer.refused(own >= 0 ? [own] : watched.filter((host) => this.#waits(host)));
    return watched.map((host) => fleet.host(host).config.name);
  }

  #waits(host: number): boolean {
    const known = this.#world.lifecycle.known(host);
    return (known === 'Unknown' || known === 'False') && this.#world.observer.downtime.phaseOf(host) === 'detect';
  }

  /** Hosts of the Machines that the health checks of this name select. */
  #watchedBy(key: ObjectKey): readonly number[] {
    const { store, observer } = this.#world;
    const openshift = store.get(OPENSHIFT_MACHINE_HEALTH_CHECK, key);
    const capi = store.get(CAPI_MACHINE_HEALTH_CHECK, key);
    const selector = (openshift ?? capi)?.spec?.selector;
    const machines = openshift === undefined ? store.list(CAPI_MACHINE) : store.list(OPENSHIFT_MACHINE);
    return machines
      .filter(
        (machine) => machine.metadata.namespace === key.namespace && matchesSelector(selector, machine.metadata.labels),
      )
      .map((machine) => observer.hostOfMachine(machine))
      .filter((host) => host >= 0);
  }

  truthOf(key: ObjectKey, action: Action | undefined): string | undefined {
    const { fleet, observer } = this.#world;
    const named = action === undefined ? undefined : namedHost(action);
    const host = named === undefined ? this.#hostBehind(key) : fleet.indexOfHost(keyString(named));
    return host < 0 ? undefined : observer.truthOf(host);
  }

  /** The host that an object of any kind is about, or -1: a Node, a BareMetalHost, a Machine, or a request named like one. */
  #hostBehind(key: ObjectKey): number {
    const { fleet, store, observer } = this.#world;
    if (key.namespace === '') return fleet.indexOfNode(key.name);
    if (store.get(BARE_METAL_HOST, key) !== undefined) return fleet.indexOfHost(keyString(key));
    const request = store.get(MACHINE_REMEDIATION, key);
    const name = request?.spec?.machineName ?? key.name;
    const machine = store.get(OPENSHIFT_MACHINE, { ...key, name }) ?? store.get(CAPI_MACHINE, { ...key, name });
    return machine === undefined ? -1 : observer.hostOfMachine(machine);
  }
}

function namedHost(action: Action): ObjectKey | undefined {
  switch (action.do) {
    case 'setPower':
    case 'provision':
    case 'deprovision':
    case 'observePower':
      return action.host;
    default:
      return undefined;
  }
}
