// Input that no client of good will sends: whatever comes, the answer is an error with a body, nobody is let in by it, and the service
// goes on.

import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../fake-bmc/redfish/json.ts';
import { fc } from '../../kit/property.ts';
import { type Method, messageNames, type Received, RedfishClient } from '../../kit/redfish-client.ts';

const SYSTEM = '/redfish/v1/Systems/a1';
const WRITABLE_PLACES: readonly (readonly [Method, string])[] = [
  ['PATCH', SYSTEM],
  ['POST', `${SYSTEM}/Actions/ComputerSystem.Reset`],
  ['PATCH', `${SYSTEM}/Bios/Settings`],
  ['PATCH', `${SYSTEM}/SecureBoot`],
  ['POST', `${SYSTEM}/VirtualMedia/Cd/Actions/VirtualMedia.InsertMedia`],
  ['PATCH', '/redfish/v1/Managers/a1/NetworkProtocol'],
  ['POST', '/redfish/v1/AccountService/Accounts'],
  ['PATCH', '/redfish/v1/AccountService/Accounts/2'],
  ['POST', '/redfish/v1/EventService/Subscriptions'],
  ['POST', '/redfish/v1/EventService/Actions/EventService.SubmitTestEvent'],
  ['POST', '/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate'],
  ['POST', '/redfish/v1/SessionService/Sessions'],
];

/** An answer that a client can read: an error with at least one message, or a success. */
function isProper({ status, body }: Received): boolean {
  if (status < 300) return true;
  const { error } = body;
  const info = isObject(error) ? error['@Message.ExtendedInfo'] : undefined;
  return status < 500 && Array.isArray(info) && info.length > 0;
}

/** What an unauthenticated request could have changed, as an administrator sees it. */
async function stateOf(client: RedfishClient): Promise<readonly Json[]> {
  const paths = [SYSTEM, `${SYSTEM}/Bios/Settings`, `${SYSTEM}/VirtualMedia/Cd`, '/redfish/v1/AccountService/Accounts'];
  const more = ['/redfish/v1/EventService/Subscriptions', '/redfish/v1/Managers/a1/NetworkProtocol'];
  const states: Json[] = [];
  for (const path of [...paths, ...more]) states.push((await client.get(path)).body);
  return states;
}

describe('given any body', async () => {
  const client = await RedfishClient.of();
  afterAll(() => client.close());
  const place = fc.constantFrom(...WRITABLE_PLACES);
  const text = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc.string({ maxLength: 200 }),
    fc.constantFrom('{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":{"x":1}}}', '[[[[', '{"Boot":null}'),
  );

  test('when an administrator sends it, then the answer is proper, and the system can be read afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(place, text, async ([method, path], body) => {
        const received = await client.trySend(method, path, { body: { text: body } });
        // An update that was taken takes the controller away.
        if (received === 'silence') return;
        expect(isProper(received), `${received.status} ${received.text}`).toBe(true);
      }),
      { numRuns: 300 },
    );
    client.world.wait(600);
    expect((await client.get(SYSTEM)).status).toBe(200);
  });

  test('when nobody known sends it, then it is refused, and nothing has changed', async () => {
    const own = await RedfishClient.of();
    const before = await stateOf(own);
    const auth = fc.constantFrom('none' as const, 'wrong' as const, { token: 'guessed' });
    await fc.assert(
      fc.asyncProperty(place, text, auth, async ([method, path], body, said) => {
        const { status } = await own.send(method, path, { body: { text: body }, auth: said });
        expect([400, 401]).toContain(status);
      }),
      { numRuns: 200 },
    );
    expect(await stateOf(own)).toEqual(before);
    await own.close();
  });
});

