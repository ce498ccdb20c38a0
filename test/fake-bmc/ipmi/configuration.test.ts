// What consoles write and read back: the LAN, the channel, the clock, the boot options. What of it a start of the controller ends, and what
// it does to others.

import { describe, expect, test } from 'vitest';
import { endpointOf, IpmiConsole } from '../../kit/ipmi-console.ts';
import { SERVED_AT, ServedWorld } from '../../kit/served-world.ts';

const CHASSIS = 0x00;
const APPLICATION = 0x06;
const STORAGE = 0x0a;
const TRANSPORT = 0x0c;

async function inSession() {
  const world = new ServedWorld();
  const endpoint = endpointOf(world);
  return { world, endpoint, console: await new IpmiConsole(world, endpoint).enter() };
}

/** The controller starts anew, and whoever was in comes in again. */
async function restarted(world: ServedWorld, console: IpmiConsole): Promise<void> {
  await world.ask({ ask: 'resetController' });
  world.wait(120);
  await console.enter();
}

const setLan = (console: IpmiConsole, parameter: number, content: readonly number[], channel = 1) =>
  console.command(TRANSPORT, 0x01, [channel, parameter, ...content]);
const getLan = (console: IpmiConsole, parameter: number) => console.command(TRANSPORT, 0x02, [1, parameter, 0, 0]);

