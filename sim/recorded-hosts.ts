// From the object that a controller decides about, or that an action changes, to the host behind it: whom a line of the story
// is about, whom a refusal concerns, whom a choice meets, and what was true.

import type { Action } from '../core/actions.ts';
import { BARE_METAL_HOST } from '../core/api/bare-metal-host.ts';
import { HOST_REMEDIATION } from '../core/api/host-remediation.ts';
import { CAPI_MACHINE, type Machine, OPENSHIFT_MACHINE } from '../core/api/machine.ts';
import { ANNOTATION_NODE_NAME } from '../core/api/medik8s.ts';
import { NODE, type Node } from '../core/api/node.ts';
import { NODE_HEALTH_CHECK, type NodeHealthCheck } from '../core/api/node-health-check.ts';
import {
  controllerOwner,
  type Kind,
  type KubeObject,
  keyOf,
  keyString,
  kindKeyOf,
  type NewObject,
  type ObjectKey,
} from '../core/api/object.ts';
import { CAPI_MACHINE_HEALTH_CHECK, OPENSHIFT_MACHINE_HEALTH_CHECK } from '../core/api/remediation.ts';
import { REMEDIATION_POLICY } from '../core/api/remediation-policy.ts';
import { isEmptySelector, matchesSelector } from '../core/api/selector.ts';
import { machineKeyOfHost } from '../core/cluster/machine-links.ts';
import { isSelected } from '../core/health/node-health-check.targets.ts';
import { isMachineKind, machineChosenBy, machineOfRequest } from './machine-choice.ts';
import { grantedBy, hostOfRemediation, isHostRemediation, isOwnLimit, waitingUnder } from './own-remediation.ts';
import type { RecordedObject, RecordedWorld } from './recorder.ts';
import type { World } from './world.ts';

export class RecordedHosts implements RecordedWorld {
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  refused(object: RecordedObject): void {
    const own = this.hostBehind(object);
    // Whoever of them is not Ready and unattended now waits for the limit.
    this.world.observer.refused(own >= 0 ? [own] : this.waitingUnder(object));
  }

  concernedBy(object: RecordedObject): readonly string[] {
    const own = this.hostBehind(object);
    return this.names(own >= 0 ? [own] : this.watchedBy(object));
  }

  waitingFor(object: RecordedObject): readonly string[] | undefined {
    return isOwnLimit(object.kind) ? this.names(this.waitingUnder(object)) : undefined;
  }

  hostOf(object: RecordedObject): readonly string[] {
    return this.names([this.hostBehind(object)]);
  }

  hostMetBy(action: Action, object: RecordedObject): readonly string[] {
    const met = this.metBy(action);
    return this.names([met >= 0 ? met : this.hostBehind(object)]);
  }

  meantBy(action: Action): string | undefined {
    const named = namedHost(action);
    const host = named === undefined ? -1 : this.world.fleet.indexOfHost(named);
    return host < 0 || this.reached(host) === host ? undefined : this.names([host])[0];
  }

  /** The host at the BMC address of this one. */
  private reached(host: number): number {
    return host < 0 ? host : this.world.fleet.behindBmcOf(host);
  }

  hostToldOf(object: KubeObject): readonly string[] {
    const kind = this.world.store.kindOf(kindKeyOf(object));
    return kind === undefined ? [] : this.hostOf({ kind, key: keyOf(object) });
  }

  chosenBy(actions: readonly Action[]): readonly string[] {
    return this.names(actions.flatMap((action) => [this.hostChosenBy(action), ...this.hostsGrantedBy(action)]));
  }

  /** Of the episodes that a ledger lets act. */
  private hostsGrantedBy(action: Action): readonly number[] {
    const { store } = this.world;
    return grantedBy(action, (kind, key) => store.get(kind, key)).map((name) => {
      const remediation = store.get(HOST_REMEDIATION, { namespace: '', name });
      return remediation === undefined ? -1 : this.hostOfRequest(remediation);
    });
  }

  private hostChosenBy(action: Action): number {
    const { store } = this.world;
    if (action.do === 'create') return this.hostOfRequest(action.object);
    const machine = machineChosenBy(action, (kind, key) => store.get(kind, key));
    return machine === undefined ? -1 : this.hostOfMachine(machine);
  }

