// A thousand fake BMCs in one process: every port is its own, and each leads to its host.

import { Agent, request } from 'undici';
import { expect, test } from 'vitest';
import { startFakeBmc } from '../../fake-bmc/start-fake-bmc.ts';

test('a thousand hosts have two thousand ports, and each answers for itself', { timeout: 120_000 }, async () => {
  const bmc = await startFakeBmc({ hosts: 1_000, speed: 1_000, controlPort: 'none' });
  const ports = bmc.hosts.flatMap(({ redfishUrl, ipmi }) => [new URL(redfishUrl ?? '').port, `udp ${ipmi?.port}`]);
  expect(new Set(ports).size).toBe(2_000);
  const dispatcher = new Agent({ connect: { ca: bmc.certificate }, pipelining: 0 });
  const answered: string[] = [];
  for (const { systemUrl = '', credentials } of bmc.hosts) {
    const basic = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
    const { body } = await request(systemUrl, { dispatcher, headers: { authorization: `Basic ${basic}` } });
    answered.push(((await body.json()) as { readonly Id: string }).Id);
  }
  expect(answered).toEqual(bmc.hosts.map(({ systemId }) => systemId));
  await dispatcher.close();
  await bmc.close();
});
