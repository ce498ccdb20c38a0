// Real, unmodified clients of IPMI over LAN against our server on a port of this machine: ipmitool, FreeIPMI's ipmipower,
// fence_ipmilan and pyghmi. What one of them does is confirmed by another.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveIpmi } from '../../fake-bmc/ipmi/server.ts';
import type { IpmiServer } from '../../fake-bmc/protocols.ts';
import { WallClock } from '../../fake-bmc/wall-clock.ts';
import type { BmcModelConfig } from '../../sim/config.ts';
import { type Ended, isInstalled, ran } from '../kit/client-program.ts';
import { CREDENTIALS, ServedWorld } from '../kit/served-world.ts';

const IPMITOOL = '/usr/bin/ipmitool';
const IPMIPOWER = '/usr/sbin/ipmipower';
const FENCE_IPMILAN = '/usr/sbin/fence_ipmilan';
const PYTHON = '/usr/bin/python3';
const PYGHMI = '/usr/lib/python3/dist-packages/pyghmi';

/** So that what takes a host seconds is over by the time that the next program has started. */
const SPEED = 50;
const ADDRESS = '127.0.0.1';
const { user, password } = CREDENTIALS;

interface Served {
  readonly port: number;
  readonly close: () => Promise<void>;
}

async function served(
  model: Partial<BmcModelConfig> = {},
  furtherCipherSuites: readonly number[] = [],
): Promise<Served> {
  const world = new ServedWorld({ model, speed: SPEED, clock: new WallClock() });
  const server: IpmiServer = await serveIpmi(world.a1, { address: ADDRESS, port: 0, furtherCipherSuites });
  return {
    port: server.port,
    close: async () => {
      await server.close();
      world.hosts.close();
    },
  };
}

function ipmitool({ port }: Served, words: string, options = '-C 17'): Promise<Ended> {
  const access = ['-I', 'lanplus', '-H', ADDRESS, '-p', `${port}`, '-U', user, '-P', password];
  return ran(IPMITOOL, [...access, ...options.split(' ').filter((word) => word !== ''), ...words.split(' ')]);
}

function ipmipower({ port }: Served, words: string): Promise<Ended> {
  const access = ['-D', 'LAN_2_0', '-h', `${ADDRESS}:${port}`, '-u', user, '-p', password];
  return ran(IPMIPOWER, [...access, ...words.split(' ')]);
}

function fence({ port }: Served, action: string, options: readonly string[] = []): Promise<Ended> {
  const access = ['-P', '-a', ADDRESS, '--ipport', `${port}`, '-l', user, '-p', password];
  return ran(FENCE_IPMILAN, [...access, ...options, '-o', action]);
}

/** Lines of Python with a command of pyghmi at hand; what they print. */
async function pyghmi({ port }: Served, lines: readonly string[]): Promise<readonly string[]> {
  const access = `bmc='${ADDRESS}', port=${port}, userid='${user}', password='${password}', keepalive=False`;
  const script = ['from pyghmi.ipmi import command', `bmc = command.Command(${access})`, ...lines].join('\n');
  const { output, errors } = await ran(PYTHON, ['-c', script]);
  return `${output}${errors}`.trim().split('\n');
}

