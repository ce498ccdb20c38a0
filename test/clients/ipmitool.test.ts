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
const BMC_CONFIG = '/usr/sbin/bmc-config';
const IPMI_CONFIG = '/usr/sbin/ipmi-config';
const BMC_DEVICE = '/usr/sbin/bmc-device';
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
  speed = SPEED,
): Promise<Served> {
  const world = new ServedWorld({ model, speed, clock: new WallClock() });
  const server: IpmiServer = await serveIpmi(world.a1, { address: ADDRESS, port: 0, furtherCipherSuites });
  return {
    port: server.port,
    close: async () => {
      await server.close();
      world.hosts.close();
    },
  };
}

/** @param words of the command, or one text with spaces between them. */
function ipmitool({ port }: Served, words: string | readonly string[], options = '-C 17'): Promise<Ended> {
  const access = ['-I', 'lanplus', '-H', ADDRESS, '-p', `${port}`, '-U', user, '-P', password];
  const command = typeof words === 'string' ? words.split(' ') : words;
  return ran(IPMITOOL, [...access, ...options.split(' ').filter((word) => word !== ''), ...command]);
}

/** One of FreeIPMI's programs. */
function freeipmi(program: string, { port }: Served, words: readonly string[]): Promise<Ended> {
  return ran(program, ['-D', 'LAN_2_0', '-h', `${ADDRESS}:${port}`, '-u', user, '-p', password, ...words]);
}

