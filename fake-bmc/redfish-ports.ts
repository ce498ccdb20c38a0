// The ports at which Redfish is heard: one for each host, one for all, and one HTTPS server behind every port. A thousand ports cost a
// thousand listening sockets, and one set of routes.
//
// Divergence from reality
// - A controller that power or network keep from answering is not heard: connections to it are accepted and nothing comes of them, while
//   real ones are not accepted either.

import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Clock } from '../core/ports/clock.ts';
import type { Certificate } from './certificate.ts';
import type { MountRedfish, RedfishScope } from './protocols.ts';
import { REDFISH_SERVER_OPTIONS } from './redfish/service.ts';
import type { ServedHost } from './served-hosts.ts';

/** From the first byte of a request to its last. Assumption: a client on a slow line needs seconds. */
const REQUEST_MS_MOST = 30_000;
/** Between two requests of a connection. Assumption: as web servers have it. */
const KEPT_ALIVE_MS = 60_000;

export interface RedfishPortsOptions {
  readonly hosts: readonly ServedHost[];
  readonly mount: MountRedfish;
  /** Virtual time. */
  readonly clock: Clock;
  readonly certificate: Certificate;
  /** Shown by controllers whose certificate is not valid. */
  readonly expired: Certificate;
}

/** Redfish on one set of routes, not yet heard anywhere. */
export function redfishApp(serverFactory?: (handler: RequestListener) => HttpsServer): FastifyInstance {
  return Fastify({
    ...REDFISH_SERVER_OPTIONS,
    requestTimeout: REQUEST_MS_MOST,
    keepAliveTimeout: KEPT_ALIVE_MS,
    ...(serverFactory === undefined ? {} : { serverFactory }),
  });
}

export class RedfishPorts {
  private readonly app: FastifyInstance;
  private readonly valid: HttpsServer;
  private readonly expired: HttpsServer;
  private readonly scopes = new Map<number, RedfishScope>();
  private readonly listeners: Server[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(app: FastifyInstance, valid: HttpsServer, expired: HttpsServer) {
    this.app = app;
    this.valid = valid;
    this.expired = expired;
  }

  /** Ready, and heard nowhere yet. */
  static async of({ hosts, mount, clock, certificate, expired }: RedfishPortsOptions): Promise<RedfishPorts> {
    const servers: HttpsServer[] = [];
    const app = redfishApp((handler) => {
      const [valid] = [certificate, expired].map((shown) => {
        const server = createHttpsServer({ key: shown.key, cert: shown.certificate }, handler);
        server.requestTimeout = REQUEST_MS_MOST;
        server.keepAliveTimeout = KEPT_ALIVE_MS;
        servers.push(server);
        return server;
      });
      if (valid === undefined) throw new Error('there is a certificate');
      return valid;
    });
    const [valid, withExpired] = servers;
    if (valid === undefined || withExpired === undefined) throw new Error('there is a server for each certificate');
    const ports = new RedfishPorts(app, valid, withExpired);
    await mount(app, { hosts, clock, scopeOf: (request) => ports.scopeOf(request) });
    await app.ready();
    return ports;
  }

  /**
   * Hears requests for this scope from now on; gives back the port.
   * @param port 0: one that is free. Rejects when it cannot be had.
   */
  async listen(
    scope: RedfishScope,
    { address, port }: { readonly address: string; readonly port: number },
  ): Promise<number> {
    const listener = createServer((socket) => this.connected(scope, socket));
    await listening(listener, port, address);
    this.listeners.push(listener);
    const taken = (listener.address() as AddressInfo).port;
    this.scopes.set(taken, scope);
    return taken;
  }

  /** All ports are free afterwards; conversations are cut. */
  async close(): Promise<void> {
    const closed = this.listeners.map((listener) => new Promise<void>((resolve) => listener.close(() => resolve())));
    for (const socket of this.sockets) socket.destroy();
    await Promise.all([...closed, this.app.close()]);
  }

  private scopeOf({ raw: { socket } }: FastifyRequest): RedfishScope {
    const scope = this.scopes.get(socket.localPort ?? 0);
    if (scope === undefined) throw new Error(`a request came in through port ${socket.localPort}`);
    return scope;
  }

  private connected(scope: RedfishScope, socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const [host] = scope.hosts;
    if (scope.kind === 'all' || host === undefined) {
      this.valid.emit('connection', socket);
      return;
    }
    if (!host.isReachable()) socket.setTimeout(KEPT_ALIVE_MS, () => socket.destroy());
    else (host.traits.certificateValid ? this.valid : this.expired).emit('connection', socket);
  }
}

function listening(listener: Server, port: number, address: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  listener.once('error', reject);
  listener.listen(port, address, () => {
    listener.off('error', reject);
    resolve();
  });
  return promise;
}
