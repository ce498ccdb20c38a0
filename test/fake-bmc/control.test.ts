// The control API without a socket: what is true, faults and quirks that begin and end by order, and who is not listened to.

import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { Control } from '../../fake-bmc/control/control.ts';
import { controlApp } from '../../fake-bmc/control/service.ts';
import { ServedWorld, type ServedWorldOptions } from '../kit/served-world.ts';

async function rig(options: ServedWorldOptions = {}) {
  const world = new ServedWorld(options);
  const app = await controlApp(world.hosts, new Control(world.hosts), '1.2.3');
  const send = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown) => sent(app, method, url, body);
  return { world, app, send };
}

async function sent(app: FastifyInstance, method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown) {
  const headers = { host: 'localhost:8444', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload }) });
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json() };
}

describe('given the truth', () => {
  test('when a controller says something else, then it is still told', async () => {
    const { world, send } = await rig({ model: { traits: { powerStaysOn: true } } });
    await world.ask({ ask: 'reset', type: 'ForceOff' });
    world.wait(10);
    expect(await world.ask({ ask: 'power' })).toMatchObject({ power: 'On' });
    expect(await send('GET', '/v1/hosts/a1')).toMatchObject({
      status: 200,
      body: { name: 'a1', powered: false, stage: 'off', reachable: true, profile: 'generic', quirks: [], faults: [] },
    });
  });

  test('then time goes at its pace', async () => {
    const { world, send } = await rig({ speed: 60 });
    world.wait(2);
    expect(await send('GET', '/v1/time')).toEqual({
      status: 200,
      body: { now: '2026-11-23T12:02:00.000Z', speed: 60 },
    });
  });
});

describe('given a fault by order', () => {
  test('when it strikes, then it is there until it is healed', async () => {
    const { world, send } = await rig();
    const order = { fault: 'bmcUnreachable', target: { host: 'a1' } };
    const struck = await send('POST', '/v1/faults', order);
    expect(struck).toEqual({ status: 201, body: { id: 1, fault: 'bmcUnreachable', target: 'a1' } });
    expect(world.a1.isReachable()).toBe(false);
    expect(await send('GET', '/v1/faults')).toMatchObject({
      body: {
        faults: [{ id: 1, fault: 'bmcUnreachable', strikes: 'host', target: 'a1', since: '2026-11-23T12:00:00.000Z' }],
      },
    });
    expect(await send('DELETE', '/v1/faults/1')).toEqual({ status: 204, body: undefined });
    expect(world.a1.isReachable()).toBe(true);
    expect((await send('GET', '/v1/faults')).body).toEqual({ faults: [] });
    expect((await send('DELETE', '/v1/faults/1')).status).toBe(404);
  });

  test('when it has a length, then it passes after it', async () => {
    const { world, send } = await rig();
    await send('POST', '/v1/faults', { fault: 'osHang', target: { host: 'a1' }, for: '5m' });
    world.wait(299);
    expect((await send('GET', '/v1/hosts/a1')).body.faults).toMatchObject([{ fault: 'osHang', endedBy: 'itself' }]);
    world.wait(1);
    expect((await send('GET', '/v1/hosts/a1')).body.faults).toEqual([]);
  });

  test('when it is of a rack, then all of its hosts lose their power, and have it back once it is healed', async () => {
    const { world, send } = await rig();
    expect(
      await send('POST', '/v1/faults', { fault: 'rackPowerLoss', target: { rack: 'rack-a' }, for: '1h' }),
    ).toMatchObject({
      status: 201,
    });
    expect((await send('GET', '/v1/hosts/a1')).body).toMatchObject({ powered: false, reachable: false });
    expect((await send('GET', '/v1/hosts/b1')).body).toMatchObject({ powered: true });
    expect((await send('DELETE', '/v1/faults/1')).status).toBe(204);
    world.wait(120);
    expect((await send('GET', '/v1/hosts/a1')).body).toMatchObject({ powered: true, reachable: true, faults: [] });
    // The end that was set for it at its birth does nothing more.
    const passed: number[] = [];
    const ignored = () => undefined;
    world.hosts.world.weather.observe({ born: ignored, rackChanged: ignored, passed: ({ id }) => passed.push(id) });
    await send('POST', '/v1/faults', { fault: 'rackPowerLoss', target: { rack: 'rack-a' }, for: '2h' });
    world.wait(3_600);
    expect((await send('GET', '/v1/hosts/a1')).body).toMatchObject({ powered: false });
    expect(passed).toEqual([]);
  });

  test.each([
    [{ fault: 'osHangs', target: { host: 'a1' } }, 'did you mean "osHang"?'],
    [{ fault: 'osHang', target: { host: 'a9' } }, 'a9'],
    [{ fault: 'osHang', target: { host: 'a1' }, at: '5m' }, 'the fault strikes now'],
    [{ fault: 'osHang', target: { host: 'a1' }, for: 'ever' }, 'ever'],
    [{ fault: 'osHang', target: { host: 'a1' }, __proto: 1 }, '__proto'],
    ['{"fault": "osHang", "__proto__": {"admin": true}}', '__proto__'],
    ['{"fault"', 'request'],
    ['', 'body'],
    ['[]', ''],
    ['['.repeat(30_000), 'request'],
    [`{"a":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_001)}`, 'request'],
    ['null', ''],
  ])('%j is refused with what is wrong', async (order, says) => {
    const { send } = await rig();
    const { status, body } = await send('POST', '/v1/faults', order);
    expect(status).toBe(400);
    expect(body.problems.length).toBeGreaterThan(0);
    if (says !== 'request') expect(JSON.stringify(body)).toContain(JSON.stringify(says).slice(1, -1));
    expect((await send('GET', '/v1/faults')).body).toEqual({ faults: [] });
  });
});

