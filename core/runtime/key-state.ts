// What the runtime keeps about one key of one controller, between its decisions, and how the interpreter of actions reports
// to it. All of it is lost at a crash.

import type { FenceAction, ObservePowerAction, WriteAction } from '../actions.ts';
import { type KubeObject, keyString, type ObjectKey } from '../api/object.ts';
import type { Fact } from '../facts.ts';
import type { Informer } from '../ports/informer.ts';
import { OwnWrites } from './own-writes.ts';
import type { ListEnd, ListOwner } from './perform.ts';
import type { Queued } from './work-queue.ts';

export const NO_FACTS: readonly Fact[] = [];

export interface StandingPoll {
  readonly host: ObjectKey;
  readonly everyMs: number;
  readonly stop: () => void;
}

const NO_POLLS: readonly StandingPoll[] = [];

/** All that is left of a key which waits for nothing but a change, and has nothing under way. */
export class RestingKey<Memory> {
  readonly rule: string | undefined;
  readonly memory: Memory | undefined;
  readonly polls: readonly StandingPoll[];

  constructor({ lastRule, memory, polls }: KeyState<Memory>) {
    this.rule = lastRule;
    this.memory = memory;
    this.polls = polls;
  }
}

/** The controller loop, as its keys see it. */
export interface KeyLoop<Memory> {
  readonly name: string;
  readonly isAlive: boolean;
  readonly view: Informer;
  nowMs(): number;
  atBoundary(key: ObjectKey, index: number): void;
  deliver(key: ObjectKey, fact: Fact): void;
  startPoll(state: KeyState<Memory>, action: ObservePowerAction, everyMs: number): void;
  startFence(state: KeyState<Memory>, action: FenceAction): void;
  killFence(state: KeyState<Memory>, operationId: string): void;
  finished(state: KeyState<Memory>, end: ListEnd): void;
}

export class KeyState<Memory> implements Queued, ListOwner {
  readonly loop: KeyLoop<Memory>;
  readonly key: ObjectKey;
  isReady = false;
  dueAtMs = Number.POSITIVE_INFINITY;
  dueTicket = -1;
  memory: Memory | undefined = undefined;
  facts = NO_FACTS;
  /** Its actions are being performed. */
  inHand = false;
  /** Something happened while it was in hand. */
  again = false;
  /** Lists that were not confirmed, in a row. */
  failures = 0;
  recheckAtMs = Number.POSITIVE_INFINITY;
  /** First decision of the current polling, for controllers with `pollEveryMs`; NaN when it does not poll. */
  pollFromMs = Number.NaN;
  /** Made with its first write. */
  ownWrites: OwnWrites | undefined = undefined;
  /** Of the object that its last confirmed write left. */
  ownVersion: string | undefined = undefined;
  isGated = false;
  lastRule: string | undefined = undefined;
  lastDecidedMs = Number.NaN;
  decidedThisInstant = 0;
  /** Standing power polls, one a host: nearly always one. */
  polls = NO_POLLS;
  /** Operations of fence agents that run as children of this process. */
  children: Set<string> | undefined = undefined;

  constructor(loop: KeyLoop<Memory>, key: ObjectKey) {
    this.loop = loop;
    this.key = key;
  }

  /** Takes up what was left of the key when it came to rest. */
  wake({ rule, memory, polls }: RestingKey<Memory>): void {
    this.lastRule = rule;
    this.memory = memory;
    this.polls = polls;
  }

  /** No write, failure or fact has left anything here. */
  get isUntouched(): boolean {
    return (
      this.ownWrites === undefined &&
      this.children === undefined &&
      this.failures === 0 &&
      this.facts.length === 0 &&
      !this.inHand &&
      !this.again &&
      !this.isReady &&
      !this.isGated
    );
  }

  get text(): string {
    return keyString(this.key);
  }

  get controller(): string {
    return this.loop.name;
  }

  isAlive(): boolean {
    return this.loop.isAlive;
  }

  atBoundary(index: number): void {
    this.loop.atBoundary(this.key, index);
  }

  deliver(fact: Fact): void {
    this.loop.deliver(this.key, fact);
  }

  unconfirmed(fact: Fact): void {
    this.facts = [...this.facts, fact];
  }

  wrote(write: WriteAction, stored: KubeObject | undefined): void {
    this.ownVersion = stored?.metadata.resourceVersion;
    ownWritesOf(this).confirmed(write, stored, this.loop.view, this.loop.nowMs());
  }

  unsureOf(write: WriteAction): void {
    ownWritesOf(this).unknown(write);
  }

  startPoll(action: ObservePowerAction, everyMs: number): void {
    this.loop.startPoll(this, action, everyMs);
  }

  startFence(action: FenceAction): void {
    this.loop.startFence(this, action);
  }

  killFence(operationId: string): void {
    this.loop.killFence(this, operationId);
  }

  ended(end: ListEnd): void {
    this.inHand = false;
    this.loop.finished(this, end);
  }
}

export function stopPolls<Memory>(state: KeyState<Memory>): void {
  for (const poll of state.polls) poll.stop();
  state.polls = NO_POLLS;
}

export function ownWritesOf<Memory>(state: KeyState<Memory>): OwnWrites {
  state.ownWrites ??= new OwnWrites();
  return state.ownWrites;
}
