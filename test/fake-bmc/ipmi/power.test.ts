// Power over IPMI, from the first packet to the last: sessions of both cipher suites, and a host that takes its time.

import { describe, expect, test } from 'vitest';
import { endpointOf, IpmiConsole } from '../../kit/ipmi-console.ts';
import { ServedWorld } from '../../kit/served-world.ts';

const CHASSIS = 0x00;

describe.each([3, 17])('given a session of cipher suite %i', (suite) => {
  test('when the host is switched off and on, then every status is right at its time', async () => {
    const world = new ServedWorld();
    const console = await new IpmiConsole(world, endpointOf(world)).enter({ suite });
    const status = () => console.command(CHASSIS, 0x01);

    expect(await status()).toBe('00 61004000');
    expect(await console.command(CHASSIS, 0x02, [0x00])).toBe('00');
    expect(await status()).toBe('00 61004000');
    world.wait(5);
    expect(await status()).toBe('00 60004000');
    expect(await console.command(CHASSIS, 0x02, [0x01])).toBe('00');
    world.wait(5);
    expect(await status()).toBe('00 61004000');
  });
});

test('a diagnostic interrupt makes the running system panic: the log says so, and the host stays on', async () => {
  const world = new ServedWorld();
  const console = await new IpmiConsole(world, endpointOf(world)).enter();
  expect(await console.command(CHASSIS, 0x02, [0x04])).toBe('00');
  expect(await console.command(0x0a, 0x43, [0, 0, 0, 0, 0, 0xff])).toMatch(/^00 ffff0100.*20e26f01ffff$/);
  expect(await console.command(CHASSIS, 0x01)).toBe('00 61004000');
});

describe('given a host that is off', () => {
  test.each([
    { control: 'cycle', byte: 0x02, completion: 'd5' },
    { control: 'reset', byte: 0x03, completion: 'd5' },
    { control: 'diagnostic interrupt', byte: 0x04, completion: 'd5' },
    { control: 'off', byte: 0x00, completion: '00' },
    { control: 'unknown', byte: 0x09, completion: 'cc' },
  ])('then $control is answered with $completion', async ({ byte, completion }) => {
    const world = new ServedWorld();
    const console = await new IpmiConsole(world, endpointOf(world)).enter();
    await console.command(CHASSIS, 0x02, [0x00]);
    world.wait(5);
    expect(await console.command(CHASSIS, 0x02, [byte])).toBe(completion);
  });
});

test('where messages take no time, an answer is there before the clock has moved, and nobody is to be woken for it', async () => {
  const world = new ServedWorld({ model: { traits: { messageMs: { kind: 'constant', value: 0 } } } });
  const endpoint = endpointOf(world);
  const console = await new IpmiConsole(world, endpoint).enter();
  const wakes = world.clock.pending;
  let answers = 0;
  endpoint.receive(console.sealed(console.message(CHASSIS, 0x01, [])), console.peer, () => answers++);
  await new Promise((resolve) => setImmediate(resolve));
  expect({ answers, wakes: world.clock.pending }).toEqual({ answers: 1, wakes });
});
