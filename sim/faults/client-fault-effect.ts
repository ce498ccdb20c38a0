// What each class of client fault does to the processes that it strikes, from its beginning to its end.

import { type KubeObject, keyOf, keyString } from '../../core/api/object.ts';
import { assertNever } from '../../core/assert.ts';
import { type Change, subjectOf } from '../api-server/change.ts';
import type { EventFate, LaggingServer } from '../api-server/faulty-view.ts';
import { type ApiRequest, type RequestFate, SERVER_TIMEOUT } from '../api-server/faulty-writer.ts';
import {
  conflict,
  MODIFIED_MEANWHILE,
  type Refusal,
  serviceUnavailable,
  throttled,
  webhookFailed,
} from '../api-server/refusals.ts';
import type { ClientFault, ClientFaultClass, ClientFaultKind } from '../config.ts';
import { type Distribution, sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import type { ControllerProcess } from './controller-process.ts';
import { FaultLuck, type FaultTally, NO_TALLY } from './fault-luck.ts';

/**
 * A client notices a dead connection after this: health check 30 s, then 15 s for its answer.
 * Source: apimachinery pkg/util/net/http.go, HTTP2_READ_IDLE_TIMEOUT_SECONDS and HTTP2_PING_TIMEOUT_SECONDS.
 */
const DEAD_CONNECTION_MS = 45_000;
/**
 * The longest wait of a client between two tries to list.
 * Source: client-go tools/cache/reflector.go, back-off from 800 ms doubling to 30 s, each up to twice as long by jitter.
 */
const RECONNECT_MOST_MS = 60_000;

const RESET = 'connection reset by peer';

export interface EffectParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly struck: readonly ControllerProcess[];
}

type KindOf<Class extends ClientFaultClass> = Extract<ClientFaultKind, { readonly fault: Class }>;
type RequestFaultKind = Extract<
  ClientFaultKind,
  { readonly fault: 'apiErrors' | 'lostReplies' | 'lostRequests' | 'slowRequests' }
>;
type EventFaultKind = Extract<ClientFaultKind, { readonly fault: 'lateEvents' | 'lostEvents' | 'doubledEvents' }>;

export class ClientFaultEffect {
  private readonly what: ClientFaultKind;
  private readonly parts: EffectParts;
  private readonly luck: FaultLuck;
  private tally: FaultTally = NO_TALLY;

  constructor(fault: ClientFault, parts: EffectParts) {
    this.what = fault.what;
    this.parts = parts;
    this.luck = new FaultLuck(parts.draws, fault.name);
  }

  /** The fault begins; the returned function ends it and says what it has done. */
  begin(): (lastedMs: number) => FaultTally {
    this.tally = NO_TALLY;
    const end = this.begun(this.what);
    return (lastedMs) => {
      end(lastedMs);
      return this.tally;
    };
  }

  private begun(what: ClientFaultKind): (lastedMs: number) => void {
    switch (what.fault) {
      case 'apiServerOutage':
        return this.outage(what.answers);
      case 'apiErrors':
      case 'lostReplies':
      case 'lostRequests':
      case 'slowRequests':
        return this.requests(what);
      case 'watchBreak': {
        const kindKeys = what.kindKeys === undefined ? undefined : new Set(what.kindKeys);
        const connect = this.parts.struck.map(({ view }) => view.breakWatches(kindKeys));
        return () => {
          for (const each of connect) each(what.afterwards);
        };
      }
      case 'lateEvents':
      case 'lostEvents':
      case 'doubledEvents':
        return this.events(what);
      case 'controllerCrash':
      case 'staleRestart': {
        const restart = this.parts.struck.map((process) => process.crash());
        return () => {
          const server = this.laggingServer(what);
          for (const each of restart) each(server);
        };
      }
      case 'crashBetweenActions':
        return this.crashes(what);
      case 'controllerPause': {
        const resume = this.parts.struck.map((process) => process.pause());
        return () => {
          for (const each of resume) each();
        };
      }
      default:
        return assertNever(what);
    }
  }

  private laggingServer(what: KindOf<'controllerCrash'> | KindOf<'staleRestart'>): LaggingServer | undefined {
    if (what.fault === 'controllerCrash') return undefined;
    const { nowMs } = this.parts.kernel;
    return { asOfMs: nowMs - what.behindMs, caughtUpAtMs: nowMs + what.catchUpMs };
  }

  private outage(answers: 'refused' | 'none'): (lastedMs: number) => void {
    const { struck, kernel } = this.parts;
    const ends = struck.map(({ name, writer, view }) => ({
      name,
      answering: writer.addFault(() =>
        this.counted(
          answers === 'refused'
            ? { kind: 'refused', refusal: serviceUnavailable() }
            : { kind: 'lostRequest', afterMs: DEAD_CONNECTION_MS, message: 'http2: client connection lost' },
        ),
      ),
      connect: view.breakWatches(undefined),
    }));
    return (lastedMs) => {
      for (const { name, answering, connect } of ends) {
        answering();
        const waitMs = Math.round(Math.min(RECONNECT_MOST_MS, lastedMs) * this.luck.next(`${name} reconnects`));
        kernel.call(kernel.nowMs + waitMs, () => connect('relist'));
      }
    };
  }

