// A fake BMC in one call, as somebody's test would have it: real Redfish and IPMI on this machine's sockets.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeBmc, ScenarioRefused } from '../../fake-bmc/fake-bmc.ts';
import { type FakeBmcOptions, startFakeBmc } from '../../fake-bmc/start-fake-bmc.ts';

const open: FakeBmc[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((bmc) => bmc.close()));
});

async function started(options: FakeBmcOptions): Promise<FakeBmc> {
  const bmc = await startFakeBmc(options);
  open.push(bmc);
  return bmc;
}

async function get(bmc: FakeBmc, url: string | undefined, as?: { readonly user: string; readonly password: string }) {
  const dispatcher = new Agent({ connect: { ca: bmc.certificate }, pipelining: 0 });
  const basic = as === undefined ? '' : Buffer.from(`${as.user}:${as.password}`).toString('base64');
  const headers = as === undefined ? {} : { authorization: `Basic ${basic}` };
  const { statusCode, body } = await request(url ?? '', { dispatcher, headers });
  const value = (await body.json()) as Record<string, unknown>;
  await dispatcher.close();
  return { statusCode, value };
}

describe('given a fake BMC', () => {
  test('then a host is read with its credentials and not without, at its own port and at the one for all', async () => {
    const bmc = await started({ hosts: 2, profile: 'hpe-ilo5', speed: 100 });
    const [host] = bmc.hosts;
    const expected = { statusCode: 200, value: { Id: 'host-0', PowerState: 'On', Manufacturer: 'HPE' } };
    expect(await get(bmc, host?.systemUrl, host?.credentials)).toMatchObject(expected);
    expect(await get(bmc, `${bmc.redfishUrl}/Systems/host-0`, host?.credentials)).toMatchObject(expected);
    const wrong = { user: host?.credentials.user ?? '', password: 'guessed' };
    expect((await get(bmc, host?.systemUrl, wrong)).statusCode).toBe(401);
    expect((await get(bmc, host?.systemUrl)).statusCode).toBe(401);
    expect((await get(bmc, host?.redfishUrl)).statusCode).toBe(200);
  });

  test('then IPMI answers a presence ping', async () => {
    const { hosts } = await started({ hosts: 1 });
    const { address, port } = hosts[0]?.ipmi ?? { address: '', port: 0 };
    const socket = createSocket('udp4');
    socket.send(Uint8Array.of(6, 0, 0xff, 6, 0, 0, 0x11, 0xbe, 0x80, 7, 0, 0), port, address);
    const [pong] = (await once(socket, 'message')) as [Buffer];
    socket.close();
    expect([...pong.subarray(0, 10)]).toEqual([6, 0, 0xff, 6, 0, 0, 0x11, 0xbe, 0x40, 7]);
  });

  test('when a fault strikes by order, then its host shows it, until it is healed', async () => {
    const bmc = await started({ hosts: 1, redfishPort: 'none', ipmiPorts: 'none', controlPort: 'none' });
    const struck = bmc.control.strike({ fault: 'bmcUnreachable', target: { host: 'host-0' } });
    expect(struck).toEqual({ id: 1, fault: 'bmcUnreachable', target: 'host-0' });
    expect(bmc.control.host('host-0')).toMatchObject({ reachable: false });
    expect(bmc.control.heal(1)).toBe(true);
    expect(bmc.control.host('host-0')).toMatchObject({ reachable: true, faults: [] });
    expect(bmc.control.host('host-1')).toBeUndefined();
    expect([bmc.redfishUrl, bmc.controlUrl, bmc.hosts[0]?.ipmi]).toEqual([undefined, undefined, undefined]);
  });

  test('then each has the credentials that it was given', async () => {
    const credentials = (host: string) => ({ user: `of-${host}`, password: 'secret' });
    const bmc = await started({ hosts: 2, speed: 100, credentials, ipmiPorts: 'none', controlPort: 'none' });
    const [one, other] = bmc.hosts;
    expect((await get(bmc, one?.systemUrl, { user: 'of-host-0', password: 'secret' })).statusCode).toBe(200);
    expect((await get(bmc, other?.systemUrl, { user: 'of-host-0', password: 'secret' })).statusCode).toBe(401);
  });

  test('then two starts have two passwords', async () => {
    const passwords = await Promise.all(
      [1, 2].map(async () => (await started({ hosts: 1 })).hosts[0]?.credentials.password),
    );
    expect(new Set(passwords).size).toBe(2);
  });
});

describe('given options that no start has', () => {
  test.each([
    [{ hosts: 0 }, /no scenario has 0 hosts/],
    [{ hosts: 1, speed: 0 }, /a pace is above 0/],
    [{ hosts: 1, listen: '0.0.0.0' }, /allowRemote/],
    [{ scenario: 'kind: Nonsense' }, /MT|apiVersion/],
  ])('%j is refused', async (options, says) => {
    await expect(startFakeBmc(options)).rejects.toThrow(says);
  });

  test('a scenario that is wrong is refused with all its problems', async () => {
    const scenario = `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: wrong }
spec:
  duration: soon
  cluster: { generate: { machineApi: cluster-api, racks: 1, groups: [{ name: db, count: 2 }] } }
  faults: { script: [{ fault: osHangs, target: { host: db-0 }, at: 0s }] }
`;
    const error: unknown = await startFakeBmc({ scenario }).catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(ScenarioRefused);
    const told = error instanceof ScenarioRefused ? error.problems : [];
    expect(told.map(({ line, severity, code }) => [line, severity, code])).toEqual([
      // Two hosts for three replicas.
      [4, 'warning', 'MT153'],
      [5, 'error', 'MT110'],
      [7, 'error', 'MT105'],
    ]);
  });
});
