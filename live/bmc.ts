// LiveBmc: power of real hosts. It turns commands and polls of the port into requests of a client for each management controller, and
// waits until a reading says that a change has come. An answer that a command was accepted proves nothing, and no error is ever taken
// for off: only a reading of `on` or `off` is one.

import type { ObjectKey } from '../core/api/object.ts';
import { keyString } from '../core/api/object.ts';
import type { OperationEnd, PowerReading } from '../core/facts.ts';
import type { Bmc, PowerCommand } from '../core/ports/bmc.ts';
import type { Clock } from '../core/ports/clock.ts';
import { Operations } from '../core/ports/operations.ts';
import type { BmcClient, ChangeAnswer, Lost, PowerAnswer, PowerChange, Refused } from './bmc-client.ts';

/** A reading that is refused for a while is tried 10 times more, 3 s apart. Source: openstack/sushy, connector.py. */
const READ_TRIES = 11;
const READ_AGAIN_MS = 3_000;
/** Source: openstack/ironic, conf/redfish.py, power_on_conflict_retry_attempts 6, power_on_conflict_retry_interval 10 s. */
const COMMAND_TRIES = 7;
const COMMAND_AGAIN_MS = 10_000;
/** Assumption: between two looks after a command; as soon as a host that is fast is off, and no burden for its controller. */
const LOOK_AGAIN_MS = 5_000;
/** Source: openstack/ironic, conf/conductor.py, power_state_change_timeout. */
const CHANGE_GIVEN_UP_MS = 60_000;
/** Source: baremetal-operator, pkg/provisioner/ironic/ironic.go (softPowerOffTimeout). */
const SOFT_OFF_GIVEN_UP_MS = 180_000;

export class LiveBmc implements Bmc {
  private readonly clock: Clock;
  private readonly clientOf: (host: ObjectKey) => BmcClient;
  private readonly clients = new Map<string, BmcClient>();
  private readonly operations: Operations;
  private isClosed = false;

  /** @param clientOf of the controller of a host; asked once for each. */
  constructor(clock: Clock, clientOf: (host: ObjectKey) => BmcClient) {
    this.clock = clock;
    this.clientOf = clientOf;
    this.operations = new Operations({
      get nowMs() {
        return clock.nowMs();
      },
    });
  }

  setPower(command: PowerCommand, ended: (end: OperationEnd, atMs: number) => void): void {
    const { operationId } = command;
    if (!this.operations.begin(operationId, ended)) return;
    void this.command(command).then(({ end, reachedNobody }) => {
      this.operations.end(operationId, end);
      if (reachedNobody) this.operations.forget(operationId);
    });
  }

  observePower(host: ObjectKey, done: (reading: PowerReading) => void): void {
    void this.read(this.client(host)).then(done);
  }

  /** A poll that is still without an answer when the next is due takes its turn. */
  watchPower(host: ObjectKey, everyMs: number, changed: (reading: PowerReading) => void): () => void {
    const client = this.client(host);
    let told: PowerReading | undefined;
    let isAsking = false;
    let isStopped = false;
    let cancel = (): void => undefined;
    const poll = (atMs: number): void => {
      cancel = this.clock.wakeAt(atMs + everyMs, () => poll(atMs + everyMs));
      if (isAsking) return;
      isAsking = true;
      void this.read(client).then((reading) => {
        isAsking = false;
        if (isStopped) return;
        const isNews = told?.power !== reading.power || told.systemUuid !== reading.systemUuid;
        told = reading;
        if (isNews) changed(reading);
      });
    };
    poll(this.clock.nowMs());
    return () => {
      isStopped = true;
      cancel();
    };
  }

