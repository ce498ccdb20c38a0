// Persons: the tickets that wait for them, those that they have in hand, and when they may begin one. What a ticket is about is its
// own affair: hosts (repair-crew.ts) and other work (other-work.ts) share the same persons.
//
// Divergence from reality
// - Every person can do everything, and does one thing at a time; nobody interrupts a repair for something worse.
// - What is needed for a ticket is known when somebody looks at it for the first time; looking takes no time.

import { assert } from '../../core/assert.ts';
import type { SimConfig } from '../config.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import { QueueAccount, type Stay } from '../kernel/queue-account.ts';
import type { Draws } from '../kernel/rng.ts';
import type { PartUse } from './config.ts';
import { SpareParts } from './spare-parts.ts';
import { WorkingHours } from './working-hours.ts';

export interface Job {
  readonly at: 'desk' | 'machine';
  /** A part that it needs. */
  readonly part: PartUse | undefined;
}

export interface Ticket {
  /** From 1, the worst, to 5; as it is when the ticket comes. */
  readonly severity: number;
  /** What there is to do now; undefined when nothing is left. Asked whenever somebody could begin it. */
  job(): Job | undefined;
  /** Somebody begins. Returns how long it takes: whole ms, 1 or more. */
  begin(): number;
  /** It is done, and the person is free again. */
  finish(): void;
  /** Somebody looked, and nothing was left to do. */
  close(): void;
}

interface Pending {
  readonly ticket: Ticket;
  readonly stay: Stay;
  needs: PartUse | undefined;
}

/** A ticket that is gone, for who measures: how long it waited, and how long it was there. */
export type StayObserver = (stay: { readonly waitedMs: number; readonly stayedMs: number }) => void;

export class Persons {
  readonly account: QueueAccount;
  private readonly kernel: Kernel;
  private readonly hours: WorkingHours;
  private readonly parts: SpareParts;
  private readonly bySeverity: boolean;
  private readonly waiting: Pending[] = [];
  private readonly inHand: (Pending | undefined)[] = [];
  private readonly free: number[] = [];
  private readonly observers: StayObserver[] = [];
  private readonly finish: Opcode;
  private readonly begin: Opcode;
  private busy = 0;
  private beginsAtMs = Number.NEGATIVE_INFINITY;

  constructor(kernel: Kernel, { people, startMs }: Pick<SimConfig, 'people' | 'startMs'>, draws: Draws) {
    this.kernel = kernel;
    this.account = new QueueAccount(kernel);
    this.hours = new WorkingHours(people, startMs);
    this.parts = new SpareParts(kernel, people.spareParts ?? {}, draws, () => this.beginNext());
    this.bySeverity = people.queue === 'by-severity';
    this.finish = kernel.register('person finishes a repair', (id) => this.finishes(id));
    this.begin = kernel.register('a shift or a visit begins', () => this.beginNext());
  }

  onServed(observer: StayObserver): void {
    this.observers.push(observer);
  }

  /** A ticket comes; whoever is free takes it at once. */
  enter(ticket: Ticket): void {
    let place = this.waiting.length;
    if (this.bySeverity) {
      while (place > 0 && (this.waiting[place - 1] as Pending).ticket.severity > ticket.severity) place--;
    }
    this.waiting.splice(place, 0, { ticket, stay: this.account.enter(), needs: undefined });
    this.beginNext();
  }

  /** Takes back a ticket that nobody has begun. */
  withdraw(ticket: Ticket): void {
    const place = this.waiting.findIndex((pending) => pending.ticket === ticket);
    if (place >= 0) this.drop(place);
  }

  private beginNext(): void {
    const crew = this.hours.crewAt(this.kernel.nowMs);
    let place = 0;
    while (this.busy < crew) {
      const pending = this.waiting[place];
      if (pending === undefined) break;
      const job = pending.ticket.job();
      if (job === undefined) {
        this.drop(place);
        pending.ticket.close();
      } else if (this.mayBegin(pending, job)) {
        this.waiting.splice(place, 1);
        this.takeInHand(pending);
        place = 0;
      } else place++;
    }
    this.lookAgain();
  }

  private mayBegin(pending: Pending, { at, part }: Job): boolean {
    if (pending.needs !== part) {
      if (pending.needs !== undefined) this.parts.release(pending.needs);
      if (part !== undefined) this.parts.need(part);
      pending.needs = part;
    }
    if (part !== undefined && !this.parts.has(part)) return false;
    return at === 'desk' || this.hours.atSite(this.kernel.nowMs);
  }

  private takeInHand(pending: Pending): void {
    if (pending.needs !== undefined) this.parts.take(pending.needs);
    this.account.serve(pending.stay);
    this.busy++;
    const id = this.free.pop() ?? this.inHand.length;
    this.inHand[id] = pending;
    this.kernel.schedule(this.kernel.nowMs + pending.ticket.begin(), this.finish, id);
  }

  private finishes(id: number): void {
    const pending = this.inHand[id];
    assert(pending !== undefined, 'what is finished was in hand');
    this.inHand[id] = undefined;
    this.free.push(id);
    this.busy--;
    const { stay, ticket } = pending;
    this.account.leave(stay);
    for (const observer of this.observers) {
      observer({ waitedMs: stay.servedSinceMs - stay.sinceMs, stayedMs: this.kernel.nowMs - stay.sinceMs });
    }
    ticket.finish();
    this.beginNext();
  }

  private drop(place: number): void {
    const [pending] = this.waiting.splice(place, 1);
    if (pending === undefined) return;
    if (pending.needs !== undefined) this.parts.release(pending.needs);
    this.account.leave(pending.stay);
  }

  /** Where somebody waits for a shift or a visit, one event stands for its beginning. */
  private lookAgain(): void {
    const { nowMs } = this.kernel;
    if (this.waiting.length === 0 || this.beginsAtMs > nowMs) return;
    const atMs = this.hours.nextBeginAfter(nowMs);
    if (atMs === Infinity) return;
    this.beginsAtMs = atMs;
    this.kernel.schedule(atMs, this.begin);
  }
}
