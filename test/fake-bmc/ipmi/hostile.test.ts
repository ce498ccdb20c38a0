// Packets that no decent console sends: random, cut short, altered, repeated, out of order, forged. Whatever comes, the service goes on,
// nothing happens to the host that was not proved and allowed, and nothing is kept of it.

import { describe, expect, test } from 'vitest';
import { formatIpmiRmcp, parseRmcp } from '../../../fake-bmc/ipmi/packets/rmcp.ts';
import {
  formatPlus,
  formatSessionless,
  PAYLOAD,
  parseSessionPacket,
} from '../../../fake-bmc/ipmi/packets/session-packet.ts';
import { endpointOf, IpmiConsole } from '../../kit/ipmi-console.ts';
import { fc } from '../../kit/property.ts';
import { ServedWorld } from '../../kit/served-world.ts';
import { RECORDED } from './recorded-exchange.ts';

const CHASSIS = 0x00;
const STATUS_IS_ON = '00 61004000';
const PEER = { address: '192.0.2.66', port: 6_666 };

/** Random bytes, alone and behind headers that let them deeper in. */
const packets = fc
  .tuple(fc.constantFrom('none', 'rmcp', 'ipmi15', 'plus', 'sealed'), fc.uint8Array({ maxLength: 120 }), fc.nat(0x3f))
  .map(([behind, bytes, payloadType]) => {
    const plus = { payloadType, sessionId: 0, sequence: 0, isEncrypted: false, payload: bytes };
    if (behind === 'rmcp') return formatIpmiRmcp(bytes);
    if (behind === 'ipmi15') return formatIpmiRmcp(formatSessionless(bytes));
    if (behind === 'plus') return formatIpmiRmcp(formatPlus(plus));
    if (behind === 'none') return bytes;
    const codeOf = (): Uint8Array => new Uint8Array(12);
    return formatIpmiRmcp(formatPlus({ ...plus, sessionId: payloadType + 1, sequence: 1, isEncrypted: true, codeOf }));
  });

/** What two other programs really said, altered. */
const altered = fc
  .tuple(fc.constantFrom(...Object.values(RECORDED)), fc.nat(200), fc.nat(0xff), fc.nat(200))
  .map(([packet, place, value, length]) => {
    const copy = packet.slice(0, Math.max(1, length));
    copy[place % copy.length] = value;
    return copy;
  });