  truthOf(object: RecordedObject, action: Action | undefined): string | undefined {
    const named = action === undefined ? undefined : namedHost(action);
    const host = named === undefined ? this.hostBehind(object) : this.reached(this.world.fleet.indexOfHost(named));
    return host < 0 ? undefined : this.world.observer.truthOf(host);
  }

  private waits(host: number): boolean {
    const known = this.world.lifecycle.known(host);
    return (known === 'Unknown' || known === 'False') && this.world.observer.downtime.phaseOf(host) === 'detect';
  }

  /** Hosts of the Machines that a health check selects, or that an owner owns; of the Nodes that a node health check does. */
  private watchedBy(object: RecordedObject): readonly number[] {
    const { store, observer, fleet } = this.world;
    if (isOwnLimit(object.kind)) return this.waitingUnder(object);
    const check = this.nodeHealthCheck(object);
    if (check !== undefined) {
      const nodes = store.list(NODE).filter((node) => isSelected(check, node));
      return nodes.map(({ metadata }) => fleet.indexOfNode(metadata.name)).filter((host) => host >= 0);
    }
    const isWatched = this.watchedMachines(object);
    return store
      .list(this.machineKind(object))
      .filter(isWatched)
      .map((machine) => observer.hostOfMachine(machine))
      .filter((host) => host >= 0);
  }

  /** Those of them that wait, in the order of their Machines. Starts from the few that wait, not from the many watched. */
  private waitingUnder(object: RecordedObject): readonly number[] {
    const { observer, store } = this.world;
    if (isOwnLimit(object.kind)) {
      const asking = waitingUnder(object, store).map((remediation) => this.hostOfRequest(remediation));
      return [...asking, ...this.unaskedUnder(object)];
    }
    const check = this.nodeHealthCheck(object);
    if (check !== undefined) return this.waitingNodes((node) => isSelected(check, node));
    const isWatched = this.watchedMachines(object);
    const waiting: { readonly host: number; readonly order: string }[] = [];
    for (const host of observer.downtime.undetected()) {
      if (!this.waits(host)) continue;
      const machine = this.machineOf(host, this.machineKind(object));
      if (machine !== undefined && isWatched(machine)) waiting.push({ host, order: keyString(keyOf(machine)) });
    }
    return waiting.toSorted((a, b) => (a.order < b.order ? -1 : 1)).map(({ host }) => host);
  }

  /** Of a policy that makes no episodes now: whose Nodes it selects and that wait. */
  private unaskedUnder({ kind, key }: RecordedObject): readonly number[] {
    const policy = kind.key === REMEDIATION_POLICY.key ? this.world.store.get(REMEDIATION_POLICY, key) : undefined;
    const selector = policy?.spec?.selector;
    if (isEmptySelector(selector)) return [];
    return this.waitingNodes(({ metadata }) => matchesSelector(selector, metadata.labels));
  }

  private nodeHealthCheck({ kind, key }: RecordedObject): NodeHealthCheck | undefined {
    return kind.key === NODE_HEALTH_CHECK.key ? this.world.store.get(NODE_HEALTH_CHECK, key) : undefined;
  }

  /** Hosts that wait and whose Nodes a check selects, in the order of those. */
  private waitingNodes(isWatched: (node: Node) => boolean): readonly number[] {
    const { observer, store, fleet } = this.world;
    const waiting: { readonly host: number; readonly order: string }[] = [];
    for (const host of observer.downtime.undetected()) {
      const node = this.waits(host) ? store.get(NODE, { namespace: '', name: fleet.nodeName(host) }) : undefined;
      if (node !== undefined && isWatched(node)) waiting.push({ host, order: node.metadata.name });
    }
    return waiting.toSorted((a, b) => (a.order < b.order ? -1 : 1)).map(({ host }) => host);
  }

