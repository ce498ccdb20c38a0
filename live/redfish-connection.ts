// The conversation with one Redfish service: HTTP, sessions, entity tags, tasks and errors, until one request has one answer. What
// resources mean stands in redfish-bmc.ts.
//
// - A session is opened with the first request and used until it is refused; then once anew. Basic authentication takes its place only
//   where there is no session service: credentials that were refused are not said a second time, since that is how accounts get locked.
// - What is written carries the entity tag of the last reading where the service asks for one (428), and goes again with another
//   spelling of it, and then without, where it is refused (412), as services disagree about tags.
// - An answer of 202 is followed to its task's end; a task that cannot be found any more has ended.
// Source: openstack/sushy connector.py and resources/taskservice, stmcginnis/gofish client.go (Q16, Q17, Q23, Q38, Q41).

import { Agent, type Dispatcher, request } from 'undici';
import { broken } from '../core/assert.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { BmcCredentials, Lost, Refused } from './bmc-client.ts';

export interface RedfishConnectionOptions {
  /** `https://192.0.2.1:8443`. */
  readonly origin: string;
  readonly credentials: BmcCredentials;
  /** A certificate that no authority vouches for ends the conversation. */
  readonly verifiesCertificate: boolean;
  /** For time-outs and waiting. */
  readonly clock: Clock;
  /** Makes that through which requests go; the connection closes it. Absent: an agent of undici. */
  readonly makeDispatcher?: () => Dispatcher;
}

export interface Answered {
  readonly kind: 'answered';
  /** 2xx. */
  readonly code: number;
  readonly body: unknown;
}

export type RedfishAnswer = Answered | Refused | Lost;

/** Source: openstack/sushy, connector.py, default time-out of a request. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Source: openstack/sushy, connector.py: between two looks at a task, where the service does not say. */
const TASK_AGAIN_MS = 1_000;
/** Assumption: no task of a power change runs longer; whoever waits for it gives up before. */
const TASK_GIVEN_UP_MS = 120_000;
/** The root's link says another one if there is another. Source: DSP0266, 13.3.4. */
const SESSIONS = '/redfish/v1/SessionService/Sessions';

/** Codes of errors: no connection was made, so nothing has left. */
const BEFORE_SENDING =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|.*CERT.*)$/;
const CUT_OFF = /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/;

interface HttpAnswer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Undefined where it is not JSON. */
  readonly body: unknown;
}

interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** No answer came. */
interface Unheard extends Lost {
  /** The other side closed the connection. */
  readonly wasCutOff: boolean;
}

const ONCE_MORE = { mayLogIn: true, mayRepeat: true };

type Login =
  | { readonly kind: 'session'; readonly token: string; readonly location: string | undefined }
  | { readonly kind: 'basic' };

export class RedfishConnection {
  private readonly options: RedfishConnectionOptions;
  private dispatcher: Dispatcher;
  private login: Promise<Login | Refused | Lost> | undefined;
  /** By path, of the last reading. */
  private readonly tags = new Map<string, string>();

  constructor(options: RedfishConnectionOptions) {
    this.options = options;
    this.dispatcher = this.newDispatcher();
  }

  /** @param path from the root of the service on. */
  get(path: string): Promise<RedfishAnswer> {
    return this.send({ method: 'GET', path });
  }

  /** @param about path of the resource that the action changes: its entity tag is what a service may ask for. */
  async post(path: string, body: unknown, about: string): Promise<RedfishAnswer> {
    let answer = await this.send({ method: 'POST', path, body });
    for (const tag of this.tagsFor(about, answer)) {
      answer = await this.send({ method: 'POST', path, body, headers: tag === undefined ? {} : { 'If-Match': tag } });
      if (!isAboutTags(answer)) break;
    }
    return answer;
  }

  /** Ends the session, if there is one. */
  async close(): Promise<void> {
    const login = await this.login;
    this.login = undefined;
    if (login?.kind === 'session' && login.location !== undefined) {
      await this.exchange({
        method: 'DELETE',
        path: login.location,
        headers: headersOf(login, this.options.credentials),
      });
    }
    await this.dispatcher.close();
  }