describe('given the configuration of the LAN', () => {
  test.each([
    { what: 'IP address', parameter: 3, content: [10, 0, 0, 9], told: '00 110a000009' },
    { what: 'address source DHCP', parameter: 4, content: [2], told: '00 1102' },
    { what: 'subnet mask', parameter: 6, content: [255, 255, 240, 0], told: '00 11fffff000' },
    { what: 'header', parameter: 7, content: [0x20, 0x40, 0x00], told: '00 11204000' },
    { what: 'ARP', parameter: 10, content: [3], told: '00 1103' },
    { what: 'ARP interval', parameter: 11, content: [9], told: '00 1109' },
    { what: 'gateway', parameter: 12, content: [10, 0, 0, 1], told: '00 110a000001' },
    { what: "gateway's MAC", parameter: 13, content: [2, 0, 0, 0, 0, 1], told: '00 11020000000001' },
    { what: 'backup gateway', parameter: 14, content: [10, 0, 0, 2], told: '00 110a000002' },
    { what: "backup gateway's MAC", parameter: 15, content: [2, 0, 0, 0, 0, 2], told: '00 11020000000002' },
    { what: 'community', parameter: 16, content: Array(18).fill(0x61), told: `00 11${'61'.repeat(18)}` },
    { what: 'VLAN 4094', parameter: 20, content: [0xfe, 0x8f], told: '00 11fe8f' },
    { what: 'no VLAN', parameter: 20, content: [0, 0], told: '00 110000' },
    { what: 'VLAN priority', parameter: 21, content: [7], told: '00 1107' },
    { what: 'no authentication of IPMI 1.5', parameter: 2, content: [0, 0, 0, 0, 0], told: '00 110000000000' },
  ])('when $what is written, then it is told, also after the next start of the controller', async (row) => {
    const { world, console } = await inSession();
    const { parameter, content, told } = row;
    expect(await setLan(console, parameter, content)).toBe('00');
    expect(await getLan(console, parameter)).toBe(told);
    await restarted(world, console);
    expect(await getLan(console, parameter)).toBe(told);
  });

  test.each([
    { what: 'the MAC', parameter: 5, content: [2, 0, 0, 0, 0, 1], says: '82' },
    { what: 'the port', parameter: 8, content: [0x6f, 0x02], says: '82' },
    { what: 'the kinds of authentication', parameter: 1, content: [4], says: '82' },
    { what: 'one of the kinds of authentication', parameter: 2, content: [0, 0, 0, 4, 0], says: 'cc' },
    { what: 'how many suites there are', parameter: 22, content: [1], says: '82' },
    { what: 'the list of suites', parameter: 23, content: [0, 3], says: '82' },
    { what: 'lock-outs', parameter: 26, content: [0, 3, 0, 0, 0, 0], says: '82' },
    { what: 'nothing that there is', parameter: 0x60, content: [0], says: '80' },
    { what: 'an address that is too short', parameter: 3, content: [10, 0, 0], says: 'c7' },
    { what: 'a mask with a hole', parameter: 6, content: [255, 0, 255, 0], says: 'cc' },
    { what: 'a source that there is not', parameter: 4, content: [3], says: 'cc' },
    { what: 'a packet that lives for no hop', parameter: 7, content: [0, 0, 0], says: 'cc' },
    { what: 'bits of ARP that there are not', parameter: 10, content: [4], says: 'cc' },
    { what: 'VLAN 0', parameter: 20, content: [0, 0x80], says: 'cc' },
    { what: 'VLAN 4095', parameter: 20, content: [0xff, 0x8f], says: 'cc' },
    { what: 'reserved bits of the VLAN', parameter: 20, content: [1, 0x90], says: 'cc' },
    { what: 'a VLAN priority of 8', parameter: 21, content: [8], says: 'cc' },
    {
      what: 'a level of a suite that there is not',
      parameter: 24,
      content: [0, 0x46, 0, 0, 0, 0, 0, 0, 0],
      says: 'cc',
    },
    { what: 'the reserved byte of suites', parameter: 24, content: [1, 0x44, 0, 0, 0, 0, 0, 0, 0], says: 'cc' },
    { what: 'a set that is to be committed', parameter: 0, content: [2], says: 'cc' },
    { what: 'two bytes where one belongs', parameter: 0, content: [1, 1], says: 'c7' },
    { what: 'another channel', parameter: 3, content: [10, 0, 0, 9], channel: 2, says: 'cc' },
  ])('when $what is written, then $says is said and all stays as it was', async (row) => {
    const { console } = await inSession();
    const { parameter, content, channel, says } = row;
    const before = await getLan(console, parameter);
    expect(await setLan(console, parameter, content, channel)).toBe(says);
    expect(await getLan(console, parameter)).toBe(before);
  });

  test('when addresses come from DHCP, then they are not written, until they are static again', async () => {
    const { console } = await inSession();
    await setLan(console, 4, [2]);
    const addresses = [3, 6, 12, 14].map((parameter) => [parameter, [255, 255, 255, 0]] as const);
    for (const [parameter, content] of addresses) expect(await setLan(console, parameter, content)).toBe('d5');
    await setLan(console, 4, [1]);
    for (const [parameter, content] of addresses) expect(await setLan(console, parameter, content)).toBe('00');
  });

  test('when a set is in progress, then nobody begins another, until it is complete or the controller starts', async () => {
    const { world, console } = await inSession();
    const begin = () => setLan(console, 0, [1]);
    expect([await begin(), await getLan(console, 0), await begin()]).toEqual(['00', '00 1101', '81']);
    expect([await setLan(console, 0, [0]), await getLan(console, 0), await begin()]).toEqual(['00', '00 1100', '00']);
    await restarted(world, console);
    expect(await getLan(console, 0)).toBe('00 1100');
  });

  test('when a level is written for each suite, then sessions of it go so far, and of one with none there are none', async () => {
    const { world, endpoint, console } = await inSession();
    const login = (suite: number, openPrivilege: number) =>
      new IpmiConsole(world, endpoint).login({
        suite,
        openPrivilege,
        privilege: openPrivilege === 0 ? 3 : openPrivilege,
      });
    // Suite 3 comes first in the list, in the lower half of the byte.
    expect(await setLan(console, 24, [0, 0x30, 0, 0, 0, 0, 0, 0, 0])).toBe('00');
    expect(await getLan(console, 24)).toBe('00 11003000000000000000');
    expect(await login(3, 2)).toEqual({ step: 'openSession', status: 0x11 });
    expect(await login(17, 4)).toEqual({ step: 'openSession', status: 0x0a });
    expect(await login(17, 0)).toEqual({ step: 'done', privilege: 3 });
    expect(await setLan(console, 24, [0, 0x55, 0, 0, 0, 0, 0, 0, 0])).toBe('00');
    expect(await login(3, 4)).toEqual({ step: 'done', privilege: 4 });
  });

  test('when somebody is no administrator, then he writes nothing', async () => {
    const { world, endpoint } = await inSession();
    const console = await new IpmiConsole(world, endpoint).enter({ privilege: 3 });
    expect(await setLan(console, 3, [10, 0, 0, 9])).toBe('d4');
    expect(await console.command(APPLICATION, 0x40, [1, 0, 0x82])).toBe('d4');
  });
});

