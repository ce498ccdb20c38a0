// KubeApi: one Kubernetes API server over HTTP, JSON in and JSON out. Kubeconfigs, TLS, proxies, tokens and exec plugins are
// client-node's. Its typed clients are not used, because they turn times into Dates and drop fields that they do not know, nor
// is its Watch, which swallows lines that do not parse and errors of its listener, and loses the bodies of refusals.
//
// This version changes no cluster: a request that could, and is not a dry run, is a programmer's error here, whoever makes it.

import { type HttpMethod, IsomorphicFetchHttpLibrary, type KubeConfig, RequestContext } from '@kubernetes/client-node';
import { assert } from '../core/assert.ts';
import type { Clock } from '../core/ports/clock.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With query, percent-encoded. */
  readonly path: string;
  readonly body?: unknown;
  /** Of the body; absent: `application/json`. */
  readonly contentType?: string;
}

export type HttpAnswer =
  | { readonly kind: 'answered'; readonly code: number; readonly body: unknown; readonly retryAfterSeconds?: number }
  /** No answer came, or none that can be read: what the server did is not known. */
  | { readonly kind: 'lost'; readonly message: string };

export type StreamEnd =
  /** The server ended it, as it does with every watch after a while. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string };

export interface StreamListener {
  /** One line, parsed. */
  line(value: unknown): void;
  /** Called once, and nothing after it; not after the stream was closed from this side. */
  end(how: StreamEnd): void;
}

/**
 * A request without an answer is given up after this: a little later than the server gives it up itself (60 s), so that its
 * own answer comes first. Source: kube-apiserver, --request-timeout. Assumption: 5 s for the way.
 */
const REQUEST_TIMEOUT_MS = 65_000;

type Response = Awaited<ReturnType<ReturnType<IsomorphicFetchHttpLibrary['send']>['toPromise']>>;

export class KubeApi {
  private readonly config: KubeConfig;
  private readonly clock: Clock;
  private readonly http = new IsomorphicFetchHttpLibrary();

  /** @param config with a current context; @param clock for time-outs. */
  constructor(config: KubeConfig, clock: Clock) {
    assert(config.getCurrentCluster() !== null, 'a kubeconfig has a current cluster');
    this.config = config;
    this.clock = clock;
  }

  /** Never rejects: what goes wrong on the way is `lost`. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    assert(request.method === 'GET' || isDryRun(request), `${request.method} ${request.path} is a dry run`);
    const aborter = new AbortController();
    const giveUp = (): void => aborter.abort(new Error(`no answer within ${REQUEST_TIMEOUT_MS} ms`));
    const answeredInTime = this.clock.wakeAt(this.clock.nowMs() + REQUEST_TIMEOUT_MS, giveUp);
    try {
      const response = await this.open(request, aborter.signal);
      const body: unknown = JSON.parse(await response.body.text());
      const code = response.httpStatusCode;
      const retryAfterSeconds = Number(response.headers['retry-after'] ?? Number.NaN);
      return { kind: 'answered', code, body, ...(retryAfterSeconds >= 0 ? { retryAfterSeconds } : {}) };
    } catch (error) {
      return { kind: 'lost', message: messageOf(error) };
    } finally {
      answeredInTime();
    }
  }

  /** Reads an endless answer line by line. The returned function closes it. An error of the listener ends the process. */
  stream(path: string, listener: StreamListener): () => void {
    const aborter = new AbortController();
    const { signal } = aborter;
    void this.follow(path, signal, listener).then((end) => {
      if (!signal.aborted) listener.end(end);
    });
    return () => aborter.abort();
  }

  private async follow(path: string, signal: AbortSignal, listener: StreamListener): Promise<StreamEnd> {
    let bytes: ReadableStreamDefaultReader<Uint8Array>;
    try {
      const response = await this.open({ method: 'GET', path }, signal);
      const code = response.httpStatusCode;
      if (code !== 200) return { kind: 'refused', code, message: messageIn(await response.body.text()) };
      const body = response.body.stream();
      if (body === null) return { kind: 'lost', message: 'an answer without a body' };
      bytes = body.getReader();
    } catch (error) {
      return { kind: 'lost', message: messageOf(error) };
    }
    return readLines(bytes, signal, listener);
  }

  private async open({ method, path, body, contentType }: HttpRequest, signal: AbortSignal): Promise<Response> {
    const server = this.config.getCurrentCluster()?.server ?? '';
    const context = new RequestContext(`${server.replace(/\/$/, '')}${path}`, method satisfies HttpMethod);
    context.setHeaderParam('Accept', 'application/json');
    context.setHeaderParam('User-Agent', 'metaltwin');
    if (body !== undefined) {
      context.setHeaderParam('Content-Type', contentType ?? 'application/json');
      context.setBody(JSON.stringify(body));
    }
    context.setSignal(signal);
    await this.config.applySecurityAuthentication(context);
    return this.http.send(context).toPromise();
  }
}

async function readLines(
  bytes: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal,
  listener: StreamListener,
): Promise<StreamEnd> {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    let chunk: ReadableStreamReadResult<Uint8Array>;
    try {
      chunk = await bytes.read();
    } catch (error) {
      return { kind: 'lost', message: messageOf(error) };
    }
    // A last line without its end was cut off: whoever goes on from the version before it hears it again.
    if (chunk.done) return { kind: 'ended' };
    const lines = (rest + decoder.decode(chunk.value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (signal.aborted) return { kind: 'ended' };
      const value = parsed(line);
      if (value === undefined) {
        await bytes.cancel();
        return { kind: 'lost', message: `a line that is no JSON: ${line.slice(0, 80)}` };
      }
      listener.line(value);
    }
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The dry run that the server obeys: of a DELETE with a body it reads the body alone. Source: apiserver pkg/endpoints/handlers/delete.go. */
function isDryRun({ method, path, body }: HttpRequest): boolean {
  if (method !== 'DELETE') return new URLSearchParams(path.slice(path.indexOf('?') + 1)).get('dryRun') === 'All';
  const asked = (body as { readonly dryRun?: unknown } | undefined)?.dryRun;
  return Array.isArray(asked) && asked.includes('All');
}

function messageIn(text: string): string {
  const status = parsed(text) as { readonly message?: unknown } | null | undefined;
  return typeof status?.message === 'string' ? status.message : text.slice(0, 200);
}

/** fetch says "fetch failed" and keeps why as the cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
