// The services around a computer system: who may do what, tasks, events, updates, and the endpoint of all hosts.

import { describe, expect, test } from 'vitest';
import type { Deliver } from '../../../fake-bmc/redfish/event-delivery.ts';
import { isList, type JsonObject, parsed } from '../../../fake-bmc/redfish/json.ts';
import { messageNames, type Received, RedfishClient, type Sent } from '../../kit/redfish-client.ts';
import { CREDENTIALS } from '../../kit/served-world.ts';

const ROOT = '/redfish/v1';
const SYSTEM = `${ROOT}/Systems/a1`;
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;
const ACCOUNTS = `${ROOT}/AccountService/Accounts`;
const SESSIONS = `${ROOT}/SessionService/Sessions`;
const SUBSCRIPTIONS = `${ROOT}/EventService/Subscriptions`;
const TEST_EVENT = `${ROOT}/EventService/Actions/EventService.SubmitTestEvent`;
const UPDATE = `${ROOT}/UpdateService/Actions/UpdateService.SimpleUpdate`;

const refusalIn = (received: Received): unknown => [received.status, ...messageNames(received)];
const membersOf = ({ body }: Received): readonly unknown[] =>
  isList(body.Members) ? body.Members.map((member) => (member as JsonObject)['@odata.id']) : [];

async function withRoles(): Promise<{ client: RedfishClient; operator: Sent; reader: Sent }> {
  const client = await RedfishClient.of();
  const made: Sent[] = [];
  for (const role of ['Operator', 'ReadOnly']) {
    const user = role.toLowerCase();
    const { status } = await client.post(ACCOUNTS, { UserName: user, Password: 'secret', RoleId: role });
    expect(status).toBe(201);
    made.push({ auth: { user, password: 'secret' } });
  }
  const [operator = {}, reader = {}] = made;
  return { client, operator, reader };
}

describe('given accounts of all three roles', () => {
  test('then each may do what its privileges say, and a refusal changes nothing', async () => {
    const { client, operator, reader } = await withRoles();
    const off = { ResetType: 'ForceOff' };
    expect(refusalIn(await client.post(RESET, off, reader))).toEqual([403, 'InsufficientPrivilege']);
    client.world.wait(10);
    expect((await client.get(SYSTEM, reader)).body.PowerState).toBe('On');
    const manager = `${ROOT}/Managers/a1/Actions/Manager.Reset`;
    expect(refusalIn(await client.post(manager, {}, operator))).toEqual([403, 'InsufficientPrivilege']);
    expect((await client.patch(SYSTEM, { AssetTag: 'x' }, operator)).status).toBe(200);
    const account = { UserName: 'new', Password: 'p', RoleId: 'ReadOnly' };
    expect(refusalIn(await client.post(ACCOUNTS, account, operator))).toEqual([403, 'InsufficientPrivilege']);
    expect((await client.post(RESET, off, operator)).status).toBe(204);
    await client.close();
  });

  test('then everybody sees his own account and no other, and may change its password and nothing else of it', async () => {
    const { client, reader } = await withRoles();
    expect(refusalIn(await client.get(`${ACCOUNTS}/2`, reader))).toEqual([403, 'InsufficientPrivilege']);
    expect((await client.get(`${ACCOUNTS}/4`, reader)).body.UserName).toBe('readonly');
    expect((await client.patch(`${ACCOUNTS}/4`, { RoleId: 'Administrator' }, reader)).status).toBe(403);
    expect((await client.patch(`${ACCOUNTS}/2`, { Password: 'mine' }, reader)).status).toBe(403);
    expect((await client.patch(`${ACCOUNTS}/4`, { Password: 'changed' }, reader)).status).toBe(200);
    expect((await client.get(SYSTEM, reader)).status).toBe(401);
    expect((await client.get(SYSTEM, { auth: { user: 'readonly', password: 'changed' } })).status).toBe(200);
    await client.close();
  });

  test('then an expanded collection shows whole only what its reader may read', async () => {
    const { client, reader } = await withRoles();
    const { body } = await client.get(`${ACCOUNTS}?$expand=.`, reader);
    expect((body.Members as JsonObject[]).map(({ UserName }) => UserName)).toEqual([undefined, undefined, 'readonly']);
    await client.close();
  });

  test('when an account is deleted or disabled, then its sessions are over, and the last administrator stays', async () => {
    const { client } = await withRoles();
    const login = { UserName: 'operator', Password: 'secret' };
    const { headers } = await client.post(`${ROOT}/SessionService/Sessions`, login, { auth: 'none' });
    const auth = { token: headers['x-auth-token'] ?? '' };
    expect((await client.get(SYSTEM, { auth })).status).toBe(200);
    expect((await client.patch(`${ACCOUNTS}/3`, { Enabled: false })).body.Enabled).toBe(false);
    expect((await client.get(SYSTEM, { auth })).status).toBe(401);
    expect((await client.send('DELETE', `${ACCOUNTS}/3`)).status).toBe(204);
    expect(membersOf(await client.get(ACCOUNTS))).toEqual([`${ACCOUNTS}/2`, `${ACCOUNTS}/4`]);
    expect(refusalIn(await client.send('DELETE', `${ACCOUNTS}/2`))).toEqual([400, 'ResourceCannotBeDeleted']);
    await client.close();
  });
});

