// A client of the Redfish service without a socket: requests go to fastify by inject, and the clock of the served world moves until the
// answer is there.

import Fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import type { Deliver } from '../../fake-bmc/redfish/event-delivery.ts';
import { isObject, type Json, type JsonObject, parsed } from '../../fake-bmc/redfish/json.ts';
import { mountRedfish, REDFISH_SERVER_OPTIONS } from '../../fake-bmc/redfish/service.ts';
import { CREDENTIALS, ServedWorld, type ServedWorldOptions } from './served-world.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'OPTIONS';

export interface Sent {
  /** `basic` is root with his password; `none` says nothing; anything else is a token. */
  readonly auth?:
    | 'basic'
    | 'none'
    | 'wrong'
    | { readonly token: string }
    | { readonly user: string; readonly password: string };
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or text as it is. */
  readonly body?: Json | { readonly text: string };
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** `{}` where there is no JSON object. */
  readonly body: JsonObject;
  readonly text: string;
}

export interface RedfishWorldOptions extends ServedWorldOptions {
  /** Which endpoint is tried: that of a1, or the one of all hosts. */
  readonly endpoint?: 'host' | 'all';
  readonly deliver?: Deliver;
}

export class RedfishClient {
  readonly world: ServedWorld;
  readonly app: FastifyInstance;

  private constructor(world: ServedWorld, app: FastifyInstance) {
    this.world = world;
    this.app = app;
  }

  static async of({ endpoint = 'host', deliver, ...options }: RedfishWorldOptions = {}): Promise<RedfishClient> {
    const world = new ServedWorld(options);
    const app = Fastify(REDFISH_SERVER_OPTIONS);
    const { hosts, paced } = world.hosts;
    await mountRedfish(
      app,
      { hosts, clock: paced, scopeOf: () => ({ kind: endpoint, hosts: endpoint === 'host' ? [world.a1] : hosts }) },
      deliver,
    );
    await app.ready();
    return new RedfishClient(world, app);
  }

  async get(path: string, sent: Sent = {}): Promise<Received> {
    return this.send('GET', path, sent);
  }

  async post(path: string, body: Json, sent: Sent = {}): Promise<Received> {
    return this.send('POST', path, { ...sent, body });
  }

  async patch(path: string, body: Json, sent: Sent = {}): Promise<Received> {
    return this.send('PATCH', path, { ...sent, body });
  }

  /** Moves the clock by tenths of seconds until the answer is there. @throws Error when there is none within a minute. */
  async send(method: Method, path: string, sent: Sent = {}): Promise<Received> {
    const received = await this.trySend(method, path, sent);
    if (received === 'silence') throw new Error(`no answer to ${method} ${path} within a minute`);
    return received;
  }

  /** As `send`, where silence is an answer, too. */
  async trySend(
    method: Method,
    path: string,
    { auth = 'basic', headers = {}, body }: Sent = {},
  ): Promise<Received | 'silence'> {
    const text =
      body === undefined
        ? undefined
        : isObject(body as Json) && 'text' in (body as JsonObject)
          ? String((body as JsonObject).text)
          : JSON.stringify(body);
    const giveUp = new AbortController();
    let response: LightMyRequestResponse | undefined;
    let failure: unknown;
    const asked = this.app
      .inject({
        method,
        url: path,
        headers: {
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...authorization(auth),
          ...headers,
        },
        ...(text === undefined ? {} : { payload: text }),
        signal: giveUp.signal,
      })
      .then(
        (answer) => {
          response = answer;
        },
        (error: unknown) => {
          failure = error;
        },
      );
    for (let tenths = 0; response === undefined && failure === undefined && tenths < 600; tenths++) {
      await turn();
      if (response === undefined && failure === undefined) this.world.wait(0.1);
    }
    if (failure !== undefined) throw failure;
    if (response === undefined) {
      giveUp.abort();
      return 'silence';
    }
    await asked;
    return receivedOf(response);
  }

  /** Logs in. */
  async login(): Promise<{ readonly token: string }> {
    const { status, headers } = await this.post(
      '/redfish/v1/SessionService/Sessions',
      { UserName: CREDENTIALS.user, Password: CREDENTIALS.password },
      { auth: 'none' },
    );
    const token = headers['x-auth-token'];
    if (status !== 201 || token === undefined) throw new Error(`login: ${status}`);
    return { token };
  }

  async close(): Promise<void> {
    this.world.hosts.close();
    await this.app.close();
  }
}

/** One turn of the event loop: whatever is settled goes on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function authorization(auth: NonNullable<Sent['auth']>): Readonly<Record<string, string>> {
  if (auth === 'none') return {};
  if (typeof auth === 'object' && 'token' in auth) return { 'x-auth-token': auth.token };
  const { user, password } = typeof auth === 'object' ? auth : CREDENTIALS;
  const said = auth === 'wrong' ? 'not-the-password' : password;
  return { authorization: `Basic ${Buffer.from(`${user}:${said}`).toString('base64')}` };
}

function receivedOf({ statusCode, headers, payload }: LightMyRequestResponse): Received {
  const json = parsed(payload);
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()])),
    body: isObject(json) ? json : {},
    text: payload,
  };
}

/** The last parts of the MessageIds of an error body, in order. */
export function messageNames({ body }: Received): readonly string[] {
  const { error } = body;
  const info = isObject(error) ? error['@Message.ExtendedInfo'] : body['@Message.ExtendedInfo'];
  const list = Array.isArray(info) ? info : [info];
  return list.map((each: Json | undefined) => {
    const id = isObject(each) ? String(each.MessageId) : '';
    return id.slice(id.lastIndexOf('.') + 1);
  });
}
