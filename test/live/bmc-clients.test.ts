// The address of a BareMetalHost says who is asked, and how.

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bmcClient } from '../../live/bmc-clients.ts';
import { ManualClock } from '../kit/manual-clock.ts';

const CREDENTIALS = { user: 'admin', password: 'secret' };

function clientOf(address: string, environment: Readonly<Record<string, string>> = {}) {
  return bmcClient(
    { address, credentials: CREDENTIALS, verifiesCertificate: true },
    { clock: new ManualClock(0), environment },
  );
}

test('a Redfish address asks the system that it names', async () => {
  const asked: string[] = [];
  const server = createServer(({ method, url }, answer) => {
    asked.push(`${method} ${url}`);
    answer.setHeader('x-auth-token', 'token').setHeader('content-type', 'application/json');
    answer.end(JSON.stringify({ '@odata.id': url, PowerState: 'Off' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = clientOf(`redfish+http://127.0.0.1:${port}/redfish/v1/Systems/7`);
  expect(await client.readPower()).toEqual({ kind: 'read', power: 'off' });
  expect(asked.at(-1)).toBe('GET /redfish/v1/Systems/7');
  await client.close();
  server.close();
});

test.skipIf(process.platform === 'win32')('an IPMI address runs ipmitool against its host and port', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ipmitool-'));
  const program = join(folder, 'ipmitool');
  writeFileSync(program, `#!/bin/sh\necho "$@" >> ${folder}/asked\necho Chassis Power is on\n`);
  chmodSync(program, 0o755);
  const client = clientOf('ipmi://192.0.2.1:6230', { PATH: `${folder}:/usr/bin:/bin` });
  expect(await client.readPower()).toMatchObject({ kind: 'read', power: 'on' });
  expect(readFileSync(join(folder, 'asked'), 'utf8')).toMatch(/-H 192\.0\.2\.1 .*-p 6230 /);
  await client.close();
  rmSync(folder, { recursive: true });
});

test('any other address is refused', () => {
  expect(() => clientOf('telnet://192.0.2.1')).toThrow(
    'no client for a management controller: "telnet" is neither IPMI nor Redfish',
  );
});
