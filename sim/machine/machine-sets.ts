// The MachineSet controller: counts its Machines, deleting ones included, and creates what is missing. A replacement is
// therefore made only when the old Machine object is gone, after drain, detach and deprovisioning.
// Source: facts 2.6 (cluster-api core/reconcilers/machineset; machine-api-operator pkg/controller/machineset).
//
// Divergence from reality: no scale-down, no adoption, no MachineDeployment or rollout, no preflight checks, no status
// writes. KubeadmControlPlane and OpenShift's control plane sets do not exist: a control plane Machine that is deleted is
// never made again. Names come from a stream of the set instead of a random source.

import type { Machine, MachineSet } from '../../core/api/machine.ts';
import { controllerOwner, keyOf, keyString } from '../../core/api/object.ts';
import { generatedName } from '../api-server/names.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import type { Stream } from '../kernel/rng.ts';
import type { MachineContext } from './machine-context.ts';
import {
  METAL3_MACHINE_FINALIZER,
  METAL3_MACHINE_TEMPLATE,
  STORED_METAL3_MACHINE,
  type StoredMachine,
  type StoredMetal3Machine,
} from './machine-objects.ts';

export class MachineSets {
  private readonly context: MachineContext;
  private readonly queue: LaggedQueue;
  /** Set uid to the names of its Machines. */
  private readonly members = new Map<string, Set<string>>();
  /** Set uid to its key. */
  private readonly keys = new Map<string, { readonly namespace: string; readonly name: string }>();
  private readonly names = new Map<string, Stream>();

  constructor(context: MachineContext) {
    this.context = context;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'machine set sync', config.kubernetes.watchLagMs, (uid) => this.sync(uid));
  }

  load(): void {
    const { store, kinds } = this.context;
    for (const machine of store.list(kinds.machine)) this.machineChanged(undefined, machine);
    for (const set of store.list(kinds.machineSet)) this.setChanged(set);
  }

  machineChanged(before: Machine | undefined, after: Machine | undefined): void {
    if (before !== undefined && after !== undefined) return;
    const machine = after ?? before;
    const owner = machine === undefined ? undefined : controllerOwner(machine);
    if (machine === undefined || owner?.kind !== 'MachineSet') return;
    let members = this.members.get(owner.uid);
    if (members === undefined) {
      members = new Set();
      this.members.set(owner.uid, members);
    }
    if (after !== undefined) members.add(machine.metadata.name);
    else if (members.delete(machine.metadata.name)) this.queue.add(owner.uid);
  }

  /** A set came or changed. */
  setChanged(set: MachineSet): void {
    this.keys.set(set.metadata.uid, keyOf(set));
    if (this.missing(set) > 0) this.queue.add(set.metadata.uid);
  }

  private missing(set: MachineSet): number {
    return (set.spec?.replicas ?? 1) - (this.members.get(set.metadata.uid)?.size ?? 0);
  }

  private sync(uid: string): void {
    const { store, kinds } = this.context;
    const key = this.keys.get(uid);
    const set = key === undefined ? undefined : store.get(kinds.machineSet, key);
    if (set === undefined || set.metadata.uid !== uid || set.metadata.deletionTimestamp !== undefined) return;
    for (let missing = this.missing(set); missing > 0; missing--) this.create(set);
  }

  private create(set: MachineSet): void {
    const { store, kinds } = this.context;
    const name = generatedName(`${set.metadata.name}-`, this.nameStream(set));
    const template = set.spec?.template;
    const isCapi = kinds.lineage === 'cluster-api';
    const infrastructureRef = isCapi
      ? { ...template?.spec?.infrastructureRef, kind: 'Metal3Machine', name }
      : undefined;
    const outcome = store.create(kinds.machine, {
      apiVersion: set.apiVersion,
      kind: 'Machine',
      metadata: {
        ...metaOf(set, name),
        ...(template?.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
        finalizers: [kinds.finalizer],
        ownerReferences: [ownerOf(set)],
      },
      spec: { ...template?.spec, ...(infrastructureRef === undefined ? {} : { infrastructureRef }) },
    });
    const machine = store.get(kinds.machine, { namespace: set.metadata.namespace ?? '', name });
    if (isCapi && outcome.kind === 'done' && machine !== undefined) this.createInfrastructure(set, machine);
  }

  /** Cluster API clones the infrastructure template; without one in the store, a sibling's spec is the nearest known. */
  private createInfrastructure(set: MachineSet, machine: StoredMachine): void {
    const { store } = this.context;
    const namespace = set.metadata.namespace ?? '';
    const templateName = set.spec?.template?.spec?.infrastructureRef?.name ?? '';
    const template = store.get(METAL3_MACHINE_TEMPLATE, { namespace, name: templateName });
    const spec = template?.spec?.template?.spec ?? this.siblingSpec(set);
    store.create(STORED_METAL3_MACHINE, {
      apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
      kind: 'Metal3Machine',
      metadata: {
        ...metaOf(set, machine.metadata.name),
        annotations: {
          'cluster.x-k8s.io/cloned-from-groupkind': 'Metal3MachineTemplate.infrastructure.cluster.x-k8s.io',
          'cluster.x-k8s.io/cloned-from-name': templateName,
        },
        finalizers: [METAL3_MACHINE_FINALIZER],
        ownerReferences: [ownerOf(machine)],
      },
      ...(spec === undefined ? {} : { spec }),
    });
  }

  private siblingSpec(set: MachineSet): StoredMetal3Machine['spec'] {
    const { store } = this.context;
    for (const name of this.members.get(set.metadata.uid) ?? []) {
      const sibling = store.get(STORED_METAL3_MACHINE, { namespace: set.metadata.namespace ?? '', name });
      if (sibling?.spec === undefined) continue;
      const { providerID: _own, ...spec } = sibling.spec;
      return spec;
    }
    return undefined;
  }

  private nameStream(set: MachineSet): Stream {
    const text = keyString(keyOf(set));
    let stream = this.names.get(text);
    if (stream === undefined) {
      stream = this.context.draws.stream(text, 'machine names');
      this.names.set(text, stream);
    }
    return stream;
  }
}

function metaOf(
  set: MachineSet,
  name: string,
): { readonly name: string; readonly namespace: string; readonly labels: Readonly<Record<string, string>> } {
  return { name, namespace: set.metadata.namespace ?? '', labels: { ...set.spec?.template?.metadata?.labels } };
}

function ownerOf(object: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string };
}) {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}
