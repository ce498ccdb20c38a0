// Which Machines an owner has, and how many of their Nodes are Ready, kept up to date by changes instead of by counting. The Ready
// ones of an owner are counted once, when a first change of its Nodes makes the number matter.
//
// Divergence from reality: ownership is the controller reference; Machines that only match a selector are not adopted.

import { isReady, NODE, type Node } from '../../core/api/node.ts';
import { controllerOwner } from '../../core/api/object.ts';
import type { MachineContext } from './machine-context.ts';
import type { StoredMachine } from './machine-objects.ts';

interface Owned {
  readonly names: Set<string>;
  /** Names of those with a Ready Node; undefined until somebody asks. */
  ready: Set<string> | undefined;
}

export class OwnedMachines {
  private readonly context: MachineContext;
  private readonly ownerKind: string;
  private readonly owners = new Map<string, Owned>();
  /** Node to the Machine that names it. */
  private readonly byNode = new Map<string, { readonly uid: string; readonly name: string }>();

  /** @param ownerKind kind of the owners that are kept. */
  constructor(context: MachineContext, ownerKind: string) {
    this.context = context;
    this.ownerKind = ownerKind;
  }

  /** Takes a change of a Machine over; returns the uid of the owner whose numbers it changed, if it did. */
  machineChanged(before: StoredMachine | undefined, after: StoredMachine | undefined): string | undefined {
    const machine = after ?? before;
    const nodeBefore = before?.status?.nodeRef?.name;
    const nodeAfter = after?.status?.nodeRef?.name;
    if (machine === undefined || (before !== undefined && after !== undefined && nodeBefore === nodeAfter)) return;
    const owner = controllerOwner(machine);
    if (owner?.kind !== this.ownerKind) return;
    const owned = this.of(owner.uid);
    const { name } = machine.metadata;
    if (nodeBefore !== undefined && nodeBefore !== nodeAfter) this.byNode.delete(nodeBefore);
    if (after === undefined) {
      owned.ready?.delete(name);
      return owned.names.delete(name) ? owner.uid : undefined;
    }
    owned.names.add(name);
    if (nodeAfter !== undefined) {
      this.byNode.set(nodeAfter, { uid: owner.uid, name });
      this.mark(owned, name, this.context.store.get(NODE, { namespace: '', name: nodeAfter }));
    }
    return owner.uid;
  }

  /** A Node changed its readiness, came or went; returns the uid of the owner whose numbers it changed, if it did. */
  nodeChanged(nodeName: string, node: Node | undefined): string | undefined {
    const machine = this.byNode.get(nodeName);
    const owned = machine === undefined ? undefined : this.owners.get(machine.uid);
    if (machine === undefined || owned === undefined) return undefined;
    this.mark(owned, machine.name, node);
    return machine.uid;
  }

  /** Names in the order in which they came. */
  names(uid: string): ReadonlySet<string> {
    return this.of(uid).names;
  }

  count(uid: string): number {
    return this.owners.get(uid)?.names.size ?? 0;
  }

  /** How many Machines of the owner have a Ready Node. */
  readyCount(uid: string, namespace: string): number {
    const { store, kinds } = this.context;
    const owned = this.of(uid);
    if (owned.ready === undefined) {
      owned.ready = new Set();
      for (const name of owned.names) {
        const nodeName = store.get(kinds.machine, { namespace, name })?.status?.nodeRef?.name;
        if (nodeName !== undefined) this.mark(owned, name, store.get(NODE, { namespace: '', name: nodeName }));
      }
    }
    return owned.ready.size;
  }

  private mark(owned: Owned, name: string, node: Node | undefined): void {
    if (node !== undefined && isReady(node)) owned.ready?.add(name);
    else owned.ready?.delete(name);
  }

  private of(uid: string): Owned {
    let owned = this.owners.get(uid);
    if (owned === undefined) {
      owned = { names: new Set(), ready: undefined };
      this.owners.set(uid, owned);
    }
    return owned;
  }
}