function ipmipower(host: Served, words: string): Promise<Ended> {
  return freeipmi(IPMIPOWER, host, words.split(' '));
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
    // Time does not end boot flags from here on: a minute of the host is little here.
    { words: 'raw 0x00 0x08 0x03 0x08', says: /^$/m },
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

const CONFIGURERS = [IPMITOOL, BMC_CONFIG, IPMI_CONFIG, BMC_DEVICE];

describe.skipIf(!CONFIGURERS.every(isInstalled))(
  `what is written by one program and read by another (needs ${CONFIGURERS})`,
  () => {
    let host: Served;
    beforeAll(async () => {
      host = await served();
    });
    afterAll(() => host.close());

    /** `Key Value` of the lines of a checked-out section that are no comments. */
    async function section(program: string, name: string, category: readonly string[] = []) {
      const { output } = await freeipmi(program, host, [...category, '-l', 'ADMIN', '--checkout', '-S', name]);
      return output
        .split('\n')
        .filter((line) => /^\t\w/.test(line))
        .map((line) => line.trim().replace(/\s+/, ' '));
    }

    test('ipmitool configures the LAN, and bmc-config reads it', async () => {
      for (const words of [
        'lan set 1 ipsrc static',
        'lan set 1 ipaddr 10.0.0.9',
        'lan set 1 netmask 255.255.240.0',
        'lan set 1 defgw ipaddr 10.0.0.1',
        'lan set 1 defgw macaddr 02:00:00:00:00:01',
        'lan set 1 bakgw ipaddr 10.0.0.2',
        'lan set 1 vlan id 42',
        'lan set 1 vlan priority 3',
        'lan set 1 arp interval 4',
      ]) {
        expect(await ipmitool(host, words)).toMatchObject({ code: 0, errors: '' });
      }
      expect(await section(BMC_CONFIG, 'Lan_Conf')).toEqual([
        'IP_Address_Source Static',
        'IP_Address 10.0.0.9',
        expect.stringMatching(/^MAC_Address 02:/),
        'Subnet_Mask 255.255.240.0',
        'Default_Gateway_IP_Address 10.0.0.1',
        'Default_Gateway_MAC_Address 02:00:00:00:00:01',
        'Backup_Gateway_IP_Address 10.0.0.2',
        'Backup_Gateway_MAC_Address 00:00:00:00:00:00',
      ]);
      expect(await section(BMC_CONFIG, 'Lan_Conf_Misc')).toContain('Gratuitous_ARP_Interval 7');
      const { output } = await ipmitool(host, 'lan print 1');
      expect(output).toMatch(/^802\.1q VLAN ID +: 42$/m);
      expect(output).toMatch(/^802\.1q VLAN Priority +: 3$/m);
    });

    test('bmc-config commits an address and limits the channel, and ipmitool reads them', async () => {
      const pairs = ['Lan_Conf:IP_Address=10.0.0.77', 'Lan_Channel:Non_Volatile_Channel_Privilege_Limit=Operator'];
      const words = ['-l', 'ADMIN', '--commit', ...pairs.flatMap((pair) => ['-e', pair])];
      expect(await freeipmi(BMC_CONFIG, host, words)).toMatchObject({ code: 0, errors: '' });
      expect((await ipmitool(host, 'lan print 1')).output).toMatch(/^IP Address +: 10\.0\.0\.77$/m);
      expect((await ipmitool(host, 'raw 0x06 0x41 0x01 0x40')).output.trim()).toBe('02 03');
      expect(await ipmitool(host, 'lan set 1 access on')).toMatchObject({ code: 0 });
    });

    test('ipmitool and bmc-device set the clock, each reads what the other has set, and the log has that time', async () => {
      expect(await ipmitool(host, ['sel', 'time', 'set', '01/02/30 03:04:05'])).toMatchObject({ code: 0, errors: '' });
      const read = await freeipmi(BMC_DEVICE, host, ['-l', 'ADMIN', '--get-sel-time']);
      expect(read.output).toMatch(/^SEL Time : 01\/02\/2030 - 03:0\d:\d\d$/m);
      const set = ['-l', 'ADMIN', '--set-sel-time=03/04/2031 - 05:06:07'];
      expect(await freeipmi(BMC_DEVICE, host, set)).toMatchObject({ code: 0 });
      expect((await ipmitool(host, 'sel time get')).output).toMatch(/^03\/04\/31 05:0\d:\d\d UTC$/m);
      await ipmitool(host, 'event 1');
      expect((await ipmitool(host, 'sel elist')).output).toMatch(/\| 03\/04\/31 \| 05:/);
    });

    test('ipmi-config sets boot flags that ipmitool reads, and the other way round', async () => {
      await ipmitool(host, 'raw 0x00 0x08 0x03 0x08');
      const pairs = ['Boot_Device=CD-DVD', 'Boot_Flags_Persistent=Yes', 'Screen_Blank=Yes'];
      const flags = pairs.flatMap((pair) => ['-e', `Chassis_Boot_Flags:${pair}`]);
      const chassis = ['--category=chassis'];
      expect(await freeipmi(IPMI_CONFIG, host, [...chassis, '-l', 'ADMIN', '--commit', ...flags])).toMatchObject({
        code: 0,
      });
      const { output } = await ipmitool(host, 'chassis bootparam get 5');
      for (const line of ['Options apply to all future boots', 'Screen blank', 'Force Boot from CD/DVD']) {
        expect(output).toContain(line);
      }
      await ipmitool(host, 'chassis bootdev disk');
      expect(await section(IPMI_CONFIG, 'Chassis_Boot_Flags', chassis)).toEqual(
        expect.arrayContaining(['Boot_Device HARD-DRIVE', 'Boot_Flags_Persistent No', 'Screen_Blank No']),
      );
    });

    test('boot flags are over after a minute, unless time is told not to end them, as Ironic and pyghmi do first', async () => {
      // A minute is over by the time that the next program has started.
      const quick = await served({}, [], 3_000);
      const flags = async () => (await ipmitool(quick, 'chassis bootparam get 5')).output.match(/Boot Flag \w+/)?.[0];
      await ipmitool(quick, 'chassis bootdev pxe');
      const forgotten = await flags();
      await ipmitool(quick, 'raw 0x00 0x08 0x03 0x08');
      await ipmitool(quick, 'chassis bootdev pxe');
      const kept = await flags();
      await quick.close();
      expect({ forgotten, kept }).toEqual({ forgotten: 'Boot Flag Invalid', kept: 'Boot Flag Valid' });
    });
  },
);

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
