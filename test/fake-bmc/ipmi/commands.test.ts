// Every command, byte by byte: what it says of a host, what it does to it, and what it refuses.

import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../fake-bmc/ipmi/commands/commands.ts';
import { recordId } from '../../../fake-bmc/ipmi/records/event-records.ts';
import { endpointOf, IpmiConsole } from '../../kit/ipmi-console.ts';
import { ServedWorld } from '../../kit/served-world.ts';

const CHASSIS = 0x00;
const SENSOR = 0x04;
const APPLICATION = 0x06;
const STORAGE = 0x0a;
const TRANSPORT = 0x0c;
const GROUP = 0x2c;

async function inSession(): Promise<{ readonly world: ServedWorld; readonly console: IpmiConsole }> {
  const world = new ServedWorld();
  return { world, console: await new IpmiConsole(world, endpointOf(world)).enter() };
}

type Said = readonly [networkFunction: number, command: number, data: readonly number[], answer: string];

/** A conversation: each line is a command and what is said to it, in order. */
const CONVERSATIONS: readonly { readonly about: string; readonly lines: readonly Said[] }[] = [
  {
    about: 'who it is',
    lines: [
      [APPLICATION, 0x01, [], '00 2001010002bfd97e00010000000000'],
      [APPLICATION, 0x04, [], '00 5500'],
      [APPLICATION, 0x2f, [], '00 08'],
      [CHASSIS, 0x00, [], '00 0020202020'],
      [CHASSIS, 0x07, [], '00 0000'],
    ],
  },
  {
    about: 'what is no command here',
    lines: [
      [APPLICATION, 0x7f, [], 'c1'],
      [0x30, 0x01, [1, 2, 3], 'c1'],
      [GROUP, 0x3e, [0x00, 0x02], 'c1'],
      [GROUP, 0x00, [0x03], 'c1'],
      [CHASSIS, 0x01, [0], 'c7'],
      [CHASSIS, 0x02, [], 'c7'],
    ],
  },
  {
    about: 'the identify light',
    lines: [
      [CHASSIS, 0x04, [5], '00'],
      [CHASSIS, 0x01, [], '00 61005000'],
      [CHASSIS, 0x04, [0, 1], '00'],
      [CHASSIS, 0x01, [], '00 61006000'],
      [CHASSIS, 0x04, [0], '00'],
      [CHASSIS, 0x01, [], '00 61004000'],
    ],
  },
  {
    about: 'what happens when power returns',
    lines: [
      [CHASSIS, 0x06, [0], '00 07'],
      [CHASSIS, 0x01, [], '00 01004000'],
      [CHASSIS, 0x06, [1], '00 07'],
      [CHASSIS, 0x01, [], '00 21004000'],
      [CHASSIS, 0x06, [2], '00 07'],
      [CHASSIS, 0x01, [], '00 41004000'],
      [CHASSIS, 0x06, [3], '00 07'],
      [CHASSIS, 0x01, [], '00 41004000'],
      [CHASSIS, 0x06, [4], 'cc'],
    ],
  },
  {
    about: 'boot options',
    lines: [
      [CHASSIS, 0x09, [5, 0, 0], '00 01052000000000'],
      [CHASSIS, 0x08, [0, 1], '00'],
      [CHASSIS, 0x09, [0, 0, 0], '00 010001'],
      [CHASSIS, 0x08, [4, 1, 1], '00'],
      [CHASSIS, 0x08, [4, 1], 'c7'],
      [CHASSIS, 0x08, [5, 0x80, 0x04, 0, 0, 0], '00'],
      [CHASSIS, 0x09, [5, 0, 0], '00 0105a004000000'],
      [CHASSIS, 0x08, [5, 0xe0, 0x08, 0, 0, 0], '00'],
      [CHASSIS, 0x09, [5, 0, 0], '00 0105e008000000'],
      [CHASSIS, 0x08, [5, 0x80, 0x14, 0, 0, 0], '00'],
      [CHASSIS, 0x09, [5, 0, 0], '00 0105a014000000'],
      [CHASSIS, 0x08, [5, 0x80, 0x18, 0, 0, 0], 'cc'],
      [CHASSIS, 0x08, [5, 0x00, 0x00, 0, 0, 0], '00'],
      [CHASSIS, 0x09, [5, 0, 0], '00 01052000000000'],
      [CHASSIS, 0x08, [5, 0x80], 'c7'],
      [CHASSIS, 0x08, [3, 0x08], '00'],
      [CHASSIS, 0x09, [3, 0, 0], '00 010308'],
      [CHASSIS, 0x09, [0x7e, 0, 0], '80'],
      [CHASSIS, 0x08, [0x7e, 0], '80'],
    ],
  },
  {
    about: 'the watchdog',
    lines: [
      [APPLICATION, 0x22, [], '80'],
      [APPLICATION, 0x24, [0x04, 0x01, 0, 0, 0x64, 0x00], '00'],
      [APPLICATION, 0x25, [], '00 0401000064006400'],
      [APPLICATION, 0x22, [], '00'],
      [APPLICATION, 0x24, [0x84, 0x00, 0, 0, 0x2c, 0x01], '00'],
      [APPLICATION, 0x25, [], '00 840000002c012c01'],
    ],
  },
  {
    about: 'users',
    lines: [
      [APPLICATION, 0x44, [1, 2], '00 10410034'],
      [APPLICATION, 0x44, [1, 3], '00 1081000f'],
      [APPLICATION, 0x44, [1, 17], 'cc'],
      [APPLICATION, 0x46, [2], `00 ${name('root')}`],
      [APPLICATION, 0x46, [3], `00 ${name('')}`],
      [APPLICATION, 0x45, [3, ...bytesOf('guest', 16)], '00'],
      [APPLICATION, 0x46, [3], `00 ${name('guest')}`],
      [APPLICATION, 0x44, [1, 3], '00 10810002'],
      [APPLICATION, 0x47, [3, 2, ...bytesOf('guest-2026', 16)], '00'],
      [APPLICATION, 0x43, [0x91, 3, 3], '00'],
      [APPLICATION, 0x44, [1, 3], '00 10420033'],
      [APPLICATION, 0x47, [3, 3, ...bytesOf('guest-2026', 16)], '00'],
      [APPLICATION, 0x47, [3, 3, ...bytesOf('guess', 16)], '80'],
      [APPLICATION, 0x47, [0x83, 3, ...bytesOf('guest-2026', 20)], '00'],
      [APPLICATION, 0x47, [3, 3, 1], 'c7'],
      [APPLICATION, 0x47, [3, 0], '00'],
      [APPLICATION, 0x44, [1, 3], '00 10810003'],
      [APPLICATION, 0x45, [3, ...bytesOf('visitor', 16)], '00'],
      [APPLICATION, 0x46, [3], `00 ${name('visitor')}`],
      [APPLICATION, 0x45, [3, ...bytesOf('', 16)], '00'],
      [APPLICATION, 0x46, [3], `00 ${name('')}`],
      [APPLICATION, 0x43, [0x91, 2, 2], 'd5'],
      [APPLICATION, 0x47, [2, 0], 'd5'],
      [APPLICATION, 0x43, [0x97, 2, 2], 'cc'],
      [APPLICATION, 0x43, [0x91, 2, 5], 'cc'],
      [APPLICATION, 0x43, [0x91, 17, 2], 'cc'],
    ],
  },
  {
    about: 'the channel',
    lines: [
      [APPLICATION, 0x42, [0x0e], '00 01040181f21b000000'],
      [APPLICATION, 0x42, [0x03], 'cc'],
      [APPLICATION, 0x41, [1, 0x40], '00 0204'],
      [APPLICATION, 0x4e, [0x0e], '00 01003f0000000000'],
      [APPLICATION, 0x4f, [0x0e, 0], '00 10'],
      [TRANSPORT, 0x02, [1, 3, 0, 0], '00 11c0000201'],
      [TRANSPORT, 0x02, [1, 8, 0, 0], '00 116f02'],
      [TRANSPORT, 0x02, [1, 22, 0, 0], '00 1102'],
      [TRANSPORT, 0x02, [1, 23, 0, 0], '00 11000311'],
      [TRANSPORT, 0x02, [1, 24, 0, 0], '00 11004400000000000000'],
      [TRANSPORT, 0x02, [1, 26, 0, 0], '00 11000000000000'],
      [TRANSPORT, 0x02, [0x81, 3, 0, 0], '00 11'],
      [TRANSPORT, 0x02, [1, 0x60, 0, 0], '80'],
      [TRANSPORT, 0x02, [2, 3, 0, 0], 'cc'],
    ],
  },
  {
    about: 'serial over LAN, which there is not',
    lines: [
      [APPLICATION, 0x48, [1, 1, 0xc6, 0, 0, 0], '81'],
      [APPLICATION, 0x49, [1, 1, 0, 0, 0, 0], '80'],
      [APPLICATION, 0x4a, [1], '00 000000'],
      [TRANSPORT, 0x22, [1, 1, 0, 0], '00 1100'],
      [TRANSPORT, 0x21, [1, 1, 1], '82'],
    ],
  },
  {
    about: 'DCMI',
    lines: [
      [GROUP, 0x01, [0xdc, 1], '00 dc010502000100'],
      [GROUP, 0x01, [0xdc, 2], '00 dc01050200820500'],
      [GROUP, 0x01, [0xdc, 9], 'cc'],
      [GROUP, 0x02, [0xdc, 2, 0, 0], 'cc'],
      [GROUP, 0x02, [0xdc, 1], 'c7'],
      [GROUP, 0x02, [0x00, 1, 0, 0], 'c1'],
      [GROUP, 0x03, [0xdc, 0, 0], '80'],
      [GROUP, 0x06, [0xdc, 0, 16], '00 dc026131'],
      [GROUP, 0x09, [0xdc, 4, 16], '00 dc066131'],
      [GROUP, 0x09, [0xdc, 7, 1], 'c9'],
      [GROUP, 0x09, [0xdc, 0, 17], 'c9'],
    ],
  },
  {
    about: 'sensors',
    lines: [
      [SENSOR, 0x2d, [1], '00 35c0c0'],
      [SENSOR, 0x2d, [2], '00 16c0c0'],
      [SENSOR, 0x27, [2], '00 18000000262a00'],
      [SENSOR, 0x25, [2, 0xff], '00 0101'],
      [SENSOR, 0x29, [2], '00 c080028002'],
      [SENSOR, 0x2b, [2], '00 c000000000'],
      [SENSOR, 0x2f, [2], '00 0101'],
      [SENSOR, 0x2d, [0xa1], '00 00c04080'],
      [SENSOR, 0x2f, [0xa1], '00 0c6f'],
      [SENSOR, 0x27, [0xa1], 'cd'],
      [SENSOR, 0x25, [0xa1, 0xff], 'cd'],
      [SENSOR, 0x2b, [0xa1], '00 c040000000'],
      [SENSOR, 0x2d, [0x7f], 'cb'],
      [SENSOR, 0x01, [], '00 2000'],
    ],
  },
  {
    about: 'the event log',
    lines: [
      [STORAGE, 0x40, [], '00 5100000020ffffffffffffffff02'],
      [STORAGE, 0x43, [0, 0, 0, 0, 0, 0xff], 'cb'],
      [STORAGE, 0x47, [0, 0, 0x43, 0x4c, 0x52, 0xaa], 'c5'],
      [STORAGE, 0x42, [], '00 0100'],
      [STORAGE, 0x47, [1, 0, 0x43, 0x4c, 0x52, 0x00], '00 01'],
      [STORAGE, 0x47, [9, 0, 0x43, 0x4c, 0x52, 0xaa], 'c5'],
      [STORAGE, 0x47, [1, 0, 0x43, 0x4c, 0x50, 0xaa], 'cc'],
      [STORAGE, 0x46, [1, 0, 1, 0], '80'],
      [SENSOR, 0x02, [0x04, 0x01, 0x30, 0x01, 0x09, 0xff, 0xff], '00'],
      [STORAGE, 0x43, [0, 0, 1, 0, 10, 6], 'c5'],
      [STORAGE, 0x43, [1, 0, 1, 0, 10, 6], '00 ffff01300109ffff'],
      [STORAGE, 0x44, [0, 0, 2, 0, 0, 0, 0, 0x20, 0, 4, 0x08, 0xa4, 0xef, 0x01, 0xff, 0xff], '00 0200'],
      [STORAGE, 0x43, [0, 0, 0xff, 0xff, 10, 6], 'c5'],
      [STORAGE, 0x43, [1, 0, 0xff, 0xff, 10, 6], '00 ffff08a4ef01ffff'],
      [STORAGE, 0x43, [1, 0, 0, 0, 0, 2], '00 02000100'],
      [STORAGE, 0x43, [1, 0, 0, 0, 16, 2], 'c9'],
      [STORAGE, 0x44, [0, 0, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 'cc'],
    ],
  },
  {
    about: 'FRU data',
    lines: [
      [STORAGE, 0x10, [1], 'cb'],
      [STORAGE, 0x11, [0, 0, 0, 8], '00 08010001040a0000f0'],
      [STORAGE, 0x11, [0, 0xff, 0xff, 8], 'c9'],
      [STORAGE, 0x11, [1, 0, 0, 8], 'cb'],
      [STORAGE, 0x12, [0, 0, 0, 1], '80'],
    ],
  },
];

describe('a conversation', () => {
  test.each(CONVERSATIONS)('about $about', async ({ lines }) => {
    const { console } = await inSession();
    const said: string[] = [];
    for (const [networkFunction, command, data] of lines) {
      said.push(await console.command(networkFunction, command, data));
    }
    expect(said).toEqual(lines.map(([, , , answer]) => answer));
  });
});

describe('the SDR repository', () => {
  test('is walked record by record, whole or in pieces, and says how many there are', async () => {
    const { console } = await inSession();
    const records: string[] = [];
    for (let next = 0; next !== 0xffff; ) {
      const answer = await console.command(STORAGE, 0x23, [0, 0, next & 0xff, next >> 8, 0, 0xff]);
      const bytes = Buffer.from(answer.slice(3), 'hex');
      next = bytes.readUInt16LE();
      records.push(bytes.subarray(2).toString('hex'));
    }
    const info = Buffer.from((await console.command(STORAGE, 0x20)).slice(3), 'hex');
    expect(info.readUInt16LE(1)).toBe(records.length);
    expect(records.every((record) => Number.parseInt(record.slice(8, 10), 16) === record.length / 2 - 5)).toBe(true);
    // The sensor of the air that comes in: number 2, entity 64.1, a temperature, thresholds at 38 and 42 degrees.
    expect(records[2]).toBe(
      [
        ...['030051', '01', '35', '200002', '4001', '7f56', '0101', '8002', '8032', '1800'],
        ...['800100', '00', '0100', '0000', '00', '00', '01', '160000', '7f80'],
        ...['002a26', '000000', '0101', '000000', 'ca', Buffer.from('Inlet Temp').toString('hex')],
      ].join(''),
    );
  });

  test('is read in pieces only by who has reserved it, until somebody else does', async () => {
    const { console } = await inSession();
    expect(await console.command(STORAGE, 0x23, [0, 0, 1, 0, 5, 4])).toBe('c5');
    expect(await console.command(STORAGE, 0x22)).toBe('00 0100');
    expect(await console.command(STORAGE, 0x23, [1, 0, 1, 0, 5, 4])).toBe('00 0200200000bf');
    expect(await console.command(STORAGE, 0x22)).toBe('00 0200');
    expect(await console.command(STORAGE, 0x23, [1, 0, 1, 0, 5, 4])).toBe('c5');
    expect(await console.command(STORAGE, 0x23, [2, 0, 0x77, 0, 0, 4])).toBe('cb');
  });
});

test('FRU data: the header and each area add up to nothing', async () => {
  const { console } = await inSession();
  const whole = Buffer.from((await console.command(STORAGE, 0x11, [0, 0, 0, 0xff])).slice(5), 'hex');
  const starts = [...whole.subarray(1, 6)].filter((start) => start > 0).map((start) => start * 8);
  const sums = [
    whole.subarray(0, 8),
    ...starts.map((start) => whole.subarray(start, start + (whole[start + 1] ?? 0) * 8)),
  ].map((part) => part.reduce((sum, byte) => (sum + byte) & 0xff, 0));
  expect(sums).toEqual([0, 0, 0, 0]);
});

describe('what happens to a host shows', () => {
  test('off: its fans stand, what nobody can read is not available, and the log tells it', async () => {
    const { console, world } = await inSession();
    await console.command(CHASSIS, 0x02, [0x00]);
    world.wait(5);
    expect(await console.command(SENSOR, 0x2d, [1])).toBe('00 02c0c0');
    expect(await console.command(SENSOR, 0x2d, [3])).toBe('00 00e0c0');
    expect(await console.command(SENSOR, 0x2d, [5])).toBe('00 00c0c0');
    expect(await console.command(STORAGE, 0x43, [0, 0, 0, 0, 0, 0xff])).toMatch(
      /^00 ffff010002[0-9a-f]{8}20000409e06f00ffff$/,
    );
    expect(await console.command(GROUP, 0x02, [0xdc, 1, 0, 0])).toMatch(/^00 dc0c000c000c000c00/);
  });

  test('a watchdog that nobody feeds resets the host, and says so', async () => {
    const { console, world } = await inSession();
    await console.command(APPLICATION, 0x24, [0x04, 0x03, 0, 0, 0x14, 0x00]);
    await console.command(APPLICATION, 0x22);
    world.wait(10);
    expect(await console.command(APPLICATION, 0x25)).toBe('00 0403001014001400');
    expect(await console.command(STORAGE, 0x43, [0, 0, 1, 0, 0, 0xff])).toMatch(/^00 ....0100.*23e36f03ffff$/);
  });

  test('a log that was cleared has one record, which says that it was', async () => {
    const { console, world } = await inSession();
    await console.command(CHASSIS, 0x02, [0x00]);
    world.wait(5);
    await console.command(STORAGE, 0x42);
    expect(await console.command(STORAGE, 0x47, [1, 0, 0x43, 0x4c, 0x52, 0xaa])).toBe('00 01');
    expect(await console.command(STORAGE, 0x43, [0, 0, 0, 0, 10, 6])).toBe('c5');
    expect(await console.command(STORAGE, 0x43, [0, 0, 0, 0, 0, 0xff])).toMatch(/^00 ffff0100.*10e46f02ffff$/);
    // One record, and the times of the latest and of the clearing, which are the same.
    expect(await console.command(STORAGE, 0x40)).toMatch(/^00 510100f01f((?!ffffffff).{8})\1(02)$/);
  });
});

test('records of the log are numbered anew before their numbers would mean the first or the last', () => {
  const numbers = [1, 0xfffe, 0xffff, 0x1_fffc, 0x1_fffd].map((id) => recordId({ id }));
  expect(numbers).toEqual([1, 0xfffe, 1, 0xfffe, 1]);
});

test('every command has a number of its own and a name', () => {
  const numbers = COMMANDS.map(({ is }) => (is.networkFunction << 8) | is.command);
  expect(new Set(numbers).size).toBe(COMMANDS.length);
  expect(new Set(COMMANDS.map(({ is }) => is.name)).size).toBe(COMMANDS.length);
});

function bytesOf(text: string, length: number): readonly number[] {
  return [...Buffer.from(text.padEnd(length, '\0'))];
}

function name(text: string): string {
  return Buffer.from(text.padEnd(16, '\0')).toString('hex');
}
