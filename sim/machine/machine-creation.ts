// A new Machine from its owner's template, and in Cluster API the Metal3Machine cloned from the infrastructure template.
// Source: cluster-api core/reconcilers/machineset (createMachines), controlplane/kubeadm (cloneConfigsAndGenerateMachine);
// machine-api-operator pkg/controller/machineset (createMachine).
//
// Divergence from reality: bootstrap configurations are not cloned. Names come from a stream of the owner instead of a random source.

import { type KubeObject, keyOf, keyString, type OwnerReference, type StringMap } from '../../core/api/object.ts';
import { generatedName } from '../api-server/names.ts';
import type { Stream } from '../kernel/rng.ts';
import type { MachineContext } from './machine-context.ts';
import {
  METAL3_MACHINE_FINALIZER,
  METAL3_MACHINE_TEMPLATE,
  STORED_METAL3_MACHINE,
  type StoredMachine,
  type StoredMetal3Machine,
} from './machine-objects.ts';

export interface MachineTemplate {
  readonly labels: StringMap;
  readonly annotations: StringMap | undefined;
  readonly apiVersion: string;
  /** Its infrastructureRef names the template to clone. */
  readonly spec: StoredMachine['spec'];
}

export class MachineCreation {
  private readonly context: MachineContext;
  private readonly names = new Map<string, Stream>();

  constructor(context: MachineContext) {
    this.context = context;
  }

  /**
   * Creates a Machine for `owner`; returns its name.
   *
   * @param siblings names of Machines of the same owner: without the infrastructure template in the store, the spec of one of
   *   their Metal3Machines is the nearest known.
   */
  create(owner: KubeObject, template: MachineTemplate, siblings: Iterable<string>): string {
    const { store, kinds } = this.context;
    const namespace = owner.metadata.namespace ?? '';
    const name = this.newName(owner);
    const isCapi = kinds.machineApi === 'cluster-api';
    const infrastructureRef = isCapi ? { ...template.spec?.infrastructureRef, kind: 'Metal3Machine', name } : undefined;
    const outcome = store.create(kinds.machine, {
      apiVersion: template.apiVersion,
      kind: 'Machine',
      metadata: {
        name,
        namespace,
        labels: template.labels,
        ...(template.annotations === undefined ? {} : { annotations: template.annotations }),
        finalizers: [kinds.finalizer],
        ownerReferences: [ownerOf(owner)],
      },
      spec: { ...template.spec, ...(infrastructureRef === undefined ? {} : { infrastructureRef }) },
    });
    const machine = store.get(kinds.machine, { namespace, name });
    if (isCapi && outcome.kind === 'done' && machine !== undefined) {
      this.createInfrastructure(machine, template.spec?.infrastructureRef?.name ?? '', siblings);
    }
    return name;
  }

  /** `owner-xxxxx`, from the stream of the owner. */
  newName(owner: KubeObject): string {
    const text = keyString(keyOf(owner));
    let stream = this.names.get(text);
    if (stream === undefined) {
      stream = this.context.draws.stream(text, 'machine names');
      this.names.set(text, stream);
    }
    return generatedName(`${owner.metadata.name}-`, stream);
  }

  private createInfrastructure(machine: StoredMachine, templateName: string, siblings: Iterable<string>): void {
    const { store } = this.context;
    const { namespace = '', name, labels = {} } = machine.metadata;
    const template = store.get(METAL3_MACHINE_TEMPLATE, { namespace, name: templateName });
    const spec = template?.spec?.template?.spec ?? this.siblingSpec(namespace, siblings);
    store.create(STORED_METAL3_MACHINE, {
      apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
      kind: 'Metal3Machine',
      metadata: {
        name,
        namespace,
        labels,
        annotations: {
          'cluster.x-k8s.io/cloned-from-groupkind': 'Metal3MachineTemplate.infrastructure.cluster.x-k8s.io',
          [CLONED_FROM_NAME]: templateName,
        },
        finalizers: [METAL3_MACHINE_FINALIZER],
        ownerReferences: [ownerOf(machine)],
      },
      ...(spec === undefined ? {} : { spec }),
    });
  }

  private siblingSpec(namespace: string, siblings: Iterable<string>): StoredMetal3Machine['spec'] {
    for (const name of siblings) {
      const sibling = this.context.store.get(STORED_METAL3_MACHINE, { namespace, name });
      if (sibling?.spec === undefined) continue;
      const { providerID: _own, ...spec } = sibling.spec;
      return spec;
    }
    return undefined;
  }
}

/** On a Metal3Machine: the template that it was cloned from. */
export const CLONED_FROM_NAME = 'cluster.x-k8s.io/cloned-from-name';

function ownerOf({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}
