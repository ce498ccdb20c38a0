// The services around a computer system: who may do what, tasks, events, updates, and the endpoint of all hosts.

import { describe, expect, test } from 'vitest';
import type { Listener } from '../../../fake-bmc/redfish/event-hub.ts';
import { isList, type JsonObject, parsed } from '../../../fake-bmc/redfish/json.ts';
import { messageNames, type Received, RedfishClient, type Sent } from '../../kit/redfish-client.ts';
import { CREDENTIALS } from '../../kit/served-world.ts';

const ROOT = '/redfish/v1';
const SYSTEM = `${ROOT}/Systems/a1`;
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;
const ACCOUNTS = `${ROOT}/AccountService/Accounts`;
const SUBSCRIPTIONS = `${ROOT}/EventService/Subscriptions`;
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
    const deliver = ({ address }: Extract<Listener, { kind: 'destination' }>, payload: string): void => {
      sent.push({ to: address, event: parsed(payload) as JsonObject });
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
    await client.app.listen({ host: '127.0.0.1', port: 0 });
    const address = client.app.server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const basic = Buffer.from(`${CREDENTIALS.user}:${CREDENTIALS.password}`).toString('base64');
    const headers = { authorization: `Basic ${basic}`, accept: 'text/event-stream' };
    const opening = fetch(`http://127.0.0.1:${port}${ROOT}/EventService/SSE`, { headers });
    let opened = false;
    void opening.finally(() => {
      opened = true;
    });
    while (!opened) {
      await new Promise((resolve) => setImmediate(resolve));
      client.world.wait(0.1);
    }
    const stream = await opening;
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream;charset=utf-8']);
    const own = await client.get(`${SUBSCRIPTIONS}/1`);
    expect([own.body.SubscriptionType, own.body.Destination]).toEqual(['SSE', null]);
    await client.post(`${ROOT}/EventService/Actions/EventService.SubmitTestEvent`, { Message: 'hello' });
    const reader = stream.body?.getReader();
    const told = new TextDecoder().decode((await reader?.read())?.value);
    expect(told).toMatch(/^id: 1\ndata: \{.*"Message":"hello".*\}\n\n$/);
    await client.send('DELETE', `${SUBSCRIPTIONS}/1`);
    expect((await reader?.read())?.done).toBe(true);
    expect(membersOf(await client.get(SUBSCRIPTIONS))).toEqual([]);
    await client.close();
  });
});

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
