// A rig of the Bmc port over Redfish: our client, HTTPS on loopback, our service.

import { Agent } from 'undici';
import { expiredCertificate, validCertificate } from '../../fake-bmc/certificate.ts';
import { mountRedfish } from '../../fake-bmc/redfish/service.ts';
import { RedfishPorts } from '../../fake-bmc/redfish-ports.ts';
import type { BmcCredentials } from '../../live/bmc-client.ts';
import { RedfishBmc } from '../../live/redfish-bmc.ts';
import { RedfishConnection } from '../../live/redfish-connection.ts';
import type { BmcModelConfig, SimConfig } from '../../sim/config.ts';
import type { BmcRig } from '../contract/bmc.contract.ts';
import { CREDENTIALS } from './served-world.ts';
import { countedDispatcher, wireRig } from './wire-bmc.ts';

const address = '127.0.0.1';
const certificates = {
  certificate: await validCertificate([address], new Date()),
  expired: await expiredCertificate([address], new Date()),
};

export interface RedfishRigOptions {
  readonly model?: Partial<BmcModelConfig>;
  readonly credentials?: BmcCredentials;
  /** What happens to the hosts. */
  readonly change?: Partial<SimConfig>;
  /** Its certificates are believed. */
  readonly trusts?: boolean;
}

export function redfishRig(options: RedfishRigOptions): Promise<BmcRig> {
  const { model, change, credentials = CREDENTIALS, trusts = true } = options;
  const ca = trusts ? { ca: certificates.certificate.certificate } : {};
  return wireRig(
    async (host, { clock, traffic }) => {
      const ports = await RedfishPorts.of({ hosts: [host], mount: mountRedfish, clock, ...certificates });
      const port = await ports.listen({ kind: 'host', hosts: [host] }, { address, port: 0 });
      const connection = new RedfishConnection({
        ...{ origin: `https://${address}:${port}`, credentials, verifiesCertificate: true, clock },
        makeDispatcher: () => countedDispatcher(new Agent({ connect: ca }), traffic),
      });
      return { client: new RedfishBmc(connection, ''), close: () => ports.close() };
    },
    { tellsBootProgress: true, model, change },
  );
}