describe('given a quirk by order', () => {
  test('when it is injected, then the controller has it until it is healed', async () => {
    const { world, send } = await rig();
    expect((await send('PUT', '/v1/hosts/a1/quirks/on-while-on-refused')).status).toBe(204);
    expect(await world.ask({ ask: 'reset', type: 'On' })).toMatchObject({ kind: 'refused', code: 409 });
    expect((await send('GET', '/v1/hosts/a1')).body.quirks).toEqual(['on-while-on-refused']);
    expect((await send('DELETE', '/v1/hosts/a1/quirks/on-while-on-refused')).status).toBe(204);
    expect(await world.ask({ ask: 'reset', type: 'On' })).toEqual({ kind: 'done' });
    expect((await send('DELETE', '/v1/hosts/a1/quirks/on-while-on-refused')).status).toBe(404);
  });

  test('when it is one of the wire, then its spelling is there', async () => {
    const { world, send } = await rig();
    await send('PUT', '/v1/hosts/a1/quirks/only-cipher-17');
    await send('PUT', '/v1/hosts/a1/quirks/etag-empty');
    expect(world.a1.dialect).toEqual({ etag: 'empty', ipmi: { listsCipherSuites: [17], takesCipherSuites: [17] } });
    expect(world.named('b1').dialect).toEqual({});
  });

  test("one of the profile's own stays", async () => {
    const { send } = await rig({ model: { profile: 'dell-idrac9' } });
    expect((await send('DELETE', '/v1/hosts/a1/quirks/few-sessions')).status).toBe(409);
  });

  test.each(['/v1/hosts/a9/quirks/etag-empty', '/v1/hosts/a1/quirks/etag-full', '/v1/hosts/a9', '/v1/nothing'])(
    'nothing is at %s',
    async (url) => {
      const { send } = await rig();
      const method = url.includes('quirks') ? 'PUT' : 'GET';
      expect(await send(method, url)).toMatchObject({
        status: 404,
        body: { problems: [{ message: expect.any(String) }] },
      });
    },
  );
});

describe('given somebody who is not of this machine', () => {
  test.each(['evil.example.com', 'localhost.evil.example.com', '10.0.0.1:8444', 'localhost@evil.example.com'])(
    'a request to %j is refused, and changes nothing',
    async (host) => {
      const { world, app } = await rig();
      const order = {
        method: 'POST' as const,
        url: '/v1/faults',
        headers: { host, 'content-type': 'application/json' },
      };
      const payload = JSON.stringify({ fault: 'bmcUnreachable', target: { host: 'a1' } });
      expect((await app.inject({ ...order, payload })).statusCode).toBe(403);
      expect(world.a1.isReachable()).toBe(true);
    },
  );

  test('a body that is too large is refused unread', async () => {
    const { send } = await rig();
    expect(await send('POST', '/v1/faults', `"${'x'.repeat(70_000)}"`)).toMatchObject({
      ...{ status: 413, body: { problems: [{ message: expect.stringMatching(/too large/) }] } },
    });
  });

  test('a form of a page in a browser is no order', async () => {
    const { app } = await rig();
    const headers = { host: 'localhost', 'content-type': 'text/plain' };
    const payload = JSON.stringify({ fault: 'bmcUnreachable', target: { host: 'a1' } });
    expect((await app.inject({ method: 'POST', url: '/v1/faults', headers, payload })).statusCode).toBe(415);
  });
});

test('the OpenAPI document has every route', async () => {
  const { send } = await rig();
  const { body } = await send('GET', '/openapi.json');
  expect(body).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
  expect(
    Object.entries(body.paths).map(([path, verbs]) => `${path} ${Object.keys(verbs as object).join(' ')}`),
  ).toEqual([
    '/v1/time get',
    '/v1/hosts get',
    '/v1/hosts/{name} get',
    '/v1/hosts/{name}/quirks/{quirk} put delete',
    '/v1/catalogue get',
    '/v1/faults get post',
    '/v1/faults/{id} delete',
  ]);
});
