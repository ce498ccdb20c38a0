// A fake BMC in one call: hosts, ports, and a `close()`.

import type { SimConfig } from '../sim/config.ts';
import { isLoopback } from './addresses.ts';
import { type Credentials, type FakeBmc, type FakeBmcSettings, ScenarioRefused } from './fake-bmc.ts';
import { configOf, plainHosts } from './plain-hosts.ts';
import { secretWord } from './secrets.ts';
import { serveHosts } from './serve-hosts.ts';
import { SimulatedHosts } from './simulated-hosts.ts';
import { WallClock } from './wall-clock.ts';

/** Which hosts: so many of one kind, the text of a scenario, or what one was compiled to. */
export type FakeBmcWorld = { readonly hosts: number } | { readonly scenario: string } | { readonly config: SimConfig };

export type FakeBmcOptions = FakeBmcWorld & FakeBmcSettings;

/** Assumption: long enough for nobody to guess, and within the 20 bytes of IPMI. */
const PASSWORD_CHARACTERS = 18;

/** Credentials that nobody has had before. */
export function newCredentials(): Credentials {
  return { user: 'admin', password: secretWord(PASSWORD_CHARACTERS) };
}

/**
 * Starts hosts and everything that is heard of them, and answers once all of it can be reached.
 * Rejects with `ScenarioRefused` for a scenario with problems, with `PortRefused` for a port that cannot be had, and with a
 * RangeError for a number of hosts, a profile or a speed that there is not, and for an address of others without `allowRemote`.
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
      listen,
      ...ports,
      certificate,
      furtherCipherSuites,
      version,
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