  /** What to try after an answer about tags: as it was told, the other spelling, none. */
  private tagsFor(path: string, answer: RedfishAnswer): readonly (string | undefined)[] {
    const known = this.tags.get(path);
    if (!isAboutTags(answer) || known === undefined) return [];
    return [known, known.replace(/^W\//, ''), undefined];
  }

  private async send(asked: HttpRequest, { mayLogIn, mayRepeat } = ONCE_MORE): Promise<RedfishAnswer> {
    this.login ??= this.logIn();
    const login = await this.login;
    if (login.kind === 'refused' || login.kind === 'lost') {
      // The next request tries again.
      this.login = undefined;
      return login;
    }
    const authorised = headersOf(login, this.options.credentials);
    const answer = await this.exchange({ ...asked, headers: { ...asked.headers, ...authorised } });
    if ('kind' in answer) {
      // Some services close a connection that they have just kept alive; what changes nothing is asked once more.
      const mayAskAgain = answer.wasCutOff && asked.method === 'GET' && mayRepeat;
      return mayAskAgain ? this.send(asked, { mayLogIn, mayRepeat: false }) : answer;
    }
    if (answer.code === 401 && login.kind === 'session' && mayLogIn) {
      this.login = undefined;
      return this.send(asked, { mayLogIn: false, mayRepeat });
    }
    const tag = answer.headers.etag;
    if (asked.method === 'GET' && typeof tag === 'string' && tag !== '') this.tags.set(asked.path, tag);
    if (answer.code === 202) return this.awaitTask(answer, authorised);
    return judged(answer, this.options.clock.nowMs());
  }

  private async logIn(): Promise<Login | Refused | Lost> {
    const { user, password } = this.options.credentials;
    const answer = await this.exchange({
      method: 'POST',
      path: SESSIONS,
      body: { UserName: user, Password: password },
    });
    if ('kind' in answer) return { ...answer, mayHaveArrived: false };
    const token = answer.headers['x-auth-token'];
    if (answer.code < 300 && typeof token === 'string') {
      const location = answer.headers.location;
      return { kind: 'session', token, location: typeof location === 'string' ? pathOf(location) : undefined };
    }
    if (answer.code === 404 || answer.code === 405 || answer.code === 501) return { kind: 'basic' };
    const verdict = judged(answer, this.options.clock.nowMs());
    if (verdict.kind !== 'answered') return verdict;
    return { kind: 'refused', mayPass: false, message: 'the session service gave no token' };
  }

  private async awaitTask(first: HttpAnswer, headers: Readonly<Record<string, string>>): Promise<RedfishAnswer> {
    const { clock } = this.options;
    const monitor = first.headers.location;
    const givenUpAtMs = clock.nowMs() + TASK_GIVEN_UP_MS;
    let answer = first;
    while (typeof monitor === 'string' && answer.code === 202 && clock.nowMs() < givenUpAtMs) {
      await this.pass(retryAfterMs(answer, clock.nowMs()) ?? TASK_AGAIN_MS);
      const next = await this.exchange({ method: 'GET', path: pathOf(monitor), headers });
      if ('kind' in next) return { ...next, mayHaveArrived: true };
      answer = next;
    }
    const { code, body } = answer;
    if (code === 404 || code === 410) return { kind: 'answered', code: 200, body: undefined };
    const state = textIn(body, 'TaskState');
    if (state === 'Exception' || state === 'Killed' || state === 'Cancelled') {
      return {
        kind: 'refused',
        mayPass: true,
        message: `the task ended as ${state}: ${messageOf(body) ?? 'no message'}`,
      };
    }
    return judged(answer, clock.nowMs());
  }

  private newDispatcher(): Dispatcher {
    const { makeDispatcher, verifiesCertificate } = this.options;
    return makeDispatcher?.() ?? new Agent({ connect: { rejectUnauthorized: verifiesCertificate } });
  }

  private pass(ms: number): Promise<void> {
    const { clock } = this.options;
    return new Promise((resolve) => {
      clock.wakeAt(clock.nowMs() + ms, resolve);
    });
  }

  /** One request and its answer; never rejects. */
  private async exchange(asked: HttpRequest): Promise<HttpAnswer | Unheard> {
    const { clock } = this.options;
    const aborter = new AbortController();
    const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<Unheard>();
    const answeredInTime = clock.wakeAt(clock.nowMs() + REQUEST_TIMEOUT_MS, () => {
      const message = `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`;
      giveUp({ kind: 'lost', message, mayHaveArrived: true, wasCutOff: false });
      aborter.abort();
      // Nothing more is said over a connection that does not answer, or that is still being made.
      void this.dispatcher.close();
      this.dispatcher = this.newDispatcher();
    });
    const answer = await Promise.race([this.answerTo(asked, aborter.signal), givenUp]);
    answeredInTime();
    return answer;
  }

  private async answerTo(
    { method, path, body, headers = {} }: HttpRequest,
    signal: AbortSignal,
  ): Promise<HttpAnswer | Unheard> {
    try {
      const response = await request(`${this.options.origin}${path}`, {
        method,
        dispatcher: this.dispatcher,
        signal,
        // The clock of this connection says when to give up.
        headersTimeout: 0,
        bodyTimeout: 0,
        headers: {
          accept: 'application/json',
          'odata-version': '4.0',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.body.text();
      return { code: response.statusCode, headers: response.headers, body: parsed(text) };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      return {
        kind: 'lost',
        message: wordsOf(error),
        mayHaveArrived: !BEFORE_SENDING.test(code),
        wasCutOff: CUT_OFF.test(code),
      };
    }
  }
}

function headersOf(login: Login, { user, password }: BmcCredentials): Readonly<Record<string, string>> {
  if (login.kind === 'session') return { 'x-auth-token': login.token };
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

function judged(answer: HttpAnswer, nowMs: number): Answered | Refused | Lost {
  const { code, body } = answer;
  if (code < 300) {
    // Half of a text, or a page for people, is no answer to a question; to a command it is one.
    return { kind: 'answered', code, body };
  }
  const waitMs = retryAfterMs(answer, nowMs);
  return {
    kind: 'refused',
    message: `${code}${sentence(messageOf(body))}`,
    mayPass: !isForGood(code, body),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
}

/** Neither time nor another try changes it. */
function isForGood(code: number, body: unknown): boolean {
  return [401, 403, 404, 405, 501].includes(code) || messageIds(body).some((id) => id.endsWith('NotInList'));
}

function isAboutTags(answer: RedfishAnswer): boolean {
  return answer.kind === 'refused' && /^(412|428)\b/.test(answer.message);
}

function sentence(message: string | undefined): string {
  return message === undefined ? '' : `: ${message}`;
}

/** Source: RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterMs({ headers }: HttpAnswer, nowMs: number): number | undefined {
  const text = headers['retry-after'];
  if (typeof text !== 'string') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

function pathOf(location: string): string {
  return URL.canParse(location) ? new URL(location).pathname : location;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : broken('what is thrown is an error');
}

/** Messages of `error.@Message.ExtendedInfo`, which some services make an object instead of a list, or else the error's own. */
function messageOf(body: unknown): string | undefined {
  const texts = extendedInfo(body).flatMap((info) => textIn(info, 'Message') ?? []);
  return texts.length > 0 ? texts.join(' ') : textIn(fieldIn(body, 'error'), 'message');
}

function messageIds(body: unknown): readonly string[] {
  return extendedInfo(body).flatMap((info) => textIn(info, 'MessageId') ?? []);
}

function extendedInfo(body: unknown): readonly unknown[] {
  const info = fieldIn(fieldIn(body, 'error'), '@Message.ExtendedInfo');
  if (info === undefined) return [];
  return Array.isArray(info) ? info : [info];
}

/** A field of what may be anything; undefined where it is no object, or has no such field. */
export function fieldIn(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

export function textIn(value: unknown, name: string): string | undefined {
  const text = fieldIn(value, name);
  return typeof text === 'string' ? text : undefined;
}
