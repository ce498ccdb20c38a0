// Whoever sends, and however much: what a controller keeps of it has a bound. And whatever an administrator says, it is answered, and the
// service goes on.

import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../fake-bmc/ipmi/commands/commands.ts';
import { cipherSuite } from '../../../fake-bmc/ipmi/crypto/cipher-suites.ts';
import { NO_SESSION_KEYS } from '../../../fake-bmc/ipmi/crypto/session-keys.ts';
import type { Endpoint } from '../../../fake-bmc/ipmi/endpoint.ts';
import { parseOpenSessionResponse } from '../../../fake-bmc/ipmi/packets/open-session.ts';
import { formatRakp1, parseRakp2 } from '../../../fake-bmc/ipmi/packets/rakp.ts';
import { formatIpmiRmcp, parseRmcp } from '../../../fake-bmc/ipmi/packets/rmcp.ts';
import { formatPlus, PAYLOAD, parseSessionPacket } from '../../../fake-bmc/ipmi/packets/session-packet.ts';
import { SessionTable } from '../../../fake-bmc/ipmi/session/session-table.ts';
import { LOG_ENTRIES_MOST } from '../../../sim/host/bmc/event-log.ts';
import { endpointOf, IpmiConsole } from '../../kit/ipmi-console.ts';
import { fc } from '../../kit/property.ts';
import { CREDENTIALS, ServedWorld } from '../../kit/served-world.ts';
import { RECORDED } from './recorded-exchange.ts';

const SESSIONS_MAX = 15;
const IN_HAND_MAX = 64;
const INACTIVE = 0x08;

