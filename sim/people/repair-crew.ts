// People: who notices a broken host, when somebody comes, and what they do. One dispatch rule for all policies, so that no
// baseline is a straw man: an escalation pages; what nobody escalates is noticed late. One finite crew.
//
// Divergence from reality
// - A person always repairs the right host and never makes it worse; shifts, spare parts and mistakes do not exist here.
// - A wrong BMC address calls nobody, and whoever works on that host for another reason corrects it.
// - The crew works first come, first served.

import type { PeopleConfig } from '../config.ts';
import { callsNobody } from '../faults/catalogue.ts';
import type { CureLevel } from '../faults/fault.ts';
import { hasActive } from '../host/host.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';

export type Attention = 'none' | 'noticedLate' | 'paged' | 'waitingForCrew' | 'inHands';

export interface PeopleObserver {
  attention(host: number, attention: Attention, reason: string): void;
  /** A person finished on a host that had something to repair. */
  repaired(host: number, what: CureLevel): void;
}

/** What a person sets right in the API and in the storage, beside the hardware. */
export interface DeskWork {
  /** There is such work on this host although the host itself is well. */
  wanted(host: number): boolean;
  perform(host: number): void;
}

interface Dispatch {
  attention: Attention;
  arrivesAtMs: number;
  generation: number;
  dispatches: number;
}

/** Draws of one dispatch: way, work. */
const DRAWS_PER_DISPATCH = 2;

export class RepairCrew {
  readonly #kernel: Kernel;
  readonly #config: PeopleConfig;
  readonly #fleet: HostFleet;
  readonly #draws: Draws;
  readonly #dispatches: readonly Dispatch[];
  readonly #queue: number[] = [];
  readonly #observers: PeopleObserver[] = [];
  readonly #arrival: Opcode;
  readonly #finish: Opcode;
  readonly #desk: DeskWork;
  #busy = 0;

  constructor(kernel: Kernel, config: PeopleConfig, fleet: HostFleet, draws: Draws, desk: DeskWork) {
    this.#kernel = kernel;
    this.#config = config;
    this.#fleet = fleet;
    this.#draws = draws;
    this.#desk = desk;
    this.#dispatches = fleet.hosts.map(() => ({
      attention: 'none',
      arrivesAtMs: Infinity,
      generation: 0,
      dispatches: 0,
    }));
    this.#arrival = kernel.register('person arrives at a host', (host, generation) => this.#arrives(host, generation));
    this.#finish = kernel.register('person finishes a repair', (host) => this.#finishes(host));
  }

  observe(observer: PeopleObserver): void {
    this.#observers.push(observer);
  }

  attentionTo(host: number): Attention {
    return this.#of(host).attention;
  }

  /** Something gave up on this host and said so. */
  page(host: number, reason: string): boolean {
    const dispatch = this.#of(host);
    if (dispatch.attention !== 'none' && dispatch.attention !== 'noticedLate') return false;
    const atMs = this.#kernel.nowMs + this.#draw(this.#config.pageMs, host, 0);
    this.#send(host, dispatch, 'paged', Math.min(atMs, dispatch.arrivesAtMs), reason);
    return true;
  }

  /** Nobody was told; somebody will see it some day. */
  noticeLate(host: number, reason: string): void {
    const dispatch = this.#of(host);
    if (dispatch.attention !== 'none') return;
    const atMs = this.#kernel.nowMs + this.#draw(this.#config.lateNoticeMs, host, 0);
    this.#send(host, dispatch, 'noticedLate', atMs, reason);
  }

  /** The host is well again: whoever has not started yet is called off. */
  callOff(host: number): void {
    const dispatch = this.#of(host);
    if (dispatch.attention === 'none' || dispatch.attention === 'inHands' || this.#needs(host) !== undefined) return;
    const waiting = this.#queue.indexOf(host);
    if (waiting >= 0) this.#queue.splice(waiting, 1);
    this.#close(host, dispatch);
  }

  #send(host: number, dispatch: Dispatch, attention: Attention, atMs: number, reason: string): void {
    dispatch.attention = attention;
    dispatch.arrivesAtMs = atMs;
    dispatch.generation++;
    this.#kernel.schedule(atMs, this.#arrival, host, dispatch.generation);
    for (const observer of this.#observers) observer.attention(host, attention, reason);
  }

  #arrives(host: number, generation: number): void {
    const dispatch = this.#of(host);
    if (dispatch.generation !== generation) return;
    dispatch.attention = 'waitingForCrew';
    this.#queue.push(host);
    for (const observer of this.#observers) observer.attention(host, 'waitingForCrew', '');
    this.#startNext();
  }

  #startNext(): void {
    while (this.#busy < this.#config.repairCrew) {
      const host = this.#queue.shift();
      if (host === undefined) return;
      const dispatch = this.#of(host);
      const needs = this.#needs(host);
      if (needs === undefined) {
        this.#close(host, dispatch);
        continue;
      }
      this.#busy++;
      dispatch.attention = 'inHands';
      for (const observer of this.#observers) observer.attention(host, 'inHands', needs);
      const work = needs === 'person' ? this.#config.repairMs : this.#config.resetMs;
      this.#kernel.schedule(this.#kernel.nowMs + this.#draw(work, host, 1), this.#finish, host);
    }
  }

  #finishes(host: number): void {
    const dispatch = this.#of(host);
    const needs = this.#needs(host);
    this.#busy--;
    this.#close(host, dispatch);
    if (needs !== undefined) {
      this.#fleet.repaired(host);
      this.#fleet.switchOnByHand(host);
      this.#desk.perform(host);
      for (const observer of this.#observers) observer.repaired(host, needs);
    }
    this.#startNext();
  }

  #close(host: number, dispatch: Dispatch): void {
    dispatch.attention = 'none';
    dispatch.arrivesAtMs = Infinity;
    dispatch.generation++;
    dispatch.dispatches++;
    for (const observer of this.#observers) observer.attention(host, 'none', '');
  }

  /** The hardest thing that a person would have to do on this host now, or undefined when nothing is wrong. */
  #needs(index: number): CureLevel | undefined {
    const host = this.#fleet.host(index);
    if (host.active.some((fault) => fault.level === 'person' && !callsNobody(fault))) return 'person';
    if (hasActive(host, 'bmcUnreachable') || this.#desk.wanted(index)) return 'reboot';
    // A host in the provisioner's hands, or without a system, is the host operator's business.
    if (host.provisioning || host.stage === 'agent' || !host.installed) return undefined;
    return this.#fleet.kubeletActs(index) ? undefined : 'powerCycle';
  }

  #draw(distribution: PeopleConfig['pageMs'], host: number, which: 0 | 1): number {
    const index = this.#of(host).dispatches * DRAWS_PER_DISPATCH + which;
    const u = this.#draws.at(this.#fleet.host(host).bareMetalHost, 'people', index);
    return Math.max(1, Math.round(sample(distribution, u)));
  }

  #of(host: number): Dispatch {
    const dispatch = this.#dispatches[host];
    if (dispatch === undefined) throw new RangeError(`no host ${host}`);
    return dispatch;
  }
}
