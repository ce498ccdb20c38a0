// Standing polls of power: who asked to be told, on which grid, and what was told last. A poll that would say nothing new is elided;
// what changes what it would read says so, and the next point of its grid is scheduled.
//
// Divergence from reality
// - A reading arrives at the first point of the grid after what it would read changed, and takes no time.

import type { PowerReading } from '../../core/facts.ts';
import type { Kernel } from '../kernel/kernel.ts';

interface StandingPoll {
  readonly everyMs: number;
  readonly phaseMs: number;
  readonly changed: (reading: PowerReading) => void;
  reported: PowerReading['power'] | undefined;
  scheduled: boolean;
  stopped: boolean;
}

/** What polls of a host meet, by the index of the host that is polled. */
export interface Polled {
  power(host: number): PowerReading['power'];
  /** A poll is made now. */
  read(host: number): PowerReading;
  /** Every poll counts, also one that says nothing new. */
  countsPolls(host: number): boolean;
}

const NO_POLLS: readonly StandingPoll[] = [];

export class StandingPolls {
  readonly #kernel: Kernel;
  readonly #polled: Polled;
  readonly #polls: (readonly StandingPoll[])[];

  constructor(kernel: Kernel, hosts: number, polled: Polled) {
    this.#kernel = kernel;
    this.#polled = polled;
    this.#polls = Array.from({ length: hosts }, () => NO_POLLS);
  }

  /** @returns what stops it. */
  start(host: number, everyMs: number, phaseMs: number, changed: (reading: PowerReading) => void): () => void {
    const poll: StandingPoll = { everyMs, phaseMs, changed, reported: undefined, scheduled: false, stopped: false };
    // Not spread: the array would have room for many, and nearly every host has one for ever.
    this.#polls[host] = (this.#polls[host] ?? NO_POLLS).concat(poll);
    this.#arm(host, poll);
    return () => {
      poll.stopped = true;
      const polls = this.#polls[host];
      if (polls !== undefined) this.#polls[host] = polls.filter((other) => other !== poll);
    };
  }

  /** What a poll of this host would read may have changed. */
  look(host: number): void {
    for (const poll of this.#polls[host] ?? NO_POLLS) this.#arm(host, poll);
  }

  /** The next poll of this host tells, whatever it reads. */
  renew(host: number): void {
    for (const poll of this.#polls[host] ?? NO_POLLS) {
      poll.reported = undefined;
      this.#arm(host, poll);
    }
  }

  /** An answer to somebody's question: where it is not what was told last, the next poll tells, also if it finds no change. */
  heard(host: number, { power }: PowerReading): void {
    for (const poll of this.#polls[host] ?? NO_POLLS) {
      if (poll.reported === power) continue;
      poll.reported = undefined;
      this.#arm(host, poll);
    }
  }

  /** Schedules the next grid point, if a poll there would say something new as things stand, or would count. */
  #arm(host: number, poll: StandingPoll, fromMs = this.#kernel.nowMs): void {
    if (poll.scheduled || poll.stopped) return;
    if (this.#polled.power(host) === poll.reported && !this.#polled.countsPolls(host)) return;
    poll.scheduled = true;
    const sincePhaseMs = fromMs - poll.phaseMs;
    const atMs = poll.phaseMs + Math.ceil(sincePhaseMs / poll.everyMs) * poll.everyMs;
    this.#kernel.call(Math.max(atMs, fromMs), () => {
      poll.scheduled = false;
      if (!poll.stopped) this.#poll(host, poll);
    });
  }

  #poll(host: number, poll: StandingPoll): void {
    const reading = this.#polled.read(host);
    if (reading.power !== poll.reported) {
      poll.reported = reading.power;
      poll.changed(reading);
    }
    if (this.#polled.countsPolls(host)) this.#arm(host, poll, this.#kernel.nowMs + 1);
  }
}
