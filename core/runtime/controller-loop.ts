// One controller's life between start and crash: keys, memory, facts, timers, and when a key is decided (the prose of
// core/ports/reconciler.ts, made true). Different keys proceed independently; one key is never decided twice at once.

import type { Action, FenceAction, ObservePowerAction } from '../actions.ts';
import { keyOf, type ObjectKey } from '../api/object.ts';
import { broken } from '../assert.ts';
import { backoffMs } from '../backoff.ts';
import type { Fact } from '../facts.ts';
import type { Informer, InformerChange } from '../ports/informer.ts';
import type { FreshAnswer } from '../ports/kube-writer.ts';
import type { Controller, Watch } from '../ports/reconciler.ts';
import { type KeyLoop, KeyState, NO_FACTS, ownWritesOf, RestingKey, stopPolls } from './key-state.ts';
import type { Unsure } from './own-writes.ts';
import { type ListEnd, type PerformPorts, perform } from './perform.ts';
import { WorkQueue } from './work-queue.ts';

/** An eviction that a budget refused is asked again after this. Source: kubectl drain, evictions of kubectl pkg/drain. */
const EVICT_AGAIN_MS = 5_000;
/**
 * What is tried again with back-off is not called earlier than this by its own recheck, which may mean the moment after a success.
 * Assumption: late enough to be no flood, and early enough for any deadline of a remediation.
 */
const RECHECK_WHILE_FAILING_MS = 1_000;
/** More decisions than this on one key at one instant mean that a controller answers its own writes for ever. */
const DECISIONS_PER_INSTANT_MAX = 1_000;

const NEVER = Number.POSITIVE_INFINITY;

export interface LoopPorts extends PerformPorts {
  readonly view: Informer;
}

export interface LoopOptions {
  /** Test mode: every decision starts with empty memory. */
  readonly forgetMemory: boolean;
  readonly atBoundary: (controller: string, key: ObjectKey, index: number) => void;
}

export class ControllerLoop<Memory> implements KeyLoop<Memory> {
  readonly name: string;
  /** Decisions taken so far. */
  decided = 0;
  /** False after the crash. */
  isAlive = true;
  private readonly controller: Controller<Memory>;
  private readonly ports: LoopPorts;
  private readonly options: LoopOptions;
  private readonly queue: WorkQueue<KeyState<Memory>>;
  /**
   * By namespace, then by name: no string is built to find one. Of a key at rest at which nothing was ever written only what it remembers
   * is kept, or its last rule if that is all: those are nearly all keys of a healthy cluster.
   */
  private readonly states = new Map<string, Map<string, KeyState<Memory> | RestingKey<Memory> | string>>();
  private gated: KeyState<Memory>[] = [];
  private readonly watchesPrimary: boolean;
  private readonly watchesByKind: ReadonlyMap<string, readonly Watch[]>;

  constructor(controller: Controller<Memory>, ports: LoopPorts, options: LoopOptions) {
    this.name = controller.name;
    this.controller = controller;
    this.ports = ports;
    this.options = options;
    this.queue = new WorkQueue<KeyState<Memory>>(ports.clock, (state) => this.takeUp(state));
    this.watchesByKind = watchesByKind(controller.watches);
    this.watchesPrimary = !this.watchesByKind.has(controller.primary.key);
    for (const object of ports.view.list(controller.primary)) this.enqueue(keyOf(object));
  }

  /**
   * The crash: memory, timers, polls and children are gone; what else is under way in the world goes on and its answers are
   * dropped.
   */
  stop(): void {
    this.isAlive = false;
    this.queue.close();
    for (const names of this.states.values()) {
      for (const state of names.values()) {
        if (typeof state === 'string') continue;
        for (const poll of state.polls) poll.stop();
        if (state instanceof RestingKey) continue;
        for (const operationId of state.children ?? []) this.ports.fenceAgents.kill(operationId);
      }
    }
    this.states.clear();
    this.gated = [];
  }

  /** Kinds whose changes concern this controller. */
  watchedKindKeys(): readonly string[] {
    const keys = this.controller.watches.map((watch) => watch.kind.key);
    return this.watchesPrimary ? [this.controller.primary.key, ...keys] : keys;
  }

  changed(change: InformerChange): void {
    if (this.watchesPrimary && change.kind.key === this.controller.primary.key) {
      const object = change.after ?? change.before;
      if (object !== undefined && !this.isEcho(change)) this.enqueue(keyOf(object));
    }
    const watches = this.watchesByKind.get(change.kind.key);
    if (watches === undefined) return;
    for (const watch of watches) for (const key of watch.keysFor(change, this.ports.view)) this.enqueue(key);
  }

  /** The controller's own write comes back, and it has nothing to add to it. */
  private isEcho({ after }: InformerChange): boolean {
    if (this.controller.settlesAtOnce !== true || after === undefined) return false;
    const { namespace = '', name, resourceVersion } = after.metadata;
    const state = this.states.get(namespace)?.get(name);
    return state instanceof KeyState && state.ownVersion === resourceVersion;
  }

