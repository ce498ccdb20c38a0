// Real, unmodified clients of Redfish against our service on a port of this machine: fence_redfish, redfishtool, sushycli and sushy, the
// library that Ironic uses. What one of them does is confirmed by a client of IPMI or by another of Redfish.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FakeBmc, FakeBmcHost } from '../../fake-bmc/fake-bmc.ts';
import { type FakeBmcOptions, startFakeBmc } from '../../fake-bmc/start-fake-bmc.ts';
import type { BmcProfileName } from '../../sim/host/bmc/profiles.ts';
import { type Ended, isInstalled, ran } from '../kit/client-program.ts';
import { STEADY_HARDWARE, tinyWorld } from '../kit/tiny-world.ts';

const FENCE_REDFISH = '/usr/sbin/fence_redfish';
const REDFISHTOOL = '/usr/bin/redfishtool';
const SUSHYCLI = '/usr/bin/sushycli';
const IPMITOOL = '/usr/bin/ipmitool';
const PYTHON = '/usr/bin/python3';

const ADDRESS = '127.0.0.1';
const CREDENTIALS = { user: 'root', password: 'calvin-2026' };
const { user, password } = CREDENTIALS;

/** So that what takes a host seconds is over by the time that the next program has started. */
const SPEED = 50;

interface Served {
  readonly bmc: FakeBmc;
  readonly host: FakeBmcHost;
  readonly port: string;
}

async function served(options: Partial<FakeBmcOptions> = {}): Promise<Served> {
  const bmc = await startFakeBmc({ hosts: 1, speed: SPEED, credentials: CREDENTIALS, ...options });
  const [host] = bmc.hosts;
  if (host?.redfishUrl === undefined) throw new Error('a host is served');
  return { bmc, host, port: new URL(host.redfishUrl).port };
}

function fence({ port }: Served, action: string, secret = password): Promise<Ended> {
  const access = ['-a', ADDRESS, '--ipport', port, '-l', user, '-p', secret, '--ssl-insecure'];
  return ran(FENCE_REDFISH, [...access, '-o', action]);
}

function redfishtool({ port }: Served, words: string): Promise<Ended> {
  const access = ['-r', `${ADDRESS}:${port}`, '-u', user, '-p', password, '-S', 'Always', '-1'];
  return ran(REDFISHTOOL, [...access, ...words.split(' ')]);
}

/** The witness: another protocol, another program. */
async function power({ host }: Served): Promise<string> {
  const { address = ADDRESS, port = 0 } = host.ipmi ?? {};
  const access = ['-I', 'lanplus', '-C', '17', '-H', address, '-p', `${port}`, '-U', user, '-P', password];
  return (await ran(IPMITOOL, [...access, 'power', 'status'])).output.trim();
}

/** Asked until it says so; programs take their time, and so do hosts. */
async function comesTo(state: string, host: Served): Promise<void> {
  await expect.poll(() => power(host), { timeout: 20_000, interval: 200 }).toBe(`Chassis Power is ${state}`);
}

describe.skipIf(![FENCE_REDFISH, IPMITOOL].every(isInstalled))(
  `fence_redfish (needs ${FENCE_REDFISH} and ${IPMITOOL})`,
  () => {
    // Each has hosts of its own, and mostly waits.
    test.concurrent.each<BmcProfileName>(['generic', 'dell-idrac9'])(
      '%s: status, off, on and reboot, with its own time limits',
      async (profile) => {
        const host = await served({ profile });
        const ends: string[] = [];
        for (const action of ['status', 'off', 'status', 'on', 'reboot', 'monitor']) {
          const { code, output } = await fence(host, action);
          ends.push(`${action}: ${code} ${output.trim()}; ${await power(host)}`);
        }
        await host.bmc.close();
        expect(ends).toEqual([
          'status: 0 Status: ON; Chassis Power is on',
          'off: 0 Success: Powered OFF; Chassis Power is off',
          'status: 2 Status: OFF; Chassis Power is off',
          'on: 0 Success: Powered ON; Chassis Power is on',
          'reboot: 0 Success: Rebooted; Chassis Power is on',
          'monitor: 0 ; Chassis Power is on',
        ]);
      },
    );

    test.concurrent('a host that takes longer than its 20 s makes it fail, as on hardware', async () => {
      const slow = { ...STEADY_HARDWARE, powerOffMs: { kind: 'constant', value: 60_000 } } as const;
      const host = await served({ config: tinyWorld({ hardware: { steady: slow } }), speed: 1 });
      const { code, errors } = await fence(host, 'off');
      await host.bmc.close();
      expect(code).toBe(1);
      expect(errors).toMatch(/Timed out waiting to power OFF/);
    });

    test.concurrent('a wrong password switches nothing', async () => {
      const host = await served();
      const { code } = await fence(host, 'off', 'guess');
      const after = await power(host);
      await host.bmc.close();
      expect({ code, after }).toEqual({ code: 1, after: 'Chassis Power is on' });
    });
  },
);

