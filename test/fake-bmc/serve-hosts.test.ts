// Served hosts on real sockets of this machine: ports, certificates, what a client reaches through which port, and what is left when it
// is over. The routes are two of the test's own; those of Redfish have tests of their own.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect } from 'node:tls';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import type { FakeBmc, ListenOptions } from '../../fake-bmc/fake-bmc.ts';
import type { MountRedfish, ServeIpmi } from '../../fake-bmc/protocols.ts';
import { serveHosts } from '../../fake-bmc/serve-hosts.ts';
import { WallClock } from '../../fake-bmc/wall-clock.ts';
import { CREDENTIALS, ROOT_BASIC, ServedWorld, type ServedWorldOptions } from '../kit/served-world.ts';

const mountRedfish: MountRedfish = (app, { scopeOf }) => {
  app.get('/whom', (asked) => ({ kind: scopeOf(asked).kind, names: scopeOf(asked).hosts.map(({ name }) => name) }));
  app.get('/power', (asked) => scopeOf(asked).hosts[0]?.ask(ROOT_BASIC, { ask: 'power' }));
};

/** Says the name of its host to whoever sends it anything. */
const serveIpmi: ServeIpmi = async (host, { address, port }) => {
  const socket = createSocket('udp4');
  socket.on('message', (_message, from) => socket.send(host.name, from.port, from.address));
  socket.bind(port, address);
  const [outcome] = await Promise.race([once(socket, 'listening').then(() => [undefined]), once(socket, 'error')]);
  if (outcome !== undefined) throw outcome;
  return {
    port: socket.address().port,
    close: async () => void (await new Promise<void>((done) => socket.close(done))),
  };
};

const LISTEN: ListenOptions = {
  ...{ listen: '127.0.0.1', redfishPort: 0, hostPorts: 0, ipmiPorts: 0, controlPort: 'none', version: '0' },
};

const open: FakeBmc[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((bmc) => bmc.close()));
});

async function served(change: Partial<ListenOptions> = {}, world: ServedWorldOptions = {}) {
  const { hosts } = new ServedWorld({ clock: new WallClock(), speed: 100, ...world });
  const bmc = await serveHosts(hosts, () => CREDENTIALS, { mountRedfish, serveIpmi }, { ...LISTEN, ...change });
  open.push(bmc);
  return { bmc, hosts };
}

async function get(url: string, certificate: string): Promise<unknown> {
  const dispatcher = new Agent({ connect: { ca: certificate }, pipelining: 0 });
  const { body } = await request(url, { dispatcher });
  const value = await body.json();
  await dispatcher.close();
  return value;
}

async function boundUdp(port: number) {
  const socket = createSocket('udp4');
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

async function isFree(port: number): Promise<boolean> {
  return expectFree([port]).then(
    () => true,
    () => false,
  );
}

/** Rejects when one of these UDP ports cannot be had. */
async function expectFree(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const socket = await boundUdp(port);
    expect(socket.address().port).toBe(port);
    await new Promise<void>((done) => socket.close(done));
  }
}

function at(url: string | undefined, path: string): string {
  return `${new URL(url ?? '').origin}${path}`;
}

