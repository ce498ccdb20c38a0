// What every implementation of a port with operations needs: operations by id. Each runs once, and whoever asks again, as a
// controller does that lost its memory, hears the end of the first, now or when it comes.

import type { OperationEnd } from '../facts.ts';

export type Ended = (end: OperationEnd, atMs: number) => void;

/** Who waits for the end of one that runs. */
class Running {
  readonly waiting: Ended[];

  constructor(ended: Ended) {
    this.waiting = [ended];
  }
}

export class Operations {
  private readonly clock: { readonly nowMs: number };
  /** Of one that has ended its end is kept, for ever. */
  private readonly operations = new Map<string, Running | OperationEnd>();

  constructor(clock: { readonly nowMs: number }) {
    this.clock = clock;
  }

  /** True when the id is new and the operation must be started; `ended` is told in either case, exactly once. */
  begin(operationId: string, ended: Ended): boolean {
    const known = this.operations.get(operationId);
    if (known === undefined) {
      this.operations.set(operationId, new Running(ended));
      return true;
    }
    if (known instanceof Running) known.waiting.push(ended);
    else ended(known, this.clock.nowMs);
    return false;
  }

  end(operationId: string, end: OperationEnd): void {
    const operation = this.operations.get(operationId);
    if (!(operation instanceof Running)) return;
    this.operations.set(operationId, end);
    for (const ended of operation.waiting) ended(end, this.clock.nowMs);
  }

  /** The operation never reached anything: the same id may be tried again. */
  forget(operationId: string): void {
    this.operations.delete(operationId);
  }
}
