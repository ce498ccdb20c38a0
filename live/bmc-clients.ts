// Which client a management controller gets: by the address of its host, as a BareMetalHost has it.

import { parseBmcAddress } from '../core/api/bmc-address.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { BmcClient, BmcCredentials } from './bmc-client.ts';
import { IpmiBmc } from './ipmi-bmc.ts';
import { RedfishBmc } from './redfish-bmc.ts';
import { RedfishConnection } from './redfish-connection.ts';

export interface BmcAccess {
  /** BareMetalHost `spec.bmc.address`. */
  readonly address: string;
  readonly credentials: BmcCredentials;
  /** False: BareMetalHost `spec.bmc.disableCertificateVerification`. */
  readonly verifiesCertificate: boolean;
}

export interface BmcClientParts {
  /** For time-outs and waiting. */
  readonly clock: Clock;
  /** Of programs that a client runs. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** @throws RangeError for an address that is not one of IPMI or Redfish. */
export function bmcClient(access: BmcAccess, { clock, environment }: BmcClientParts): BmcClient {
  const { address, credentials, verifiesCertificate } = access;
  const place = parseBmcAddress(address);
  if (typeof place === 'string') throw new RangeError(`no client for a management controller: ${place}`);
  if (place.protocol === 'ipmi') {
    return new IpmiBmc({ host: place.host, port: place.port, credentials, clock, environment });
  }
  const { origin, systemPath } = place;
  return new RedfishBmc(new RedfishConnection({ origin, credentials, verifiesCertificate, clock }), systemPath);
}
