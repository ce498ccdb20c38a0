// `metaltwin/fake-bmc`, as tests and scripts of others import it.
//
//   const bmc = await startFakeBmc({ hosts: 3, profile: 'dell-idrac9' });
//   await myClient(bmc.hosts[0].redfishUrl, bmc.hosts[0].credentials);
//   await bmc.close();

import type { FakeBmc, FakeBmcSettings } from './fake-bmc.ts';
import { startFakeBmc as start } from './start-fake-bmc.ts';

export type { Problem } from '../scenarios/problem.ts';
export type { Certificate } from './certificate.ts';
export {
  type Credentials,
  type FakeBmc,
  type FakeBmcControl,
  type FakeBmcHost,
  type FakeBmcSettings,
  type HostTruth,
  type PortChoice,
  PortRefused,
  PROFILES,
  type ProfileName,
  QUIRKS,
  type QuirkName,
  ScenarioRefused,
  type ShownFault,
  type StruckFault,
} from './fake-bmc.ts';

/** So many hosts of one kind, from 1, or those of the text (not the path) of a scenario that names no file. */
export type FakeBmcOptions = FakeBmcSettings & ({ readonly hosts: number } | { readonly scenario: string });

/**
 * Starts hosts and everything that is heard of them, and answers once all of it can be reached.
 * Rejects with `ScenarioRefused` for a scenario with problems, with `PortRefused` for a port that cannot be had, and with a
 * RangeError for a number of hosts, a profile or a speed that there is not, and for an address of others without `allowRemote`.
 */
export const startFakeBmc: (options: FakeBmcOptions) => Promise<FakeBmc> = start;
