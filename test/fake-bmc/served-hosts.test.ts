// The contract between simulated hosts and the servers, on a clock that stands until it is moved: what is answered and when, who is let
// in, what is told to those who listen.

import { describe, expect, test } from 'vitest';
import type { BmcReply, HostEvent } from '../../fake-bmc/served-hosts.ts';
import type { BmcCaller } from '../../sim/host/bmc/requests.ts';
import { CREDENTIALS, ROOT_BASIC, SERVED_AT, ServedWorld } from '../kit/served-world.ts';

function startPlus(seconds: number): Date {
  return new Date(SERVED_AT.getTime() + seconds * 1000);
}

async function settled(reply: Promise<BmcReply>): Promise<BmcReply | 'pending'> {
  const pending = new Promise<'pending'>((resolve) => setImmediate(() => resolve('pending')));
  return Promise.race([reply, pending]);
}

describe('given a served host', () => {
  test('then it says who it is and what it is made of', () => {
    const { a1 } = new ServedWorld();
    expect({ name: a1.name, systemId: a1.systemId, profile: a1.profile.name }).toEqual({
      ...{ name: 'a1', systemId: 'a1', profile: 'generic' },
    });
    expect(a1.uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const { processors, memory, drives, interfaces } = a1.inventory;
    expect(processors.map(({ threads }) => threads)).toEqual([32, 32]);
    expect(memory.reduce((sum, { mebibytes }) => sum + mebibytes, 0)).toBe(262_144);
    expect(drives).toHaveLength(1);
    expect(interfaces.map(({ boots }) => boots)).toEqual([true, false]);
    expect(new Set([...interfaces.map(({ mac }) => mac), a1.inventory.bmcMac]).size).toBe(3);
  });

  test('when it is asked, then the answer comes when the controller gives it, and not before', async () => {
    const world = new ServedWorld();
    const asked = world.a1.ask(ROOT_BASIC, { ask: 'power' });
    world.wait(0.099);
    expect(await settled(asked)).toBe('pending');
    world.wait(0.001);
    expect(await settled(asked)).toMatchObject({ kind: 'power', power: 'On', systemUuid: world.a1.uuid });
  });

  test('when it is switched off, then it is off when the hardware is, and every reading in between is right', async () => {
    const world = new ServedWorld();
    expect(await world.ask({ ask: 'reset', type: 'ForceOff' })).toEqual({ kind: 'done' });
    expect(await world.ask({ ask: 'power' })).toMatchObject({ power: 'On' });
    world.wait(5);
    expect(await world.ask({ ask: 'power' })).toMatchObject({ power: 'Off' });
    expect(await world.ask({ ask: 'reset', type: 'On' })).toEqual({ kind: 'done' });
    world.wait(4);
    expect(await world.ask({ ask: 'power' })).toMatchObject({ power: 'On', bootProgress: 'firmware' });
  });

  test('at ten times the pace everything takes a tenth of the time', async () => {
    const world = new ServedWorld({ speed: 10 });
    const asked = world.a1.ask(ROOT_BASIC, { ask: 'power' });
    world.wait(0.01);
    expect(await settled(asked)).toMatchObject({ kind: 'power' });
    expect(world.a1.now()).toEqual(startPlus(0.1));
  });

  test('when its controller is silent, then that is known at once', async () => {
    const world = new ServedWorld({ model: { traits: { replyLostShare: 1 } } });
    expect(await settled(world.a1.ask(ROOT_BASIC, { ask: 'visit' }))).toEqual({ kind: 'silent' });
  });

  test('when it is closed, then whoever waits or asks hears so', async () => {
    const world = new ServedWorld();
    const waiting = world.a1.ask(ROOT_BASIC, { ask: 'power' });
    world.hosts.close();
    expect(await settled(waiting)).toEqual({ kind: 'closed' });
    expect(await settled(world.a1.ask(ROOT_BASIC, { ask: 'power' }))).toEqual({ kind: 'closed' });
    expect(world.clock.pending).toEqual([]);
  });

  test('its clock is that of the machine, until its controller starts with a wrong one', async () => {
    const world = new ServedWorld({ model: { traits: { clockOffsetAfterStartMs: -3_600_000 } } });
    world.wait(7);
    expect(world.a1.now()).toEqual(startPlus(7));
    await world.ask({ ask: 'resetController' });
    expect(world.a1.now()).toEqual(startPlus(7.1 - 3600));
  });
});

describe('given accounts', () => {
  const session: BmcCaller = { ...ROOT_BASIC, auth: 'session' };
  const stranger: BmcCaller = { ...ROOT_BASIC, who: 'mallory', isStranger: true };

  test('name and password are those of an enabled account', async () => {
    const world = new ServedWorld();
    const { user, password } = CREDENTIALS;
    expect(world.a1.authenticate(user, password)).toMatchObject({ slot: 2, role: 'Administrator' });
    expect(world.a1.authenticate(user, `${password}x`)).toBeUndefined();
    expect(world.a1.authenticate('admin', password)).toBeUndefined();
    await world.ask({ ask: 'createAccount', account: { name: 'viewer', password: 'looks-only', role: 'ReadOnly' } });
    expect(world.a1.authenticate('viewer', 'looks-only')).toMatchObject({ slot: 3, role: 'ReadOnly' });
    await world.ask({ ask: 'changeAccount', slot: 3, change: { enabled: false } });
    expect(world.a1.authenticate('viewer', 'looks-only')).toBeUndefined();
    expect(world.a1.accountNamed('viewer')).toBeUndefined();
  });

  test('a session lives until it is ended, and then its number is worth nothing', async () => {
    const world = new ServedWorld();
    expect(await world.ask({ ask: 'login' }, session)).toEqual({ kind: 'session', session: 1 });
    const held = { ...session, session: 1 };
    expect(await world.ask({ ask: 'sessions' }, held)).toEqual({
      ...{ kind: 'sessions', sessions: [{ session: 1, who: 'root' }] },
    });
    expect(await world.ask({ ask: 'endSession', session: 1 }, ROOT_BASIC)).toEqual({ kind: 'done' });
    expect(await world.ask({ ask: 'power' }, held)).toEqual({
      kind: 'refused',
      code: 401,
      messageId: 'NoValidSession',
    });
    expect(await world.ask({ ask: 'endSession', session: 1 })).toMatchObject({ kind: 'refused', code: 404 });
  });

  test('an IPMI session is held like any other, and counts', async () => {
    const world = new ServedWorld({ model: { traits: { sessionsMax: 1 } } });
    const ipmi: BmcCaller = { ...session, protocol: 'ipmi' };
    expect(await world.ask({ ask: 'login' }, ipmi)).toEqual({ kind: 'session', session: 1 });
    expect(await world.ask({ ask: 'power' }, { ...ipmi, session: 1 })).toMatchObject({ kind: 'power' });
    expect(await world.ask({ ask: 'login' }, session)).toMatchObject({ code: 503, messageId: 'SessionLimitExceeded' });
  });

  test('strangers are turned away, and after too many everybody is, for a while', async () => {
    const world = new ServedWorld({ model: { traits: { lockOut: { after: 3, forMs: 60_000 } } } });
    for (let tries = 0; tries < 3; tries++) {
      expect(await world.ask({ ask: 'power' }, stranger)).toMatchObject({ code: 401, messageId: 'NoValidSession' });
    }
    expect(await world.ask({ ask: 'power' })).toMatchObject({ code: 401, messageId: 'AccountLocked' });
    world.wait(60);
    expect(await world.ask({ ask: 'power' })).toMatchObject({ kind: 'power' });
  });

  test('no answer has a password in it', async () => {
    const world = new ServedWorld();
    expect(JSON.stringify(await world.ask({ ask: 'accounts' }))).not.toContain(CREDENTIALS.password);
  });
});

test('quirks of one part of the wire are had together, and the later wins where they differ', () => {
  const { a1 } = new ServedWorld({ model: { quirks: ['refuses-listed-cipher', 'privilege-fails', 'only-cipher-17'] } });
  expect(a1.dialect.ipmi).toEqual({
    ...{ listsCipherSuites: [17], takesCipherSuites: [17], privilegeFailsFromIpmitool: '1.8.19' },
  });
});

describe('given somebody who listens', () => {
  test('power and log entries are told as they come, with the time of the controller', async () => {
    const world = new ServedWorld();
    const heard: HostEvent[] = [];
    const stop = world.a1.onEvent((event) => void heard.push(event));
    await world.ask({ ask: 'reset', type: 'ForceOff' });
    world.wait(10);
    expect(heard.map(({ event }) => event)).toEqual(['logged', 'power']);
    const [logged] = heard;
    expect(logged).toMatchObject({ entry: { id: 1, event: 'powerOff', severity: 'OK' } });
    const atMs = logged?.event === 'logged' ? logged.entry.atMs : 0;
    expect(world.a1.dateOf(atMs)).toEqual(startPlus(5));
    stop();
    await world.ask({ ask: 'reset', type: 'On' });
    world.wait(10);
    expect(heard).toHaveLength(2);
  });

  test('a loss of power is told once the controller is back, by its clock, which may be wrong then', async () => {
    const world = new ServedWorld({ model: { quirks: ['clock-wrong-after-start'] } });
    const fault = { name: 'dark', fault: 'rackPowerLoss', target: 'rack-a', forMs: 60_000 } as const;
    world.hosts.present(() => world.hosts.world.weather.strikeNow(fault));
    expect(world.a1.isReachable()).toBe(false);
    world.wait(400);
    const log = await world.ask({ ask: 'log' });
    const entries = log.kind === 'log' ? log.entries : [];
    expect(entries.map(({ event }) => event)).toEqual(['powerLost', 'controllerStarted', 'powerOn']);
    expect(entries.slice(0, 2).map(({ atMs }) => world.a1.dateOf(atMs))).toEqual(Array(2).fill(startPlus(60 - 3600)));
  });

  test('health is told when it changes', async () => {
    const world = new ServedWorld();
    const heard: HostEvent[] = [];
    world.a1.onEvent((event) => void (event.event === 'health' && heard.push(event)));
    const fault = { name: 'worn', fault: 'diskFailure', target: 'a1', forMs: 60_000 } as const;
    world.hosts.present(() => world.hosts.world.weather.strikeNow(fault));
    world.wait(10);
    expect(heard).toEqual([{ event: 'health', health: 'Critical' }]);
  });

  test('nobody hears of another host', async () => {
    const world = new ServedWorld();
    const heard: HostEvent[] = [];
    world.named('b1').onEvent((event) => void heard.push(event));
    await world.ask({ ask: 'reset', type: 'ForceOff' });
    world.wait(10);
    expect(heard).toEqual([]);
  });
});
