// The only interpreter of Action, in all three worlds. It performs one decision's list in order; the first action that is
// not confirmed drops the rest. Consecutive evictions form one independent set: all are tried, then the rest is dropped if
// any was refused. Events are best effort. Every boundary between two actions is a point at which a crash can strike.

import type {
  Action,
  EffectAction,
  EffectGuard,
  FenceAction,
  ObservePowerAction,
  ReadFreshAction,
  WriteAction,
} from '../actions.ts';
import type { KubeObject, ObjectKey } from '../api/object.ts';
import { assertNever, broken } from '../assert.ts';
import type { Fact, OperationEnd, Outcome } from '../facts.ts';
import type { Bmc } from '../ports/bmc.ts';
import type { Clock } from '../ports/clock.ts';
import type { FenceAgents } from '../ports/fence-agents.ts';
import type { KubeWriter } from '../ports/kube-writer.ts';
import type { Provisioner } from '../ports/provisioner.ts';
import type { Recorder } from '../ports/recorder.ts';
import { actionLabel } from './action-label.ts';
import { checkGuard, submitAndSettle } from './confirmation.ts';
import type { Leadership } from './leader-lease.ts';

export interface PerformPorts {
  readonly clock: Clock;
  readonly writer: KubeWriter;
  readonly bmc: Bmc;
  readonly provisioner: Provisioner;
  readonly fenceAgents: FenceAgents;
  readonly recorder: Recorder;
  /** Absent where one process alone runs the controllers. */
  readonly leadership?: Leadership;
}

export type ListEnd =
  | {
      readonly kind: 'confirmed';
      /** Nothing but reads: whatever failed before may fail again. */
      readonly onlyRead?: boolean;
    }
  /** `budgetDenied`: nothing but evictions that a PodDisruptionBudget refused; a normal fact, not an error. */
  | { readonly kind: 'unconfirmed'; readonly budgetDenied: boolean };

/** What one list reports to the controller loop that started it. */
export interface ListOwner {
  readonly controller: string;
  readonly key: ObjectKey;
  /** False once the controller has crashed: nothing may be started any more and late answers are dropped. */
  isAlive(): boolean;
  /** Before action `index`, and after the last one. May crash the controller. */
  atBoundary(index: number): void;
  /** A fact for which the key is decided again. */
  deliver(fact: Fact): void;
  /** The fact of an unconfirmed action, for the decision after the back-off. */
  unconfirmed(fact: Fact): void;
  /** A write was confirmed; `stored` as the server returned it. */
  wrote(write: WriteAction, stored: KubeObject | undefined): void;
  /** Nobody knows whether a write happened. */
  unsureOf(write: WriteAction): void;
  startPoll(action: ObservePowerAction, everyMs: number): void;
  startFence(action: FenceAction): void;
  killFence(operationId: string): void;
  ended(end: ListEnd): void;
}

/** Starts performing `actions`; `owner.ended` is called once, possibly before this returns, unless the controller dies. */
export function perform(ports: PerformPorts, owner: ListOwner, actions: readonly Action[]): void {
  new ActionList(ports, owner, actions).run();
}

const STARTED: Outcome = { kind: 'done' };

class ActionList {
  private readonly ports: PerformPorts;
  private readonly owner: ListOwner;
  private readonly actions: readonly Action[];
  private at = 0;
  private inCall = false;
  private answer: Outcome | undefined = undefined;
  /** Evictions of the current set that were refused: by a budget, and otherwise. */
  private deniedByBudget = 0;
  private failed = 0;

  constructor(ports: PerformPorts, owner: ListOwner, actions: readonly Action[]) {
    this.ports = ports;
    this.owner = owner;
    this.actions = actions;
  }

  run(): void {
    for (;;) {
      this.owner.atBoundary(this.at);
      if (!this.owner.isAlive()) return;
      const action = this.actions[this.at];
      if (action === undefined || (this.hasRefusal() && action.do !== 'evict')) {
        this.end();
        return;
      }
      this.answer = undefined;
      this.inCall = true;
      this.start(action);
      this.inCall = false;
      if (this.answer === undefined || !this.advance(action, this.answer)) return;
    }
  }

  private settle(action: Action, outcome: Outcome): void {
    if (this.answer !== undefined) broken(`one outcome per action: ${actionLabel(action)}`);
    this.answer = outcome;
    if (this.inCall || !this.owner.isAlive()) return;
    if (this.advance(action, outcome)) this.run();
  }

