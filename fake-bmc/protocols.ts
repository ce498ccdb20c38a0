// Where the protocols are mounted: what fake-bmc/redfish and fake-bmc/ipmi export, and what they are given. Ports, certificates and the
// hosts' names on the wire are decided by whoever starts them.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../core/ports/clock.ts';
import type { ServedHost } from './served-hosts.ts';

/** Whom a request may see, by the port that it came in through: one host on a port of its own, all of them at the aggregate endpoint. */
export interface RedfishScope {
  readonly kind: 'host' | 'all';
  /** One, or all. */
  readonly hosts: readonly ServedHost[];
}

export interface RedfishOptions {
  /** All hosts that are served. */
  readonly hosts: readonly ServedHost[];
  /** Virtual time, as the hosts have it: for what belongs to the service and not to one of them. */
  readonly clock: Clock;
  scopeOf(request: FastifyRequest): RedfishScope;
}

/**
 * `mountRedfish` of fake-bmc/redfish/service.ts: registers the Redfish service (`/redfish` and below) on one instance, which serves all
 * ports. Hosts are told apart by `scopeOf`, never by the instance: a route is registered once, not once per host.
 *
 * At the aggregate endpoint a session is of the service and not of one host's controller: hosts are then asked with `auth: 'basic'` in the
 * name of whoever logged in, and a caller sees the hosts that know his account.
 */
export type MountRedfish = (app: FastifyInstance, options: RedfishOptions) => void | Promise<void>;

export interface IpmiOptions {
  /** Address to listen on. */
  readonly address: string;
  /** 0: one that is free. */
  readonly port: number;
  /** By their numbers, beside 3 and 17. Those that prove or hide nothing, 0 and 1 among them, have to be asked for; absent: none. */
  readonly furtherCipherSuites?: readonly number[];
}

export interface IpmiServer {
  readonly port: number;
  /** The port is free afterwards; sessions are gone. */
  close(): Promise<void>;
}

/** `serveIpmi` of fake-bmc/ipmi/server.ts: RMCP and RMCP+ for one host on one UDP port. Rejects when the port cannot be had. */
export type ServeIpmi = (host: ServedHost, options: IpmiOptions) => Promise<IpmiServer>;
