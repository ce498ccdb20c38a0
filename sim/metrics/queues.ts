// The queues of a run, accounted: hosts that wait for a person or are in hands, hosts that a limit or budget keeps waiting, operations
// of the provisioner, hosts whose data is on the way. Only runs that report them have this.

import { QueueAccount, type QueueFigures, type Stay } from '../kernel/queue-account.ts';
import type { World } from '../world.ts';

export const QUEUE_NAMES = ['repairs', 'budget', 'provisioning', 'resync'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

export interface QueueResult extends QueueFigures {
  /**
   * `repairs`: tickets, other work included; served by persons. `budget`: nodes that a limit refuses, until it does not.
   * `provisioning`: operations; where Ironic has a place, those that wait for it too. `resync`: hosts whose data is not in sync.
   */
  readonly queue: QueueName;
}

/** An account of those who come and go by a key, served from the moment in which they come. */
class Presence {
  readonly account: QueueAccount;
  private readonly here = new Map<string, Stay>();
  private readonly served: boolean;

  constructor(clock: { readonly nowMs: number }, served: 'served' | 'waiting') {
    this.account = new QueueAccount(clock);
    this.served = served === 'served';
  }

  comes(key: string): void {
    if (this.here.has(key)) return;
    const stay = this.account.enter();
    if (this.served) this.account.serve(stay);
    this.here.set(key, stay);
  }

  goes(key: string): void {
    const stay = this.here.get(key);
    if (stay === undefined) return;
    this.here.delete(key);
    // Who only waited has got what it waited for.
    if (!this.served) this.account.serve(stay);
    this.account.leave(stay);
  }
}

export class RunQueues {
  private readonly accounts: Readonly<Record<QueueName, QueueAccount>>;

  /** @param world before it starts. */
  constructor({ kernel, persons, plane, provisioner, storage, observer }: World) {
    const budget = new Presence(kernel, 'waiting');
    observer.onPhase((host, phase) => {
      if (phase === 'budgetWait') budget.comes(`${host}`);
      else budget.goes(`${host}`);
    });
    observer.onSlotMoved((from) => budget.goes(`${from}`));
    const resync = new Presence(kernel, 'served');
    storage.onResync((host, pool, step) => {
      if (step === 'started') resync.comes(`${host} ${pool}`);
      else resync.goes(`${host} ${pool}`);
    });
    const operations = new Presence(kernel, 'served');
    provisioner.observe({
      provisioningStarted: (_host, _what, { namespace, name }) => operations.comes(`${namespace}/${name}`),
      provisioningEnded: (_host, _what, _end, { namespace, name }) => operations.goes(`${namespace}/${name}`),
    });
    this.accounts = {
      repairs: persons.account,
      budget: budget.account,
      provisioning: plane?.conductor.account ?? operations.account,
      resync: resync.account,
    };
  }

  /** Up to now. */
  results(): readonly QueueResult[] {
    return QUEUE_NAMES.map((queue) => ({ queue, ...this.accounts[queue].figures() }));
  }
}
