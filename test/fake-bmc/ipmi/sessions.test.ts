// Who gets a session over IPMI, how far it reaches, and when it is over.

import { describe, expect, test } from 'vitest';
import { bytes32 } from '../../../fake-bmc/ipmi/packets/bytes.ts';
import { parseRequest } from '../../../fake-bmc/ipmi/packets/message.ts';
import { formatRakpProof, parseRakpProof } from '../../../fake-bmc/ipmi/packets/rakp.ts';
import { formatIpmiRmcp, formatPresencePing, parseRmcp } from '../../../fake-bmc/ipmi/packets/rmcp.ts';
import { formatPlus, PAYLOAD, parseSessionPacket } from '../../../fake-bmc/ipmi/packets/session-packet.ts';
import { Dialect } from '../../../fake-bmc/ipmi/session/dialect.ts';
import { hexText } from '../../kit/hex-bytes.ts';
import { endpointOf, IpmiConsole, type LoginOptions } from '../../kit/ipmi-console.ts';
import { CREDENTIALS, ServedWorld, type ServedWorldOptions } from '../../kit/served-world.ts';

const APPLICATION = 0x06;
const CHASSIS = 0x00;
const SET_PRIVILEGE = 0x3b;
const CLOSE_SESSION = 0x3c;
const STATUS_IS_ON = '00 61004000';

function consoleOf(options: ServedWorldOptions = {}, furtherSuites: readonly number[] = []) {
  const world = new ServedWorld(options);
  const endpoint = endpointOf(world, world.a1, furtherSuites);
  return { world, endpoint, console: new IpmiConsole(world, endpoint) };
}

async function withAccount(role: 'Administrator' | 'Operator' | 'ReadOnly') {
  const { world, endpoint } = consoleOf();
  const account = { name: 'guest', password: 'guest-2026', role };
  await world.ask({ ask: 'createAccount', account });
  return {
    world,
    endpoint,
    console: new IpmiConsole(world, endpoint),
    login: { user: 'guest', password: 'guest-2026' },
  };
}

describe('before a session', () => {
  test('a ping is answered', async () => {
    const { console } = consoleOf();
    const [pong] = await console.exchange(formatPresencePing(7));
    expect(pong && hexText(pong)).toBe('0600ff06000011be40070010000011be000000008100000000000000');
  });

  test.each([
    { what: 'capabilities, with those of IPMI 2.0', command: 0x38, data: [0x8e, 4], answer: '00 0180040200000000' },
    { what: 'capabilities of IPMI 1.5 alone', command: 0x38, data: [0x0e, 4], answer: '00 0100040000000000' },
    { what: 'capabilities of a channel that is not there', command: 0x38, data: [0x83, 4], answer: 'cc' },
    { what: 'cipher suites', command: 0x54, data: [0x0e, 0, 0x80], answer: '00 01c003014181c011034481' },
    { what: 'more cipher suites than there are', command: 0x54, data: [0x0e, 0, 0x81], answer: '00 01' },
    { what: 'cipher suites by algorithm', command: 0x54, data: [0x0e, 0, 0x00], answer: '00 010103414481' },
    { what: 'a challenge of IPMI 1.5', command: 0x39, data: new Array<number>(17).fill(0), answer: 'cc' },
    { what: 'a command for those in a session', command: 0x01, data: [], answer: 'd4' },
    { what: 'a command that there is not', command: 0x77, data: [], answer: 'd4' },
    { what: 'a command of another length', command: 0x38, data: [0x8e], answer: 'c7' },
  ])('$what: $answer', async ({ command, data, answer }) => {
    expect(await consoleOf().console.ask(APPLICATION, command, data)).toBe(answer);
  });

  test('the system tells its GUID, least significant byte first', async () => {
    const { world, console } = consoleOf();
    const reversed = world.a1.uuid.replaceAll('-', '').match(/../g)?.toReversed().join('');
    expect(await console.ask(APPLICATION, 0x37)).toBe(`00 ${reversed}`);
  });
});

