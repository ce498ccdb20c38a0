// Watches of a remediation request of one Machine: it is decided again when its Machine, host or Node changes in a way that
// the request waits for. The products poll instead; poll-grid.ts keeps their rhythm.

import { BARE_METAL_HOST, type BareMetalHost } from '../api/bare-metal-host.ts';
import { type Machine, type MachineApi, machineKind } from '../api/machine.ts';
import { isReady, NODE, type Node } from '../api/node.ts';
import { type ChangeOf, keyOf, type ObjectKey } from '../api/object.ts';
import { hostChangeMatters, MACHINES_BY_NODE, machineKeyOfHost } from '../cluster/machine-links.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';

/**
 * `requestsOf` names the open requests for one Machine; it is asked only when something relevant changed.
 * @param nodeMatters whether a change of a Node can alter a look.
 */
export function requestWatches(
  machineApi: MachineApi,
  requestsOf: (machine: ObjectKey, view: ClusterView) => readonly ObjectKey[],
  nodeMatters: (before: Node | undefined, after: Node | undefined) => boolean = nodeChangeMatters,
): readonly Watch[] {
  const ofNode = (node: string, view: ClusterView): readonly ObjectKey[] => {
    const keys: ObjectKey[] = [];
    for (const machine of view.byIndex(MACHINES_BY_NODE[machineApi], node))
      keys.push(...requestsOf(keyOf(machine), view));
    return keys;
  };
  return [
    {
      kind: machineKind(machineApi),
      keysFor: ({ before, after }: ChangeOf<Machine>, view) => {
        const machine = after ?? before;
        return machine === undefined || !machineChangeMatters(before, after) ? [] : requestsOf(keyOf(machine), view);
      },
    },
    {
      kind: BARE_METAL_HOST,
      keysFor: ({ before, after }: ChangeOf<BareMetalHost>, view) => {
        if (!hostChangeMatters(before, after)) return [];
        const host = after?.spec?.consumerRef === undefined ? before : after;
        const machine = host === undefined ? undefined : machineKeyOfHost(machineApi, host, view);
        return machine === undefined ? [] : requestsOf(machine, view);
      },
    },
    {
      kind: NODE,
      keysFor: ({ before, after }: ChangeOf<Node>, view) => {
        const node = after ?? before;
        return node === undefined || !nodeMatters(before, after) ? [] : ofNode(node.metadata.name, view);
      },
    },
  ];
}

function machineChangeMatters(before: Machine | undefined, after: Machine | undefined): boolean {
  return (
    before === undefined ||
    after === undefined ||
    before.status?.nodeRef?.name !== after.status?.nodeRef?.name ||
    before.metadata.annotations !== after.metadata.annotations ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp
  );
}

/** Existence and deletion: for requests that read nothing else of a Node before they act on it. */
export function nodeCameOrWent(before: Node | undefined, after: Node | undefined): boolean {
  return (
    before === undefined ||
    after === undefined ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp
  );
}

/** Existence, deletion, readiness, taints and annotations; not heartbeats. */
function nodeChangeMatters(before: Node | undefined, after: Node | undefined): boolean {
  return (
    before === undefined ||
    after === undefined ||
    isReady(before) !== isReady(after) ||
    before.spec?.taints !== after.spec?.taints ||
    before.metadata.annotations !== after.metadata.annotations ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp
  );
}
