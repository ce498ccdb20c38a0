// One request of our Redfish connection against a service that says what a row says: what is asked, in order, and what comes of it.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { LiveClock } from '../../live/clock.ts';
import { type RedfishAnswer, RedfishConnection } from '../../live/redfish-connection.ts';

const SYSTEM = '/redfish/v1/Systems/1';
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;
const SESSIONS = '/redfish/v1/SessionService/Sessions';
const TASK = '/redfish/v1/TaskService/TaskMonitors/7';

/** One answer: code, headers, body. */
type Said = readonly [code: number, headers?: Readonly<Record<string, string>>, body?: unknown];

const SESSION: Said = [201, { 'X-Auth-Token': 'key', Location: `${SESSIONS}/1` }, {}];
const OK: Said = [200, {}, { '@odata.id': SYSTEM }];

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Answers in order, whatever is asked; keeps what was. */
async function serviceThatSays(answers: readonly Said[]): Promise<{ origin: string; asked: string[] }> {
  const left = [...answers];
  const asked: string[] = [];
  const service = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { method, url, headers } = request;
    const login = headers['x-auth-token'] ?? headers.authorization;
    const tag = headers['if-match'];
    asked.push([method, url, login, tag].filter((part) => part !== undefined).join(' '));
    const [code, said = {}, body = ''] = left.shift() ?? [500];
    request.resume();
    response.writeHead(code, said).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server = service;
  const { promise, resolve } = Promise.withResolvers<void>();
  service.listen(0, '127.0.0.1', resolve);
  await promise;
  return { origin: `http://127.0.0.1:${(service.address() as AddressInfo).port}`, asked };
}

async function said(
  answers: readonly Said[],
  use: (connection: RedfishConnection) => Promise<RedfishAnswer>,
): Promise<{ answer: RedfishAnswer; asked: readonly string[] }> {
  const { origin, asked } = await serviceThatSays(answers);
  const credentials = { user: 'u', password: 'p' };
  const connection = new RedfishConnection({ origin, credentials, verifiesCertificate: true, clock: new LiveClock() });
  const answer = await use(connection);
  return { answer, asked };
}

const get = (connection: RedfishConnection) => connection.get(SYSTEM);
const reset = async (connection: RedfishConnection) => {
  await connection.get(SYSTEM);
  return connection.post(RESET, { ResetType: 'ForceOff' }, SYSTEM);
};

const BASIC = `Basic ${Buffer.from('u:p').toString('base64')}`;
const LOGIN = `POST ${SESSIONS}`;
const LOOK = `GET ${SYSTEM} key`;
const SWITCH = `POST ${RESET} key`;
const error = (info: unknown) => ({ error: { code: 'Base.1.8.GeneralError', '@Message.ExtendedInfo': info } });

const accepted = { kind: 'answered', code: 204, body: undefined };
const tagged: Said = [200, { ETag: 'W/"a1"' }, { '@odata.id': SYSTEM }];

interface Row {
  readonly given: string;
  readonly answers: readonly Said[];
  readonly when: (connection: RedfishConnection) => Promise<RedfishAnswer>;
  readonly asked: readonly string[];
  readonly outcome: object;
}