  /** The view has moved on: keys that waited for their own writes may go. */
  viewMoved(): void {
    if (this.gated.length === 0) return;
    const waiting = this.gated;
    this.gated = [];
    for (const state of waiting) {
      if (this.seesOwnWrites(state)) this.openGate(state);
      else this.gated.push(state);
    }
  }

  private enqueue(key: ObjectKey): void {
    const state = this.stateOf(key);
    if (state.inHand) state.again = true;
    else if (!state.isGated) this.queue.add(state);
  }

  get view(): Informer {
    return this.ports.view;
  }

  nowMs(): number {
    return this.ports.clock.nowMs();
  }

  atBoundary(key: ObjectKey, index: number): void {
    this.options.atBoundary(this.name, key, index);
  }

  /** A fact for which the key is decided again. */
  deliver(key: ObjectKey, fact: Fact): void {
    if (!this.isAlive) return;
    const state = this.stateOf(key);
    state.facts = [...state.facts, fact];
    this.enqueue(key);
  }

  private stateOf(key: ObjectKey): KeyState<Memory> {
    let names = this.states.get(key.namespace);
    if (names === undefined) {
      names = new Map();
      this.states.set(key.namespace, names);
    }
    const known = names.get(key.name);
    if (known instanceof KeyState) return known;
    const state = new KeyState<Memory>(this, key);
    if (known instanceof RestingKey) state.wake(known);
    else state.lastRule = known;
    names.set(key.name, state);
    return state;
  }

  /** The queue says that this key's turn has come. */
  private takeUp(state: KeyState<Memory>): void {
    if (state.inHand) {
      state.again = true;
      return;
    }
    const unsure = state.ownWrites?.toLookAt;
    if (unsure !== undefined) {
      this.lookAt(state, unsure);
    } else if (this.seesOwnWrites(state)) {
      if (state.isGated) this.leaveGate(state);
      this.decide(state);
    } else if (this.ports.clock.nowMs() < ownWritesOf(state).visibleByMs) {
      if (!state.isGated) this.gated.push(state);
      state.isGated = true;
      this.queue.setDue(state, ownWritesOf(state).visibleByMs);
    } else {
      this.readFreshInstead(state);
    }
  }

  private seesOwnWrites(state: KeyState<Memory>): boolean {
    return state.ownWrites === undefined || state.ownWrites.isVisible(this.ports.view);
  }

  private leaveGate(state: KeyState<Memory>): void {
    state.isGated = false;
    this.gated = this.gated.filter((other) => other !== state);
  }

  private openGate(state: KeyState<Memory>): void {
    state.isGated = false;
    this.queue.setDue(state, NEVER);
    this.queue.add(state);
  }

  /** A write of unknown outcome is followed by an observation, and by no decision before that. */
  private lookAt(state: KeyState<Memory>, unsure: Unsure): void {
    this.readInHand(state, unsure, (answer) => {
      ownWritesOf(state).looked(unsure, answer, this.ports.view, this.ports.clock.nowMs());
      this.enqueue(state.key);
    });
  }

  /** The view is too far behind: the key is decided with a fresh read of its own object as a fact. */
  private readFreshInstead(state: KeyState<Memory>): void {
    const { primary } = this.controller;
    if (state.isGated) this.leaveGate(state);
    this.readInHand(state, { kind: primary, key: state.key }, (answer) => {
      ownWritesOf(state).waive();
      const object = answer.kind === 'found' ? answer.object : undefined;
      this.deliver(state.key, { fact: 'fresh', kindKey: primary.key, key: state.key, object });
    });
  }

  /** Reads one object while the key waits; a read that tells nothing is repeated with back-off. */
  private readInHand(
    state: KeyState<Memory>,
    { kind, key }: Unsure,
    then: (answer: Exclude<FreshAnswer, { kind: 'unknown' }>) => void,
  ): void {
    state.inHand = true;
    this.ports.writer.readFresh(kind, key, (answer) => {
      if (!this.isAlive) return;
      state.inHand = false;
      if (answer.kind !== 'unknown') {
        then(answer);
        return;
      }
      state.failures++;
      this.queue.setDue(state, this.ports.clock.nowMs() + backoffMs(state.failures));
    });
  }

  private decide(state: KeyState<Memory>): void {
    const { controller, ports } = this;
    const nowMs = ports.clock.nowMs();
    this.countDecision(state, nowMs);
    const facts = state.facts;
    state.facts = NO_FACTS;
    state.again = false;
    const memory = this.options.forgetMemory ? undefined : state.memory;
    const input = { view: ports.view, key: state.key, nowMs, memory, facts };
    const decision = controller.decide(input);
    state.memory = decision.memory;
    state.recheckAtMs = this.recheckInstant(state, decision.recheckAtMs, nowMs);
    const { rule } = decision.because;
    if (decision.actions.length > 0 || state.lastRule !== rule) {
      const told = { ...decision, outlook: () => controller.outlook?.(input) };
      ports.recorder.decided(controller.name, state.key, told, nowMs);
    }
    state.lastRule = rule;
    if (decision.actions.length === 0) this.finished(state, { kind: 'confirmed' });
    else this.perform(state, decision.actions);
  }