describe('opening a session', () => {
  const rows: readonly { what: string; login: LoginOptions; further?: readonly number[]; outcome: object }[] = [
    { what: 'of suite 3', login: { suite: 3 }, outcome: { step: 'done', privilege: 4 } },
    { what: 'of suite 17', login: { suite: 17 }, outcome: { step: 'done', privilege: 4 } },
    { what: 'for an operator', login: { openPrivilege: 3, privilege: 3 }, outcome: { step: 'done', privilege: 3 } },
    { what: 'for more than was opened', login: { openPrivilege: 3 }, outcome: { step: 'rakp2', status: 0x0a } },
    { what: 'for a level that there is not', login: { openPrivilege: 6 }, outcome: { step: 'openSession', status: 9 } },
    { what: 'of suite 0', login: { suite: 0 }, outcome: { step: 'openSession', status: 0x11 } },
    { what: 'of suite 1', login: { suite: 1 }, outcome: { step: 'openSession', status: 0x11 } },
    { what: 'of suite 2', login: { suite: 2 }, outcome: { step: 'openSession', status: 0x11 } },
    {
      what: 'of suite 0 where it is asked for',
      login: { suite: 0 },
      further: [0],
      outcome: { step: 'done', privilege: 4 },
    },
    {
      what: 'of suite 1 where it is asked for',
      login: { suite: 1 },
      further: [1],
      outcome: { step: 'done', privilege: 4 },
    },
    {
      what: 'of suite 2 where it is asked for',
      login: { suite: 2 },
      further: [2],
      outcome: { step: 'done', privilege: 4 },
    },
    { what: 'in an unknown name', login: { user: 'nobody' }, outcome: { step: 'rakp2', status: 0x0d } },
    { what: 'without a name', login: { user: '' }, outcome: { step: 'rakp2', status: 0x0d } },
    { what: 'with a wrong password', login: { password: 'guess' }, outcome: { step: 'rakp4', status: 0x0f } },
    { what: 'with an empty password', login: { password: '' }, outcome: { step: 'rakp4', status: 0x0f } },
  ];
  test.each(rows)('$what: $outcome', async ({ login, further, outcome }) => {
    const { console } = consoleOf({}, further);
    expect(await console.login(login)).toEqual(outcome);
  });

  test.each([0, 1, 2, 15, 16])('where suite %i is asked for, it works', async (suite) => {
    const { console } = consoleOf({}, [suite]);
    await console.enter({ suite });
    expect(await console.command(CHASSIS, 0x01)).toBe(STATUS_IS_ON);
  });

  test.each([
    { what: 'none', alter: (code: Uint8Array) => code.subarray(0, 0) },
    { what: 'one that is cut short', alter: (code: Uint8Array) => code.subarray(0, code.length - 1) },
    { what: 'one with something behind it', alter: (code: Uint8Array) => Uint8Array.of(...code, 0) },
    {
      what: 'one that is wrong in its last bit',
      alter: (code: Uint8Array) => code.map((byte, at) => (at === code.length - 1 ? byte ^ 1 : byte)),
    },
  ])('with a proof that is none: $what', async ({ alter }) => {
    const { console } = consoleOf();
    const exchange = console.exchange.bind(console);
    let steps = 0;
    console.exchange = (packet, answers) => {
      if (++steps !== 3) return exchange(packet, answers);
      const parsed = parseSessionPacket(parseRmcp(packet)?.data ?? packet, () => 0);
      const proof = parsed?.format === 'rmcpPlus' ? parseRakpProof(parsed.payload) : undefined;
      if (proof === undefined) throw new Error('the third step is RAKP 3');
      const payload = formatRakpProof({ ...proof, code: alter(proof.code) });
      const plus = { payloadType: PAYLOAD.rakp3, sessionId: 0, sequence: 0, isEncrypted: false, payload };
      return exchange(formatIpmiRmcp(formatPlus(plus)), answers);
    };
    expect(await console.login()).toEqual({ step: 'rakp4', status: 0x0f });
  });

  test('in an unknown name, of a controller that has fallen silent', async () => {
    const { console, world } = consoleOf();
    const exchange = console.exchange.bind(console);
    let steps = 0;
    console.exchange = (packet, answers) => {
      const fault = { name: 'unplugged', fault: 'bmcUnreachable', target: 'a1', forMs: 60_000 } as const;
      if (++steps === 2) world.hosts.present(() => world.hosts.world.weather.strikeNow(fault));
      return exchange(packet, answers);
    };
    expect(await console.login({ user: 'nobody' })).toEqual({ step: 'rakp2', status: 'silent' });
  });

  test('a disabled account is nobody', async () => {
    const { console, world, login } = await withAccount('Operator');
    await world.ask({ ask: 'changeAccount', slot: 3, change: { enabled: false } });
    expect(await console.login(login)).toEqual({ step: 'rakp2', status: 0x0d });
  });

  test('after wrong passwords the right one does not help either, until the lock is over', async () => {
    const { world, console } = consoleOf({ model: { traits: { lockOut: { after: 3, forMs: 60_000 } } } });
    for (let tries = 0; tries < 3; tries++) {
      expect(await console.login({ password: 'guess' })).toEqual({ step: 'rakp4', status: 0x0f });
    }
    expect(await console.login()).toEqual({ step: 'rakp4', status: 0x0d });
    world.wait(60);
    expect(await console.login()).toEqual({ step: 'done', privilege: 4 });
  });

  test('names that there are not count towards the lock, too', async () => {
    const { console } = consoleOf({ model: { traits: { lockOut: { after: 3, forMs: 60_000 } } } });
    for (let tries = 0; tries < 3; tries++) await console.login({ user: 'nobody' });
    expect(await console.login()).toEqual({ step: 'rakp4', status: 0x0d });
  });
});

