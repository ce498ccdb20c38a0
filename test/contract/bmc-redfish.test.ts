// The Bmc port over Redfish: our client and our service, in between HTTPS on loopback.

import { Agent } from 'undici';
import { expiredCertificate, validCertificate } from '../../fake-bmc/certificate.ts';
import { mountRedfish } from '../../fake-bmc/redfish/service.ts';
import { RedfishPorts } from '../../fake-bmc/redfish-ports.ts';
import { RedfishBmc } from '../../live/redfish-bmc.ts';
import { RedfishConnection } from '../../live/redfish-connection.ts';
import { BMC_PROFILE_NAMES } from '../../sim/host/bmc/profiles.ts';
import { CREDENTIALS } from '../kit/served-world.ts';
import { countedDispatcher, wireRig } from '../kit/wire-bmc.ts';
import { describeBmc } from './bmc.contract.ts';

const address = '127.0.0.1';
const certificate = await validCertificate([address], new Date());
const expired = await expiredCertificate([address], new Date());

for (const profile of BMC_PROFILE_NAMES) {
  describeBmc(`our client and the service of ${profile}`, () =>
    wireRig(
      async (host, { clock, traffic }) => {
        const ports = await RedfishPorts.of({ hosts: [host], mount: mountRedfish, certificate, expired });
        const port = await ports.listen({ kind: 'host', hosts: [host] }, { address, port: 0 });
        const connection = new RedfishConnection({
          ...{ origin: `https://${address}:${port}`, credentials: CREDENTIALS, verifiesCertificate: true, clock },
          makeDispatcher: () => countedDispatcher(new Agent({ connect: { ca: certificate.certificate } }), traffic),
        });
        return { client: new RedfishBmc(connection, ''), close: () => ports.close() };
      },
      { tellsBootProgress: true, model: { profile } },
    ),
  );
}
