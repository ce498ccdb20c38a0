// People: who notices a broken host, when somebody comes, and what they do. One dispatch rule for all policies, so that no
// baseline is a straw man: an escalation pages; what nobody escalates is noticed late. One finite crew (persons.ts).
//
// Divergence from reality
// - A wrong BMC address calls nobody, and whoever works on that host for another reason corrects it.
// - A person ends every fault of a host in one go, in the time and with the part of the worst.
// - Where pages are acknowledged, whoever has acknowledged comes; who was paged before and answers later stays where they are.

import type { PeopleConfig } from '../config.ts';
import { callsNobody, type FaultName } from '../faults/catalogue.ts';
import type { CureLevel, Fault } from '../faults/fault.ts';
import { type Host, hasActive } from '../host/host.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { HostRecords } from '../host/host-records.ts';
import { type Distribution, sample } from '../kernel/distributions.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import { PART_USES, REPAIR_WORK, type RepairWork } from './config.ts';
import { type Mistake, Mistakes } from './mistakes.ts';
import type { Job, Persons, Ticket } from './persons.ts';

export type Attention = 'none' | 'noticedLate' | 'paged' | 'acknowledged' | 'waitingForCrew' | 'inHands';

export interface PeopleObserver {
  attention(host: number, attention: Attention, reason: string): void;
  /** A person finished on a host that had something to repair. */
  repaired(host: number, what: CureLevel): void;
  /** @param host the one that suffers: the peer, where the wrong server was pulled. */
  mistake(host: number, what: Mistake): void;
}

/** What a person sets right in the API and in the storage, beside the hardware. */
export interface DeskWork {
  /** There is such work on this host although the host itself is well. */
  wanted(host: number): boolean;
  /** Of that, disks that wait to be added to the storage again. */
  awaitsReAdd(host: number): boolean;
  perform(host: number): void;
}

/** What stands on a Node while somebody works on its host. */
export interface Cordon {
  begin(nodeName: string): void;
  end(nodeName: string): void;
}

/** Ceph's flag that keeps what is down from being placed anew. */
export interface NoOut {
  setNoOut(on: boolean): void;
}

export interface CrewParts {
  readonly kernel: Kernel;
  readonly config: PeopleConfig;
  readonly fleet: HostFleet;
  readonly draws: Draws;
  readonly persons: Persons;
  readonly desk: DeskWork;
  readonly cordon: Cordon;
  readonly storage: NoOut;
}

interface Dispatch {
  attention: Attention;
  arrivesAtMs: number;
  generation: number;
  dispatches: number;
  ticket: Ticket | undefined;
}

/** Faults that are repaired as another is: with the same part, in its time. */
const REPAIRED_AS: Readonly<Partial<Record<FaultName, RepairWork>>> = { slowDisk: 'diskFailure' };

/** Draws of one dispatch: way, work. */
const DRAWS_PER_DISPATCH = 2;

export class RepairCrew {
  private readonly kernel: Kernel;
  private readonly config: PeopleConfig;
  private readonly fleet: HostFleet;
  private readonly draws: Draws;
  private readonly persons: Persons;
  private readonly cordon: Cordon;
  private readonly storage: NoOut;
  /** Repairs under the flag, those included that are over and whose flag was forgotten. */
  private noOuts = 0;
  private readonly mistakes: Mistakes | undefined;
  private readonly dispatches: HostRecords<Dispatch>;
  private readonly observers: PeopleObserver[] = [];
  private readonly acknowledgement: Opcode;
  private readonly arrival: Opcode;
  private readonly desk: DeskWork;

  constructor({ kernel, config, fleet, draws, persons, desk, cordon, storage }: CrewParts) {
    this.kernel = kernel;
    this.config = config;
    this.fleet = fleet;
    this.draws = draws;
    this.persons = persons;
    this.desk = desk;
    this.cordon = cordon;
    this.storage = storage;
    this.mistakes = config.mistakes === undefined ? undefined : new Mistakes(config.mistakes, fleet, draws);
    this.dispatches = new HostRecords(fleet.count, () => ({
      attention: 'none',
      arrivesAtMs: Infinity,
      generation: 0,
      dispatches: 0,
      ticket: undefined,
    }));
    this.acknowledgement = kernel.register('page is acknowledged', (host, generation) =>
      this.acknowledged(host, generation),
    );
    this.arrival = kernel.register('person arrives at a host', (host, generation) => this.arrives(host, generation));
  }

  observe(observer: PeopleObserver): void {
    this.observers.push(observer);
  }

  attentionTo(host: number): Attention {
    return this.dispatches.made(host)?.attention ?? 'none';
  }