describe.skipIf(!isInstalled(IPMITOOL))(`ipmitool (needs ${IPMITOOL})`, () => {
  let host: Served;
  beforeAll(async () => {
    host = await served();
  });
  afterAll(() => host.close());

  const ROWS: readonly { readonly words: string; readonly options?: string; readonly says: RegExp }[] = [
    { words: 'power status', options: '', says: /^Chassis Power is on$/m },
    { words: 'power status', options: '-C 3', says: /^Chassis Power is on$/m },
    { words: 'power status', options: '-C 17', says: /^Chassis Power is on$/m },
    { words: 'power status', options: '-C 3 -L USER', says: /^Chassis Power is on$/m },
    { words: 'mc info', says: /^Manufacturer ID +: 32473$/m },
    { words: 'mc guid', says: /^GUID Encoding +: IPMI$/m },
    { words: 'mc selftest', says: /^Selftest: passed$/m },
    { words: 'chassis status', says: /^System Power +: on$/m },
    { words: 'chassis identify 5', says: /interval: 5 seconds/ },
    { words: 'chassis policy always-on', says: /always-on/ },
    { words: 'chassis bootdev pxe options=efiboot', says: /^Set Boot Device to pxe$/m },
    { words: 'chassis bootparam get 5', says: /Force PXE/ },
    { words: 'sdr elist', says: /^CPU1 Temp +\| 03h \| ok +\| +3\.1 \| 52 degrees C$/m },
    { words: 'sdr type Fan', says: /^Fan4 +\| 08h \| ok +\| 29\.4 \| 6000 RPM$/m },
    { words: 'sensor list', says: /^Inlet Temp +\| 22\.000 +\| degrees C +\| ok +\|.*\| 38\.000 +\| 42\.000 +\| na/m },
    { words: 'sensor get Fan1', says: /Lower Critical +: 600\.000/ },
    { words: 'sel info', says: /^Version +: 1\.5 \(v1\.5, v2 compliant\)$/m },
    { words: 'event 1', says: /Upper Critical going high/ },
    { words: 'sel elist', says: /Temperature #0x30 \| Upper Critical going high \| Asserted/ },
    { words: 'fru print', says: /^ Product Asset Tag +: a1$/m },
    { words: 'user list 1', says: /^2 +root +true +true +true +ADMINISTRATOR$/m },
    { words: 'lan print 1', says: /^RMCP\+ Cipher Suites +: 3,17$/m },
    { words: 'channel info 1', says: /802\.3 LAN/ },
    { words: 'session info active', says: /^session type +: IPMIv2\/RMCP\+$/m },
    { words: 'dcmi power reading', says: /Instantaneous power reading: +320 Watts/ },
    { words: 'mc watchdog get', says: /Watchdog Timer Is: +Stopped/ },
  ];
  test.each(ROWS.map((row) => ({ options: '-C 17', ...row })))(
    '$words ($options)',
    async ({ words, options, says }) => {
      const { code, output, errors } = await ipmitool(host, words, options);
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(output).toMatch(says);
    },
  );

  const REFUSED: readonly {
    readonly what: string;
    readonly words?: string;
    readonly options: string;
    readonly says: RegExp;
  }[] = [
    { what: 'a wrong password', options: '-P guess', says: /Unable to establish IPMI v2 \/ RMCP\+ session/ },
    { what: 'an unknown name', options: '-U nobody', says: /Unable to establish IPMI v2 \/ RMCP\+ session/ },
    { what: 'suite 0', options: '-C 0', says: /no matching cipher suite/ },
    { what: 'suite 1', options: '-C 1', says: /no matching cipher suite/ },
    { what: 'serial over LAN', words: 'sol activate', options: '', says: /SOL payload disabled/ },
    { what: 'off as a user', words: 'power off', options: '-L USER', says: /Insufficient privilege level/ },
  ];
  test.each(REFUSED)('$what is refused', async ({ words = 'power status', options, says }) => {
    const { code, errors } = await ipmitool(host, words, options);
    expect(code).toBe(1);
    expect(errors).toMatch(says);
  });

  test('suite 0 works where somebody asked for it', async () => {
    const open = await served({}, [0]);
    const { output } = await ipmitool(open, 'power status', '-C 0');
    await open.close();
    expect(output).toMatch(/^Chassis Power is on$/m);
  });

  test('a user who is made, let in and enabled comes in with the rights that he was given', async () => {
    for (const words of [
      'user set name 3 guest',
      'user set password 3 guest-2026',
      'channel setaccess 1 3 ipmi=on privilege=3',
      'user enable 3',
    ]) {
      expect(await ipmitool(host, words)).toMatchObject({ code: 0 });
    }
    const asGuest = '-U guest -P guest-2026 -L OPERATOR';
    expect(await ipmitool(host, 'power status', asGuest)).toMatchObject({ code: 0 });
    expect((await ipmitool(host, 'user set name 4 other', asGuest)).code).toBe(1);
  });

  test.each([
    { quirk: 'only-cipher-17', options: '-C 3', says: /no matching cipher suite/ },
    { quirk: 'refuses-listed-cipher', options: '', says: /no matching cipher suite/ },
    { quirk: 'privilege-fails', options: '', says: /Set Session Privilege Level to ADMINISTRATOR failed/ },
    { quirk: 'ipmi-off', options: '-N 1 -R 1', says: /Unable to establish IPMI v2 \/ RMCP\+ session/ },
  ] as const)(
    'a controller with the quirk $quirk is told as ipmitool tells a real one',
    async ({ quirk, options, says }) => {
      const odd = await served({ quirks: [quirk] });
      const { code, errors } = await ipmitool(odd, 'power status', options);
      await odd.close();
      expect(code).toBe(1);
      expect(errors).toMatch(says);
    },
  );
});

describe.skipIf(![IPMITOOL, IPMIPOWER].every(isInstalled))(`ipmipower (needs ${IPMIPOWER})`, () => {
  test('what it switches, ipmitool sees, and the other way round', async () => {
    const host = await served();
    const seen: string[] = [];
    const see = async (ended: Promise<Ended>): Promise<void> => {
      seen.push((await ended).output.trim());
    };
    await see(ipmipower(host, '--stat'));
    await see(ipmipower(host, '--off --wait-until-off'));
    await see(ipmitool(host, 'power status'));
    await see(ipmitool(host, 'power on'));
    await see(ipmipower(host, '--on --wait-until-on'));
    await see(ipmipower(host, '--stat -I 17'));
    await host.close();
    expect(seen).toEqual([
      `${ADDRESS}: on`,
      `${ADDRESS}: ok`,
      'Chassis Power is off',
      'Chassis Power Control: Up/On',
      `${ADDRESS}: ok`,
      `${ADDRESS}: on`,
    ]);
  });
});

describe.skipIf(![IPMITOOL, FENCE_IPMILAN].every(isInstalled))(`fence_ipmilan (needs ${FENCE_IPMILAN})`, () => {
  test('status, off, on and reboot end as they should, and ipmitool sees what became of the host', async () => {
    const host = await served();
    const ends: (readonly [number, string])[] = [];
    for (const action of ['status', 'off', 'status', 'on', 'reboot'] as const) {
      const { code } = await fence(host, action);
      ends.push([code, (await ipmitool(host, 'power status')).output.trim()]);
    }
    await host.close();
    expect(ends).toEqual([
      [0, 'Chassis Power is on'],
      [0, 'Chassis Power is off'],
      [2, 'Chassis Power is off'],
      [0, 'Chassis Power is on'],
      [0, 'Chassis Power is on'],
    ]);
  }, 60_000);

  test('a host that is off later than the agent waits makes it fail, as hardware does', async () => {
    const slow = await served({ traits: { effectDelayMs: { kind: 'constant', value: 600_000 } } });
    const { code } = await fence(slow, 'off', ['--power-timeout', '2']);
    const { output } = await ipmitool(slow, 'power status');
    await slow.close();
    expect({ code, output: output.trim() }).toEqual({ code: 1, output: 'Chassis Power is on' });
  }, 60_000);
});

describe.skipIf(![IPMITOOL, PYGHMI].every(isInstalled))(`pyghmi (needs ${PYGHMI})`, () => {
  test('it reads and sets power, boot device, sensors, inventory, users and log, and ipmitool sees what it did', async () => {
    const host = await served();
    expect(
      await pyghmi(host, [
        "print(bmc.set_power('off', wait=20))",
        "print(bmc.set_bootdev('network'), bmc.get_bootdev()['bootdev'])",
        "print(bmc.get_health()['health'], len(list(bmc.get_sensor_data())))",
        "print([part['Asset Number'] for name, part in bmc.get_inventory()])",
        "print([user['name'] for user in bmc.get_users().values()])",
        "print([(entry['component'], entry['event']) for entry in bmc.get_event_log()])",
      ]),
    ).toEqual([
      "{'powerstate': 'off'}",
      "{'bootdev': 'network'} network",
      '0 19',
      "['a1']",
      "['root']",
      "[('Power Unit', 'Power off')]",
    ]);
    const { output } = await ipmitool(host, 'power status');
    await host.close();
    expect(output.trim()).toBe('Chassis Power is off');
  });
});
