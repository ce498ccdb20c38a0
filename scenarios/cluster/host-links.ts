// Which Node and which Machine belong to a BareMetalHost, in both Machine APIs. Each writes the link in several places;
// the first that leads somewhere counts.

import { BARE_METAL_HOST, type BareMetalHost } from '../../core/api/bare-metal-host.ts';
import {
  ANNOTATION_HOST,
  CAPI_MACHINE,
  type Machine,
  type MachineApi,
  METAL3_MACHINE,
  machineKind,
  OPENSHIFT_MACHINE,
  parseKey,
} from '../../core/api/machine.ts';
import { NODE, type Node } from '../../core/api/node.ts';
import { keyOf, keyString } from '../../core/api/object.ts';
import { machineKeyOfNode } from '../../core/cluster/machine-links.ts';
import type { ObjectSet } from './object-set.ts';

export interface LinkedHost {
  readonly host: BareMetalHost;
  readonly machine: Machine | undefined;
  readonly node: Node | undefined;
}

/** OpenShift where machine.openshift.io Machines exist, Cluster API otherwise. */
export function lineageOf(objects: ObjectSet): MachineApi {
  return objects.count(OPENSHIFT_MACHINE.key) > 0 || objects.count(CAPI_MACHINE.key) === 0
    ? 'openshift'
    : 'cluster-api';
}

/** All hosts in key order with what belongs to them, and the Nodes that belong to none. */
export function linkHosts(
  objects: ObjectSet,
  machineApi: MachineApi,
): { linked: readonly LinkedHost[]; strayNodes: readonly Node[] } {
  const machineOfHost = machinesByHost(objects, machineApi);
  const nodeOfHost = nodesByHost(objects, machineApi, machineOfHost);
  const linked = objects.list(BARE_METAL_HOST).map((host) => {
    const key = keyString(keyOf(host));
    return { host, machine: machineOfHost.get(key), node: nodeOfHost.get(key) };
  });
  const used = new Set(linked.flatMap(({ node }) => (node === undefined ? [] : [node.metadata.name])));
  return { linked, strayNodes: objects.list(NODE).filter((node) => !used.has(node.metadata.name)) };
}

/** By the annotation of the Machine (OpenShift) or of its Metal3Machine (Cluster API), else by the host's consumer. */
function machinesByHost(objects: ObjectSet, machineApi: MachineApi): ReadonlyMap<string, Machine> {
  const kind = machineKind(machineApi);
  const found = new Map<string, Machine>();
  for (const host of objects.list(BARE_METAL_HOST)) {
    const consumer = host.spec?.consumerRef;
    if (consumer?.name === undefined) continue;
    const machine =
      consumer.kind === 'Metal3Machine'
        ? ownerMachine(objects, consumer.namespace ?? host.metadata.namespace ?? '', consumer.name)
        : objects.get(kind, consumer.namespace ?? host.metadata.namespace ?? '', consumer.name);
    if (machine !== undefined) found.set(keyString(keyOf(host)), machine);
  }
  if (machineApi === 'openshift') {
    for (const machine of objects.list(OPENSHIFT_MACHINE)) {
      const host = machine.metadata.annotations?.[ANNOTATION_HOST];
      if (host !== undefined) found.set(host, machine);
    }
    return found;
  }
  for (const infrastructure of objects.list(METAL3_MACHINE)) {
    const host = infrastructure.metadata.annotations?.[ANNOTATION_HOST];
    const machine = ownerMachine(objects, infrastructure.metadata.namespace ?? '', infrastructure.metadata.name);
    if (host !== undefined && machine !== undefined) found.set(host, machine);
  }
  return found;
}

/** The Machine that owns a Metal3Machine or refers to it. */
function ownerMachine(objects: ObjectSet, namespace: string, name: string): Machine | undefined {
  const infrastructure = objects.get(METAL3_MACHINE, namespace, name);
  const owner = infrastructure?.metadata.ownerReferences?.find(({ kind }) => kind === 'Machine');
  const owning = owner === undefined ? undefined : objects.get(CAPI_MACHINE, namespace, owner.name);
  return (
    owning ??
    objects
      .list(CAPI_MACHINE)
      .find((machine) => machine.metadata.namespace === namespace && machine.spec?.infrastructureRef?.name === name)
  );
}

/** By the Machine's nodeRef, else by the Node's own annotation, else by its provider id. */
function nodesByHost(
  objects: ObjectSet,
  machineApi: MachineApi,
  machineOfHost: ReadonlyMap<string, Machine>,
): ReadonlyMap<string, Node> {
  const hostOfMachine = new Map([...machineOfHost].map(([host, machine]) => [keyString(keyOf(machine)), host]));
  const found = new Map<string, Node>();
  for (const [host, machine] of machineOfHost) {
    const nodeName = machine.status?.nodeRef?.name;
    const node = nodeName === undefined ? undefined : objects.get(NODE, '', nodeName);
    if (node !== undefined) found.set(host, node);
  }
  const taken = new Set([...found.values()].map((node) => node.metadata.name));
  for (const node of objects.list(NODE)) {
    if (taken.has(node.metadata.name)) continue;
    const machine = machineKeyOfNode(machineApi, node);
    const host =
      (machine === undefined ? undefined : hostOfMachine.get(keyString(machine))) ??
      hostOfProviderId(node.spec?.providerID);
    if (host !== undefined && !found.has(host)) found.set(host, node);
  }
  return found;
}

/** `baremetalhost:///namespace/host/uid` and `metal3://namespace/host/machine`. */
function hostOfProviderId(providerId: string | undefined): string | undefined {
  const path = /^(?:baremetalhost:\/\/\/|metal3:\/\/\/?)(.+)$/.exec(providerId ?? '')?.[1];
  const key = parseKey(path);
  if (key === undefined) return undefined;
  const [name] = key.name.split('/');
  return name === undefined ? undefined : keyString({ namespace: key.namespace, name });
}
