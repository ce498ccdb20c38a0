// Recorder: what the outside may know of decisions. Best effort, never part of a decision.

import type { Action, RecordEventAction } from '../actions.ts';
import type { ObjectKey } from '../api/object.ts';
import type { Outcome } from '../facts.ts';
import type { Because } from './reconciler.ts';

export interface Recorder {
  /** A decision that asked for at least one action, or whose rule differs from the key's last one. */
  decided(controller: string, key: ObjectKey, because: Because, actions: readonly Action[], nowMs: number): void;
  /** An action was confirmed, refused, or its outcome is unknown. */
  performed(controller: string, key: ObjectKey, action: Action, outcome: Outcome, nowMs: number): void;
  event(controller: string, event: RecordEventAction, nowMs: number): void;
}