describe('given the access to the channel', () => {
  const setAccess = (console: IpmiConsole, mode: number, limit: number) =>
    console.command(APPLICATION, 0x40, [1, mode, limit]);
  const kept = (console: IpmiConsole) => console.command(APPLICATION, 0x41, [1, 0x40]);
  const present = (console: IpmiConsole) => console.command(APPLICATION, 0x41, [1, 0x80]);

  test('when it is limited until the next start, then sessions go so far until that', async () => {
    const { world, endpoint, console } = await inSession();
    const login = () => new IpmiConsole(world, endpoint).login({ openPrivilege: 4 });
    expect(await setAccess(console, 0, 0x83)).toBe('00');
    expect([await present(console), await kept(console)]).toEqual(['00 0203', '00 0204']);
    expect(await login()).toEqual({ step: 'openSession', status: 0x0a });
    await restarted(world, console);
    expect(await login()).toEqual({ step: 'done', privilege: 4 });
    expect([await present(console), await kept(console)]).toEqual(['00 0204', '00 0204']);
  });

  test('when it is written for good, then it holds from the next start on', async () => {
    const { world, console } = await inSession();
    expect(await setAccess(console, 0x40 | 0x22, 0x43)).toBe('00');
    expect([await present(console), await kept(console)]).toEqual(['00 0204', '00 2203']);
    await world.ask({ ask: 'resetController' });
    world.wait(120);
    await console.login({ privilege: 3 });
    expect([await present(console), await kept(console)]).toEqual(['00 2203', '00 2203']);
  });

  test.each([
    { what: 'another channel', data: [2, 0x80 | 0x02, 0x84], says: 'cc' },
    { what: 'a channel that is shut', data: [1, 0x80 | 0x00, 0x84], says: '83' },
    { what: 'a channel that is open only before the boot', data: [1, 0x80 | 0x01, 0x84], says: '83' },
    { what: 'no level', data: [1, 0, 0x80], says: 'cc' },
    { what: 'a level that there is not', data: [1, 0, 0x85], says: 'cc' },
    { what: 'a reserved place for the mode', data: [1, 0xc2, 0], says: 'cc' },
    { what: 'a reserved place for the level', data: [1, 0, 0xc4], says: 'cc' },
    { what: 'nothing', data: [1, 0, 0], says: '00' },
  ])('when $what is asked for, then $says is said and all stays as it was', async ({ data, says }) => {
    const { console } = await inSession();
    expect(await console.command(APPLICATION, 0x40, data)).toBe(says);
    expect([await present(console), await kept(console)]).toEqual(['00 0204', '00 0204']);
  });

  test.each([0x00, 0xc0])('when it is read from place %i, which there is not, then that is said', async (place) => {
    const { console } = await inSession();
    expect(await console.command(APPLICATION, 0x41, [1, place])).toBe('cc');
  });
});

describe('given the clock of the controller', () => {
  const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
  const wire = (time: number) => [...new Uint8Array(Uint32Array.of(time).buffer)];
  const CLOCKS = [
    { name: 'the event log', get: 0x48, set: 0x49 },
    { name: 'the SDR repository', get: 0x28, set: 0x29 },
  ];

  test.each(CLOCKS)(
    'when it is set by the commands of $name, then it runs on from there, and both protocols tell it',
    async (row) => {
      const { world, console } = await inSession();
      const time = Date.UTC(2030, 0, 1) / 1000;
      const told = async (command: number) => {
        const answer = await console.command(STORAGE, command);
        return Buffer.from(answer.slice(3), 'hex').readUInt32LE() - time;
      };
      expect(await console.command(STORAGE, row.set, wire(time))).toBe('00');
      world.wait(100);
      for (const { get } of CLOCKS) expect(await told(get)).toBe(100);
      expect(seconds(world.a1.now())).toBe(time + 100);
      await console.command(CHASSIS, 0x02, [0x00]);
      world.wait(10);
      const log = await world.ask({ ask: 'log' });
      const [off] = log.kind === 'log' ? log.entries : [];
      expect(off && seconds(world.a1.dateOf(off.atMs))).toBe(time + 105);
      // It is set anew from where it stands, not from the truth.
      await console.command(STORAGE, row.set, wire(time));
      expect(await told(row.get)).toBe(0);
    },
  );

  test('when it starts, then it has the time of its network again', async () => {
    const { world, console } = await inSession();
    await console.command(STORAGE, 0x49, wire(1));
    await restarted(world, console);
    expect(Math.abs(seconds(world.a1.now()) - seconds(SERVED_AT))).toBeLessThan(200);
  });

  test('a time that is not known is none to be set', async () => {
    const { console } = await inSession();
    expect(await console.command(STORAGE, 0x49, [0xff, 0xff, 0xff, 0xff])).toBe('cc');
  });

  test.each([
    { what: 'two hours before UTC', data: [0x88, 0xff], says: '00', told: '00 88ff' },
    { what: 'a day after UTC', data: [0xa0, 0x05], says: '00', told: '00 a005' },
    { what: 'more than a day before UTC', data: [0x5f, 0xfa], says: 'cc', told: '00 0000' },
    { what: 'that nobody knows', data: [0xff, 0x07], says: '00', told: '00 ff07' },
  ])('when its place is told, $what, then $told is told', async ({ data, says, told }) => {
    const { console } = await inSession();
    expect(await console.command(STORAGE, 0x5d, data)).toBe(says);
    expect(await console.command(STORAGE, 0x5c)).toBe(told);
  });
});