describe('given hosts that are served on loopback', () => {
  test('then each port leads to its host, and the aggregate one to all; the certificate is trusted for their names', async () => {
    const { bmc } = await served();
    const [a1, b1] = bmc.hosts;
    expect(await get(at(a1?.redfishUrl, '/whom'), bmc.certificate)).toEqual({ kind: 'host', names: ['a1'] });
    expect(await get(at(b1?.redfishUrl, '/whom'), bmc.certificate)).toEqual({ kind: 'host', names: ['b1'] });
    const all = { kind: 'all', names: ['a1', 'b1'] };
    expect(await get(at(bmc.redfishUrl, '/whom'), bmc.certificate)).toEqual(all);
    const byName = at(bmc.redfishUrl, '/whom').replace('127.0.0.1', 'localhost');
    expect(await get(byName, bmc.certificate)).toEqual(all);
    expect(b1?.systemUrl).toBe(`${b1?.redfishUrl}/Systems/b1`);
  });

  test('then the hosts answer at their pace', async () => {
    const { bmc } = await served();
    expect(await get(at(bmc.hosts[0]?.redfishUrl, '/power'), bmc.certificate)).toMatchObject({ power: 'On' });
  });

  test('then each IPMI port leads to its host', async () => {
    const { bmc } = await served();
    const answers: string[] = [];
    for (const { ipmi } of bmc.hosts) {
      const socket = createSocket('udp4');
      socket.send('who?', ipmi?.port ?? 0, ipmi?.address);
      const [message] = await once(socket, 'message');
      answers.push(String(message));
      socket.close();
    }
    expect(answers).toEqual(['a1', 'b1']);
  });

  test('when a controller has an invalid certificate, then its port shows an expired one, and the others do not', async () => {
    const { bmc } = await served({}, { model: { traits: { certificateValid: false } } });
    await expect(get(at(bmc.hosts[0]?.redfishUrl, '/whom'), bmc.certificate)).rejects.toThrow();
    const { hostname, port } = new URL(bmc.hosts[0]?.redfishUrl ?? '');
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    expect(new Date(socket.getPeerCertificate().valid_to).getTime()).toBeLessThan(new WallClock().nowMs());
    socket.destroy();
    expect(await get(at(bmc.redfishUrl, '/whom'), bmc.certificate)).toMatchObject({ kind: 'all' });
  });

  test('when a controller cannot be reached, then nothing comes of a connection to its port', async () => {
    const { bmc, hosts } = await served();
    hosts.present(() =>
      hosts.world.weather.strikeNow({ name: 'unplugged', fault: 'bmcUnreachable', target: 'a1', forMs: 3_600_000 }),
    );
    const { hostname, port } = new URL(bmc.hosts[0]?.redfishUrl ?? '');
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
    await once(socket, 'connect');
    const heard: string[] = [];
    socket.on('secureConnect', () => heard.push('shaken'));
    // Another host's whole conversation in the meantime.
    await get(at(bmc.hosts[1]?.redfishUrl, '/power'), bmc.certificate);
    expect(heard).toEqual([]);
    socket.destroy();
  });

  test('when they are closed, then their ports are free, also with a client in mid-conversation', async () => {
    const { bmc } = await served();
    const { hostname, port } = new URL(bmc.hosts[0]?.redfishUrl ?? '');
    const idle = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
    await once(idle, 'secureConnect');
    const cut = once(idle, 'close');
    await bmc.close();
    await cut;
    const again = createServer().listen(Number(port), hostname);
    await once(again, 'listening');
    await new Promise((done) => again.close(done));
    await expectFree(bmc.hosts.map(({ ipmi }) => ipmi?.port ?? 0));
  });

  test('when a port is taken, then that is said with what it was for, and nothing is left listening', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { readonly port: number };
    await expect(served({ hostPorts: 'none', redfishPort: port })).rejects.toThrow(
      `no port for Redfish of all hosts: 127.0.0.1:${port} cannot be had`,
    );
    await new Promise((done) => other.close(done));
  });

  test('when the port of the second host is taken, then that of the first is free again', async () => {
    // One port a host, in their order: the first host has the one before, which must be free.
    let taken = await boundUdp(0);
    while (!(await isFree(taken.address().port - 1))) {
      taken.close();
      taken = await boundUdp(0);
    }
    const { port } = taken.address();
    await expect(served({ ipmiPorts: port - 1 })).rejects.toThrow(`no port for IPMI of b1: 127.0.0.1:${port} cannot`);
    taken.close();
    await expectFree([port - 1]);
  });

  test('ports that nobody asks for are not there', async () => {
    const { bmc } = await served({ redfishPort: 'none', hostPorts: 'none' });
    expect(bmc.redfishUrl).toBeUndefined();
    expect(bmc.hosts.map(({ systemUrl, ipmi }) => [systemUrl, ipmi?.address])).toEqual([
      [undefined, '127.0.0.1'],
      [undefined, '127.0.0.1'],
    ]);
  });
});