  /** Something gave up on this host and said so. */
  page(host: number, reason: string): boolean {
    const dispatch = this.dispatches.of(host);
    if (dispatch.attention !== 'none' && dispatch.attention !== 'noticedLate') return false;
    const acknowledgedAtMs = this.kernel.nowMs + this.unacknowledgedMs(host);
    const atMs = acknowledgedAtMs + this.draw(this.config.pageMs, host, 0);
    if (this.config.acknowledgement !== undefined && acknowledgedAtMs < dispatch.arrivesAtMs)
      this.kernel.schedule(acknowledgedAtMs, this.acknowledgement, host, dispatch.generation + 1);
    this.send(host, dispatch, 'paged', Math.min(atMs, dispatch.arrivesAtMs), reason);
    return true;
  }

  /** Nobody was told; somebody will see it some day. */
  noticeLate(host: number, reason: string): void {
    const dispatch = this.dispatches.of(host);
    if (dispatch.attention !== 'none') return;
    const atMs = this.kernel.nowMs + this.draw(this.config.lateNoticeMs, host, 0);
    this.send(host, dispatch, 'noticedLate', atMs, reason);
  }

  /** The host is well again: whoever has not started yet is called off. */
  callOff(host: number): void {
    const dispatch = this.dispatches.made(host);
    if (dispatch === undefined) return;
    if (dispatch.attention === 'none' || dispatch.attention === 'inHands' || this.needs(host) !== undefined) return;
    if (dispatch.ticket !== undefined) this.persons.withdraw(dispatch.ticket);
    this.close(host, dispatch);
  }

  /** From a page to its acknowledgement: each person who is paged has a time of their own, and the first counts. */
  private unacknowledgedMs(host: number): number {
    const { acknowledgement } = this.config;
    if (acknowledgement === undefined) return 0;
    const { withinMs, pageNextAfterMs, onCall } = acknowledgement;
    const { bareMetalHost } = this.fleet.host(host);
    const first = this.dispatches.of(host).dispatches * onCall;
    let afterMs = Infinity;
    for (let person = 0; person < onCall && person * pageNextAfterMs < afterMs; person++) {
      const u = this.draws.at(bareMetalHost, 'acknowledgement', first + person);
      afterMs = Math.min(afterMs, person * pageNextAfterMs + Math.max(1, Math.round(sample(withinMs, u))));
    }
    return afterMs;
  }

  private send(host: number, dispatch: Dispatch, attention: Attention, atMs: number, reason: string): void {
    dispatch.arrivesAtMs = atMs;
    dispatch.generation++;
    this.kernel.schedule(atMs, this.arrival, host, dispatch.generation);
    this.attend(host, dispatch, attention, reason);
  }

  private acknowledged(host: number, generation: number): void {
    const dispatch = this.dispatches.of(host);
    if (dispatch.generation === generation && dispatch.attention === 'paged')
      this.attend(host, dispatch, 'acknowledged', '');
  }

  private arrives(host: number, generation: number): void {
    const dispatch = this.dispatches.of(host);
    if (dispatch.generation !== generation) return;
    this.attend(host, dispatch, 'waitingForCrew', '');
    const ticket = this.ticketOf(host, dispatch);
    dispatch.ticket = ticket;
    this.persons.enter(ticket);
  }

  private attend(host: number, dispatch: Dispatch, attention: Attention, reason: string): void {
    dispatch.attention = attention;
    for (const observer of this.observers) observer.attention(host, attention, reason);
  }

  private ticketOf(host: number, dispatch: Dispatch): Ticket {
    return {
      severity: this.severity(host),
      job: () => this.job(host),
      begin: () => this.begins(host, dispatch),
      finish: () => this.finishes(host, dispatch),
      close: () => this.close(host, dispatch),
    };
  }

  private job(host: number): Job | undefined {
    const needs = this.needs(host);
    if (needs === undefined) return undefined;
    if (needs !== 'person') return { at: 'desk', part: undefined };
    const work = this.workOn(host);
    return { at: 'machine', part: PART_USES.find((use) => use === work) };
  }

  private begins(host: number, dispatch: Dispatch): number {
    const needs = this.needs(host) ?? 'reboot';
    this.attend(host, dispatch, 'inHands', needs);
    const work = this.workOn(host);
    const own = work === undefined ? undefined : this.config.repairs?.[work];
    const takes = own ?? (needs === 'person' ? this.config.repairMs : this.config.resetMs);
    if (this.config.cordon === true) this.cordon.begin(this.fleet.nodeName(host));
    if (this.setsNoOut(host)) this.noOut(1);
    return this.draw(takes, host, 1) + (needs === 'person' ? this.pullsWrongServerForMs(host, dispatch) : 0);
  }