describe('given an account whose password has to be changed', () => {
  test.each(['session', 'basic'])('with %s nothing else is let through, until it is', async (way) => {
    const client = await RedfishClient.of();
    const account = { UserName: 'new', Password: 'first', RoleId: 'Administrator', PasswordChangeRequired: true };
    expect((await client.post(ACCOUNTS, account)).body.PasswordChangeRequired).toBe(true);
    const login = await client.post(SESSIONS, { UserName: 'new', Password: 'first' }, { auth: 'none' });
    expect([login.status, ...messageNames(login)]).toEqual([201, 'PasswordChangeRequired']);
    const session: Sent = { auth: { token: login.headers['x-auth-token'] ?? '' } };
    const as: Sent = way === 'session' ? session : { auth: { user: 'new', password: 'first' } };
    const own = `${ACCOUNTS}/3`;
    const told = [
      await client.get(SYSTEM, as),
      await client.get(`${ROOT}/nowhere`, as),
      await client.post(RESET, { ResetType: 'ForceOff' }, as),
      await client.get(`${ACCOUNTS}/2`, as),
      await client.send('DELETE', own, as),
    ].map(refusalIn);
    expect(told).toEqual(Array.from(told, () => [403, 'PasswordChangeRequired']));
    expect((await client.get(own, as)).body.PasswordChangeRequired).toBe(true);
    const more = { Password: 'second', PasswordChangeRequired: false };
    expect(refusalIn(await client.patch(own, more, as))).toEqual([403, 'InsufficientPrivilege']);
    expect((await client.patch(own, { Password: 'second' }, as)).body.PasswordChangeRequired).toBe(false);
    const then: Sent = way === 'session' ? session : { auth: { user: 'new', password: 'second' } };
    expect((await client.get(SYSTEM, then)).body.PowerState).toBe('On');
    await client.close();
  });

  test('its session can be ended, and the endpoint of all hosts lets nothing through either', async () => {
    const client = await RedfishClient.of({ endpoint: 'all' });
    const account = { name: 'new', password: 'first', role: 'Operator', mustChangePassword: true } as const;
    await client.world.ask({ ask: 'createAccount', account });
    const login = await client.post(SESSIONS, { UserName: 'new', Password: 'first' }, { auth: 'none' });
    const as: Sent = { auth: { token: login.headers['x-auth-token'] ?? '' } };
    expect(refusalIn(await client.get(SYSTEM, as))).toEqual([403, 'PasswordChangeRequired']);
    expect((await client.send('DELETE', login.headers.location ?? '', as)).status).toBe(204);
    expect((await client.get(SYSTEM, as)).status).toBe(401);
    await client.close();
  });
});

describe('given a firmware update', () => {
  test('then it is accepted with a monitor, the controller goes away, and the task is done when it is back', async () => {
    const client = await RedfishClient.of({
      model: { traits: { updateAwayMs: 60_000, bootMs: { kind: 'constant', value: 1 } } },
    });
    const accepted = await client.post(UPDATE, { ImageURI: 'http://images.example/bmc.bin' });
    const monitor = accepted.headers.location ?? '';
    expect([accepted.status, accepted.body.TaskState]).toEqual([202, 'Running']);
    expect(await client.trySend('GET', monitor)).toBe('silence');
    const running = await client.get(monitor);
    expect([running.status, running.headers.location, running.headers['retry-after']]).toEqual([202, monitor, '5']);
    client.world.wait(120);
    const done = await client.get(monitor);
    expect([done.status, done.body.TaskState, done.body.PercentComplete]).toEqual([200, 'Completed', 100]);
    expect(membersOf(await client.get(`${ROOT}/TaskService/Tasks`))).toEqual([`${ROOT}/TaskService/Tasks/1`]);
    await client.close();
  });
});