const rows: readonly Row[] = [
  {
    given: 'a session service',
    answers: [SESSION, OK],
    when: get,
    asked: [LOGIN, LOOK],
    outcome: { kind: 'answered', code: 200, body: { '@odata.id': SYSTEM } },
  },
  {
    given: 'no session service',
    answers: [[404], OK],
    when: get,
    asked: [LOGIN, `GET ${SYSTEM} ${BASIC}`],
    outcome: { kind: 'answered', code: 200 },
  },
  {
    given: 'a session that has run out',
    answers: [SESSION, [401], SESSION, OK],
    when: get,
    asked: [LOGIN, LOOK, LOGIN, LOOK],
    outcome: { kind: 'answered', code: 200 },
  },
  {
    given: 'sessions that never hold',
    answers: [SESSION, [401], SESSION, [401]],
    when: get,
    asked: [LOGIN, LOOK, LOGIN, LOOK],
    outcome: { kind: 'refused', message: '401', mayPass: false },
  },
  {
    given: 'credentials that are refused',
    answers: [[401, {}, error([{ Message: 'No.' }])]],
    when: get,
    asked: [LOGIN],
    outcome: { kind: 'refused', message: '401: No.', mayPass: false },
  },
  {
    given: 'a full table of sessions',
    answers: [[503, { 'Retry-After': '30' }, error({ Message: 'Too many sessions.', MessageId: 'RAC0218' })]],
    when: get,
    asked: [LOGIN],
    outcome: { kind: 'refused', message: '503: Too many sessions.', mayPass: true, retryAfterMs: 30_000 },
  },
  {
    given: 'a page for people',
    answers: [SESSION, [504, { 'Content-Type': 'text/html' }, '<html>Gateway</html>']],
    when: get,
    asked: [LOGIN, LOOK],
    outcome: { kind: 'refused', message: '504', mayPass: true },
  },
  {
    given: 'an unknown value of an action',
    answers: [SESSION, OK, [400, {}, error([{ MessageId: 'Base.1.8.ActionParameterValueNotInList', Message: 'No.' }])]],
    when: reset,
    asked: [LOGIN, LOOK, SWITCH],
    outcome: { kind: 'refused', message: '400: No.', mayPass: false },
  },
  {
    given: 'a command that is done at once',
    answers: [SESSION, OK, [204]],
    when: reset,
    asked: [LOGIN, LOOK, SWITCH],
    outcome: accepted,
  },
  {
    given: 'a task that ends well',
    answers: [SESSION, OK, [202, { Location: TASK, 'Retry-After': '0' }], [202, { 'Retry-After': '0' }], [204]],
    when: reset,
    asked: [LOGIN, LOOK, SWITCH, `GET ${TASK} key`, `GET ${TASK} key`],
    outcome: accepted,
  },
  {
    given: 'a task that fails',
    answers: [
      SESSION,
      OK,
      [202, { Location: TASK, 'Retry-After': '0' }],
      [200, {}, { TaskState: 'Exception', ...error([{ Message: 'The lid is open.' }]) }],
    ],
    when: reset,
    asked: [LOGIN, LOOK, SWITCH, `GET ${TASK} key`],
    outcome: { kind: 'refused', message: 'the task ended as Exception: The lid is open.', mayPass: true },
  },
  {
    given: 'a task that is forgotten when it is asked for',
    answers: [SESSION, OK, [202, { Location: TASK, 'Retry-After': '0' }], [404]],
    when: reset,
    asked: [LOGIN, LOOK, SWITCH, `GET ${TASK} key`],
    outcome: { kind: 'answered', code: 200 },
  },
  {
    given: 'a service that demands an entity tag',
    answers: [SESSION, tagged, [428], [204]],
    when: reset,
    asked: [LOGIN, LOOK, SWITCH, `${SWITCH} W/"a1"`],
    outcome: accepted,
  },
  {
    given: 'a service that takes strong tags only',
    answers: [SESSION, tagged, [428], [412], [204]],
    when: reset,
    asked: [LOGIN, LOOK, SWITCH, `${SWITCH} W/"a1"`, `${SWITCH} "a1"`],
    outcome: accepted,
  },
  {
    given: 'a service that takes no tag although it gives them',
    answers: [SESSION, tagged, [412], [412], [412], [204]],
    when: reset,
    asked: [LOGIN, LOOK, SWITCH, `${SWITCH} W/"a1"`, `${SWITCH} "a1"`, SWITCH],
    outcome: accepted,
  },
  {
    given: 'a service that demands a tag and gives none',
    answers: [SESSION, OK, [428]],
    when: reset,
    asked: [LOGIN, LOOK, SWITCH],
    outcome: { kind: 'refused', message: '428', mayPass: true },
  },
];

describe('our Redfish connection', () => {
  test.each(rows)('$given', async ({ answers, when, asked: expected, outcome }) => {
    const { answer, asked } = await said(answers, when);
    expect(asked).toEqual(expected);
    expect(answer).toMatchObject(outcome);
  });

  test('logs out at its end, and is gone for who listens no more', async () => {
    const { origin, asked } = await serviceThatSays([SESSION, OK, [204]]);
    const credentials = { user: 'u', password: 'p' };
    const options = { origin, credentials, verifiesCertificate: true, clock: new LiveClock() };
    const connection = new RedfishConnection(options);
    await connection.get(SYSTEM);
    await connection.close();
    expect(asked).toEqual([LOGIN, LOOK, `DELETE ${SESSIONS}/1 key`]);
  });

  test('nobody listens: nothing has been sent', async () => {
    const { origin } = await serviceThatSays([]);
    server?.close();
    const credentials = { user: 'u', password: 'p' };
    const options = { origin, credentials, verifiesCertificate: true, clock: new LiveClock() };
    const answer = await new RedfishConnection(options).get(SYSTEM);
    expect(answer).toMatchObject({ kind: 'lost', mayHaveArrived: false });
  });
});