  private finishes(host: number, dispatch: Dispatch): void {
    const repair = dispatch.dispatches;
    const needs = this.needs(host);
    this.close(host, dispatch);
    if (needs !== undefined) {
      const staysOff = needs === 'person' && this.mistakes?.staysOff(host, repair) === true;
      if (staysOff) this.leavesOff(host);
      this.fleet.repaired(host);
      if (!staysOff) this.fleet.switchOnByHand(host);
      this.desk.perform(host);
      for (const observer of this.observers) observer.repaired(host, needs);
    }
    if (this.config.cordon === true) this.endsCordon(host, repair);
    if (this.setsNoOut(host)) this.endsNoOut(host, repair);
  }

  private close(host: number, dispatch: Dispatch): void {
    dispatch.arrivesAtMs = Infinity;
    dispatch.generation++;
    dispatch.dispatches++;
    dispatch.ticket = undefined;
    this.attend(host, dispatch, 'none', '');
  }

  // Mistakes

  private pullsWrongServerForMs(host: number, { dispatches }: Dispatch): number {
    const pulled = this.mistakes?.wrongServer(host, dispatches);
    if (pulled === undefined) return 0;
    const { peer, forMs } = pulled;
    this.tell(peer, 'wrongServer');
    this.fleet.powerOff(peer, 'person');
    this.kernel.call(this.kernel.nowMs + forMs, () => this.fleet.switchOnByHand(peer));
    return forMs;
  }

  private leavesOff(host: number): void {
    this.tell(host, 'staysOff');
    this.fleet.powerOff(host, 'person');
  }

  private endsCordon(host: number, repair: number): void {
    const nodeName = this.fleet.nodeName(host);
    const forMs = this.mistakes?.staysCordonedForMs(host, repair);
    if (forMs === undefined) {
      this.cordon.end(nodeName);
      return;
    }
    this.tell(host, 'staysCordoned');
    this.kernel.call(this.kernel.nowMs + forMs, () => this.cordon.end(nodeName));
  }

  private setsNoOut(host: number): boolean {
    return this.config.noOut === true && this.fleet.host(host).config.dataDisks > 0;
  }

  private endsNoOut(host: number, repair: number): void {
    const forMs = this.mistakes?.noOutStaysForMs(host, repair);
    if (forMs === undefined) {
      this.noOut(-1);
      return;
    }
    this.tell(host, 'noOutStays');
    this.kernel.call(this.kernel.nowMs + forMs, () => this.noOut(-1));
  }

  private noOut(by: 1 | -1): void {
    const before = this.noOuts;
    this.noOuts += by;
    if (before === 0 || this.noOuts === 0) this.storage.setNoOut(this.noOuts > 0);
  }

  private tell(host: number, what: Mistake): void {
    for (const observer of this.observers) observer.mistake(host, what);
  }

  // What there is to do

  /** The hardest thing that a person would have to do on this host now, or undefined when nothing is wrong. */
  private needs(index: number): CureLevel | undefined {
    const host = this.fleet.host(index);
    if (host.active.some(needsPerson)) return 'person';
    if (hasActive(host, 'bmcUnreachable') || this.desk.wanted(index)) return 'reboot';
    // A host in the provisioner's hands, or without a system, is the host operator's business.
    if (host.provisioning || host.stage === 'agent' || !host.installed) return undefined;
    return this.fleet.kubeletActs(index) ? undefined : 'powerCycle';
  }

  /** What repair times are given for; undefined for a host that is only off, or given up by its operator. */
  private workOn(index: number): RepairWork | undefined {
    const { active } = this.fleet.host(index);
    const fault = active.find(needsPerson) ?? active[0];
    if (fault !== undefined) return REPAIRED_AS[fault.class] ?? REPAIR_WORK.find((work) => work === fault.class);
    return this.desk.awaitsReAdd(index) ? 'osdReAdd' : undefined;
  }

  /** 1: a control plane host that does not serve, 2: another, 3: storage that lacks disks, 4: everything else. */
  private severity(index: number): number {
    const host: Host = this.fleet.host(index);
    if (!this.fleet.kubeletActs(index) && host.installed) return host.config.controlPlane ? 1 : 2;
    return hasActive(host, 'diskFailure') || this.desk.awaitsReAdd(index) ? 3 : 4;
  }

  private draw(distribution: Distribution, host: number, which: 0 | 1): number {
    const index = this.dispatches.of(host).dispatches * DRAWS_PER_DISPATCH + which;
    const u = this.draws.at(this.fleet.host(host).bareMetalHost, 'people', index);
    return Math.max(1, Math.round(sample(distribution, u)));
  }
}

function needsPerson(fault: Fault): boolean {
  return fault.level === 'person' && !callsNobody(fault);
}