describe('given a session and somebody else on the network', () => {
  test('whatever packets come from there, the host stays on, and the session works', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(packets, altered), { maxLength: 60 }), async (flood) => {
        const world = new ServedWorld();
        const endpoint = endpointOf(world);
        const console = await new IpmiConsole(world, endpoint).enter();
        for (const packet of flood) endpoint.receive(packet, PEER, () => undefined);
        world.wait(10);
        expect(await console.command(CHASSIS, 0x01)).toBe(STATUS_IS_ON);
        expect(endpoint.sessionsInUse).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  test('a packet of the session that was altered anywhere is not even answered', async () => {
    const world = new ServedWorld();
    const endpoint = endpointOf(world);
    const console = await new IpmiConsole(world, endpoint).enter();
    const packet = console.sealed(console.message(CHASSIS, 0x02, [0x00]));
    let answers = 0;
    // Behind the reserved byte and the sequence number of RMCP, which nobody looks at.
    for (let at = 3; at < packet.length; at++) {
      const copy = packet.slice();
      copy[at] = (copy[at] ?? 0) ^ 0x01;
      endpoint.receive(copy, PEER, () => answers++);
      endpoint.receive(packet.slice(0, at), PEER, () => answers++);
    }
    world.wait(10);
    expect(answers).toBe(0);
    expect(await world.ask({ ask: 'power' })).toMatchObject({ power: 'On' });
  });

  test('a command that was recorded does nothing when it is sent again', async () => {
    const world = new ServedWorld();
    const endpoint = endpointOf(world);
    const console = await new IpmiConsole(world, endpoint).enter();
    const off = console.sealed(console.message(CHASSIS, 0x02, [0x00]));
    expect(await console.exchange(off)).toHaveLength(1);
    world.wait(5);
    await console.command(CHASSIS, 0x02, [0x01]);
    world.wait(10);
    expect(await console.exchange(off)).toHaveLength(0);
    world.wait(5);
    expect(await console.command(CHASSIS, 0x01)).toBe(STATUS_IS_ON);
  });

  test('a session that is closed cannot be used again with what was recorded of it', async () => {
    const world = new ServedWorld();
    const endpoint = endpointOf(world);
    const console = await new IpmiConsole(world, endpoint).enter();
    const kept = console.sealed(console.message(CHASSIS, 0x02, [0x00]));
    await console.command(0x06, 0x3c, [...new Uint8Array(Uint32Array.of(console.managedId).buffer)]);
    await console.enter();
    expect(await console.exchange(kept)).toHaveLength(0);
    world.wait(5);
    expect(await console.command(CHASSIS, 0x01)).toBe(STATUS_IS_ON);
  });

  test('packets that overtake each other are answered each once, and those that lag too far not at all', async () => {
    const world = new ServedWorld();
    const console = await new IpmiConsole(world, endpointOf(world)).enter();
    const status = () => console.message(CHASSIS, 0x01, []);
    const answersTo = async (sequence: number): Promise<number> =>
      (await console.exchange(console.sealed(status(), sequence))).length;
    // The first of the session was spent on its privilege.
    expect([await answersTo(12), await answersTo(11), await answersTo(12), await answersTo(2)]).toEqual([1, 1, 0, 1]);
    expect([await answersTo(28), await answersTo(27), await answersTo(3)]).toEqual([0, 1, 0]);
  });

  test('what is neither authenticated nor encrypted is nothing to a session that agreed on both', async () => {
    const world = new ServedWorld();
    const console = await new IpmiConsole(world, endpointOf(world)).enter();
    const bare = formatPlus({
      ...{ payloadType: PAYLOAD.ipmi, sessionId: console.managedId, sequence: 2, isEncrypted: false },
      payload: console.message(CHASSIS, 0x02, [0x00]),
    });
    expect(await console.exchange(formatIpmiRmcp(bare))).toHaveLength(0);
    world.wait(5);
    expect(await console.command(CHASSIS, 0x01)).toBe(STATUS_IS_ON);
  });

  test('what is encrypted but not authenticated is nothing to it either', async () => {
    const world = new ServedWorld();
    const console = await new IpmiConsole(world, endpointOf(world)).enter();
    const packet = console.sealed(console.message(CHASSIS, 0x02, [0x00]));
    const parsed = parseSessionPacket(parseRmcp(packet)?.data ?? packet, () => 12);
    if (parsed?.format !== 'rmcpPlus') throw new Error('no packet of RMCP+');
    const { payloadType, sessionId, sequence, isEncrypted, payload } = parsed;
    const bare = formatPlus({ payloadType, sessionId, sequence, isEncrypted, payload });
    expect(await console.exchange(formatIpmiRmcp(bare))).toHaveLength(0);
    world.wait(5);
    expect(await console.command(CHASSIS, 0x01)).toBe(STATUS_IS_ON);
  });

  test('what says that it is encrypted is nothing to a session that agreed on no such thing', async () => {
    const world = new ServedWorld();
    const console = await new IpmiConsole(world, endpointOf(world, world.a1, [1])).enter({ suite: 1 });
    const plus = { payloadType: PAYLOAD.ipmi, sessionId: console.managedId, sequence: 2 };
    const payload = console.message(CHASSIS, 0x01, []);
    const answers = async (isEncrypted: boolean): Promise<number> =>
      (await console.exchange(formatIpmiRmcp(formatPlus({ ...plus, isEncrypted, payload })))).length;
    expect([await answers(true), await answers(false)]).toEqual([0, 1]);
  });

  test('a packet of the session whose number is that of packets outside of sessions is not answered', async () => {
    const world = new ServedWorld();
    const console = await new IpmiConsole(world, endpointOf(world)).enter();
    expect(await console.exchange(console.sealed(console.message(CHASSIS, 0x01, []), 0))).toHaveLength(0);
  });

  test('a controller without power, or behind a network that is down, says nothing until it is back', async () => {
    const world = new ServedWorld();
    const console = await new IpmiConsole(world, endpointOf(world)).enter();
    const fault = { name: 'unplugged', fault: 'bmcUnreachable', target: 'a1', forMs: 60_000 } as const;
    world.hosts.present(() => world.hosts.world.weather.strikeNow(fault));
    expect(await console.command(CHASSIS, 0x01)).toBe('silent');
    expect(await console.exchange(RECORDED.capabilitiesRequest)).toHaveLength(0);
    world.wait(200);
    expect(await console.exchange(RECORDED.capabilitiesRequest)).toHaveLength(1);
  });

  test('of a command that is repeated while it is in hand there is one', async () => {
    const world = new ServedWorld({ model: { traits: { messageMs: { kind: 'constant', value: 500 } } } });
    const console = await new IpmiConsole(world, endpointOf(world)).enter();
    const cycle = console.message(CHASSIS, 0x02, [0x02]);
    const first = console.exchange(console.sealed(cycle));
    const second = console.exchange(console.sealed(cycle));
    expect([(await first).length, (await second).length]).toEqual([1, 0]);
  });
});

describe('given more than a controller can take', () => {
  test('ten thousand questions at once are not all kept: 64 are answered', async () => {
    const world = new ServedWorld();
    const endpoint = endpointOf(world);
    let answers = 0;
    for (let index = 0; index < 10_000; index++) {
      endpoint.receive(RECORDED.capabilitiesRequest, PEER, () => answers++);
    }
    world.wait(1);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(answers).toBe(64);
    expect(await new IpmiConsole(world, endpoint).login()).toEqual({ step: 'done', privilege: 4 });
  });

  test('a controller that says nothing keeps nothing either', async () => {
    const world = new ServedWorld();
    const endpoint = endpointOf(world);
    const console = await new IpmiConsole(world, endpoint).enter();
    await console.command(0x06, 0x02);
    for (let index = 0; index < 1_000; index++) {
      endpoint.receive(RECORDED.capabilitiesRequest, PEER, () => undefined);
      if (index % 50 === 0) await Promise.resolve();
    }
    world.wait(120);
    expect(await console.login()).toEqual({ step: 'done', privilege: 4 });
  });
});