describe('the places of sessions', () => {
  test('a sixteenth session is refused, and a place is free again when one is closed', async () => {
    const { world, endpoint } = consoleOf();
    const consoles = Array.from({ length: 15 }, (_, index) => new IpmiConsole(world, endpoint, 41_000 + index));
    for (const each of consoles) await each.enter();
    const late = new IpmiConsole(world, endpoint);
    expect(await late.login()).toEqual({ step: 'openSession', status: 0x01 });
    const [first] = consoles;
    await first?.command(APPLICATION, CLOSE_SESSION, bytes32(first.managedId) as number[]);
    expect(await late.login()).toEqual({ step: 'done', privilege: 4 });
  });

  test('sessions that are never used any more make room after a minute', async () => {
    const { world, endpoint } = consoleOf();
    for (let index = 0; index < 15; index++) await new IpmiConsole(world, endpoint).enter();
    world.wait(61);
    expect(await new IpmiConsole(world, endpoint).login()).toEqual({ step: 'done', privilege: 4 });
    expect(endpoint.sessionsInUse).toBe(1);
  });

  test('whoever opens sessions and proves nothing takes no place of those who do', async () => {
    const { world, endpoint, console } = consoleOf();
    for (let index = 0; index < 100; index++) await new IpmiConsole(world, endpoint).login({ user: 'nobody' });
    expect(await console.login()).toEqual({ step: 'done', privilege: 4 });
  });

  test("they are the controller's: Redfish and IPMI share them, and an idle one is given back", async () => {
    const { world, endpoint, console } = consoleOf({ model: { traits: { sessionsMax: 1 } } });
    await console.enter();
    expect(await new IpmiConsole(world, endpoint).login()).toEqual({ step: 'rakp4', status: 0x01 });
    world.wait(61);
    endpoint.sweep();
    world.wait(1);
    expect(await world.ask({ ask: 'sessions' })).toEqual({ kind: 'sessions', sessions: [] });
    expect(await new IpmiConsole(world, endpoint).login()).toEqual({ step: 'done', privilege: 4 });
  });
});