  private countDecision(state: KeyState<Memory>, nowMs: number): void {
    this.decided++;
    if (state.lastDecidedMs !== nowMs) {
      state.lastDecidedMs = nowMs;
      state.decidedThisInstant = 0;
    }
    state.decidedThisInstant++;
    if (state.decidedThisInstant > DECISIONS_PER_INSTANT_MAX) {
      broken(`${this.controller.name} comes to rest on ${state.text} (last rule: ${state.lastRule})`);
    }
  }

  /** Rounded up to the polling grid, which starts at the first decision that asked to be called again. */
  private recheckInstant(state: KeyState<Memory>, recheckAtMs: number | undefined, nowMs: number): number {
    if (recheckAtMs === undefined) {
      state.pollFromMs = Number.NaN;
      return NEVER;
    }
    if (!(recheckAtMs > nowMs)) broken(`${this.controller.name} rechecks ${state.text} in the future`);
    const { pollEveryMs } = this.controller;
    if (pollEveryMs === undefined) return Math.ceil(recheckAtMs);
    if (Number.isNaN(state.pollFromMs)) state.pollFromMs = nowMs;
    return state.pollFromMs + Math.ceil((recheckAtMs - state.pollFromMs) / pollEveryMs) * pollEveryMs;
  }

  private perform(state: KeyState<Memory>, actions: readonly Action[]): void {
    state.inHand = true;
    perform(this.ports, state, actions);
  }

  startPoll(state: KeyState<Memory>, action: ObservePowerAction, everyMs: number): void {
    const { host } = action;
    const { key } = state;
    const running = state.polls.find((poll) => sameKey(poll.host, host));
    if (running?.everyMs === everyMs) return;
    running?.stop();
    const stop = this.ports.bmc.watchPower(host, everyMs, (reading) =>
      this.deliver(key, { fact: 'power', host, reading }),
    );
    // Not spread: the array would have room for many, and nearly every one holds one for ever.
    state.polls = state.polls.filter((poll) => poll !== running).concat({ host, everyMs, stop });
  }

  startFence(state: KeyState<Memory>, action: FenceAction): void {
    const { operationId, node } = action;
    if (action.diesWithController) {
      state.children ??= new Set();
      state.children.add(operationId);
    }
    this.ports.fenceAgents.start(action, (end) => {
      state.children?.delete(operationId);
      this.deliver(state.key, { fact: 'fence', node, operationId, end });
    });
  }

  killFence(state: KeyState<Memory>, operationId: string): void {
    state.children?.delete(operationId);
    this.ports.fenceAgents.kill(operationId);
  }

  /** Its list of actions has ended. */
  finished(state: KeyState<Memory>, end: ListEnd): void {
    let dueAtMs = state.recheckAtMs;
    if (end.kind === 'confirmed') {
      if (end.onlyRead !== true) state.failures = 0;
    } else {
      const nowMs = this.ports.clock.nowMs();
      if (!end.budgetDenied) state.failures++;
      dueAtMs = end.budgetDenied
        ? Math.min(dueAtMs, nowMs + EVICT_AGAIN_MS)
        : Math.min(Math.max(dueAtMs, nowMs + RECHECK_WHILE_FAILING_MS), nowMs + backoffMs(state.failures));
    }
    this.queue.setDue(state, dueAtMs);
    if (state.again || (end.kind === 'confirmed' && state.facts.length > 0)) this.queue.add(state);
    else if (dueAtMs === NEVER) this.rest(state);
  }

  /** Nothing is left to remember about a key whose object is gone, and of one at which nothing was ever done only its rule. */
  private rest(state: KeyState<Memory>): void {
    const { key } = state;
    const names = this.states.get(key.namespace);
    const { lastRule, memory, polls } = state;
    if (memory === undefined && this.ports.view.get(this.controller.primary, key) === undefined) {
      stopPolls(state);
      names?.delete(key.name);
    } else if (state.isUntouched && lastRule !== undefined) {
      names?.set(key.name, memory === undefined && polls.length === 0 ? lastRule : new RestingKey(state));
    }
  }
}

function sameKey(one: ObjectKey, other: ObjectKey): boolean {
  return one.namespace === other.namespace && one.name === other.name;
}

function watchesByKind(watches: readonly Watch[]): ReadonlyMap<string, readonly Watch[]> {
  const byKind = new Map<string, Watch[]>();
  for (const watch of watches) {
    const known = byKind.get(watch.kind.key);
    if (known === undefined) byKind.set(watch.kind.key, [watch]);
    else known.push(watch);
  }
  return byKind;
}
