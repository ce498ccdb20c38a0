// Every quirk that shows in Redfish is seen on the wire: the same conversation with a plain controller and with one that has the quirk.

import { expect, test } from 'vitest';
import { isList, type Json, type JsonObject } from '../../../fake-bmc/redfish/json.ts';
import type { FaultName } from '../../../sim/faults/catalogue.ts';
import { QUIRKS, type QuirkName } from '../../../sim/host/bmc/quirks.ts';
import type { TraitChanges } from '../../../sim/host/bmc/traits.ts';
import { messageNames, type Received, RedfishClient, type Sent } from '../../kit/redfish-client.ts';

const SYSTEM = '/redfish/v1/Systems/a1';
const SETTINGS = `${SYSTEM}/Settings`;
const MANAGER = '/redfish/v1/Managers/a1';
const SESSIONS = '/redfish/v1/SessionService/Sessions';
const HOUR = 3600;
/** What the host draws tells whether its system runs. */
const DRAW = '/redfish/v1/Chassis/a1/Sensors/SystemPower';

/** What one conversation showed, line by line. */
class Talk {
  readonly client: RedfishClient;
  readonly seen: unknown[] = [];

  constructor(client: RedfishClient) {
    this.client = client;
  }

  wait(seconds: number): void {
    this.client.world.wait(seconds);
  }

  /** Status and messages of an answer; `silence` where there is none. */
  async says(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, sent: Sent = {}): Promise<void> {
    this.seen.push(told(await this.client.trySend(method, path, sent)));
  }

  async reset(ResetType: string): Promise<void> {
    await this.says('POST', `${SYSTEM}/Actions/ComputerSystem.Reset`, { body: { ResetType } });
  }

  async resetManager(): Promise<void> {
    await this.says('POST', `${MANAGER}/Actions/Manager.Reset`, { body: { ResetType: 'ForceRestart' } });
  }

  async boot(Boot: JsonObject, path = SYSTEM, sent: Sent = {}): Promise<void> {
    await this.says('PATCH', path, { ...sent, body: { Boot } });
  }

  /** The value of a property, by its path with slashes. */
  async value(path: string, property: string): Promise<void> {
    const { body } = await this.client.get(path);
    this.seen.push(property.split('/').reduce<Json | undefined>((value, name) => (value as JsonObject)?.[name], body));
  }

  async power(): Promise<void> {
    await this.value(SYSTEM, 'PowerState');
  }

  /** Off, and the 5 s that it takes, and a while. */
  async off(seconds = 10): Promise<void> {
    await this.client.post(`${SYSTEM}/Actions/ComputerSystem.Reset`, { ResetType: 'ForceOff' });
    this.wait(seconds);
  }

  async on(seconds: number): Promise<void> {
    await this.client.post(`${SYSTEM}/Actions/ComputerSystem.Reset`, { ResetType: 'On' });
    this.wait(seconds);
  }

  strike(faultClass: FaultName): void {
    const { world } = this.client.world.hosts;
    const fault = { id: 1_000_000, class: faultClass, subject: 0, bornAtMs: world.kernel.nowMs } as const;
    world.fleet.strike({ ...fault, level: 'person', durationMs: 1 });
  }
}

function told(received: Received | 'silence'): string {
  if (received === 'silence') return received;
  return [received.status, ...messageNames(received)].filter((part) => part !== '').join(' ');
}

interface Row {
  readonly quirk: QuirkName;
  readonly talk: (talk: Talk) => Promise<void>;
  readonly plain: readonly unknown[];
  readonly quirky: readonly unknown[];
  /** Besides what the quirk changes, for both. */
  readonly traits?: TraitChanges;
}

const ONCE = { BootSourceOverrideTarget: 'Pxe', BootSourceOverrideEnabled: 'Once' } as const;
const BOOTED_SECONDS = 200;