describe('a session', () => {
  test('begins with the rights of a user, and is raised as far as its account goes', async () => {
    const { console, login } = await withAccount('Operator');
    expect(await console.login({ ...login, privilege: 4 })).toEqual({ step: 'rakp2', status: 0x0a });
    await console.login({ ...login, privilege: 3 });
    expect(await console.command(CHASSIS, 0x02, [0x05])).toBe('d4');
    expect(await console.command(APPLICATION, SET_PRIVILEGE, [4])).toBe('81');
    expect(await console.command(APPLICATION, SET_PRIVILEGE, [5])).toBe('80');
    expect(await console.command(APPLICATION, SET_PRIVILEGE, [3])).toBe('00 03');
    expect(await console.command(APPLICATION, SET_PRIVILEGE, [0])).toBe('00 03');
    expect(await console.command(CHASSIS, 0x02, [0x05])).toBe('00');
    expect(await console.command(APPLICATION, 0x02)).toBe('d4');
  });

  test('of a reader can read, and switches nothing', async () => {
    const { console, login } = await withAccount('ReadOnly');
    await console.enter({ ...login, privilege: 2 });
    expect(await console.command(CHASSIS, 0x02, [0x00])).toBe('d4');
    expect(await console.command(CHASSIS, 0x01)).toBe(STATUS_IS_ON);
  });

  test('is over when it is closed: what comes after is not answered', async () => {
    const { console, world } = consoleOf();
    await console.enter();
    expect(await console.command(APPLICATION, CLOSE_SESSION, [1, 2, 3, 4])).toBe('87');
    expect(await console.command(APPLICATION, CLOSE_SESSION, bytes32(console.managedId) as number[])).toBe('00');
    expect(await console.command(CHASSIS, 0x01)).toBe('silent');
    expect(await world.ask({ ask: 'sessions' })).toEqual({ kind: 'sessions', sessions: [] });
  });

  test('of somebody else can be closed by an administrator, and by nobody else', async () => {
    const { console, world, endpoint, login } = await withAccount('Operator');
    await console.enter({ ...login, privilege: 3 });
    const boss = await new IpmiConsole(world, endpoint).enter();
    const byHandle = (handle: number) => [0, 0, 0, 0, handle];
    expect(await console.command(APPLICATION, CLOSE_SESSION, byHandle(2))).toBe('d4');
    expect(await boss.command(APPLICATION, CLOSE_SESSION, byHandle(9))).toBe('88');
    expect(await boss.command(APPLICATION, CLOSE_SESSION, byHandle(1))).toBe('00');
    expect(await console.command(CHASSIS, 0x01)).toBe('silent');
    expect(await boss.command(CHASSIS, 0x01)).toBe(STATUS_IS_ON);
  });

  test('is over after a minute without a word, and goes on with one', async () => {
    const { console, world, endpoint } = consoleOf();
    await console.enter();
    for (let minutes = 0; minutes < 3; minutes++) {
      world.wait(50);
      endpoint.sweep();
      expect(await console.command(CHASSIS, 0x01)).toBe(STATUS_IS_ON);
    }
    world.wait(61);
    endpoint.sweep();
    expect(await console.command(CHASSIS, 0x01)).toBe('silent');
  });

  test('does not outlive a restart of the controller', async () => {
    const { console, world, endpoint } = consoleOf();
    await console.enter();
    expect(await console.command(APPLICATION, 0x02)).toBe('00');
    expect(await console.command(CHASSIS, 0x01)).toBe('silent');
    world.wait(120);
    expect(await console.command(CHASSIS, 0x01)).toBe('silent');
    expect(endpoint.sessionsInUse).toBe(0);
    expect(await console.login()).toEqual({ step: 'done', privilege: 4 });
  });

  test('tells of itself: who has it, from where, and what it is', async () => {
    const { console } = consoleOf();
    await console.enter();
    expect(await console.command(APPLICATION, 0x3d, [0])).toBe('00 010f01020411c0000207000000000000409c');
  });
});

