// Quirks of controllers, seen on the wire of IPMI: what the same console hears from one that has the quirk, and from one that has not.

import { describe, expect, test } from 'vitest';
import type { QuirkName } from '../../../sim/host/bmc/quirks.ts';
import { endpointOf, IpmiConsole } from '../../kit/ipmi-console.ts';
import { ServedWorld } from '../../kit/served-world.ts';

const APPLICATION = 0x06;
const CHASSIS = 0x00;
const STATUS_IS_ON = '00 61004000';
const CIPHER_SUITES_ASKED = [0x0e, 0x00, 0x80] as const;
const DONE = { step: 'done', privilege: 4 };
const NO_SUITE = { step: 'openSession', status: 0x11 };

type Story = (console: IpmiConsole, world: ServedWorld) => Promise<unknown>;

async function told(quirks: readonly QuirkName[], story: Story): Promise<unknown> {
  const world = new ServedWorld({ model: { quirks } });
  return story(new IpmiConsole(world, endpointOf(world)), world);
}

async function both(console: IpmiConsole) {
  return [await console.login({ suite: 3 }), await console.login({ suite: 17 })];
}

/** Tries again while nothing or a refusal comes; how it ended, try by try. */
async function tries(count: number, attempt: () => Promise<string>): Promise<readonly string[]> {
  const ends: string[] = [];
  for (let index = 0; index < count; index++) ends.push(await attempt());
  return ends;
}

const ROWS: readonly {
  readonly id: string;
  readonly quirk: QuirkName;
  readonly what: string;
  readonly story: Story;
  readonly withIt: unknown;
  readonly without: unknown;
}[] = [
  {
    ...{ id: 'Q48', quirk: 'refuses-listed-cipher', what: 'suite 17 is listed, and refused' },
    story: async (console) => [
      await console.ask(APPLICATION, 0x54, [...CIPHER_SUITES_ASKED]),
      ...(await both(console)),
    ],
    withIt: ['00 01c003014181c011034481', DONE, NO_SUITE],
    without: ['00 01c003014181c011034481', DONE, DONE],
  },
  {
    ...{ id: 'Q49', quirk: 'privilege-fails', what: 'who asked for cipher suites first cannot raise its privilege' },
    story: async (console) => {
      await console.ask(APPLICATION, 0x54, [...CIPHER_SUITES_ASKED]);
      await console.login();
      return console.command(APPLICATION, 0x3b, [4]);
    },
    withIt: '80',
    without: '00 04',
  },
  {
    ...{ id: 'Q49', quirk: 'privilege-fails', what: 'who did not ask can, as ipmitool 1.8.18 does' },
    story: async (console) => {
      await console.login();
      return console.command(APPLICATION, 0x3b, [4]);
    },
    withIt: '00 04',
    without: '00 04',
  },
  {
    ...{ id: 'Q50', quirk: 'only-cipher-17', what: 'suite 3 is neither listed nor taken' },
    story: async (console) => [
      await console.ask(APPLICATION, 0x54, [...CIPHER_SUITES_ASKED]),
      ...(await both(console)),
    ],
    withIt: ['00 01c011034481', NO_SUITE, DONE],
    without: ['00 01c003014181c011034481', DONE, DONE],
  },
  {
    ...{ id: 'Q51', quirk: 'tells-no-ciphers', what: 'the question for cipher suites is not answered, all else is' },
    story: async (console) => [
      await console.ask(APPLICATION, 0x54, [...CIPHER_SUITES_ASKED]),
      await console.ask(APPLICATION, 0x38, [0x8e, 4]),
      await console.login(),
    ],
    withIt: ['silent', '00 0180040200000000', DONE],
    without: ['00 01c003014181c011034481', '00 0180040200000000', DONE],
  },
  {
    ...{ id: 'Q53', quirk: 'ipmi-off', what: 'nothing is answered at all' },
    story: async (console) => [await console.ask(APPLICATION, 0x38, [0x8e, 4]), await console.login()],
    withIt: ['silent', { step: 'openSession', status: 'silent' }],
    without: ['00 0180040200000000', DONE],
  },
];

