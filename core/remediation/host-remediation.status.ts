// The status of a HostRemediation as it moves: every write is refused unless the object is exactly as it was read, so that two
// leaders, or one with an old view, can never both move it.

import type { Action } from '../actions.ts';
import { type Condition, withConditions } from '../api/conditions.ts';
import {
  type Attempt,
  HOST_REMEDIATION,
  type HostRemediation,
  type HostRemediationPhase,
} from '../api/host-remediation.ts';
import { formatMicroTime } from '../api/time.ts';
import type { Scene } from './host-remediation.scene.ts';
import { patchExactly } from './object-patches.ts';

type Status = NonNullable<HostRemediation['status']>;
/** Fields to set, or with `null` to remove. */
export type StatusChange = { readonly [Field in keyof Status]?: Status[Field] | null };
export type Said = Omit<Condition, 'lastTransitionTime'>;

export interface Move {
  readonly to: HostRemediationPhase;
  readonly change?: StatusChange;
  readonly says?: readonly Said[];
}

/** Enters a phase, also the same one again: its time begins anew. */
export function enter(scene: Scene, { to, change = {}, says = [] }: Move): Action {
  return write(scene, { phase: to, phaseSince: formatMicroTime(scene.nowMs), ...change }, says);
}

/** Says something within the phase; no action where it stands there already. */
export function say(scene: Scene, says: readonly Said[], change: StatusChange = {}): readonly Action[] {
  const { request, nowMs } = scene;
  const isSaid = withConditions(request.status?.conditions, says, nowMs) === (request.status?.conditions ?? undefined);
  const { status } = request;
  const isSame = Object.entries(change).every(([field, value]) => (status?.[field as keyof Status] ?? null) === value);
  return isSaid && isSame ? [] : [write(scene, change, says)];
}

function write({ request, nowMs }: Scene, change: StatusChange, says: readonly Said[]): Action {
  const conditions = withConditions(request.status?.conditions, says, nowMs);
  return patchExactly(HOST_REMEDIATION, request, 'status', {
    status: { ...change, observedGeneration: request.metadata.generation ?? 1, conditions },
  });
}

/** The attempts, with what has become of the one that runs. */
export function attemptsWith({ attempts, attempt }: Scene, change: Partial<Attempt>): readonly Attempt[] {
  return attempts.map((one) => (one === attempt ? { ...one, ...change } : one));
}

/** The attempts, with an end of the one that runs. */
export function attemptsEnded(scene: Scene, outcome: NonNullable<Attempt['outcome']>): readonly Attempt[] {
  return attemptsWith(scene, { endedAt: formatMicroTime(scene.nowMs), outcome });
}
