// Served hosts on the wire: which port speaks what for whom, from the first listening socket to the last closed one.

import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { inUrl, namesOf, reachedBy } from './addresses.ts';
import { type Certificate, expiredCertificate, validCertificate } from './certificate.ts';
import { Control } from './control/control.ts';
import { controlApp } from './control/service.ts';
import type { IpmiServer, MountRedfish, ServeIpmi } from './protocols.ts';
import { RedfishPorts } from './redfish-ports.ts';
import type { ServedHosts } from './served-hosts.ts';
import type { Credentials, SimulatedHost, SimulatedHosts } from './simulated-hosts.ts';

/** A port, the first of a row of ports, 0 for any that is free, or nothing at all. */
export type PortChoice = number | 'none';

export interface ListenOptions {
  /** Address on which Redfish and IPMI are heard. */
  readonly listen: string;
  /** Redfish for all hosts at once. */
  readonly redfishPort: PortChoice;
  /** Redfish for each host: the first host has this port, the next one the next; with 0 each has any that is free. */
  readonly hostPorts: PortChoice;
  /** IPMI over LAN for each host, likewise. UDP. */
  readonly ipmiPorts: PortChoice;
  /** Always on loopback. */
  readonly controlPort: PortChoice;
  /** Absent: one is made, for every name by which the address may be reached. */
  readonly certificate?: Certificate | undefined;
  /** Of IPMI, beside 3 and 17. Absent: none. */
  readonly furtherCipherSuites?: readonly number[] | undefined;
  /** Told in the control API's document. */
  readonly version: string;
}

/** How one host is reached. */
export interface FakeBmcHost {
  readonly name: string;
  /** Of its BareMetalHost. */
  readonly namespace: string;
  readonly systemId: string;
  readonly uuid: string;
  /** Of the interface from which it boots. */
  readonly bootMac: string;
  readonly credentials: Credentials;
  /** Of its own port; absent where it has none. */
  readonly redfishUrl?: string;
  /** Its system resource: at its own port, else at the aggregate endpoint; absent where there is neither. */
  readonly systemUrl?: string;
  readonly ipmi?: { readonly address: string; readonly port: number };
}

export interface FakeBmc {
  readonly hosts: readonly FakeBmcHost[];
  /** Aggregate endpoint of all hosts. */
  readonly redfishUrl?: string;
  readonly controlUrl?: string;
  /** PEM of the certificate that is shown, for clients to trust. */
  readonly certificate: string;
  readonly served: ServedHosts;
  /** What is true, and faults and quirks by order; the same as the control API. */
  readonly control: Control;
  /** All ports are free afterwards. A second call does nothing more. */
  close(): Promise<void>;
}

export interface Protocols {
  readonly mountRedfish: MountRedfish;
  readonly serveIpmi: ServeIpmi;
}

/** A port that cannot be had: taken, or not allowed. */
export class PortRefused extends Error {
  override name = 'PortRefused';

  constructor(what: string, address: string, port: number, { message }: Error) {
    super(`no port for ${what}: ${inUrl(address)}:${port} cannot be had (${message})`);
  }
}

/** Rejects with `PortRefused` when a port cannot be had; then none is held. Takes the hosts over: closing closes them, too. */
export async function serveHosts(
  hosts: SimulatedHosts,
  credentialsOf: (host: string) => Credentials,
  protocols: Protocols,
  options: ListenOptions,
): Promise<FakeBmc> {
  const wire = new Wire(hosts, protocols, options);
  try {
    return await wire.open(credentialsOf);
  } catch (error) {
    await wire.close();
    throw error;
  }
}

class Wire {
  readonly #hosts: SimulatedHosts;
  readonly #protocols: Protocols;
  readonly #options: ListenOptions;
  readonly #truth: Control;
  readonly #ipmi: IpmiServer[] = [];
  #redfish: RedfishPorts | undefined;
  #control: FastifyInstance | undefined;
  #closed: Promise<void> | undefined;

  constructor(hosts: SimulatedHosts, protocols: Protocols, options: ListenOptions) {
    this.#hosts = hosts;
    this.#truth = new Control(hosts);
    this.#protocols = protocols;
    this.#options = options;
  }