describe('given a table of sessions', () => {
  const suite = cipherSuite(0);
  if (suite === undefined) throw new Error('there is suite 0');
  const HOLDER = {
    ...{ held: 1, peer: { address: '192.0.2.9', port: 1 } },
    account: { slot: 2, name: 'root', password: 'x', role: 'Administrator', enabled: true, mustChangePassword: false },
  } as const;

  test('when anything is begun, used, closed and left alone, then no more is kept than there are places', () => {
    const step = fc.record({
      does: fc.constantFrom('open', 'open', 'open', 'begin', 'give up', 'close', 'sweep'),
      pick: fc.nat(200),
      afterMs: fc.nat(20_000),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 80 }), (places, steps) => {
        const table = new SessionTable(places);
        const ids: number[] = [];
        let nowMs = 0;
        for (const { does, pick, afterMs } of steps) {
          nowMs += afterMs;
          const id = ids[pick % Math.max(1, ids.length)] ?? 0;
          const opening = table.opening(id, nowMs);
          if (does === 'open') {
            ids.push(ids.length + 1);
            table.open({ id: ids.length, consoleId: 1, suite, privilegeMax: 4, begunAtMs: nowMs });
          }
          if (does === 'begin' && opening !== undefined && !table.isFull)
            table.begin(opening, HOLDER, NO_SESSION_KEYS, nowMs);
          if (does === 'give up') table.giveUp(id);
          if (does === 'close') table.close(id);
          if (does === 'sweep') table.takeIdle(nowMs);
          const openings = ids.filter((each) => table.isTaken(each) && table.session(each) === undefined);
          expect(openings.length).toBeLessThanOrEqual(places);
          expect(table.inUse).toBeLessThanOrEqual(places);
          expect(new Set(table.all().map(({ handle }) => handle)).size).toBe(table.inUse);
          // Whoever has just begun has his place.
          if (does === 'open') expect(table.opening(ids.length, nowMs)?.id).toBe(ids.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** From somewhere that nobody else sends from. */
const peerNumbered = (number: number) => ({
  address: `198.51.${(number >> 8) & 0xff}.${number & 0xff}`,
  port: 1_024 + (number % 60_000),
});

/** Bytes that are others at every call, however many there are. */
function counted(): (length: number) => Uint8Array {
  let drawn = 0;
  return (length) => {
    drawn++;
    return Uint8Array.from({ length }, (_, at) => (at < 3 ? drawn >> (8 * at) : at));
  };
}

function setUp(payloadType: number, payload: Uint8Array): Uint8Array {
  return formatIpmiRmcp(formatPlus({ payloadType, sessionId: 0, sequence: 0, isEncrypted: false, payload }));
}

function payloadOf(packet: Uint8Array): Uint8Array {
  const parsed = parseSessionPacket(parseRmcp(packet)?.data ?? packet, () => 0);
  if (parsed?.format !== 'rmcpPlus') throw new Error('no packet of RMCP+');
  return parsed.payload;
}

/** What is said to packets that come one after the other, each from somewhere else. */
async function said(world: ServedWorld, endpoint: Endpoint, packets: readonly Uint8Array[]) {
  const answers: Uint8Array[] = [];
  for (const [index, packet] of packets.entries()) {
    endpoint.receive(packet, peerNumbered(index), (answer) => answers.push(answer));
    if (index % 32 !== 31) continue;
    world.wait(0.2);
    await settled();
  }
  world.wait(0.2);
  await settled();
  return answers;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}

describe('given a controller that anybody can reach', () => {
  test('when a thousand begin a session, then the last fifteen can go on with it, for a minute', async () => {
    const world = new ServedWorld();
    const endpoint = endpointOf(world, world.a1, [], counted());
    const opened = await said(world, endpoint, Array(1_000).fill(RECORDED.openSessionRequest));
    const ids = opened.map((answer) => {
      const response = parseOpenSessionResponse(payloadOf(answer));
      return response !== undefined && 'managedId' in response ? response.managedId : 0;
    });
    expect(new Set(ids).size).toBe(1_000);
    const goOn = async (): Promise<number> => {
      const packets = ids.map((managedId) =>
        setUp(
          PAYLOAD.rakp1,
          formatRakp1({ tag: 0, managedId, consoleRandom: new Uint8Array(16), role: 0x14, name: CREDENTIALS.user }),
        ),
      );
      const answers = (await said(world, endpoint, packets)).map((answer) => parseRakp2(payloadOf(answer)));
      const refused = answers.filter((answer) => answer !== undefined && 'status' in answer);
      expect(answers).toHaveLength(1_000);
      expect(refused.every((answer) => answer !== undefined && 'status' in answer && answer.status === INACTIVE)).toBe(
        true,
      );
      return answers.length - refused.length;
    };
    expect(await goOn()).toBe(SESSIONS_MAX);
    world.wait(60);
    expect(await goOn()).toBe(0);
    expect(endpoint.sessionsInUse).toBe(0);
  });

  test('when packets of any kind come from anywhere faster than it answers, then it has 64 in hand, and none after', async () => {
    const packet = fc.oneof(
      fc.constantFrom(...Object.values(RECORDED)),
      fc
        .tuple(fc.constantFrom(...Object.values(RECORDED)), fc.nat(200))
        .map(([whole, length]) => whole.subarray(0, length)),
      fc.uint8Array({ maxLength: 80 }).map((bytes) => formatIpmiRmcp(bytes)),
      fc.tuple(fc.nat(0x3f), fc.uint8Array({ maxLength: 60 })).map(([type, payload]) => setUp(type, payload)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { minLength: 1, maxLength: 40 }), async (kinds) => {
        const world = new ServedWorld({ model: { traits: { messageMs: { kind: 'constant', value: 500 } } } });
        const { kernel } = world.hosts.world;
        const endpoint = endpointOf(world);
        const before = kernel.pending;
        for (let round = 0; round < 20; round++) {
          for (const [index, kind] of kinds.entries()) endpoint.receive(kind, peerNumbered(index), () => undefined);
          await Promise.resolve();
          expect(kernel.pending - before).toBeLessThanOrEqual(IN_HAND_MAX);
        }
        world.wait(2);
        await settled();
        expect(kernel.pending).toBe(before);
        expect(endpoint.sessionsInUse).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test('when names that nobody has are tried without end, then a lock is kept, and not the names', async () => {
    const world = new ServedWorld({ model: { traits: { lockOut: { after: 5, forMs: 60_000 } } } });
    const endpoint = endpointOf(world);
    for (let tries = 0; tries < 300; tries++) await new IpmiConsole(world, endpoint).login({ user: `nobody-${tries}` });
    expect(await new IpmiConsole(world, endpoint).login()).toEqual({ step: 'rakp4', status: 0x0d });
    world.wait(61);
    expect(await new IpmiConsole(world, endpoint).login()).toEqual({ step: 'done', privilege: 4 });
  });
});

describe('given an administrator', () => {
  /** Those that end the conversation, or the power of what answers. */
  const ENDS_IT = new Set(['Cold Reset', 'Warm Reset', 'Close Session', 'Set Session Privilege Level']);
  const spoken = COMMANDS.filter(({ is }) => !ENDS_IT.has(is.name));
  const order = fc.tuple(
    fc.oneof(
      fc.constantFrom(...spoken).map(({ is }) => [is.networkFunction, is.command] as const),
      fc.tuple(
        fc.nat(0x1f).map((half) => half * 2),
        fc.integer({ min: 0x80, max: 0xff }),
      ),
    ),
    fc.oneof(
      fc.array(fc.nat(0xff), { maxLength: 40 }),
      // What passes more checks than chance does: small numbers, the channel, the marks of groups.
      fc.array(fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 0x0e, 0xdc, 0xff), { maxLength: 22 }),
    ),
  );

  test('whatever he says, in whatever order, is answered, and what is kept of it has a bound', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(order, { minLength: 1, maxLength: 40 }), async (orders) => {
        const world = new ServedWorld();
        const endpoint = endpointOf(world);
        const console = await new IpmiConsole(world, endpoint).enter();
        for (const [[networkFunction, command], data] of orders) {
          expect(await console.command(networkFunction, command, data)).toMatch(/^[0-9a-f]{2}( ([0-9a-f]{2})+)?$/);
        }
        expect(endpoint.sessionsInUse).toBe(1);
        const log = world.a1.told({ ask: 'log' });
        expect(log.kind === 'log' && log.entries.length).toBeLessThanOrEqual(LOG_ENTRIES_MOST);
      }),
      { numRuns: 150 },
    );
  });
});