  /** Ends the sessions with all controllers. What is still asked of them ends as it may. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.clients.values()].map((client) => client.close()));
    this.clients.clear();
  }

  private client(host: ObjectKey): BmcClient {
    const key = keyString(host);
    let client = this.clients.get(key);
    if (client === undefined) {
      client = this.clientOf(host);
      this.clients.set(key, client);
    }
    return client;
  }

  private async command({ host, power, mode }: PowerCommand): Promise<CommandEnd> {
    const client = this.client(host);
    const change: PowerChange = power === 'on' ? 'on' : mode === 'soft' ? 'gracefulShutdown' : 'forceOff';
    const limitMs = change === 'gracefulShutdown' ? SOFT_OFF_GIVEN_UP_MS : CHANGE_GIVEN_UP_MS;
    for (let tries = COMMAND_TRIES; ; tries--) {
      const answer = await client.changePower(change);
      const verdict = judged(answer, change);
      if (verdict.kind === 'reachedNobody') return { end: verdict.end, reachedNobody: true };
      if (verdict.kind === 'wait') {
        return { end: await this.isSo(client, power, limitMs, verdict.otherwise), reachedNobody: false };
      }
      const { message, mayPass, retryAfterMs = COMMAND_AGAIN_MS } = verdict.refusal;
      // Whoever refuses the credentials is not asked again, since that is how accounts get locked.
      if (!mayPass) return failed(message);
      // What is so already was no refusal.
      const reading = await client.readPower();
      if (reading.kind === 'read' && reading.power === power) return succeeded;
      if (tries <= 1 || this.isClosed) return failed(message);
      await this.pass(retryAfterMs);
    }
  }

  /** Looks until the power is as it was asked for, or the time is over. */
  private async isSo(
    client: BmcClient,
    power: 'on' | 'off',
    limitMs: number,
    otherwise: string,
  ): Promise<OperationEnd> {
    const untilMs = this.clock.nowMs() + limitMs;
    for (;;) {
      if ((await this.read(client)).power === power) return { kind: 'succeeded' };
      const leftMs = untilMs - this.clock.nowMs();
      if (leftMs <= 0 || this.isClosed) return { kind: 'unknown', message: otherwise };
      await this.pass(Math.min(LOOK_AGAIN_MS, leftMs));
    }
  }

  /** `askedAtMs` is of the question that was answered. */
  private async read(client: BmcClient): Promise<PowerReading> {
    for (let tries = READ_TRIES; ; tries--) {
      const askedAtMs = this.clock.nowMs();
      const answer = await client.readPower();
      if (answer.kind !== 'refused' || !answer.mayPass || tries <= 1 || this.isClosed) {
        return readingOf(answer, askedAtMs, this.clock.nowMs());
      }
      await this.pass(answer.retryAfterMs ?? READ_AGAIN_MS);
    }
  }

  private pass(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.wakeAt(this.clock.nowMs() + ms, resolve);
    });
  }
}

interface CommandEnd {
  readonly end: OperationEnd;
  /** The same command may be given again. */
  readonly reachedNobody: boolean;
}

const succeeded: CommandEnd = { end: { kind: 'succeeded' }, reachedNobody: false };

function failed(message: string): CommandEnd {
  return { end: { kind: 'failed', message }, reachedNobody: false };
}

type Verdict =
  | { readonly kind: 'wait'; readonly otherwise: string }
  | { readonly kind: 'reachedNobody'; readonly end: OperationEnd }
  | { readonly kind: 'refused'; readonly refusal: Refused };

function judged(answer: ChangeAnswer, change: PowerChange): Verdict {
  switch (answer.kind) {
    case 'accepted':
      return {
        kind: 'wait',
        otherwise:
          change === 'gracefulShutdown'
            ? 'the operating system did not power off'
            : `the host is not ${change === 'on' ? 'on' : 'off'} after ${CHANGE_GIVEN_UP_MS / 1000} s`,
      };
    case 'lost':
      return judgedLost(answer);
    case 'refused':
      return { kind: 'refused', refusal: answer };
  }
}

function judgedLost({ message, mayHaveArrived }: Lost): Verdict {
  if (mayHaveArrived) return { kind: 'wait', otherwise: `BMC did not confirm: ${message}` };
  return { kind: 'reachedNobody', end: { kind: 'unknown', message: `BMC did not answer: ${message}` } };
}

function readingOf(answer: PowerAnswer, askedAtMs: number, readAtMs: number): PowerReading {
  if (answer.kind !== 'read' || answer.power === undefined) return { power: 'unreachable', askedAtMs, readAtMs };
  const { power, systemUuid, bootProgress, isUpdating } = answer;
  return {
    power,
    askedAtMs,
    readAtMs,
    ...(systemUuid === undefined ? {} : { systemUuid }),
    ...(bootProgress === undefined ? {} : { bootProgress }),
    ...(isUpdating === undefined ? {} : { isUpdating }),
  };
}
