// NoSchedule taints by condition, and for a cordoned node: the set follows status.conditions and spec.unschedulable at once.
// Source: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go (doNoScheduleTaintingPass,
// nodeConditionToTaintKeyStatusMap).
//
// Divergence from reality: the taints follow in the instant of the change (really within 0.1 s), and what is added and what is
// removed is one write instead of two.

import { type Condition, findCondition } from '../../core/api/conditions.ts';
import {
  NODE,
  type Node,
  TAINT_NOT_READY,
  TAINT_UNREACHABLE,
  TAINT_UNSCHEDULABLE,
  type Taint,
} from '../../core/api/node.ts';
import { formatTime } from '../../core/api/time.ts';
import type { ObjectStore } from '../api-server/object-store.ts';

/** By condition: the taint that one of its states brings. */
const TAINTING: readonly { readonly type: string; readonly status: string; readonly key: string }[] = [
  { type: 'Ready', status: 'False', key: TAINT_NOT_READY },
  { type: 'Ready', status: 'Unknown', key: TAINT_UNREACHABLE },
  { type: 'MemoryPressure', status: 'True', key: 'node.kubernetes.io/memory-pressure' },
  { type: 'DiskPressure', status: 'True', key: 'node.kubernetes.io/disk-pressure' },
  { type: 'NetworkUnavailable', status: 'True', key: 'node.kubernetes.io/network-unavailable' },
  { type: 'PIDPressure', status: 'True', key: 'node.kubernetes.io/pid-pressure' },
];
const OWN_KEYS: ReadonlySet<string> = new Set([TAINT_UNSCHEDULABLE, ...TAINTING.map(({ key }) => key)]);
const NO_TAINTS: readonly Taint[] = [];
const NO_CONDITIONS: readonly Condition[] = [];

/** Whether a change of a Node can change its taints by condition. */
export function concernsTaints(before: Node | undefined, after: Node): boolean {
  return (
    before === undefined ||
    before.status?.conditions !== after.status?.conditions ||
    before.spec?.unschedulable !== after.spec?.unschedulable ||
    before.spec?.taints !== after.spec?.taints
  );
}

/** Writes the Node's taints where they differ from what its conditions ask for. */
export function syncConditionTaints(store: ObjectStore, name: string, nowMs: number): void {
  const key = { namespace: '', name };
  const known = store.get(NODE, key);
  if (known === undefined || isInStep(known)) return;
  store.update(NODE, key, 'main', (node) => {
    const taints = withConditionTaints(node, node.spec?.taints ?? NO_TAINTS, nowMs);
    return { ...node, spec: { ...node.spec, taints } };
  });
}

/** Nearly every change of a Node finds it so: no list is made to see that. */
function isInStep(node: Node): boolean {
  const { taints = NO_TAINTS, unschedulable } = node.spec ?? {};
  let wanted = unschedulable === true ? 1 : 0;
  if (wanted === 1 && !hasNoSchedule(taints, TAINT_UNSCHEDULABLE)) return false;
  for (const condition of node.status?.conditions ?? NO_CONDITIONS) {
    const key = taintOf(condition);
    if (key === undefined) continue;
    if (!hasNoSchedule(taints, key)) return false;
    wanted += 1;
  }
  for (const { key, effect } of taints) if (effect === 'NoSchedule' && OWN_KEYS.has(key)) wanted -= 1;
  return wanted === 0;
}

/** The key of the taint that a condition brings. */
function taintOf({ type, status }: Condition): string | undefined {
  for (const tainting of TAINTING) if (tainting.type === type && tainting.status === status) return tainting.key;
  return undefined;
}

function hasNoSchedule(taints: readonly Taint[], key: string): boolean {
  for (const taint of taints) if (taint.key === key && taint.effect === 'NoSchedule') return true;
  return false;
}

function withConditionTaints(node: Node, taints: readonly Taint[], nowMs: number): readonly Taint[] {
  const wanted = wantedKeys(node);
  const kept = taints.filter(
    ({ key, effect }) => effect !== 'NoSchedule' || !OWN_KEYS.has(key) || wanted.includes(key),
  );
  const added = wanted.filter((key) => !hasNoSchedule(taints, key));
  const timeAdded = formatTime(nowMs);
  return [...kept, ...added.map((key): Taint => ({ key, effect: 'NoSchedule', timeAdded }))];
}

function wantedKeys(node: Node): readonly string[] {
  const keys: string[] = [];
  for (const { type, status, key } of TAINTING) {
    if (findCondition(node.status?.conditions, type)?.status === status) keys.push(key);
  }
  if (node.spec?.unschedulable === true) keys.push(TAINT_UNSCHEDULABLE);
  return keys;
}
