// Dry run: decorators and stand-ins of the ports that change something, which change nothing. Every write and every effect is
// refused, so that no decision ever rests on something that did not happen: what is intended is seen in the decisions.

import type { WriteAction } from '../core/actions.ts';
import type { Kind, ObjectKey } from '../core/api/object.ts';
import type { OperationEnd, Outcome } from '../core/facts.ts';
import type { Bmc, PowerCommand } from '../core/ports/bmc.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { FenceAgents, FenceCommand } from '../core/ports/fence-agents.ts';
import type { FreshAnswer, KubeWriter } from '../core/ports/kube-writer.ts';
import type { Provisioner } from '../core/ports/provisioner.ts';

/** `ask-nobody`: writes are refused here. `ask-server`: the server checks them as dry runs first, and its refusals count. */
export type DryRunMode = 'ask-nobody' | 'ask-server';

/** What a dry run answers in place of `done`. */
const NOT_DONE: Outcome = { kind: 'refused', code: 403, reason: 'DryRun', message: 'dry run: nothing is changed' };
const NOT_STARTED: OperationEnd = { kind: 'failed', message: 'dry run: nothing is started' };

export class DryRunWriter implements KubeWriter {
  private readonly server: KubeWriter;
  private readonly mode: DryRunMode;

  /** @param server reads, and with `ask-server` also checks writes, of which it keeps nothing. */
  constructor(server: KubeWriter, mode: DryRunMode) {
    this.server = server;
    this.mode = mode;
  }

  submit(fieldManager: string, write: WriteAction, done: (outcome: Outcome) => void): void {
    if (this.mode === 'ask-nobody') done(NOT_DONE);
    else this.server.submit(fieldManager, write, (outcome) => done(outcome.kind === 'done' ? NOT_DONE : outcome));
  }

  readFresh(kind: Kind, key: ObjectKey, done: (answer: FreshAnswer) => void): void {
    this.server.readFresh(kind, key, done);
  }
}

/** BMCs to which nothing is sent: no command, and no question either. Their power is not known. */
export class DryRunBmc implements Bmc {
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  setPower(_command: PowerCommand, ended: (end: OperationEnd, atMs: number) => void): void {
    ended(NOT_STARTED, this.clock.nowMs());
  }

  observePower(_host: ObjectKey, done: Parameters<Bmc['observePower']>[1]): void {
    const nowMs = this.clock.nowMs();
    done({ power: 'unreachable', askedAtMs: nowMs, readAtMs: nowMs });
  }

  watchPower(host: ObjectKey, _everyMs: number, changed: Parameters<Bmc['watchPower']>[2]): () => void {
    return this.clock.wakeAt(this.clock.nowMs(), () => this.observePower(host, changed));
  }
}

export class DryRunProvisioner implements Provisioner {
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  inspect(...[, , , ended]: Parameters<Provisioner['inspect']>): void {
    ended(NOT_STARTED, this.clock.nowMs());
  }

  provision(...[, , , ended]: Parameters<Provisioner['provision']>): void {
    ended(NOT_STARTED, this.clock.nowMs());
  }

  deprovision(...[, , , ended]: Parameters<Provisioner['deprovision']>): void {
    ended(NOT_STARTED, this.clock.nowMs());
  }
}

export class DryRunFenceAgents implements FenceAgents {
  start(_command: FenceCommand, ended: (end: OperationEnd) => void): void {
    ended(NOT_STARTED);
  }

  /** None ever runs. */
  kill(_operationId: string): void {}
}
