// From the object that a controller decides about to the host behind it: whom a refusal concerns, and what was true.

import type { Action } from '../core/actions.ts';
import { BARE_METAL_HOST } from '../core/api/bare-metal-host.ts';
import { CAPI_MACHINE, OPENSHIFT_MACHINE } from '../core/api/machine.ts';
import { keyString, type ObjectKey } from '../core/api/object.ts';
import { MACHINE_REMEDIATION } from '../core/api/remediation.ts';
import type { Because } from '../core/ports/reconciler.ts';
import type { RecordedWorld } from './recorder.ts';
import type { World } from './world.ts';

export class RecordedHosts implements RecordedWorld {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  refused(_controller: string, key: ObjectKey, _because: Because): void {
    const { fleet, observer, lifecycle } = this.#world;
    const own = this.#hostBehind(key);
    if (own >= 0) {
      observer.refused([own]);
      return;
    }
    // A health check said no to everything that it watches: whoever is not Ready and unattended now waits for the limit.
    const waiting: number[] = [];
    for (let host = 0; host < fleet.count; host++) {
      const known = lifecycle.known(host);
      if ((known === 'Unknown' || known === 'False') && observer.downtime.phaseOf(host) === 'detect') waiting.push(host);
    }
    observer.refused(waiting);
  }

  truthOf(_controller: string, key: ObjectKey, action: Action | undefined): string | undefined {
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
