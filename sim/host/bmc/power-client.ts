// How a client of management controllers switches and reads power: what Ironic's Redfish driver does with logins, refusals, lost
// answers and states that are none. Whoever asks the Bmc port hears one end or one reading.
// Source: openstack/ironic conf/redfish.py and drivers/modules/redfish/power.py, openstack/sushy connector.py.
//
// Divergence from reality
// - To the host operator only `Off` counts as off, and only `On` as on; Ironic takes PoweringOff for off and PoweringOn for on.
// - A login that is refused is not repeated with Basic authentication.
// - ipmitool's own repetitions are those of Redfish here.

import type { OperationEnd, PowerReading } from '../../../core/facts.ts';
import type { PowerCommand } from '../../../core/ports/bmc.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { refusalText } from '../power-refusal.ts';
import type { ManagementController } from './management-controller.ts';
import type { BmcAnswer, BmcCaller, BmcRequest, Refusal, ResetType, ShownPower } from './requests.ts';

/** Source: sushy connector.py, a GET that is answered with 5xx is tried 10 times more, 3 s apart. */
const READ_TRIES = 11;
const READ_AGAIN_MS = 3_000;
/** Source: ironic conf/redfish.py power_on_conflict_retry_attempts 6, power_on_conflict_retry_interval 10 s. */
const COMMAND_TRIES = 7;
const COMMAND_AGAIN_MS = 10_000;
/** Assumption: between two looks after a command. */
const LOOK_AGAIN_MS = 5_000;

export interface ClientOptions {
  /** An answer that has not come by then does not come. */
  readonly timeoutMs: number;
  /** From a soft power-off to the last look. */
  readonly softTimeoutMs: number;
  /** Whether requests get to the controller at all. */
  readonly isLinked: () => boolean;
  /** Tries again what was refused, and GETs that failed. */
  readonly isPatient: boolean;
  /** Takes whatever it is told for on, unless that is off. Source: fence_redfish compares with the text `Off`. */
  readonly takesTransitionForOn: boolean;
}

type Answered = (answer: BmcAnswer | undefined) => void;

export class PowerClient {
  private readonly kernel: Kernel;
  private readonly controller: ManagementController;
  private readonly options: ClientOptions;
  private currentCaller: BmcCaller;

  constructor(kernel: Kernel, controller: ManagementController, caller: BmcCaller, options: ClientOptions) {
    this.kernel = kernel;
    this.controller = controller;
    this.currentCaller = caller;
    this.options = options;
  }

  get caller(): BmcCaller {
    return this.currentCaller;
  }

  /** Logs in, if it has no session; nobody waits for it. */
  knock(): void {
    this.ask({ ask: 'power' }, () => undefined);
  }

  /** `askedAtMs` is now: an answer is about no earlier time. */
  read(done: (reading: PowerReading) => void): void {
    const askedAtMs = this.kernel.nowMs;
    this.look(this.options.isPatient ? READ_TRIES : 1, (answer) => done(this.readingOf(answer, askedAtMs)));
  }

  /** `wasSent`: the controller may have got it. */
  command({ power, mode }: PowerCommand, ended: (end: OperationEnd, wasSent: boolean) => void): void {
    const type: ResetType = power === 'on' ? 'On' : mode === 'soft' ? 'GracefulShutdown' : 'ForceOff';
    const waitMs = mode === 'soft' && power === 'off' ? this.options.softTimeoutMs : this.options.timeoutMs;
    const untilItIsSo = (message: string): void =>
      this.awaitPower(power, this.kernel.nowMs + waitMs, message, (end) => ended(end, true));
    let wasSent = false;
    const attempt = (tries: number): void =>
      this.ask(
        { ask: 'reset', type },
        (answer) => {
          if (answer === undefined) {
            if (wasSent) untilItIsSo('BMC did not confirm');
            else ended({ kind: 'unknown', message: 'BMC did not answer' }, false);
          } else if (answer.kind !== 'refused') {
            untilItIsSo(mode === 'soft' ? 'the operating system did not power off' : `the host is not ${power}`);
          } else this.afterRefusal(power, answer, tries, attempt, (end) => ended(end, true));
        },
        () => {
          wasSent = true;
        },
      );
    attempt(this.options.isPatient ? COMMAND_TRIES : 1);
  }