  async open(credentialsOf: (host: string) => Credentials): Promise<FakeBmc> {
    const { listen, redfishPort, version, controlPort } = this.#options;
    const names = namesOf(listen);
    const now = this.#hosts.now();
    const certificate = this.#options.certificate ?? (await validCertificate(names, now));
    this.#redfish = await RedfishPorts.of({
      hosts: this.#hosts.hosts,
      mount: this.#protocols.mountRedfish,
      certificate,
      expired: await expiredCertificate(names, now),
    });
    const all = { kind: 'all', hosts: this.#hosts.hosts } as const;
    const redfishUrl = await this.#redfishUrl('all hosts', all, redfishPort);
    const hosts: FakeBmcHost[] = [];
    for (const [index, host] of this.#hosts.hosts.entries()) {
      hosts.push(await this.#open(host, index, credentialsOf(host.name), redfishUrl));
    }
    const controlUrl = controlPort === 'none' ? undefined : await this.#openControl(controlPort, version);
    return {
      hosts,
      ...(redfishUrl === undefined ? {} : { redfishUrl }),
      ...(controlUrl === undefined ? {} : { controlUrl }),
      certificate: certificate.certificate,
      served: this.#hosts,
      control: this.#truth,
      close: () => this.close(),
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    this.#hosts.close();
    await Promise.all([...this.#ipmi.map((server) => server.close()), this.#redfish?.close(), this.#control?.close()]);
  }

  async #open(
    host: SimulatedHost,
    index: number,
    credentials: Credentials,
    aggregateUrl: string | undefined,
  ): Promise<FakeBmcHost> {
    const { listen, hostPorts, ipmiPorts } = this.#options;
    const { name, systemId, uuid, inventory } = host;
    const redfishUrl = await this.#redfishUrl(name, { kind: 'host', hosts: [host] }, nth(hostPorts, index));
    const root = redfishUrl ?? aggregateUrl;
    const ipmiPort = nth(ipmiPorts, index);
    const port = ipmiPort === 'none' ? undefined : await this.#openIpmi(host, ipmiPort);
    return {
      ...{ name, namespace: host.record.config.namespace, systemId, uuid, credentials },
      bootMac: (inventory.interfaces.find(({ boots }) => boots) ?? inventory.interfaces[0])?.mac ?? '',
      ...(redfishUrl === undefined ? {} : { redfishUrl }),
      ...(root === undefined ? {} : { systemUrl: `${root}/Systems/${systemId}` }),
      ...(port === undefined ? {} : { ipmi: { address: reachedBy(listen), port } }),
    };
  }

  async #redfishUrl(
    whose: string,
    scope: Parameters<RedfishPorts['listen']>[0],
    port: PortChoice,
  ): Promise<string | undefined> {
    if (port === 'none' || this.#redfish === undefined) return undefined;
    const { listen } = this.#options;
    const taken = await this.#redfish
      .listen(scope, { address: listen, port })
      .catch((error: Error) => Promise.reject(new PortRefused(`Redfish of ${whose}`, listen, port, error)));
    return `https://${inUrl(reachedBy(listen))}:${taken}/redfish/v1`;
  }

  async #openIpmi(host: SimulatedHost, port: number): Promise<number> {
    const { listen, furtherCipherSuites = [] } = this.#options;
    const server = await this.#protocols
      .serveIpmi(host, { address: listen, port, furtherCipherSuites })
      .catch((error: Error) => Promise.reject(new PortRefused(`IPMI of ${host.name}`, listen, port, error)));
    this.#ipmi.push(server);
    return server.port;
  }

  async #openControl(port: number, version: string): Promise<string> {
    const app = await controlApp(this.#hosts, this.#truth, version);
    this.#control = app;
    await app
      .listen({ host: '127.0.0.1', port })
      .catch((error: Error) => Promise.reject(new PortRefused('the control API', '127.0.0.1', port, error)));
    return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  }
}

/** Of a row of ports, that of the host at this place. */
function nth(ports: PortChoice, index: number): PortChoice {
  return ports === 'none' || ports === 0 ? ports : ports + index;
}
