// Whom one client fault strikes: a draw per request or event, and how many it has struck since it came.

import type { ClientFaultAim } from '../config.ts';
import type { Draws, Stream } from '../kernel/rng.ts';

/** What one strike of a client fault has done, summed over controllers. */
export interface FaultTally {
  readonly requestsRefused: number;
  readonly answersUnknown: number;
  readonly requestsSlow: number;
  readonly eventsStruck: number;
  readonly crashes: number;
}

export const NO_TALLY: FaultTally = {
  requestsRefused: 0,
  answersUnknown: 0,
  requestsSlow: 0,
  eventsStruck: 0,
  crashes: 0,
};

export class FaultLuck {
  private readonly draws: Draws;
  private readonly entity: string;
  private readonly streams = new Map<string, { readonly stream: Stream; asked: number }>();
  private left = Number.POSITIVE_INFINITY;

  /** @param name of the fault. */
  constructor(draws: Draws, name: string) {
    this.draws = draws;
    this.entity = `client fault/${name}`;
  }

  /** The fault comes (again). */
  begin(aim: Pick<ClientFaultAim, 'atMost'>): void {
    this.left = aim.atMost ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Whether this one is struck.
   * @param what who asks for what: equal words share one stream, one draw after the other.
   */
  strikes(aim: Pick<ClientFaultAim, 'share'>, what: string): boolean {
    if (this.left <= 0 || this.next(what) >= aim.share) return false;
    this.left--;
    return true;
  }

  /** The next draw of `what`, from 0 to below 1. */
  next(what: string): number {
    let known = this.streams.get(what);
    if (known === undefined) {
      known = { stream: this.draws.stream(this.entity, what), asked: 0 };
      this.streams.set(what, known);
    }
    return known.stream.at(known.asked++);
  }
}
