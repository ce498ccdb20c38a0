// Ironic's conductor: takes operations in the order in which they come, so many at once. While it is away nothing is taken and nothing
// goes on; what it had in hands it gives up when it is back, since nobody remembers how far it was.
// Source: ironic/conductor/base_manager.py: at its start it fails every node in a state that it cannot resume.
//
// Divergence from reality
// - An operation that it cannot take waits with it. The product is refused, backs off and asks again: up to a few minutes later.
// - Agents that wait for a call back when it goes away fail with the rest.

import { QueueAccount, type Stay } from '../kernel/queue-account.ts';
import type { IronicConfig } from './services-config.ts';

/** The conductor's word on one operation that it has taken. */
export interface Turn {
  /** False once the conductor has gone away over it, or it is done. */
  readonly lasts: boolean;
  /** It is done: the next one comes. Once. */
  end(): void;
}

interface Asked {
  readonly stay: Stay;
  begin(turn: Turn): void;
  lost(message: string): void;
}

interface Taken {
  lasts: boolean;
  readonly asked: Asked;
}

const CANNOT_BE_RESUMED = 'the operation cannot be resumed by the conductor';

export class Conductor {
  readonly account: QueueAccount;
  private readonly atOnce: number;
  private readonly waiting: Asked[] = [];
  private readonly taken = new Set<Taken>();
  private up = true;

  constructor(clock: { readonly nowMs: number }, ironic: Pick<IronicConfig, 'atOnce'> | undefined) {
    this.account = new QueueAccount(clock);
    this.atOnce = ironic?.atOnce ?? Infinity;
  }

  /** An operation comes: `begin` when the conductor takes it, at once or later; `lost` where it gives it up. */
  ask(begin: (turn: Turn) => void, lost: (message: string) => void): void {
    this.waiting.push({ stay: this.account.enter(), begin, lost });
    this.takeNext();
  }

  wentAway(): void {
    this.up = false;
    for (const taken of this.taken) taken.lasts = false;
  }

  cameBack(): void {
    this.up = true;
    for (const taken of [...this.taken]) if (!taken.lasts) taken.asked.lost(CANNOT_BE_RESUMED);
    this.takeNext();
  }

  private takeNext(): void {
    while (this.up && this.taken.size < this.atOnce) {
      const asked = this.waiting.shift();
      if (asked === undefined) return;
      this.take(asked);
    }
  }

  private take(asked: Asked): void {
    const taken: Taken = { lasts: true, asked };
    this.taken.add(taken);
    this.account.serve(asked.stay);
    asked.begin({
      get lasts() {
        return taken.lasts;
      },
      end: () => {
        taken.lasts = false;
        if (!this.taken.delete(taken)) return;
        this.account.leave(asked.stay);
        this.takeNext();
      },
    });
  }
}
