// The polling of a product whose controller asks to be called again every few seconds and does not watch what it waits for.
// We watch instead, so that a poll that would see nothing new costs nothing, and act on the grid on which the product looks:
// it starts at the last look, and a change of the controller's own object means a look at once.
//
// `Controller.pollEveryMs` is not used for this: it rounds rechecks, while here the wake-ups come from watches.

import type { Action } from '../actions.ts';
import type { Kind, KubeObject, ObjectKey } from '../api/object.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Because, Decision, DecisionInput } from '../ports/reconciler.ts';
import type { Weighed } from '../state-table.ts';

/** What one look at the world decided. */
export interface Look {
  readonly actions: readonly Action[];
  readonly because: Because;
  /** Where a state table has the rule. */
  readonly weighed?: Weighed;
  /** The product asks to be called again after this many ms; absent: at rest until its own object changes. */
  readonly everyMs?: number;
  /** Earliest instant at which the answer differs by itself. */
  readonly dueAtMs?: number;
}

/** The last look. Lost at a crash: the successor looks at once, as the product does. */
export interface PollMemory {
  readonly lookedAtMs: number;
  readonly everyMs: number;
  readonly resourceVersion: string;
  readonly because: Because;
}

/** First instant of the grid that is at or after `atMs`. */
export function gridAtOrAfter(grid: { readonly lookedAtMs: number; readonly everyMs: number }, atMs: number): number {
  return grid.lookedAtMs + Math.max(0, Math.ceil((atMs - grid.lookedAtMs) / grid.everyMs)) * grid.everyMs;
}

/** Decides on the product's grid. `look` is called with the controller's own object, at instants at which it would look. */
export function decideOnGrid<T extends KubeObject>(
  input: DecisionInput<PollMemory>,
  kind: Kind<T>,
  look: (object: T, view: ClusterView, nowMs: number, key: ObjectKey) => Look,
): Decision<PollMemory> {
  const { view, key, nowMs, memory, facts } = input;
  const object = view.get(kind, key);
  if (object === undefined) return { actions: [], memory: undefined, because: { rule: 'gone', values: {} } };
  const { resourceVersion } = object.metadata;
  if (memory !== undefined && facts.length === 0 && memory.resourceVersion === resourceVersion) {
    const nextMs = gridAtOrAfter(memory, nowMs);
    if (nextMs > nowMs) return { actions: [], memory, recheckAtMs: nextMs, because: memory.because };
  }
  const { everyMs, dueAtMs, ...told } = look(object, view, nowMs, key);
  const { actions, because } = told;
  if (everyMs === undefined) return { ...told, memory: undefined };
  const next: PollMemory = { lookedAtMs: nowMs, everyMs, resourceVersion, because };
  const wakeAtMs = actions.length > 0 ? nowMs + everyMs : dueAtMs;
  if (wakeAtMs === undefined) return { ...told, memory: next };
  return { ...told, memory: next, recheckAtMs: gridAtOrAfter(next, Math.max(wakeAtMs, nowMs + 1)) };
}