describe('given subscriptions to events', () => {
  test('then each is told of power and of log entries that it asked for, with its own context', async () => {
    const sent: { readonly to: string; readonly event: JsonObject }[] = [];
    const deliver: Deliver = async ({ address }, payload) => {
      sent.push({ to: address, event: parsed(payload) as JsonObject });
      return true;
    };
    const client = await RedfishClient.of({ deliver });
    const subscription = { Destination: 'https://listener.example/all', Protocol: 'Redfish', Context: 'mine' };
    const all = await client.post(SUBSCRIPTIONS, subscription);
    const powerOnly = { ...subscription, Destination: 'https://listener.example/power', EventTypes: ['StatusChange'] };
    const power = await client.post(SUBSCRIPTIONS, powerOnly);
    expect([all.status, all.headers.location, power.headers.location]).toEqual([
      201,
      `${SUBSCRIPTIONS}/1`,
      `${SUBSCRIPTIONS}/2`,
    ]);
    await client.post(RESET, { ResetType: 'ForceOff' });
    client.world.wait(10);
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent.map(({ to, event }) => [new URL(to).pathname, event.Context, ...messageIds(event)]).toSorted()).toEqual(
      [
        ['/all', 'mine', 'ResourceEvent.1.3.0.ResourceCreated'],
        ['/all', 'mine', 'ResourceEvent.1.3.0.ResourcePoweredOff'],
        ['/power', 'mine', 'ResourceEvent.1.3.0.ResourcePoweredOff'],
      ],
    );
    await client.send('DELETE', `${SUBSCRIPTIONS}/1`);
    await client.send('DELETE', `${SUBSCRIPTIONS}/2`);
    await client.post(RESET, { ResetType: 'On' });
    client.world.wait(10);
    expect(sent).toHaveLength(3);
    await client.close();
  });

  test('a stream is a subscription as long as it is open, and tells a test event', async () => {
    const client = await RedfishClient.of();
    const stream = await openStream(client);
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream;charset=utf-8']);
    const own = await client.get(`${SUBSCRIPTIONS}/1`);
    expect([own.body.SubscriptionType, own.body.Destination]).toEqual(['SSE', null]);
    await client.post(TEST_EVENT, { Message: 'hello' });
    const reader = stream.body?.getReader();
    const told = new TextDecoder().decode((await reader?.read())?.value);
    expect(told).toMatch(/^id: 1\ndata: \{.*"Message":"hello".*\}\n\n$/);
    await client.send('DELETE', `${SUBSCRIPTIONS}/1`);
    expect((await reader?.read())?.done).toBe(true);
    expect(membersOf(await client.get(SUBSCRIPTIONS))).toEqual([]);
    await client.close();
  });

  test.each<{ readonly lastEvent: string; readonly told: readonly string[] }>([
    { lastEvent: '1', told: ['id: 2 two', 'id: 3 three'] },
    { lastEvent: '3', told: ['id: 4 now'] },
    { lastEvent: '77', told: ['id: 4 Events may have been lost: there were more than the service keeps.'] },
    { lastEvent: 'no number', told: ['id: 4 Events may have been lost: there were more than the service keeps.'] },
  ])('a stream that is opened again after event $lastEvent', async ({ lastEvent, told }) => {
    const client = await RedfishClient.of();
    const first = await openStream(client);
    for (const Message of ['one', 'two', 'three']) await client.post(TEST_EVENT, { Message });
    await first.body?.cancel();
    const again = await openStream(client, { 'Last-Event-ID': lastEvent });
    if (lastEvent === '3') await client.post(TEST_EVENT, { Message: 'now' });
    const text = new TextDecoder().decode((await again.body?.getReader().read())?.value);
    const events = text.matchAll(/id: (\d+)\ndata: (.*)\n\n/g);
    const shown = [...events].map(([, id, data = '']) => {
      const { Events } = parsed(data) as JsonObject;
      return `id: ${id} ${(Events as JsonObject[])[0]?.Message}`;
    });
    expect(shown.slice(0, told.length)).toEqual(told);
    await client.close();
  });
});