  /** Books the outcome of the current action. False when the list has ended with it. */
  private advance(action: Action, outcome: Outcome): boolean {
    const { ports, owner } = this;
    if (action.do !== 'recordEvent') {
      ports.recorder.performed(owner.controller, owner.key, action, outcome, ports.clock.nowMs());
    }
    this.at++;
    if (outcome.kind === 'done') {
      if (isWrite(action)) owner.wrote(action, outcome.object);
      return true;
    }
    if (outcome.kind === 'unknown' && isWrite(action)) owner.unsureOf(action);
    owner.unconfirmed({ fact: 'outcome', action: actionLabel(action), outcome });
    if (action.do === 'evict' && isBudgetDenial(outcome)) this.deniedByBudget++;
    else this.failed++;
    if (action.do === 'evict') return true;
    this.end();
    return false;
  }

  private hasRefusal(): boolean {
    return this.deniedByBudget + this.failed > 0;
  }

  private end(): void {
    const onlyRead = this.actions.every((action) => action.do === 'readFresh');
    this.owner.ended(
      this.hasRefusal() ? { kind: 'unconfirmed', budgetDenied: this.failed === 0 } : { kind: 'confirmed', onlyRead },
    );
  }

  private start(action: Action): void {
    const { ports, owner } = this;
    switch (action.do) {
      case 'evict':
        this.submit(action);
        break;
      case 'create':
      case 'patch':
      case 'delete':
        if (action.guard === undefined) this.submit(action);
        else this.ifGuardHolds(action, action.guard, () => this.submit(action));
        break;
      case 'setPower':
      case 'inspect':
      case 'provision':
      case 'deprovision':
      case 'fence':
        this.startEffect(action);
        break;
      case 'killFence':
        owner.killFence(action.operationId);
        this.settle(action, STARTED);
        break;
      case 'observePower':
        if (action.everyMs !== undefined) owner.startPoll(action, action.everyMs);
        else
          ports.bmc.observePower(action.host, (reading) =>
            owner.deliver({ fact: 'power', host: action.host, reading }),
          );
        this.settle(action, STARTED);
        break;
      case 'readFresh':
        this.readFresh(action);
        break;
      case 'recordEvent':
        ports.recorder.event(owner.controller, action, ports.clock.nowMs());
        this.settle(action, STARTED);
        break;
      default:
        assertNever(action);
    }
  }

  private readFresh(action: ReadFreshAction): void {
    this.ports.writer.readFresh(action.kind, action.key, (answer) => {
      if (answer.kind !== 'unknown' && this.owner.isAlive()) {
        const object = answer.kind === 'found' ? answer.object : undefined;
        this.owner.deliver({ fact: 'fresh', kindKey: action.kind.key, key: action.key, object });
      }
      this.settle(action, answer.kind === 'unknown' ? answer : STARTED);
    });
  }

  private submit(action: WriteAction): void {
    const { ports, owner } = this;
    submitAndSettle(ports.writer, owner.controller, action, (outcome) => this.settle(action, outcome));
  }

  private startEffect(action: EffectAction): void {
    this.ifGuardHolds(action, action.guard, () => {
      this.startGuarded(action);
      this.settle(action, STARTED);
    });
  }

  /** Checks the guard of an external effect with fresh reads; a refusal is its outcome. */
  private ifGuardHolds(action: Action, guard: EffectGuard, then: () => void): void {
    for (let i = this.at + 1; i < this.actions.length; i++) {
      if (this.actions[i]?.do !== 'recordEvent')
        broken(`an external effect is the last action: ${actionLabel(action)}`);
    }
    const { leadership } = this.ports;
    const checked = (refusal: Outcome | undefined): void => {
      if (!this.owner.isAlive()) return;
      if (refusal === undefined) then();
      else this.settle(action, refusal);
    };
    checkGuard(this.ports, guard, (refusal) => {
      if (refusal !== undefined || leadership === undefined || !this.owner.isAlive()) checked(refusal);
      else leadership.check(checked);
    });
  }

  private startGuarded(action: EffectAction): void {
    const { bmc, provisioner } = this.ports;
    if (action.do === 'fence') {
      this.owner.startFence(action);
      return;
    }
    const { host, operationId } = action;
    const ended = (end: OperationEnd, atMs: number): void =>
      this.owner.deliver({ fact: 'operation', host, operationId, end, atMs });
    if (action.do === 'setPower') bmc.setPower({ host, power: action.power, mode: action.mode, operationId }, ended);
    else if (action.do === 'inspect') provisioner.inspect(host, action.mode, operationId, ended);
    else if (action.do === 'provision') provisioner.provision(host, action.cleaning, operationId, ended);
    else provisioner.deprovision(host, action.cleaning, operationId, ended);
  }
}

function isWrite(action: Action): action is WriteAction {
  return action.do === 'create' || action.do === 'patch' || action.do === 'delete' || action.do === 'evict';
}

/** A budget's 429, unlike the API server's throttling. Source: kubernetes pkg/registry/core/pod/storage/eviction.go. */
function isBudgetDenial(outcome: Outcome): boolean {
  if (outcome.kind !== 'refused' || outcome.code !== 429) return false;
  return outcome.causes?.some((cause) => cause.reason === 'DisruptionBudget') === true;
}
