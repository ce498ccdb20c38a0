// Standing polls of power: who asked to be told, on which grid, and what was told last. A poll that would say nothing new is elided;
// what changes what it would read says so, and the next point of its grid is scheduled.
//
// Divergence from reality
// - A reading arrives at the first point of the grid after what it would read changed, and takes no time.

import type { ObjectKey } from '../../core/api/object.ts';
import type { PowerReading } from '../../core/facts.ts';
import type { Kernel } from '../kernel/kernel.ts';

export interface PollOrder {
  /** The BareMetalHost that was asked for. */
  readonly asked: ObjectKey;
  readonly everyMs: number;
  readonly phaseMs: number;
  readonly changed: (reading: PowerReading) => void;
}

/** Those of one host are a chain: nearly every host has one. */
class StandingPoll {
  readonly asked: ObjectKey;
  readonly everyMs: number;
  readonly phaseMs: number;
  readonly changed: (reading: PowerReading) => void;
  next: StandingPoll | undefined = undefined;
  reported: PowerReading['power'] | undefined = undefined;
  scheduled = false;
  stopped = false;

  constructor({ asked, everyMs, phaseMs, changed }: PollOrder) {
    this.asked = asked;
    this.everyMs = everyMs;
    this.phaseMs = phaseMs;
    this.changed = changed;
  }
}

/** What polls of a host meet, by the index of the host that is polled. */
export interface Polled {
  power(host: number): PowerReading['power'];
  /** A poll is made now. */
  read(host: number): PowerReading;
  /** Somebody who asked for this host is told now. */
  tells(asked: ObjectKey, reading: PowerReading): void;
  /** Every poll counts, also one that says nothing new. */
  countsPolls(host: number): boolean;
}

export class StandingPolls {
  private readonly kernel: Kernel;
  private readonly polled: Polled;
  /** By host, the first of its polls. */
  private readonly first: (StandingPoll | undefined)[];

  constructor(kernel: Kernel, hosts: number, polled: Polled) {
    this.kernel = kernel;
    this.polled = polled;
    this.first = new Array(hosts).fill(undefined);
  }

  /** @returns what stops it. */
  start(host: number, order: PollOrder): () => void {
    const poll = new StandingPoll(order);
    const last = this.before(host, undefined);
    if (last === undefined) this.first[host] = poll;
    else last.next = poll;
    this.arm(host, poll);
    return () => this.stop(host, poll);
  }

  private stop(host: number, poll: StandingPoll): void {
    if (poll.stopped) return;
    poll.stopped = true;
    const before = this.before(host, poll);
    if (before === undefined) this.first[host] = poll.next;
    else before.next = poll.next;
  }

  /** The poll of a host before another one, or before the end. */
  private before(host: number, poll: StandingPoll | undefined): StandingPoll | undefined {
    let before: StandingPoll | undefined;
    for (let one = this.first[host]; one !== poll && one !== undefined; one = one.next) before = one;
    return before;
  }

  /** What a poll of this host would read may have changed. */
  look(host: number): void {
    for (let poll = this.first[host]; poll !== undefined; poll = poll.next) this.arm(host, poll);
  }

  /** The next poll of this host tells, whatever it reads. */
  renew(host: number): void {
    for (let poll = this.first[host]; poll !== undefined; poll = poll.next) {
      poll.reported = undefined;
      this.arm(host, poll);
    }
  }

  /** An answer to somebody's question: where it is not what was told last, the next poll tells, also if it finds no change. */
  heard(host: number, { power }: PowerReading): void {
    for (let poll = this.first[host]; poll !== undefined; poll = poll.next) {
      if (poll.reported === power) continue;
      poll.reported = undefined;
      this.arm(host, poll);
    }
  }

  /** Schedules the next grid point, if a poll there would say something new as things stand, or would count. */
  private arm(host: number, poll: StandingPoll, fromMs = this.kernel.nowMs): void {
    if (poll.scheduled || poll.stopped) return;
    if (this.polled.power(host) === poll.reported && !this.polled.countsPolls(host)) return;
    poll.scheduled = true;
    const sincePhaseMs = fromMs - poll.phaseMs;
    const atMs = poll.phaseMs + Math.ceil(sincePhaseMs / poll.everyMs) * poll.everyMs;
    this.kernel.call(Math.max(atMs, fromMs), () => {
      poll.scheduled = false;
      if (!poll.stopped) this.poll(host, poll);
    });
  }

  private poll(host: number, poll: StandingPoll): void {
    const reading = this.polled.read(host);
    if (reading.power !== poll.reported) {
      poll.reported = reading.power;
      this.polled.tells(poll.asked, reading);
      poll.changed(reading);
    }
    if (this.polled.countsPolls(host)) this.arm(host, poll, this.kernel.nowMs + 1);
  }
}