  private requests(what: RequestFaultKind): () => void {
    this.luck.begin(what);
    const ends = this.parts.struck.map(({ name, writer }) =>
      writer.addFault((request) => {
        if (!concerns(what, request)) return undefined;
        const words = `${name} ${request.verb} ${request.kind.key} ${keyString(request.key)}`;
        return this.luck.strikes(what, words) ? this.counted(this.requestFate(what, request, words)) : undefined;
      }),
    );
    return () => {
      for (const end of ends) end();
    };
  }

  private crashes(what: KindOf<'crashBetweenActions'>): () => void {
    this.luck.begin(what);
    const { struck, kernel } = this.parts;
    const ends = struck.map((process) =>
      process.atBoundaries((key, index) => {
        const words = `${process.name} before action ${index} of ${keyString(key)}`;
        if (!process.isRunning || !this.luck.strikes(what, words)) return;
        this.tally = { ...this.tally, crashes: this.tally.crashes + 1 };
        const restart = process.crash();
        kernel.call(kernel.nowMs + this.drawnMs(what.restartAfterMs, words), () => restart());
      }),
    );
    return () => {
      for (const end of ends) end();
    };
  }

  private requestFate(what: RequestFaultKind, { kind, key }: ApiRequest, words: string): RequestFate {
    switch (what.fault) {
      case 'apiErrors': {
        if (what.code === 504) return { kind: 'lostRequest', afterMs: 0, message: SERVER_TIMEOUT };
        const refusal: Refusal = {
          409: conflict(kind, key.name, MODIFIED_MEANWHILE),
          429: throttled(),
          500: webhookFailed(),
          503: serviceUnavailable(),
        }[what.code];
        return what.retryAfterMs === undefined
          ? { kind: 'refused', refusal }
          : { kind: 'refused', refusal, retryAfterMs: what.retryAfterMs };
      }
      case 'lostReplies':
        return { kind: 'lostReply', afterMs: 0, message: RESET };
      case 'lostRequests':
        return { kind: 'lostRequest', afterMs: 0, message: RESET };
      case 'slowRequests':
        return { kind: 'slow', delayMs: this.drawnMs(what.delayMs, words) };
    }
  }

  private events(what: EventFaultKind): () => void {
    this.luck.begin(what);
    const { struck, kernel } = this.parts;
    const kindKeys = what.kindKeys === undefined ? undefined : new Set(what.kindKeys);
    const ends = struck.map(({ name, view }) =>
      view.addFault({
        kindKeys,
        fateOf: (change) => {
          const words = `${name} hears of ${change.kind.key} ${nameOf(change)}`;
          if (!this.luck.strikes(what, words)) return undefined;
          this.tally = { ...this.tally, eventsStruck: this.tally.eventsStruck + 1 };
          return this.eventFate(what, words);
        },
      }),
    );
    return () => {
      for (const end of ends) end();
      if (what.fault !== 'lostEvents') return;
      for (const { view } of struck) {
        const connect = view.breakWatches(kindKeys);
        kernel.call(kernel.nowMs, () => connect('relist'));
      }
    };
  }

  private eventFate(what: EventFaultKind, words: string): EventFate {
    switch (what.fault) {
      case 'lateEvents':
        return { kind: 'late', delayMs: this.drawnMs(what.delayMs, words) };
      case 'lostEvents':
        return { kind: 'lost' };
      case 'doubledEvents':
        return { kind: 'twice' };
    }
  }

  private drawnMs(distribution: Distribution, words: string): number {
    return Math.max(0, Math.round(sample(distribution, this.luck.next(`${words}, how late`))));
  }

  private counted(fate: RequestFate): RequestFate {
    const tally = this.tally;
    if (fate.kind === 'refused') this.tally = { ...tally, requestsRefused: tally.requestsRefused + 1 };
    else if (fate.kind === 'slow') this.tally = { ...tally, requestsSlow: tally.requestsSlow + 1 };
    else this.tally = { ...tally, answersUnknown: tally.answersUnknown + 1 };
    return fate;
  }
}

function concerns(aim: RequestFaultKind, { verb, kind }: ApiRequest): boolean {
  if (verb === 'read' && aim.fault === 'apiErrors' && aim.code === 409) return false;
  return (aim.verbs?.includes(verb) ?? true) && (aim.kindKeys?.includes(kind.key) ?? true);
}

function nameOf(change: Change): string {
  const subject: KubeObject = subjectOf(change);
  return keyString(keyOf(subject));
}
