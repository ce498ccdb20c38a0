// The NoExecute taints of a Node's own readiness: put on, swapped and taken off. Two keys, at most one of them at a time.
// Source: kubernetes pkg/controller/util/node/controller_utils.go (SwapNodeControllerTaint), node_lifecycle_controller.go.
//
// Divergence from reality: adding one key and removing the other is one write instead of two.

import { NODE, TAINT_NOT_READY, TAINT_UNREACHABLE, type Taint } from '../../core/api/node.ts';
import type { ObjectKey } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import type { ObjectStore } from '../api-server/object-store.ts';

export function isReadinessNoExecute({ key, effect }: Taint): boolean {
  return effect === 'NoExecute' && (key === TAINT_NOT_READY || key === TAINT_UNREACHABLE);
}

/** The key that belongs to a state of Ready. */
export function taintKeyOf(ready: 'False' | 'Unknown'): string {
  return ready === 'False' ? TAINT_NOT_READY : TAINT_UNREACHABLE;
}

/** The Node carries exactly this one of the two from now on; stamped anew, as the real controller does. */
export function putNoExecute(store: ObjectStore, node: ObjectKey, ready: 'False' | 'Unknown', nowMs: number): void {
  const taint: Taint = { key: taintKeyOf(ready), effect: 'NoExecute', timeAdded: formatTime(nowMs) };
  changeTaints(store, node, (taints) => [...taints.filter((known) => !isReadinessNoExecute(known)), taint]);
}

/** Takes off whichever of the two the Node carries. */
export function takeOffNoExecute(store: ObjectStore, node: ObjectKey): void {
  if (store.get(NODE, node)?.spec?.taints?.some(isReadinessNoExecute) !== true) return;
  changeTaints(store, node, (taints) => taints.filter((taint) => !isReadinessNoExecute(taint)));
}

function changeTaints(
  store: ObjectStore,
  key: ObjectKey,
  change: (taints: readonly Taint[]) => readonly Taint[],
): void {
  store.update(NODE, key, 'main', (node) => {
    const taints = change(node.spec?.taints ?? []);
    return { ...node, spec: { ...node.spec, taints } };
  });
}