  /** What is so already was no refusal; what may be over soon is tried again. */
  private afterRefusal(
    power: 'on' | 'off',
    refusal: Refusal,
    tries: number,
    attempt: (tries: number) => void,
    ended: (end: OperationEnd) => void,
  ): void {
    const failed: OperationEnd = { kind: 'failed', message: refusalText(refusal) };
    this.look(1, (answer) => {
      if (this.readingOf(answer, this.kernel.nowMs).power === power) ended({ kind: 'succeeded' });
      else if (tries <= 1 || isForGood(refusal)) ended(failed);
      else this.after(refusal.retryAfterMs ?? COMMAND_AGAIN_MS, () => attempt(tries - 1));
    });
  }

  private awaitPower(power: 'on' | 'off', untilMs: number, message: string, ended: (end: OperationEnd) => void): void {
    this.read((reading) => {
      const leftMs = untilMs - this.kernel.nowMs;
      if (reading.power === power) ended({ kind: 'succeeded' });
      else if (leftMs <= 0) ended({ kind: 'unknown', message });
      else this.after(Math.min(LOOK_AGAIN_MS, leftMs), () => this.awaitPower(power, untilMs, message, ended));
    });
  }

  private look(tries: number, then: Answered): void {
    this.ask({ ask: 'power' }, (answer) => {
      const mayPass = answer?.kind === 'refused' && answer.code >= 500;
      if (mayPass && tries > 1) this.after(READ_AGAIN_MS, () => this.look(tries - 1, then));
      else then(answer);
    });
  }

  /** @param sending the request itself leaves, after a login where one is needed. */
  private ask(request: BmcRequest, then: Answered, sending: () => void = () => undefined, mayLogIn = true): void {
    const send = (): void => {
      sending();
      this.send(request, (answer) => {
        const isOver = answer?.kind === 'refused' && answer.code === 401 && this.currentCaller.auth === 'session';
        if (isOver) this.currentCaller = { ...this.currentCaller, session: undefined };
        if (isOver && mayLogIn) this.ask(request, then, sending, false);
        else then(answer);
      });
    };
    const { auth, protocol, session } = this.currentCaller;
    if (auth === 'basic' || protocol === 'ipmi' || session !== undefined) send();
    else this.logIn(then, send);
  }

  private logIn(refused: Answered, then: () => void): void {
    this.send({ ask: 'login' }, (answer) => {
      if (answer?.kind === 'session') {
        this.currentCaller = { ...this.currentCaller, session: answer.session };
        then();
      } else refused(answer);
    });
  }

  private send(request: BmcRequest, then: Answered): void {
    const kernel = this.kernel;
    let isOver = false;
    const givesUp = kernel.call(kernel.nowMs + this.options.timeoutMs, () => {
      isOver = true;
      then(undefined);
    });
    if (!this.options.isLinked()) return;
    this.controller.request(request, this.currentCaller, (answer) => {
      if (isOver) return;
      kernel.cancel(givesUp);
      then(answer);
    });
  }

  private readingOf(answer: BmcAnswer | undefined, askedAtMs: number): PowerReading {
    const readAtMs = this.kernel.nowMs;
    const shown = answer?.kind === 'power' ? answer.power : null;
    const isTransition = shown === 'PoweringOn' || shown === 'PoweringOff';
    const power = isTransition && this.options.takesTransitionForOn ? 'on' : powerOf(shown);
    if (answer?.kind !== 'power' || power === 'unreachable') return { power: 'unreachable', askedAtMs, readAtMs };
    const { systemUuid, bootProgress, isUpdating } = answer;
    const reading = { power, askedAtMs, readAtMs, systemUuid };
    if (this.currentCaller.protocol === 'ipmi') return reading;
    return isUpdating ? { ...reading, bootProgress, isUpdating } : { ...reading, bootProgress };
  }

  private after(ms: number, run: () => void): void {
    this.kernel.call(this.kernel.nowMs + ms, run);
  }
}

/** Neither time nor another try changes it. */
function isForGood({ code, messageId }: Refusal): boolean {
  return code === 401 || code === 403 || code === 404 || code === 405 || messageId === 'ActionParameterValueNotInList';
}

export function powerOf(shown: ShownPower | 'unreachable'): PowerReading['power'] {
  return shown === 'On' ? 'on' : shown === 'Off' ? 'off' : 'unreachable';
}