const ROWS: readonly Row[] = [
  {
    quirk: 'on-refused-after-off',
    talk: async (talk) => {
      await talk.off();
      await talk.reset('On');
    },
    plain: ['204'],
    quirky: ['409 ActionParameterValueConflict'],
  },
  { quirk: 'on-while-on-refused', talk: (talk) => talk.reset('On'), plain: ['204'], quirky: ['409 PSU501'] },
  {
    quirk: 'reset-while-off-refused',
    talk: async (talk) => {
      await talk.off();
      await talk.reset('ForceRestart');
    },
    plain: ['204'],
    quirky: ['400 InvalidOperationForSystemState'],
  },
  {
    quirk: 'second-change-refused',
    talk: async (talk) => {
      await talk.off();
      await talk.reset('On');
    },
    plain: ['204'],
    quirky: ['400 InvalidOperationForSystemState'],
  },
  {
    quirk: 'boot-refused-during-post',
    talk: async (talk) => {
      await talk.off();
      await talk.on(10);
      await talk.boot(ONCE);
    },
    plain: ['200'],
    quirky: ['400 UnableToModifyDuringSystemPOST'],
  },
  {
    quirk: 'boot-enabled-needs-target',
    talk: (talk) => talk.boot({ BootSourceOverrideEnabled: 'Once' }),
    plain: ['200'],
    quirky: ['400 PropertyNotWritable'],
  },
  {
    quirk: 'boot-mode-not-writable',
    talk: async (talk) => {
      await talk.boot({ ...ONCE, BootSourceOverrideMode: 'UEFI' });
      await talk.value(SYSTEM, 'Boot/BootSourceOverrideTarget');
    },
    plain: ['200', 'Pxe'],
    quirky: ['400 PropertyNotWritable', 'None'],
  },
  {
    quirk: 'boot-mode-resets',
    talk: async (talk) => {
      await talk.boot(ONCE);
      await talk.value(SYSTEM, 'Boot/BootSourceOverrideMode');
    },
    plain: ['200', 'UEFI'],
    quirky: ['200', 'Legacy'],
  },
  {
    quirk: 'boot-enabled-reverts',
    talk: async (talk) => {
      await talk.boot({ ...ONCE, BootSourceOverrideEnabled: 'Continuous' });
      await talk.boot({ BootSourceOverrideTarget: 'Hdd' });
      await talk.value(SYSTEM, 'Boot/BootSourceOverrideEnabled');
    },
    plain: ['200', '200', 'Continuous'],
    quirky: ['200', '200', 'Once'],
  },
  {
    quirk: 'no-boot-mode',
    talk: async (talk) => {
      await talk.value(SYSTEM, 'Boot/BootSourceOverrideMode');
      await talk.boot({ ...ONCE, BootSourceOverrideMode: 'UEFI' });
    },
    plain: ['UEFI', '200'],
    quirky: [undefined, '400 PropertyUnknown'],
  },
  {
    quirk: 'virtual-cd-is-usb',
    talk: async (talk) => {
      await talk.value(SYSTEM, 'Boot/BootSourceOverrideTarget@Redfish.AllowableValues');
      await talk.boot({ ...ONCE, BootSourceOverrideTarget: 'Cd' });
    },
    plain: [['None', 'Pxe', 'Hdd', 'Cd'], '200'],
    quirky: [['None', 'Pxe', 'Hdd', 'UsbCd'], '400 PropertyValueNotInList'],
  },
  {
    quirk: 'boot-once-ignored',
    talk: async (talk) => {
      await talk.boot(ONCE);
      await talk.off();
      await talk.on(BOOTED_SECONDS);
      await talk.value(DRAW, 'Reading');
    },
    // The one boots an agent that nobody waits for and stands there, the other its own system.
    plain: ['200', 180],
    quirky: ['200', 320],
  },
  {
    quirk: 'boot-needs-all-fields',
    talk: async (talk) => {
      await talk.boot(ONCE);
      await talk.boot({ ...ONCE, BootSourceOverrideMode: 'UEFI' });
    },
    plain: ['200', '200'],
    quirky: ['400 PropertyMissing', '200'],
  },
  {
    quirk: 'boot-through-settings',
    talk: async (talk) => {
      await talk.value(SYSTEM, '@Redfish.Settings/SettingsObject/@odata.id');
      await talk.boot(ONCE);
      await talk.boot(ONCE, SETTINGS);
    },
    plain: [undefined, '200', '404 ResourceMissingAtURI'],
    quirky: [SETTINGS, '400 PropertyNotWritable', '200'],
  },
  {
    quirk: 'boot-values-in-settings',
    talk: async (talk) => {
      await talk.value(SYSTEM, 'Boot/BootSourceOverrideTarget@Redfish.AllowableValues');
      await talk.value(SETTINGS, 'Boot/BootSourceOverrideTarget@Redfish.AllowableValues');
    },
    plain: [['None', 'Pxe', 'Hdd', 'Cd'], undefined],
    quirky: [undefined, ['None', 'Pxe', 'Hdd', 'Cd']],
  },
  {
    quirk: 'few-sessions',
    talk: async (talk) => {
      for (let login = 0; login < 8; login++) await talk.client.login();
      await talk.says('POST', SESSIONS, { auth: 'none', body: { UserName: 'root', Password: 'calvin-2026' } });
      await talk.says('GET', SYSTEM);
    },
    plain: ['201', '200'],
    quirky: ['503 RAC0218', '200'],
  },
  {
    quirk: 'no-logout',
    talk: async (talk) => {
      const auth = await talk.client.login();
      await talk.says('DELETE', `${SESSIONS}/1`, { auth });
      await talk.says('GET', SYSTEM, { auth });
    },
    plain: ['204', '401 NoValidSession'],
    quirky: ['405 OperationNotAllowed', '200'],
  },
  {
    quirk: 'not-ready-after-start',
    talk: async (talk) => {
      await talk.resetManager();
      talk.wait(100);
      await talk.says('GET', SYSTEM);
      await talk.says('GET', '/redfish/v1/', { auth: 'none' });
      talk.wait(200);
      await talk.says('GET', SYSTEM);
    },
    plain: ['204', '200', '200', '200'],
    quirky: ['204', '400 SWC0700', '400 SWC0700', '200'],
  },
  {
    quirk: 'no-system-after-job-clear',
    talk: async (talk) => {
      const clear = 'Oem/Dell/DellJobService/Actions/DellJobService.DeleteJobQueue';
      await talk.says('POST', `${MANAGER}/${clear}`, { body: { JobID: 'JID_CLEARALL' } });
      await talk.value('/redfish/v1/Systems', 'Members@odata.count');
      await talk.says('GET', SYSTEM);
      talk.wait(180);
      await talk.value('/redfish/v1/Systems', 'Members@odata.count');
    },
    // A plain controller has no job queue of Dell's.
    plain: ['404 ResourceMissingAtURI', 1, '200', 1],
    quirky: ['204', 0, '404 ResourceMissingAtURI', 1],
  },
  {
    quirk: 'busy-after-change',
    talk: async (talk) => {
      await talk.boot(ONCE);
      await talk.reset('ForceOff');
      talk.wait(30);
      await talk.reset('ForceOff');
    },
    plain: ['200', '204', '204'],
    quirky: ['200', '500 SYS518', '204'],
  },
  {
    quirk: 'hangs-until-reset',
    talk: async (talk) => {
      // Somebody comes and resets it some hours later.
      let received = await talk.client.get(SYSTEM);
      for (let hours = 0; hours < 240 && received.status === 200; hours += 2) {
        talk.wait(2 * HOUR);
        received = await talk.client.get(SYSTEM);
      }
      talk.seen.push(received.status, received.headers['content-type'], received.text.slice(0, 6));
    },
    plain: [200, 'application/json;charset=utf-8', '{"@oda'],
    quirky: [504, 'text/html', '<html>'],
    traits: { crashesPerDay: 1 },
  },
  {
    quirk: 'service-crashes',
    talk: async (talk) => {
      let broken = 0;
      for (let minute = 0; minute < 24 * 60; minute += 2) {
        talk.wait(120);
        const { status, body } = await talk.client.get(SYSTEM);
        if (status === 200 && body.PowerState === undefined) broken++;
      }
      talk.seen.push(broken > 0 ? 'some answers are no JSON' : 'all answers are JSON');
    },
    plain: ['all answers are JSON'],
    quirky: ['some answers are no JSON'],
  },
  {
    quirk: 'tasks-vanish',
    talk: async (talk) => {
      const update = '/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate';
      const { status, headers } = await talk.client.post(update, { ImageURI: 'http://images.example/bmc.bin' });
      talk.seen.push(status, headers.location);
      talk.wait(310);
      await talk.says('GET', headers.location ?? '');
    },
    plain: [202, '/redfish/v1/TaskService/TaskMonitors/1', '200'],
    quirky: [202, '/redfish/v1/TaskService/TaskMonitors/1', '404 ResourceMissingAtURI'],
  },
  {
    quirk: 'stale-health',
    talk: async (talk) => {
      talk.strike('diskFailure');
      await talk.value(SYSTEM, 'Status/Health');
      await talk.resetManager();
      talk.wait(500);
      await talk.value(SYSTEM, 'Status/Health');
    },
    plain: ['Critical', '204', 'Critical'],
    quirky: ['OK', '204', 'Critical'],
  },
  {
    quirk: 'no-health-while-off',
    talk: async (talk) => {
      await talk.off();
      await talk.value(SYSTEM, 'Status/Health');
      await talk.value('/redfish/v1/Chassis/a1/Sensors/Memory', 'Status/State');
    },
    plain: ['OK', 'Enabled'],
    quirky: [null, 'UnavailableOffline'],
  },
  {
    quirk: 'false-memory-alarm',
    talk: async (talk) => {
      talk.wait(7 * HOUR);
      await talk.value(SYSTEM, 'Status/Health');
    },
    plain: ['OK'],
    quirky: ['Critical'],
  },
  {
    quirk: 'says-on-while-off',
    talk: async (talk) => {
      await talk.off();
      await talk.power();
    },
    plain: ['Off'],
    quirky: ['On'],
  },
  {
    quirk: 'force-off-ignored',
    talk: async (talk) => {
      await talk.reset('ForceOff');
      talk.wait(30);
      await talk.power();
    },
    plain: ['204', 'Off'],
    quirky: ['204', 'On'],
  },
  {
    quirk: 'soft-off-needs-system',
    talk: async (talk) => {
      await talk.off();
      await talk.on(10);
      await talk.reset('GracefulShutdown');
      talk.wait(25);
      await talk.power();
    },
    plain: ['204', 'Off'],
    quirky: ['204', 'On'],
  },
  {
    quirk: 'soft-off-turns-hard',
    talk: async (talk) => {
      talk.strike('osHang');
      await talk.reset('GracefulShutdown');
      talk.wait(400);
      await talk.power();
    },
    plain: ['204', 'On'],
    quirky: ['204', 'Off'],
  },
  {
    quirk: 'graceful-restart-stays-off',
    talk: async (talk) => {
      await talk.reset('GracefulRestart');
      talk.wait(150);
      await talk.power();
    },
    plain: ['204', 'On'],
    quirky: ['204', 'Off'],
  },
  {
    quirk: 'some-resets-unknown',
    talk: async (talk) => {
      await talk.reset('PushPowerButton');
      const { body } = await talk.client.get(`${SYSTEM}/ResetActionInfo`);
      const [parameter] = isList(body.Parameters) ? body.Parameters : [];
      talk.seen.push(((parameter as JsonObject).AllowableValues as readonly string[]).length);
    },
    plain: ['204', 8],
    quirky: ['400 ActionParameterValueNotInList', 6],
  },
  { quirk: 'reset-without-answer', talk: (talk) => talk.resetManager(), plain: ['204'], quirky: ['silence'] },
  {
    quirk: 'reads-before-changes',
    talk: async (talk) => {
      await talk.resetManager();
      talk.wait(100);
      await talk.power();
      await talk.reset('ForceOff');
    },
    plain: ['204', 'On', '204'],
    quirky: ['204', 'On', '503 ServiceTemporarilyUnavailable'],
  },
  {
    quirk: 'flaps-after-update',
    talk: async (talk) => {
      const update = '/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate';
      await talk.says('POST', update, { body: { ImageURI: 'http://images.example/bmc.bin' } });
      talk.wait(250);
      // A reading without an answer takes a minute.
      await talk.says('GET', SYSTEM);
      await talk.says('GET', SYSTEM);
      talk.wait(30);
      await talk.says('GET', `${MANAGER}`);
    },
    plain: ['202', 'silence', '200', '200'],
    quirky: ['202', 'silence', '200', 'silence'],
  },
  {
    quirk: 'lockdown-ignores-resets',
    talk: async (talk) => {
      await talk.reset('PowerCycle');
      talk.wait(5.5);
      await talk.power();
    },
    plain: ['204', 'Off'],
    quirky: ['204', 'On'],
  },
  {
    quirk: 'restart-cuts-host-power',
    talk: async (talk) => {
      await talk.resetManager();
      talk.wait(120);
      await talk.power();
    },
    plain: ['204', 'On'],
    quirky: ['204', 'Off'],
  },
  {
    quirk: 'etag-weak-when-compressed',
    talk: async (talk) => {
      const { headers } = await talk.client.get(SYSTEM, { headers: { 'accept-encoding': 'gzip' } });
      talk.seen.push(headers['content-encoding'], headers.etag?.startsWith('W/'));
      await talk.boot(ONCE, SYSTEM, { headers: { 'if-match': headers.etag ?? '' } });
    },
    plain: [undefined, false, '200'],
    quirky: ['gzip', true, '412 PreconditionFailed'],
  },
  {
    quirk: 'etag-empty',
    talk: async (talk) => {
      const { headers, body } = await talk.client.get(SYSTEM);
      talk.seen.push(headers.etag?.length, String(body['@odata.etag']).length);
    },
    plain: [18, 18],
    quirky: [0, 0],
  },
  {
    quirk: 'etag-doubled-quotes',
    talk: async (talk) => {
      const { headers } = await talk.client.get(SYSTEM);
      const etag = headers.etag ?? '';
      talk.seen.push(etag.length);
      await talk.boot(ONCE, SYSTEM, { headers: { 'if-match': etag } });
    },
    plain: [18, '200'],
    quirky: [20, '200'],
  },
  {
    quirk: 'if-match-refused',
    talk: (talk) => talk.boot(ONCE, SYSTEM, { headers: { 'if-match': '*' } }),
    plain: ['200'],
    quirky: ['412 PreconditionFailed'],
  },
  {
    quirk: 'if-match-required',
    talk: async (talk) => {
      await talk.boot(ONCE);
      await talk.boot(ONCE, SYSTEM, { headers: { 'if-match': '*' } });
    },
    plain: ['200', '200'],
    quirky: ['428 PreconditionRequired', '200'],
  },
  {
    quirk: 'if-match-needs-session',
    talk: async (talk) => {
      const headers = { 'if-match': '*' };
      await talk.boot(ONCE, SYSTEM, { headers });
      await talk.boot(ONCE, SYSTEM, { headers, auth: await talk.client.login() });
    },
    plain: ['200', '200'],
    quirky: ['412 PreconditionFailed', '200'],
  },
  {
    quirk: 'refuses-identity-encoding',
    talk: (talk) => talk.says('GET', SYSTEM, { headers: { 'accept-encoding': 'identity' } }),
    plain: ['200'],
    quirky: ['406 HeaderInvalid'],
  },
  {
    quirk: 'extended-info-is-object',
    talk: async (talk) => {
      const { error } = (await talk.client.patch(SYSTEM, { Nonsense: 1 })).body;
      const info = (error as JsonObject)['@Message.ExtendedInfo'];
      const first = isList(info) ? info[0] : info;
      talk.seen.push(isList(info) ? 'list' : 'object', (first as JsonObject).MessageId);
    },
    plain: ['list', 'Base.1.19.0.PropertyUnknown'],
    quirky: ['object', 'PropertyUnknown'],
  },
  {
    quirk: 'links-and-macs-missing',
    talk: async (talk) => {
      await talk.value(SYSTEM, 'Links/ManagedBy');
      const { body } = await talk.client.get(`${SYSTEM}/EthernetInterfaces/NIC1`);
      talk.seen.push(String(body.MACAddress).length);
    },
    plain: [[{ '@odata.id': MANAGER }], 17],
    quirky: [undefined, 0],
  },
  {
    quirk: 'clock-wrong-after-start',
    talk: async (talk) => {
      await talk.resetManager();
      talk.wait(120);
      const { body } = await talk.client.get(MANAGER);
      const away = Date.parse(String(body.DateTime)) - talk.client.world.clock.nowMs();
      talk.seen.push(`${Math.round(away / 60_000)} min`);
    },
    plain: ['204', '0 min'],
    quirky: ['204', '-60 min'],
  },
  {
    quirk: 'boot-restoration-screen',
    talk: async (talk) => {
      for (let change = 0; change < 4; change++) await talk.boot({ BootSourceOverrideTarget: 'Hdd' });
      await talk.off();
      await talk.on(BOOTED_SECONDS);
      await talk.value(SYSTEM, 'BootProgress/LastState');
    },
    plain: ['200', '200', '200', '200', 'OSRunning'],
    quirky: ['200', '200', '200', '200', 'SystemHardwareInitializationComplete'],
  },
  {
    quirk: 'hangs-at-power-on',
    talk: async (talk) => {
      await talk.off();
      await talk.on(BOOTED_SECONDS);
      await talk.value(SYSTEM, 'BootProgress/LastState');
    },
    plain: ['OSRunning'],
    quirky: ['SystemHardwareInitializationComplete'],
  },
  {
    quirk: 'boot-job-too-late',
    talk: async (talk) => {
      await talk.off();
      await talk.boot(ONCE);
      await talk.on(BOOTED_SECONDS);
      await talk.value(DRAW, 'Reading');
    },
    plain: ['200', 180],
    quirky: ['200', 320],
  },
  {
    quirk: 'on-lost-while-shutting-down',
    talk: async (talk) => {
      await talk.reset('GracefulShutdown');
      await talk.reset('On');
      talk.wait(120);
      await talk.power();
    },
    plain: ['204', '204', 'On'],
    quirky: ['204', '204', 'Off'],
  },
  {
    quirk: 'silent-after-burst',
    talk: async (talk) => {
      for (let read = 0; read < 20; read++) await talk.client.get('/redfish', { auth: 'none' });
      await talk.says('GET', SYSTEM);
      const login = { protocol: 'ipmi', auth: 'session', who: 'root', keepsAlive: false, verifies: false } as const;
      for (let call = 0; call < 11; call++) await talk.client.world.ask({ ask: 'login' }, login);
      await talk.says('GET', SYSTEM);
    },
    plain: ['200', '200'],
    quirky: ['200', 'silence'],
  },
  {
    quirk: 'node-busy',
    talk: async (talk) => {
      const all = new Set<string>();
      for (let read = 0; read < 40; read++) all.add(told(await talk.client.get(SYSTEM)));
      talk.seen.push([...all].toSorted());
    },
    plain: [['200']],
    quirky: [['200', '503 ServiceTemporarilyUnavailable']],
  },
  {
    quirk: 'slow-power-cycle',
    talk: async (talk) => {
      await talk.reset('ForceOff');
      talk.wait(7);
      await talk.power();
      talk.wait(5);
      await talk.power();
    },
    plain: ['204', 'Off', 'Off'],
    quirky: ['204', 'On', 'Off'],
  },
  {
    quirk: 'capped-connections',
    talk: async (talk) => {
      const reads = Array.from({ length: 210 }, () => talk.client.get('/redfish', { auth: 'none' }));
      const statuses = (await Promise.all(reads)).map(({ status }) => status);
      talk.seen.push(statuses.filter((status) => status === 503).length);
    },
    plain: [0],
    quirky: [10],
    // All of them are in hand before the first is answered.
    traits: { answerMs: { kind: 'constant', value: 60_000 } },
  },
];

async function seenOf({ talk, traits = {} }: Row, quirks: readonly QuirkName[]): Promise<readonly unknown[]> {
  const client = await RedfishClient.of({ model: { quirks, traits } });
  const conversation = new Talk(client);
  await talk(conversation);
  await client.close();
  return conversation.seen;
}

test.each(ROWS)('$quirk', async (row) => {
  expect(await seenOf(row, [])).toEqual(row.plain);
  expect(await seenOf(row, [row.quirk])).toEqual(row.quirky);
});

test('every quirk that is not of IPMI, or of connections, is here', () => {
  const here = new Set(ROWS.map(({ quirk }) => quirk));
  const missing = QUIRKS.filter(({ name, wire }) => !here.has(name) && wire?.ipmi === undefined).map(
    ({ name }) => name,
  );
  expect(missing).toEqual(['closes-kept-alive', 'ipmi-off']);
});