describe('given any address', async () => {
  const client = await RedfishClient.of();
  afterAll(() => client.close());
  // Not `..`: whoever makes an address of it takes it out.
  const names = fc.constantFrom('Systems', 'a1', 'Actions', '__proto__', 'constructor', '%00', '%2f', '', 'Members');

  test('then the answer is proper, whatever the method', async () => {
    const method = fc.constantFrom<Method>('GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(
        method,
        fc.array(
          fc.oneof(
            names,
            fc.webSegment().filter((segment) => !/^(\.|%2e)+$/i.test(segment)),
          ),
          { maxLength: 6 },
        ),
        async (verb, parts) => {
          const received = await client.send(verb, `/redfish/v1/${parts.join('/')}`);
          expect(verb === 'HEAD' || isProper(received), `${received.status} ${received.text}`).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('then every query is answered properly', async () => {
    const parameter = fc.constantFrom('$expand', '$select', '$filter', '$top', '$skip', 'only', '$__proto__', '$count');
    const value = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom('.', '*($levels=3)', "Id eq 'a1'", '('.repeat(600)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(parameter, value), { maxLength: 4 }), async (pairs) => {
        const received = await client.send(
          'GET',
          `/redfish/v1/Systems?${new URLSearchParams(pairs as [string, string][])}`,
        );
        expect(received.status === 501 || isProper(received), `${received.status} ${received.text}`).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('given what is known to hurt', () => {
  test('keys that reach for the prototype are unknown properties, and leave none behind', async () => {
    const client = await RedfishClient.of();
    const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1}';
    const received = await client.patch(SYSTEM, { text } as JsonObject);
    expect([received.status, ...messageNames(received)]).toEqual([
      400,
      'PropertyUnknown',
      'PropertyUnknown',
      'PropertyUnknown',
    ]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    const attributes = '{"Attributes":{"__proto__":"x","constructor":"Enabled"}}';
    expect((await client.patch(`${SYSTEM}/Bios/Settings`, { text: attributes } as JsonObject)).status).toBe(400);
    await client.close();
  });

  test('a body that is too large is 413, and one that is deep is refused', async () => {
    const client = await RedfishClient.of();
    const large = await client.patch(SYSTEM, { AssetTag: 'x'.repeat(300_000) });
    expect([large.status, ...messageNames(large)]).toEqual([413, 'PayloadTooLarge']);
    const deep = await client.patch(SYSTEM, { text: `${'['.repeat(100_000)}${']'.repeat(100_000)}` } as JsonObject);
    expect(deep.status).toBe(400);
    await client.close();
  });

  test('a header cannot be smuggled through a subscription', async () => {
    const client = await RedfishClient.of();
    const subscription = {
      Destination: 'https://127.0.0.1/',
      Protocol: 'Redfish',
      HttpHeaders: [{ 'X-A': 'b\r\nHost: c' }],
    };
    const received = await client.post('/redfish/v1/EventService/Subscriptions', subscription);
    expect([received.status, ...messageNames(received)]).toEqual([400, 'PropertyValueFormatError']);
    await client.close();
  });

  test('wrong passwords lock the account out for as long as the account service says, and a right one then waits, too', async () => {
    const client = await RedfishClient.of({ model: { traits: { lockOut: { after: 3, forMs: 300_000 } } } });
    const auth = await client.login();
    const told: unknown[] = [];
    for (let guess = 0; guess < 4; guess++) told.push(...messageNames(await client.get(SYSTEM, { auth: 'wrong' })));
    expect(told).toEqual([...Array.from({ length: 3 }, () => 'NoValidSession'), 'ResourceAtUriUnauthorized']);
    expect((await client.get(SYSTEM)).status).toBe(401);
    const isLocked = async () => (await client.get('/redfish/v1/AccountService/Accounts/2', { auth })).body.Locked;
    expect(await isLocked()).toBe(true);
    client.world.wait(301);
    expect((await client.get(SYSTEM)).status).toBe(200);
    expect(await isLocked()).toBe(false);
    const { AccountLockoutThreshold, AccountLockoutDuration } = (await client.get('/redfish/v1/AccountService')).body;
    expect([AccountLockoutThreshold, AccountLockoutDuration]).toEqual([3, 300]);
    await client.close();
  });

  test('a token is worth nothing after the controller started anew', async () => {
    const client = await RedfishClient.of();
    const auth = await client.login();
    await client.post('/redfish/v1/Managers/a1/Actions/Manager.Reset', {}, { auth });
    client.world.wait(120);
    expect((await client.get(SYSTEM, { auth })).status).toBe(401);
    await client.close();
  });
});

describe('given a socket', () => {
  test('a method that nobody knows is 501 or 405, and what is no HTTP is 400', async () => {
    const client = await RedfishClient.of();
    const port = await listening(client);
    expect(await firstLine(port, 'EXPLODE /redfish/v1/ HTTP/1.1\r\nHost: x\r\n\r\n')).toBe(
      'HTTP/1.1 501 Not Implemented',
    );
    expect(await firstLine(port, 'this is no HTTP\r\n\r\n')).toMatch(/^HTTP\/1.1 (400|501)/);
    await client.close();
  });

  test('a controller with the quirk cuts a kept connection at its third request, any other goes on', async () => {
    const seen: string[] = [];
    for (const quirks of [[], ['closes-kept-alive']] as const) {
      const client = await RedfishClient.of({ model: { quirks } });
      const port = await listening(client);
      seen.push(await keptAlive(client, port, 4));
      await client.close();
    }
    expect(seen).toEqual(['200 200 200 200', '200 200 cut']);
  });
});

async function listening(client: RedfishClient): Promise<number> {
  await client.app.listen({ host: '127.0.0.1', port: 0 });
  const address = client.app.server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on a port');
  return address.port;
}

function firstLine(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(text));
    let received = '';
    socket.on('data', (data) => {
      received += data;
      if (received.includes('\r\n')) resolve(received.split('\r\n', 1)[0] ?? '');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received.split('\r\n', 1)[0] ?? ''));
  });
}

/** Statuses of requests over one connection, until it is cut. */
async function keptAlive(client: RedfishClient, port: number, requests: number): Promise<string> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const seen: string[] = [];
  for (let sent = 0; sent < requests && seen.at(-1) !== 'cut'; sent++) {
    let ended = false;
    const answered = new Promise<string>((resolve) => {
      request({ host: '127.0.0.1', port, path: '/redfish', agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(String(response.statusCode)));
      })
        .on('error', () => resolve('cut'))
        .end();
    }).finally(() => {
      ended = true;
    });
    while (!ended) {
      await new Promise((resolve) => setImmediate(resolve));
      client.world.wait(0.1);
    }
    seen.push(await answered);
  }
  agent.destroy();
  return seen.join(' ');
}
