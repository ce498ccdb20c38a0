// FaultyWriter: what goes wrong between one client and the API server on a request's way there and back, around any
// KubeWriter. A refusal means that nothing happened. `unknown` means that the write happened wholly or not at all, and that
// its client cannot tell. Answers may come later than `submit` returns; a request outlives the process that sent it.
//
// Divergence from reality
// - A 504 counts as unknown, as its own message says; the requests answered so here have not happened. Writes that happen
//   and are not answered are the lost replies.
// - What befalls a request is decided when it is sent: one that waits is handled even if the server is down by then.
// - A slow request waits before it is handled, never after, and one that would wait past the server's limit is given up.

import type { WriteAction } from '../../core/actions.ts';
import type { Kind, ObjectKey } from '../../core/api/object.ts';
import { POD } from '../../core/api/workload.ts';
import type { Outcome } from '../../core/facts.ts';
import type { FreshAnswer, KubeWriter } from '../../core/ports/kube-writer.ts';
import { keyOfNew } from '../../core/runtime/action-label.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Refusal } from './refusals.ts';

export type RequestVerb = WriteAction['do'] | 'read';

export interface ApiRequest {
  readonly verb: RequestVerb;
  readonly kind: Kind;
  readonly key: ObjectKey;
}

export type RequestFate =
  /** `retryAfterMs`: the answer carries Retry-After, and the client tries again by itself. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly retryAfterMs?: number }
  /** The request is handled; its client hears `unknown` after `afterMs`. */
  | { readonly kind: 'lostReply'; readonly afterMs: number; readonly message: string }
  /** Nothing happens; its client hears `unknown` after `afterMs`. */
  | { readonly kind: 'lostRequest'; readonly afterMs: number; readonly message: string }
  /** The request waits this long before it is handled; several such faults add up. */
  | { readonly kind: 'slow'; readonly delayMs: number };

/** Asked for every request while it is active; undefined leaves the request alone. */
export type RequestFault = (request: ApiRequest) => RequestFate | undefined;

/** The server gives a request up after this. Source: kube-apiserver, --request-timeout. */
export const REQUEST_TIMEOUT_MS = 60_000;
/** What a server says that gave a request up. Source: apimachinery pkg/api/errors/errors.go, NewTimeoutError and NewGenericServerResponse. */
export const SERVER_TIMEOUT =
  'the server was unable to return a response in the time allotted, but may still be processing the request';
/** Tries of one request on answers with Retry-After. Source: client-go rest/request.go, maxRetries 10 after the first. */
const TRIES = 11;

const HANDLED_NOW = { kind: 'slow', delayMs: 0 } as const;

type Verdict = Exclude<RequestFate, { kind: 'slow' }> | typeof HANDLED_NOW;

export class FaultyWriter implements KubeWriter {
  private readonly inner: KubeWriter;
  private readonly kernel: Kernel;
  private faults: readonly RequestFault[] = [];

  constructor(inner: KubeWriter, kernel: Kernel) {
    this.inner = inner;
    this.kernel = kernel;
  }

  /** From now on `fault` is asked about every request; the returned function ends it. */
  addFault(fault: RequestFault): () => void {
    this.faults = [...this.faults, fault];
    return () => {
      this.faults = this.faults.filter((known) => known !== fault);
    };
  }

  submit(fieldManager: string, write: WriteAction, done: (outcome: Outcome) => void): void {
    this.send(requestOf(write), TRIES, done, (answer) => this.inner.submit(fieldManager, write, answer));
  }

  /** A read that is refused tells as little as one that is lost. */
  readFresh(kind: Kind, key: ObjectKey, done: (answer: FreshAnswer) => void): void {
    const failed = (outcome: Outcome): void =>
      done({ kind: 'unknown', message: outcome.kind === 'done' ? '' : outcome.message });
    this.send({ verb: 'read', kind, key }, TRIES, failed, (_answer, lost) =>
      this.inner.readFresh(kind, key, lost ? () => undefined : done),
    );
  }

  /** `handle` performs the request and gives its answer to the client, unless that is `lost`. */
  private send(
    request: ApiRequest,
    tries: number,
    failed: (outcome: Outcome) => void,
    handle: (answer: (outcome: Outcome) => void, lost: boolean) => void,
  ): void {
    const { delayMs, verdict } = this.fateOf(request);
    const settle = (): void => {
      switch (verdict.kind) {
        case 'slow':
          handle(failed, false);
          break;
        case 'refused':
          if (verdict.retryAfterMs === undefined || tries === 1) failed(verdict.refusal);
          else this.after(verdict.retryAfterMs, () => this.send(request, tries - 1, failed, handle));
          break;
        case 'lostReply':
          handle(() => undefined, true);
          this.after(verdict.afterMs, () => failed({ kind: 'unknown', message: verdict.message }));
          break;
        case 'lostRequest':
          this.after(verdict.afterMs, () => failed({ kind: 'unknown', message: verdict.message }));
          break;
      }
    };
    if (delayMs <= REQUEST_TIMEOUT_MS) this.after(delayMs, settle);
    else this.after(REQUEST_TIMEOUT_MS, () => failed({ kind: 'unknown', message: SERVER_TIMEOUT }));
  }

  private fateOf(request: ApiRequest): { readonly delayMs: number; readonly verdict: Verdict } {
    let delayMs = 0;
    for (const fault of this.faults) {
      const fate = fault(request);
      if (fate === undefined) continue;
      if (fate.kind !== 'slow') return { delayMs, verdict: fate };
      delayMs += fate.delayMs;
    }
    return { delayMs, verdict: HANDLED_NOW };
  }

  /** At once where there is nothing to wait for: a request that meets no fault costs no event. */
  private after(ms: number, run: () => void): void {
    if (ms === 0) run();
    else this.kernel.call(this.kernel.nowMs + ms, run);
  }
}

function requestOf(write: WriteAction): ApiRequest {
  const { do: verb } = write;
  if (verb === 'create') return { verb, kind: write.kind, key: keyOfNew(write.object) };
  return { verb, kind: verb === 'evict' ? POD : write.kind, key: write.key };
}
