// IPMI over LAN on a UDP port of this machine: one port for one host, as one controller has one address.

import { createSocket, type Socket } from 'node:dgram';
import type { IpmiOptions, IpmiServer } from '../protocols.ts';
import { secretBytes } from '../secrets.ts';
import type { ServedHost } from '../served-hosts.ts';
import { WallClock } from '../wall-clock.ts';
import { Endpoint } from './endpoint.ts';

/** Assumption: idle sessions are looked for this often, beside at every opening of one. */
const SWEEP_EVERY_MS = 5_000;

/** Rejects when the port cannot be had. */
export async function serveIpmi(
  host: ServedHost,
  { address, port, furtherCipherSuites }: IpmiOptions,
): Promise<IpmiServer> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  await bound(socket, address, port);
  const local = socket.address();
  const endpoint = new Endpoint({
    host,
    clock: new WallClock(),
    random: secretBytes,
    local,
    furtherSuites: furtherCipherSuites ?? [],
  });
  let isOpen = true;
  socket.on('message', (packet, peer) => {
    endpoint.receive(packet, peer, (answer) => {
      // A console that has gone away is no reason to stop: nobody hears what is lost on a network.
      if (isOpen) socket.send(answer, peer.port, peer.address, ignored);
    });
  });
  socket.on('error', ignored);
  const sweeper = setInterval(() => endpoint.sweep(), SWEEP_EVERY_MS);
  sweeper.unref();
  return {
    port: local.port,
    close: async () => {
      isOpen = false;
      clearInterval(sweeper);
      const { promise, resolve } = Promise.withResolvers<void>();
      socket.close(resolve);
      await promise;
    },
  };
}

async function bound(socket: Socket, address: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject);
  socket.bind(port, address, resolve);
  await promise;
  socket.off('error', reject);
}

/** Of a datagram there is no telling whether it arrived; that it was not even sent makes no difference. */
function ignored(): void {}