describe('a quirk is seen on the wire', () => {
  test.each(ROWS)('$id $quirk: $what', async ({ quirk, story, withIt, without }) => {
    expect(await told([quirk], story)).toEqual(withIt);
    expect(await told([], story)).toEqual(without);
  });

  test('Q52 inactive-session: about one in five logins is told of an inactive session, and works the next time', async () => {
    const story: Story = (console) =>
      tries(60, async () => {
        const outcome = await console.login();
        if (outcome.step === 'done') await console.command(APPLICATION, 0x3c, idOf(console));
        return outcome.step === 'done' ? 'done' : `${outcome.step} ${outcome.status}`;
      });
    const ends = (await told(['inactive-session'], story)) as readonly string[];
    const inactive = ends.filter((end) => end === 'rakp2 8').length;
    expect(new Set(ends)).toEqual(new Set(['done', 'rakp2 8']));
    expect(inactive).toBeGreaterThan(3);
    expect(inactive).toBeLessThan(30);
    expect(new Set((await told([], story)) as readonly string[])).toEqual(new Set(['done']));
  });

  test('Q54 silent-after-burst: after ten logins in ten seconds nobody is answered for five minutes', async () => {
    const story: Story = async (console, world) => {
      const ends = await tries(12, async () => {
        const outcome = await console.login();
        if (outcome.step === 'done') await console.command(APPLICATION, 0x3c, idOf(console));
        return outcome.step;
      });
      const after = await console.ask(APPLICATION, 0x38, [0x8e, 4]);
      world.wait(300);
      return [ends.filter((end) => end === 'done').length, after, await console.ask(APPLICATION, 0x38, [0x8e, 4])];
    };
    expect(await told(['silent-after-burst'], story)).toEqual([10, 'silent', '00 0180040200000000']);
    expect(await told([], story)).toEqual([12, '00 0180040200000000', '00 0180040200000000']);
  });

  test('Q55 node-busy: some commands are refused with C0, and a session is set up all the same', async () => {
    const story: Story = async (console) => {
      await console.login();
      return tries(60, () => console.command(CHASSIS, 0x01));
    };
    const ends = (await told(['node-busy'], story)) as readonly string[];
    expect(new Set(ends)).toEqual(new Set(['c0', STATUS_IS_ON]));
    expect(new Set((await told([], story)) as readonly string[])).toEqual(new Set([STATUS_IS_ON]));
  });
});

const OWN_TIMES: readonly {
  readonly id: string;
  readonly quirk: QuirkName;
  readonly what: string;
  readonly story: Story;
  readonly withIt: unknown;
  readonly without: unknown;
}[] = [
  {
    ...{ id: 'Q2', quirk: 'on-while-on-refused', what: 'On while on' },
    story: (console) => console.command(CHASSIS, 0x02, [0x01]),
    ...{ withIt: 'd5', without: '00' },
  },
  {
    ...{ id: 'Q3', quirk: 'reset-while-off-refused', what: 'Off while off' },
    story: async (console, world) => {
      await console.command(CHASSIS, 0x02, [0x00]);
      world.wait(20);
      return console.command(CHASSIS, 0x02, [0x00]);
    },
    ...{ withIt: 'd5', without: '00' },
  },
  {
    ...{ id: 'Q5', quirk: 'boot-refused-during-post', what: 'boot flags while firmware starts the host' },
    story: async (console, world) => {
      await console.command(CHASSIS, 0x02, [0x03]);
      world.wait(5);
      return console.command(CHASSIS, 0x08, [0x05, 0x80, 0x04, 0, 0, 0]);
    },
    ...{ withIt: 'd5', without: '00' },
  },
  {
    ...{ id: 'Q18', quirk: 'not-ready-after-start', what: 'a login after a start of its own' },
    story: async (console, world) => {
      await console.command(APPLICATION, 0x02);
      world.wait(100);
      return console.login();
    },
    ...{ withIt: { step: 'rakp4', status: 0x01 }, without: DONE },
  },
  {
    ...{ id: 'Q33', quirk: 'reset-without-answer', what: 'a cold reset' },
    story: (console) => console.command(APPLICATION, 0x02),
    ...{ withIt: 'silent', without: '00' },
  },
  {
    ...{ id: 'Q36', quirk: 'lockdown-ignores-resets', what: 'off, which is said to be done' },
    story: async (console, world) => {
      const said = await console.command(CHASSIS, 0x02, [0x00]);
      world.wait(20);
      return [said, await console.command(CHASSIS, 0x01)];
    },
    ...{ withIt: ['00', STATUS_IS_ON], without: ['00', '00 60004000'] },
  },
  {
    ...{ id: 'Q16', quirk: 'few-sessions', what: 'a ninth session' },
    story: async (console) => {
      for (let index = 0; index < 8; index++) await console.login();
      return console.login();
    },
    ...{ withIt: { step: 'rakp4', status: 0x01 }, without: DONE },
  },
  {
    ...{ id: 'Q43', quirk: 'clock-wrong-after-start', what: 'the time of the event log after a start of its own' },
    story: async (console, world) => {
      await console.command(APPLICATION, 0x02);
      world.wait(120);
      await console.login();
      const answer = await console.command(0x0a, 0x48);
      const seconds = Buffer.from(answer.slice(3), 'hex').readUInt32LE();
      return Math.round((seconds - world.clock.nowMs() / 1000) / 60) | 0;
    },
    ...{ withIt: -60, without: 0 },
  },
];

describe('a quirk of the controller is seen through IPMI as well', () => {
  test.each(OWN_TIMES)('$id $quirk: $what', async ({ quirk, story, withIt, without }) => {
    const entered: Story = async (console, world) => {
      await console.enter();
      return story(console, world);
    };
    expect(await told([quirk], entered)).toEqual(withIt);
    expect(await told([], entered)).toEqual(without);
  });
});

function idOf({ managedId }: IpmiConsole): number[] {
  return [...new Uint8Array(Uint32Array.of(managedId).buffer)];
}
