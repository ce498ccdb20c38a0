// Recorder: what the outside may know of decisions. Best effort, never part of a decision.

import type { Action, RecordEventAction } from '../actions.ts';
import type { ObjectKey } from '../api/object.ts';
import type { Outcome } from '../facts.ts';
import type { Decision, Outlook } from './reconciler.ts';

/** A decision as others may know it. */
export interface ToldDecision extends Omit<Decision<unknown>, 'memory'> {
  /** What surrounds it; answers only while the recorder is being told. */
  outlook(): Outlook | undefined;
}

export interface Recorder {
  /** A decision that asked for at least one action, or whose rule differs from the key's last one. */
  decided(controller: string, key: ObjectKey, decision: ToldDecision, nowMs: number): void;
  /** An action was confirmed, refused, or its outcome is unknown. */
  performed(controller: string, key: ObjectKey, action: Action, outcome: Outcome, nowMs: number): void;
  event(controller: string, event: RecordEventAction, nowMs: number): void;
}
