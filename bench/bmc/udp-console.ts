// A console on a socket of its own, which waits for each answer, for the benches of IPMI over LAN.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { ConsoleProtocol } from '../../test/kit/ipmi-console.ts';

export const ADDRESS = '127.0.0.1';
/** After which a console asks again, as ipmitool does. */
const PATIENCE_MS = 1_000;
const TRIES = 20;

export class UdpConsole extends ConsoleProtocol {
  private readonly socket: Socket;
  private readonly port: number;

  constructor(socket: Socket, port: number) {
    super();
    this.socket = socket;
    this.port = port;
  }

  exchange(packet: Uint8Array): Promise<readonly Uint8Array[]> {
    const { promise, resolve } = Promise.withResolvers<readonly Uint8Array[]>();
    const timer = setTimeout(() => resolve([]), PATIENCE_MS);
    this.socket.once('message', (answer) => {
      clearTimeout(timer);
      resolve([answer]);
    });
    this.socket.send(packet, this.port, ADDRESS);
    return promise;
  }

  close(): void {
    this.socket.close();
  }
}

/** In a session; throws when there is none to be had. */
export async function sessionAt(port: number): Promise<UdpConsole> {
  let outcome: unknown;
  for (let tries = 0; tries < TRIES; tries++) {
    const socket = createSocket('udp4');
    socket.bind(0, ADDRESS);
    await once(socket, 'listening');
    const console = new UdpConsole(socket, port);
    const login = await console.login();
    if (login.step === 'done') return console;
    outcome = login;
    console.close();
  }
  throw new Error(`no session: ${JSON.stringify(outcome)}`);
}

export interface Asked {
  /** Of the commands that were answered, milliseconds. */
  readonly times: readonly number[];
  readonly lost: number;
}

/** One console, asking one at a time. */
export async function asked(console: UdpConsole, untilMs: number): Promise<Asked> {
  const times: number[] = [];
  let lost = 0;
  while (performance.now() < untilMs) {
    const askedAtMs = performance.now();
    const answer = await console.command(0x06, 0x01);
    if (answer.startsWith('00')) times.push(performance.now() - askedAtMs);
    else lost++;
  }
  return { times, lost };
}

/** Of times, milliseconds: that which this share of them does not exceed. */
export function quantileMs(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(2));
}
