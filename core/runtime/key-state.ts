// What the runtime keeps about one key of one controller, between its decisions. All of it is lost at a crash.

import type { ObjectKey } from '../api/object.ts';
import type { Fact } from '../facts.ts';
import { OwnWrites } from './own-writes.ts';
import type { ListOwner } from './perform.ts';
import { type Queued, queueMarks } from './work-queue.ts';

export const NO_FACTS: readonly Fact[] = [];

export interface KeyState<Memory> extends Queued {
  readonly key: ObjectKey;
  readonly text: string;
  memory: Memory | undefined;
  /** Stands for this key towards the interpreter of actions; made with the first list. */
  owner: ListOwner | undefined;
  facts: readonly Fact[];
  /** Its actions are being performed. */
  inHand: boolean;
  /** Something happened while it was in hand. */
  again: boolean;
  /** Lists that were not confirmed, in a row. */
  failures: number;
  recheckAtMs: number;
  /** First decision of the current polling, for controllers with `pollEveryMs`; NaN when it does not poll. */
  pollFromMs: number;
  /** Made with its first write. */
  ownWrites: OwnWrites | undefined;
  isGated: boolean;
  lastRule: string | undefined;
  lastDecidedMs: number;
  decidedThisInstant: number;
  /** Standing power polls by host. */
  polls: Map<string, { readonly everyMs: number; readonly stop: () => void }> | undefined;
  /** Operations of fence agents that run as children of this process. */
  children: Set<string> | undefined;
}

export function newKeyState<Memory>(key: ObjectKey, text: string): KeyState<Memory> {
  return {
    ...queueMarks(),
    key,
    text,
    memory: undefined,
    owner: undefined,
    facts: NO_FACTS,
    inHand: false,
    again: false,
    failures: 0,
    recheckAtMs: Number.POSITIVE_INFINITY,
    pollFromMs: Number.NaN,
    ownWrites: undefined,
    isGated: false,
    lastRule: undefined,
    lastDecidedMs: Number.NaN,
    decidedThisInstant: 0,
    polls: undefined,
    children: undefined,
  };
}

export function stopPolls<Memory>(state: KeyState<Memory>): void {
  if (state.polls === undefined) return;
  for (const poll of state.polls.values()) poll.stop();
  state.polls = undefined;
}

export function ownWritesOf<Memory>(state: KeyState<Memory>): OwnWrites {
  state.ownWrites ??= new OwnWrites();
  return state.ownWrites;
}
