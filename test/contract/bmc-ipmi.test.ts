// The Bmc port over IPMI: ipmitool and our server, in between the network of this machine.

import { existsSync } from 'node:fs';
import { describe } from 'vitest';
import { serveIpmi } from '../../fake-bmc/ipmi/server.ts';
import { IpmiBmc } from '../../live/ipmi-bmc.ts';
import { CREDENTIALS } from '../kit/served-world.ts';
import { countedClient, wireRig } from '../kit/wire-bmc.ts';
import { describeBmc } from './bmc.contract.ts';

const IPMITOOL = '/usr/bin/ipmitool';

describe.skipIf(!existsSync(IPMITOOL))(`over IPMI (needs ${IPMITOOL})`, () => {
  describeBmc('ipmitool and the served hosts', () =>
    wireRig(
      async (host, { clock, traffic }) => {
        const server = await serveIpmi(host, { address: '127.0.0.1', port: 0 });
        const access = { host: '127.0.0.1', port: server.port, credentials: CREDENTIALS };
        const client = new IpmiBmc({ ...access, clock, environment: process.env });
        return { client: countedClient(client, traffic), close: () => server.close() };
      },
      { tellsBootProgress: false },
    ),
  );
});