/** An address that takes events, or does not. */
class Address {
  /** Each with its time since the first. */
  readonly attempts: string[] = [];
  takes = false;
  client: RedfishClient | undefined;
  private firstMs: number | undefined;

  readonly deliver: Deliver = async (_to, payload) => {
    const { Events } = parsed(payload) as JsonObject;
    const nowMs = this.client?.world.clock.nowMs() ?? 0;
    this.firstMs ??= nowMs;
    this.attempts.push(`${Math.round((nowMs - this.firstMs) / 1000)} s: ${(Events as JsonObject[])[0]?.Message}`);
    return this.takes;
  };

  /** Lets time pass in steps of ten seconds, in which answers arrive. */
  async wait(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 10) {
      await new Promise((resolve) => setImmediate(resolve));
      this.client?.world.wait(10);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function subscribed(policy: string): Promise<{ readonly address: Address; readonly client: RedfishClient }> {
  const address = new Address();
  const client = await RedfishClient.of({ deliver: address.deliver });
  address.client = client;
  const terms = { DeliveryRetryAttempts: 2, DeliveryRetryIntervalSeconds: 60 };
  expect((await client.patch(`${ROOT}/EventService`, terms)).body).toMatchObject(terms);
  const subscription = { Destination: 'https://away.example/', Protocol: 'Redfish', DeliveryRetryPolicy: policy };
  expect((await client.post(SUBSCRIPTIONS, subscription)).status).toBe(201);
  return { address, client };
}

describe('given an address that takes no event, two attempts more, and a minute between them', () => {
  test('when it takes the third, then nothing is lost, and the order holds', async () => {
    const { address, client } = await subscribed('TerminateAfterRetries');
    await client.post(TEST_EVENT, { Message: 'one' });
    await client.post(TEST_EVENT, { Message: 'two' });
    await address.wait(100);
    address.takes = true;
    await address.wait(100);
    expect(address.attempts).toEqual(['0 s: one', '60 s: one', '120 s: one', '120 s: two']);
    await client.close();
  });

  test.each<{ readonly policy: string; readonly attempts: readonly string[]; readonly becomes: unknown }>([
    { policy: 'TerminateAfterRetries', attempts: ['0 s', '60 s', '120 s'], becomes: [404, undefined] },
    { policy: 'SuspendRetries', attempts: ['0 s', '60 s', '120 s'], becomes: [200, 'Disabled'] },
    { policy: 'RetryForever', attempts: ['0 s', '60 s', '120 s', '180 s', '240 s'], becomes: [200, 'Enabled'] },
    { policy: 'RetryForeverWithBackoff', attempts: ['0 s', '60 s', '180 s'], becomes: [200, 'Enabled'] },
  ])('$policy', async ({ policy, attempts, becomes }) => {
    const { address, client } = await subscribed(policy);
    await client.post(TEST_EVENT, { Message: 'one' });
    await address.wait(280);
    expect(address.attempts).toEqual(attempts.map((at) => `${at}: one`));
    const { status, body } = await client.get(`${SUBSCRIPTIONS}/1`);
    expect([status, (body.Status as JsonObject | undefined)?.State]).toEqual(becomes);
    await client.close();
  });

  test('when a suspended subscription is resumed, then it hears what is no older than it asks for', async () => {
    const { address, client } = await subscribed('SuspendRetries');
    const resume = `${SUBSCRIPTIONS}/1/Actions/EventDestination.ResumeSubscription`;
    await client.post(TEST_EVENT, { Message: 'old' });
    await address.wait(600);
    await client.post(TEST_EVENT, { Message: 'while suspended' });
    address.takes = true;
    address.attempts.length = 0;
    const wrong = await client.post(resume, { DeliverBufferedEventDuration: 'ten minutes' });
    expect(refusalIn(wrong)).toEqual([400, 'ActionParameterValueFormatError']);
    expect((await client.post(resume, { DeliverBufferedEventDuration: 'PT5M' })).status).toBe(204);
    await client.post(TEST_EVENT, { Message: 'new' });
    await address.wait(10);
    expect(address.attempts.map((each) => each.replace(/.*: /, ''))).toEqual(['while suspended', 'new']);
    expect((await client.get(`${SUBSCRIPTIONS}/1`)).body.Status).toEqual({ State: 'Enabled', Health: 'OK' });
    await client.close();
  });

  test('when more wait for it than are kept, then it learns that some are lost', async () => {
    const { address, client } = await subscribed('RetryForever');
    for (let event = 0; event < 203; event++) await client.post(TEST_EVENT, { Message: `${event}` });
    address.takes = true;
    address.attempts.length = 0;
    await address.wait(120);
    const heard = address.attempts.map((each) => each.replace(/.* s: /, ''));
    expect([heard.length, ...heard.slice(0, 3), heard.at(-1)]).toEqual([202, '0', LOST, '3', '202']);
    await client.close();
  });
});

const LOST = 'Events may have been lost: there were more than the service keeps.';

/** The service listens on a port, and the clock moves until the stream is open. */
async function openStream(client: RedfishClient, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  if (!client.app.server.listening) await client.app.listen({ host: '127.0.0.1', port: 0 });
  const address = client.app.server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const basic = Buffer.from(`${CREDENTIALS.user}:${CREDENTIALS.password}`).toString('base64');
  const all = { authorization: `Basic ${basic}`, accept: 'text/event-stream', ...headers };
  const opening = fetch(`http://127.0.0.1:${port}${ROOT}/EventService/SSE`, { headers: all });
  let opened = false;
  void opening.finally(() => {
    opened = true;
  });
  while (!opened) {
    await new Promise((resolve) => setImmediate(resolve));
    client.world.wait(0.1);
  }
  return opening;
}

describe('given the endpoint of all hosts', () => {
  test('then it shows each of them, and acts on the one that is meant', async () => {
    const client = await RedfishClient.of({ endpoint: 'all' });
    expect(membersOf(await client.get(`${ROOT}/Systems`))).toEqual([SYSTEM, `${ROOT}/Systems/b1`]);
    expect(
      (await client.post(`${ROOT}/Systems/b1/Actions/ComputerSystem.Reset`, { ResetType: 'ForceOff' })).status,
    ).toBe(204);
    client.world.wait(10);
    const states = await client.get(`${ROOT}/Systems?$expand=.`);
    expect((states.body.Members as JsonObject[]).map(({ PowerState }) => PowerState)).toEqual(['On', 'Off']);
    await client.close();
  });

  test('then a session is its own, lets in everywhere, and ends with its deletion', async () => {
    const client = await RedfishClient.of({ endpoint: 'all' });
    const auth = await client.login();
    expect((await client.get(SYSTEM, { auth })).status).toBe(200);
    expect((await client.get(`${ROOT}/Systems/b1`, { auth })).status).toBe(200);
    expect(client.world.a1.told({ ask: 'sessions' })).toEqual({ kind: 'sessions', sessions: [] });
    expect((await client.send('DELETE', `${ROOT}/SessionService/Sessions/1`, { auth })).status).toBe(204);
    expect((await client.get(SYSTEM, { auth })).status).toBe(401);
    await client.close();
  });

  test('then a session that nobody uses idles out, and one that is used does not', async () => {
    const client = await RedfishClient.of({ endpoint: 'all' });
    const [used, idle] = [await client.login(), await client.login()];
    const sessions = `${ROOT}/SessionService/Sessions`;
    expect((await client.get(`${ROOT}/SessionService`)).body.SessionTimeout).toBe(1800);
    client.world.wait(1000);
    expect((await client.get(SYSTEM, { auth: used })).status).toBe(200);
    client.world.wait(1000);
    expect(membersOf(await client.get(sessions))).toEqual([`${sessions}/1`]);
    const states = [used, idle].map(async (auth) => (await client.get(SYSTEM, { auth })).status);
    expect(await Promise.all(states)).toEqual([200, 401]);
    await client.close();
  });

  test('then a caller sees the hosts that know his account, and nobody else sees anything', async () => {
    const client = await RedfishClient.of({ endpoint: 'all' });
    await client.world.ask({ ask: 'createAccount', account: { name: 'only-a1', password: 'p', role: 'Operator' } });
    const some: Sent = { auth: { user: 'only-a1', password: 'p' } };
    expect(membersOf(await client.get(`${ROOT}/Systems`, some))).toEqual([SYSTEM]);
    expect((await client.get(`${ROOT}/Systems/b1`, some)).status).toBe(404);
    expect((await client.get(`${ROOT}/Systems`, { auth: 'wrong' })).status).toBe(401);
    expect((await client.get(`${ROOT}/Systems`, { auth: 'none' })).status).toBe(401);
    await client.close();
  });

  test('then an update names its target, and its task says whose it is', async () => {
    const client = await RedfishClient.of({ endpoint: 'all' });
    const ImageURI = 'http://images.example/bmc.bin';
    expect(refusalIn(await client.post(UPDATE, { ImageURI }))).toEqual([400, 'ActionParameterMissing']);
    const { status, headers } = await client.post(UPDATE, { ImageURI, Targets: [`${ROOT}/Managers/b1`] });
    expect([status, headers.location]).toEqual([202, `${ROOT}/TaskService/TaskMonitors/b1.1`]);
    expect((await client.get(SYSTEM)).status).toBe(200);
    expect(await client.trySend('GET', `${ROOT}/Systems/b1`)).toBe('silence');
    await client.close();
  });
});

describe('given what a controller has beside power', () => {
  test('then its log tells what happened, and is cleared', async () => {
    const client = await RedfishClient.of();
    await client.post(RESET, { ResetType: 'ForceOff' });
    client.world.wait(10);
    const entries = `${SYSTEM}/LogServices/SEL/Entries`;
    const expanded = (await client.get(`${entries}?$expand=.`)).body;
    expect((expanded.Members as JsonObject[]).map(({ Message }) => Message)).toEqual(['The host was switched off.']);
    await client.post(`${SYSTEM}/LogServices/SEL/Actions/LogService.ClearLog`, {});
    expect((await client.get(`${entries}/1`)).body.Message).toBe('The log was cleared.');
    await client.close();
  });

  test('then media are inserted and ejected, seen at the system and at the manager', async () => {
    const client = await RedfishClient.of();
    const cd = `${SYSTEM}/VirtualMedia/Cd`;
    await client.post(`${cd}/Actions/VirtualMedia.InsertMedia`, { Image: 'http://images.example/ipa.iso' });
    const seen = (await client.get(`${ROOT}/Managers/a1/VirtualMedia/Cd`)).body;
    expect([seen.Image, seen.ImageName, seen.Inserted]).toEqual(['http://images.example/ipa.iso', 'ipa.iso', true]);
    await client.post(`${cd}/Actions/VirtualMedia.EjectMedia`, {});
    expect((await client.get(cd)).body.Inserted).toBe(false);
    await client.close();
  });

  test('then firmware settings wait for the next start', async () => {
    const client = await RedfishClient.of();
    const settings = `${SYSTEM}/Bios/Settings`;
    const refused = await client.patch(settings, { Attributes: { WorkloadProfile: 'Fastest' } });
    expect(refusalIn(refused)).toEqual([400, 'PropertyValueNotInList']);
    await client.patch(settings, { Attributes: { WorkloadProfile: 'Performance' } });
    const profile = async (path: string): Promise<unknown> =>
      ((await client.get(path)).body.Attributes as JsonObject).WorkloadProfile;
    expect([await profile(`${SYSTEM}/Bios`), await profile(settings)]).toEqual(['Balanced', 'Performance']);
    await client.post(RESET, { ResetType: 'PowerCycle' });
    client.world.wait(60);
    expect(await profile(`${SYSTEM}/Bios`)).toBe('Performance');
    await client.close();
  });

  test('then the indicator is one light, whoever switches it', async () => {
    const client = await RedfishClient.of();
    await client.patch(SYSTEM, { LocationIndicatorActive: true });
    expect((await client.get(`${ROOT}/Chassis/a1`)).body.IndicatorLED).toBe('Blinking');
    await client.patch(`${ROOT}/Chassis/a1`, { IndicatorLED: 'Off' });
    expect((await client.get(SYSTEM)).body.LocationIndicatorActive).toBe(false);
    await client.close();
  });
});

function messageIds({ Events }: JsonObject): readonly unknown[] {
  return (Events as JsonObject[]).map(({ MessageId }) => MessageId);
}
