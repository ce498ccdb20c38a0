// Served hosts on the wire: which port speaks what for whom, from the first listening socket to the last closed one.

import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { inUrl, namesOf, reachedBy } from './addresses.ts';
import { expiredCertificate, validCertificate } from './certificate.ts';
import { Control } from './control/control.ts';
import { controlApp } from './control/service.ts';
import {
  type Credentials,
  type FakeBmc,
  type FakeBmcHost,
  type ListenOptions,
  type PortChoice,
  PortRefused,
} from './fake-bmc.ts';
import type { IpmiServer, MountRedfish, ServeIpmi } from './protocols.ts';
import { RedfishPorts } from './redfish-ports.ts';
import type { SimulatedHost, SimulatedHosts } from './simulated-hosts.ts';

export interface Protocols {
  readonly mountRedfish: MountRedfish;
  readonly serveIpmi: ServeIpmi;
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
  private readonly hosts: SimulatedHosts;
  private readonly protocols: Protocols;
  private readonly options: ListenOptions;
  private readonly truth: Control;
  private readonly ipmi: IpmiServer[] = [];
  private redfish: RedfishPorts | undefined;
  private control: FastifyInstance | undefined;
  private closed: Promise<void> | undefined;

  constructor(hosts: SimulatedHosts, protocols: Protocols, options: ListenOptions) {
    this.hosts = hosts;
    this.truth = new Control(hosts);
    this.protocols = protocols;
    this.options = options;
  }

  async open(credentialsOf: (host: string) => Credentials): Promise<FakeBmc> {
    const { listen, redfishPort, version, controlPort } = this.options;
    const names = namesOf(listen);
    const now = this.hosts.now();
    const certificate = this.options.certificate ?? (await validCertificate(names, now));
    this.redfish = await RedfishPorts.of({
      hosts: this.hosts.hosts,
      mount: this.protocols.mountRedfish,
      clock: this.hosts.paced,
      certificate,
      expired: await expiredCertificate(names, now),
    });
    const all = { kind: 'all', hosts: this.hosts.hosts } as const;
    const redfishUrl = await this.redfishUrl('all hosts', all, redfishPort);
    const hosts: FakeBmcHost[] = [];
    for (const [index, host] of this.hosts.hosts.entries()) {
      hosts.push(await this.openHost(host, index, credentialsOf(host.name), redfishUrl));
    }
    const controlUrl = controlPort === 'none' ? undefined : await this.openControl(controlPort, version);
    return {
      hosts,
      ...(redfishUrl === undefined ? {} : { redfishUrl }),
      ...(controlUrl === undefined ? {} : { controlUrl }),
      certificate: certificate.certificate,
      control: this.truth,
      close: () => this.close(),
    };
  }

  close(): Promise<void> {
    this.closed ??= this.closeAll();
    return this.closed;
  }

  private async closeAll(): Promise<void> {
    this.hosts.close();
    await Promise.all([...this.ipmi.map((server) => server.close()), this.redfish?.close(), this.control?.close()]);
  }

  private async openHost(
    host: SimulatedHost,
    index: number,
    credentials: Credentials,
    aggregateUrl: string | undefined,
  ): Promise<FakeBmcHost> {
    const { listen, hostPorts, ipmiPorts } = this.options;
    const { name, systemId, uuid, inventory } = host;
    const redfishUrl = await this.redfishUrl(name, { kind: 'host', hosts: [host] }, nth(hostPorts, index));
    const root = redfishUrl ?? aggregateUrl;
    const ipmiPort = nth(ipmiPorts, index);
    const port = ipmiPort === 'none' ? undefined : await this.openIpmi(host, ipmiPort);
    return {
      name,
      namespace: host.record.config.namespace,
      systemId,
      uuid,
      credentials,
      bootMac: (inventory.interfaces.find(({ boots }) => boots) ?? inventory.interfaces[0])?.mac ?? '',
      ...(redfishUrl === undefined ? {} : { redfishUrl }),
      ...(root === undefined ? {} : { systemUrl: `${root}/Systems/${systemId}` }),
      ...(port === undefined ? {} : { ipmi: { address: reachedBy(listen), port } }),
    };
  }

  private async redfishUrl(
    whose: string,
    scope: Parameters<RedfishPorts['listen']>[0],
    port: PortChoice,
  ): Promise<string | undefined> {
    if (port === 'none' || this.redfish === undefined) return undefined;
    const { listen } = this.options;
    const taken = await this.redfish
      .listen(scope, { address: listen, port })
      .catch((error: Error) => Promise.reject(new PortRefused(`Redfish of ${whose}`, listen, port, error)));
    return `https://${inUrl(reachedBy(listen))}:${taken}/redfish/v1`;
  }

  private async openIpmi(host: SimulatedHost, port: number): Promise<number> {
    const { listen, furtherCipherSuites = [] } = this.options;
    const server = await this.protocols
      .serveIpmi(host, { address: listen, port, furtherCipherSuites })
      .catch((error: Error) => Promise.reject(new PortRefused(`IPMI of ${host.name}`, listen, port, error)));
    this.ipmi.push(server);
    return server.port;
  }

  private async openControl(port: number, version: string): Promise<string> {
    const app = await controlApp(this.hosts, this.truth, version);
    this.control = app;
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