describe('a step of a set-up that comes again', () => {
  /** What was sent in one login, step by step. */
  async function steps() {
    const { world, endpoint } = consoleOf();
    const console = new IpmiConsole(world, endpoint);
    const sent: Uint8Array[] = [];
    const exchange = console.exchange.bind(console);
    console.exchange = (packet, answers) => {
      sent.push(packet);
      return exchange(packet, answers);
    };
    const answersTo = async (packet: Uint8Array | undefined) =>
      (await exchange(packet ?? new Uint8Array(0))).map((answer) => hexText(answer));
    return { world, endpoint, console, sent, answersTo };
  }

  test('RAKP 1 gets the same answer, so that either of the two will do', async () => {
    const { console, sent, answersTo } = await steps();
    const original = console.exchange;
    let first: readonly string[] = [];
    let second: readonly string[] = [];
    console.exchange = async (packet, answers) => {
      const said = await original(packet, answers);
      if (sent.length === 2) {
        first = said.map((answer) => hexText(answer));
        second = await answersTo(packet);
      }
      return said;
    };
    expect(await console.login()).toEqual({ step: 'done', privilege: 4 });
    expect(second).toEqual(first);
  });

  test('RAKP 3 makes one session, and is said to be of none afterwards', async () => {
    const { console, sent, endpoint, world, answersTo } = await steps();
    const original = console.exchange;
    let again = 0;
    console.exchange = (packet, answers) => {
      const said = original(packet, answers);
      if (sent.length === 3) endpoint.receive(packet, console.peer, () => again++);
      return said;
    };
    expect(await console.login()).toEqual({ step: 'done', privilege: 4 });
    world.wait(1);
    expect({ again, sessions: endpoint.sessionsInUse }).toEqual({ again: 0, sessions: 1 });
    expect(await answersTo(sent[2])).toEqual([expect.stringContaining('03080000')]);
  });

  test('it comes too late after a minute', async () => {
    const { console, sent, world, answersTo } = await steps();
    const original = console.exchange;
    console.exchange = (packet, answers) => {
      if (sent.length === 2) world.wait(61);
      return original(packet, answers);
    };
    expect(await console.login()).toEqual({ step: 'rakp4', status: 0x08 });
    expect(await answersTo(sent[1])).toEqual([expect.stringContaining('02080000')]);
  });

  test('it is not answered when it says that it is encrypted, outside of any session', async () => {
    const { sent, console, answersTo } = await steps();
    await console.login();
    const opening = sent[0]?.slice() ?? new Uint8Array(0);
    expect(await answersTo(opening)).toHaveLength(1);
    opening[5] = 0x80 | (opening[5] ?? 0);
    expect(await answersTo(opening)).toEqual([]);
  });
});

test('a session lasts for more requests than there are numbers for them', async () => {
  const { console } = consoleOf();
  await console.enter();
  const answers = new Set<string>();
  for (let index = 0; index < 130; index++) answers.add(await console.command(CHASSIS, 0x01));
  expect(answers).toEqual(new Set([STATUS_IS_ON]));
});

test('who asked for cipher suites is remembered only among the last 64', () => {
  const { world } = consoleOf({ model: { quirks: ['privilege-fails'] } });
  const dialect = new Dialect(world.a1, [3], (length) => new Uint8Array(length));
  const { console } = consoleOf();
  const question = parseRequest(console.message(APPLICATION, 0x54, [0x0e, 0, 0x80]));
  if (question === undefined) throw new Error('no request');
  const peers = Array.from({ length: 65 }, (_, port) => ({ address: '192.0.2.9', port }));
  for (const peer of peers) dialect.ignores(question, peer);
  expect(peers.map((peer) => dialect.refusesPrivilege(peer)).indexOf(true)).toBe(1);
});

test('a password that was changed is the only one that counts', async () => {
  const { console, world } = consoleOf();
  await world.ask({ ask: 'changeAccount', slot: 2, change: { password: 'another-2026' } });
  expect(await console.login({ password: CREDENTIALS.password })).toEqual({ step: 'rakp4', status: 0x0f });
  expect(await console.login({ password: 'another-2026' })).toEqual({ step: 'done', privilege: 4 });
});

test.each([
  { what: 'its password is changed', request: { ask: 'changeAccount', slot: 3, change: { password: 'another-2026' } } },
  { what: 'it is disabled', request: { ask: 'changeAccount', slot: 3, change: { enabled: false } } },
  { what: 'it is somebody who only reads', request: { ask: 'changeAccount', slot: 3, change: { role: 'ReadOnly' } } },
  { what: 'it is deleted', request: { ask: 'deleteAccount', slot: 3 } },
] as const)('an account counts as it is when it proves itself: $what after RAKP 1', async ({ request }) => {
  const { console, world, login } = await withAccount('Operator');
  const exchange = console.exchange.bind(console);
  let steps = 0;
  console.exchange = async (packet, answers) => {
    if (++steps === 3) await world.ask(request);
    return exchange(packet, answers);
  };
  expect(await console.login({ ...login, privilege: 3 })).toEqual({ step: 'rakp4', status: 0x0f });
});