describe.skipIf(![REDFISHTOOL, IPMITOOL].every(isInstalled))(
  `redfishtool (needs ${REDFISHTOOL} and ${IPMITOOL})`,
  () => {
    let host: Served;
    beforeAll(async () => {
      host = await served();
    });
    afterAll(() => host.bmc.close());

    test.each<readonly [string, RegExp]>([
      ['Systems setBootOverride Once Pxe', /"BootSourceOverrideTarget": "Pxe"/],
      ['Systems get -P Boot', /"BootSourceOverrideEnabled": "Once"/],
      ['Systems setAssetTag rack-7', /"AssetTag": "rack-7"/],
      ['Systems setIndicatorLed Lit', /"IndicatorLED": "Lit"/],
      ['Systems Processors list', /Processors/],
      ['Systems EthernetInterfaces list', /EthernetInterfaces/],
      ['Chassis Power', /PowerConsumedWatts/],
      ['Chassis Thermal', /ReadingCelsius/],
      ['Managers get', /"FirmwareVersion"/],
      ['AccountService adduser eve pass-word-7 Operator', /"UserName": "eve"/],
      ['AccountService get', /"LocalAccountAuth"|"ServiceEnabled"/],
      ['SessionService get', /"SessionTimeout"/],
    ])('%s', async (words, says) => {
      const { code, output, errors } = await redfishtool(host, words);
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(output).toMatch(says);
    });

    test('a reset type that is not offered is refused', async () => {
      expect((await redfishtool(host, 'Systems reset Suspend')).code).not.toBe(0);
      expect(await power(host)).toBe('Chassis Power is on');
    });

    // Last: a host that boots changes under the hands of who writes to it, who is then refused for an old ETag.
    test.each(['-A Basic', '-A Session'])('%s: reads and switches', async (auth) => {
      expect((await redfishtool(host, `${auth} Systems get -P PowerState`)).output).toMatch(/"PowerState": "On"/);
      expect((await redfishtool(host, `${auth} Systems reset ForceOff`)).code).toBe(0);
      await comesTo('off', host);
      expect((await redfishtool(host, `${auth} Systems reset On`)).code).toBe(0);
      await comesTo('on', host);
    });
  },
);

describe.skipIf(![SUSHYCLI, PYTHON, IPMITOOL].every(isInstalled))(
  `sushycli and sushy (need ${SUSHYCLI} and ${IPMITOOL})`,
  () => {
    let host: Served;
    let folder: string;
    beforeAll(async () => {
      host = await served();
      folder = mkdtempSync(join(tmpdir(), 'metaltwin-'));
      writeFileSync(join(folder, 'ca.pem'), host.bmc.certificate);
    });
    afterAll(async () => {
      await host.bmc.close();
      rmSync(folder, { recursive: true });
    });

    const sushycli = (words: string): Promise<Ended> => {
      const access = ['--username', user, '--password', password, '--service-endpoint', `${host.host.redfishUrl}`];
      return ran(SUSHYCLI, [...words.split(' '), ...access, '--tls-certificates', join(folder, 'ca.pem')]);
    };

    test.each<readonly [string, RegExp]>([
      ['system list', /\/redfish\/v1\/Systems\/host-0/],
      ['system power show', /PowerState\.ON/],
      ['system inventory show', /host-0/],
      ['manager list', /\/redfish\/v1\/Managers\/host-0/],
      ['chassis list', /Chassis/],
      ['version show', /1\.\d+\.\d+/],
    ])('sushycli %s', async (words, says) => {
      const { code, output, errors } = await sushycli(words);
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(output).toMatch(says);
    });

    test('sushycli switches off and on', async () => {
      expect((await sushycli('system power off')).code).toBe(0);
      await comesTo('off', host);
      expect((await sushycli('system power on')).code).toBe(0);
      await comesTo('on', host);
    });

    test('sushy logs in with a session, reads what Ironic reads, and sets the boot device', async () => {
      const { code, output, errors } = await ran(PYTHON, [
        '-c',
        `
import sys, sushy
from sushy import auth
root = sushy.Sushy(sys.argv[1], verify=sys.argv[4], auth=auth.SessionAuth(sys.argv[2], sys.argv[3]))
system = root.get_system(root.get_system_collection().members_identities[0])
print(system.power_state.value, system.memory_summary.size_gib > 0, system.processors.summary.count > 0)
print(sorted(mac == mac.lower() or len(mac) == 17 for mac in system.ethernet_interfaces.summary))
system.set_system_boot_options(sushy.BootSource.PXE, enabled=sushy.BootSourceOverrideEnabled.ONCE)
system.refresh()
print(system.boot.target.value, system.boot.enabled.value)
manager = system.managers[0]
print(manager.manager_type.value, manager.firmware_version != '')
`,
        `${host.host.redfishUrl}`,
        user,
        password,
        join(folder, 'ca.pem'),
      ]);
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(output.split('\n')).toEqual(['On True True', '[True, True]', 'Pxe Once', 'BMC True', '']);
    });
  },
);
