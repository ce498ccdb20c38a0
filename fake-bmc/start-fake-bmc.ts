// A fake BMC in one call, for tests and scripts of others: hosts, ports, and a `close()`.
//
//   const bmc = await startFakeBmc({ hosts: 3, profile: 'dell-idrac9' });
//   await myClient(bmc.hosts[0].redfishUrl, bmc.hosts[0].credentials);
//   await bmc.close();

import type { Problem } from '../scenarios/problem.ts';
import type { SimConfig } from '../sim/config.ts';
import type { BmcProfileName } from '../sim/host/bmc/profiles.ts';
import { isLoopback } from './addresses.ts';
import { configOf, plainHosts } from './plain-hosts.ts';
import { secretText } from './secrets.ts';
import { type FakeBmc, type ListenOptions, serveHosts } from './serve-hosts.ts';
import { type Credentials, SimulatedHosts } from './simulated-hosts.ts';
import { WallClock } from './wall-clock.ts';

/** Which hosts: so many of one kind, the text of a scenario, or what one was compiled to. */
export type FakeBmcWorld = { readonly hosts: number } | { readonly scenario: string } | { readonly config: SimConfig };

export interface FakeBmcSettings extends Partial<ListenOptions> {
  /** Of hosts whose controller the scenario does not describe. Absent: generic. */
  readonly profile?: BmcProfileName;
  /** Virtual seconds per second; above 0. Absent: 1. */
  readonly speed?: number;
  /** The same for all hosts, or of each. Absent: made for this start, and told by the result. */
  readonly credentials?: Credentials | ((host: string) => Credentials);
  /** Without it nothing but loopback is listened on. */
  readonly allowRemote?: boolean;
}

export type FakeBmcOptions = FakeBmcWorld & FakeBmcSettings;

/** Assumption: long enough for nobody to guess, and within the 20 bytes of IPMI. */
const PASSWORD_CHARACTERS = 18;

/** A scenario that cannot be served. */
export class ScenarioRefused extends Error {
  override name = 'ScenarioRefused';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n'));
    this.problems = problems;
  }
}

/** Credentials that nobody has had before. */
export function newCredentials(): Credentials {
  return { user: 'admin', password: secretText(PASSWORD_CHARACTERS) };
}

/**
 * Starts hosts and everything that is heard of them; ports are any that are free, unless said otherwise.
 * Rejects with `ScenarioRefused`, with `PortRefused`, and with a RangeError for options that no start has.
 */
export async function startFakeBmc(options: FakeBmcOptions): Promise<FakeBmc> {
  const { profile = 'generic', speed = 1, allowRemote = false, listen = '127.0.0.1', ...rest } = options;
  if (!isLoopback(listen) && !allowRemote) {
    throw new RangeError(`${listen} is not this machine's own: say allowRemote: true if others may reach fake BMCs`);
  }
  const credentials = options.credentials ?? newCredentials();
  const credentialsOf = typeof credentials === 'function' ? credentials : () => credentials;
  const { mountRedfish } = await import('./redfish/service.ts');
  const { serveIpmi } = await import('./ipmi/server.ts');
  const hosts = new SimulatedHosts(configFor(options), { profile, speed, clock: new WallClock(), credentialsOf });
  const { redfishPort = 0, hostPorts = 0, ipmiPorts = 0, controlPort = 0, version = '0' } = rest;
  const ports = { redfishPort, hostPorts, ipmiPorts, controlPort };
  const { certificate, furtherCipherSuites } = rest;
  return serveHosts(
    hosts,
    credentialsOf,
    { mountRedfish, serveIpmi },
    {
      ...{ listen, ...ports, certificate, furtherCipherSuites, version },
    },
  );
}

function configFor(world: FakeBmcWorld): SimConfig {
  if ('config' in world) return world.config;
  if ('hosts' in world) return plainHosts(world.hosts);
  const config = configOf(world.scenario);
  if ('problems' in config) throw new ScenarioRefused(config.problems);
  return config;
}