  /** The Machine that names this host as its own. */
  private machineOf(host: number, kind: Kind<Machine>): Machine | undefined {
    const { store, fleet, observer } = this.world;
    const machineApi = kind.key === OPENSHIFT_MACHINE.key ? 'openshift' : 'cluster-api';
    const bareMetalHost = store.get(BARE_METAL_HOST, fleet.host(host).config);
    const key = bareMetalHost === undefined ? undefined : machineKeyOfHost(machineApi, bareMetalHost, store);
    const machine = key === undefined ? undefined : store.get(kind, key);
    return machine === undefined || observer.hostOfMachine(machine) !== host ? undefined : machine;
  }

  private machineKind({ kind }: RecordedObject): Kind<Machine> {
    return kind.key === OPENSHIFT_MACHINE_HEALTH_CHECK.key ? OPENSHIFT_MACHINE : CAPI_MACHINE;
  }

  private watchedMachines({ kind, key }: RecordedObject): (machine: Machine) => boolean {
    const { store } = this.world;
    const openshift = kind.key === OPENSHIFT_MACHINE_HEALTH_CHECK.key;
    if (!openshift && kind.key !== CAPI_MACHINE_HEALTH_CHECK.key) {
      return (machine) => machine.metadata.namespace === key.namespace && controllerOwner(machine)?.name === key.name;
    }
    const check = openshift
      ? store.get(OPENSHIFT_MACHINE_HEALTH_CHECK, key)
      : store.get(CAPI_MACHINE_HEALTH_CHECK, key);
    return ({ metadata }) =>
      metadata.namespace === key.namespace && matchesSelector(check?.spec?.selector, metadata.labels);
  }

  /** The host that an action acts on, or whose object it changes; -1 for none. */
  private metBy(action: Action): number {
    switch (action.do) {
      case 'setPower':
      case 'inspect':
      case 'provision':
      case 'deprovision':
      case 'observePower':
        return this.reached(this.world.fleet.indexOfHost(action.host));
      case 'create':
        return this.hostOfRequest(action.object);
      case 'patch':
      case 'delete':
        return this.hostBehind(action);
      case 'fence':
        return this.world.fleet.indexOfNode(action.node);
      case 'evict':
      case 'killFence':
      case 'readFresh':
      case 'recordEvent':
        return -1;
    }
  }

  /** The host that an object is about, or -1: a Node, a BareMetalHost, a Machine, or a request for a Machine. */
  private hostBehind({ kind, key }: RecordedObject): number {
    const { fleet, store } = this.world;
    if (kind.key === NODE.key) return fleet.indexOfNode(key.name);
    if (kind.key === BARE_METAL_HOST.key) return fleet.indexOfHost(key);
    if (isMachineKind(kind)) return this.hostOfMachine(key);
    const object = store.knows(kind.key) ? store.get(kind, key) : undefined;
    return object === undefined ? -1 : this.hostOfRequest(object);
  }

  private hostOfRequest(request: KubeObject | NewObject): number {
    if (isHostRemediation(request)) {
      const { fleet } = this.world;
      const found = hostOfRemediation(request);
      return 'host' in found ? fleet.indexOfHost(found.host) : fleet.indexOfNode(found.node);
    }
    const node = request.metadata.annotations?.[ANNOTATION_NODE_NAME];
    if (node !== undefined) return this.world.fleet.indexOfNode(node);
    const machine = machineOfRequest(request);
    return machine === undefined ? -1 : this.hostOfMachine(machine);
  }

  private hostOfMachine(key: ObjectKey): number {
    const { store, observer } = this.world;
    const machine = store.get(OPENSHIFT_MACHINE, key) ?? store.get(CAPI_MACHINE, key);
    return machine === undefined ? -1 : observer.hostOfMachine(machine);
  }

  /** Each host once, in order; -1 is nobody. */
  private names(hosts: readonly number[]): readonly string[] {
    const { fleet } = this.world;
    return [...new Set(hosts)].filter((host) => host >= 0).map((host) => fleet.host(host).config.name);
  }
}

function namedHost(action: Action): ObjectKey | undefined {
  switch (action.do) {
    case 'setPower':
    case 'inspect':
    case 'provision':
    case 'deprovision':
    case 'observePower':
      return action.host;
    default:
      return undefined;
  }
}