describe('given boot options', () => {
  const set = (console: IpmiConsole, data: readonly number[]) => console.command(CHASSIS, 0x08, data);
  const get = (console: IpmiConsole, parameter: number) => console.command(CHASSIS, 0x09, [parameter, 0, 0]);
  const PXE = [5, 0x80, 0x04, 0, 0, 0];
  const NO_FLAGS = '00 01052000000000';

  test('flags that no start has used are over after a minute, and a command to the power gives them another', async () => {
    const { world, console } = await inSession();
    await set(console, PXE);
    world.wait(50);
    await console.command(CHASSIS, 0x02, [0x00]);
    world.wait(50);
    expect(await get(console, 5)).toBe('00 0105a004000000');
    world.wait(10);
    expect(await get(console, 5)).toBe(NO_FLAGS);
    expect(await world.ask({ ask: 'boot' })).toMatchObject({ boot: { target: 'None', enabled: 'Disabled' } });
  });

  test.each([
    { bit: 'time', byte: 0x08, told: '00 0105a004000000' },
    { bit: 'the watchdog', byte: 0x04, told: NO_FLAGS },
    { bit: 'anything else', byte: 0x13, told: NO_FLAGS },
  ])('where $bit does not end them, then after a minute $told is told', async ({ byte, told }) => {
    const { world, console } = await inSession();
    expect(await set(console, [3, byte])).toBe('00');
    await set(console, PXE);
    world.wait(50);
    await get(console, 5);
    world.wait(50);
    expect(await get(console, 5)).toBe(told);
  });

  test('a start of the controller forgets what is kept beside the flags', async () => {
    const { world, console } = await inSession();
    for (const data of [
      [0, 1],
      [0x83, 0x08],
      [1, 7],
      [4, 0xff, 0x1f],
    ])
      expect(await set(console, data)).toBe('00');
    const told = async () => [
      await get(console, 0),
      await get(console, 3),
      await get(console, 1),
      await get(console, 4),
    ];
    expect(await told()).toEqual(['00 010001', '00 018308', '00 010107', '00 0104001f']);
    await restarted(world, console);
    expect(await told()).toEqual(['00 010000', '00 010300', '00 010100', '00 01040000']);
    await set(console, PXE);
    world.wait(30);
    await get(console, 0);
    world.wait(30);
    expect(await get(console, 5)).toBe(NO_FLAGS);
  });

  test('the acknowledgement changes by the bits that are named', async () => {
    const { console } = await inSession();
    await set(console, [4, 0xff, 0x1f]);
    await set(console, [4, 0x03, 0x02]);
    expect(await get(console, 4)).toBe('00 0104001e');
  });

  test('bits of the flags that mean nothing here are told as they were written, as long as the flags are valid', async () => {
    const { world, console } = await inSession();
    await set(console, [5, 0xc0, 0xc7, 0x12, 0x34, 0x05]);
    expect(await get(console, 5)).toBe('00 0105e0c7123405');
    await set(console, [5, 0x80, 0xc7, 0x12, 0x34, 0x05]);
    world.wait(61);
    expect(await get(console, 5)).toBe(NO_FLAGS);
  });

  test.each([
    { what: 'bits of parameter 3 that there are not', data: [3, 0x20], says: 'cc' },
    { what: 'a commit', data: [0, 2], says: 'cc' },
    { what: 'too much', data: [0, 1, 1], says: 'c7' },
  ])('$what: $says', async ({ data, says }) => {
    const { console } = await inSession();
    expect(await set(console, data)).toBe(says);
  });

  test('a parameter is locked and unlocked, alone or with what is written', async () => {
    const { console } = await inSession();
    await set(console, [0x85]);
    expect(await get(console, 5)).toBe('00 01852000000000');
    await set(console, PXE);
    expect(await get(console, 5)).toBe('00 0105a004000000');
  });

  test('when a set is in progress, then nobody begins another until it is complete', async () => {
    const { console } = await inSession();
    expect([await set(console, [0, 1]), await set(console, [0, 1]), await get(console, 0)]).toEqual([
      '00',
      '81',
      '00 010001',
    ]);
    expect([await set(console, [0, 0]), await set(console, [0, 1])]).toEqual(['00', '00']);
  });
});
