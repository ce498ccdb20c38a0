// Ten thousand packets a second from 250 addresses, random, cut short, altered, and set-ups of sessions that nobody finishes, beside one
// console: what becomes of its times, and of the memory of the server. The heap is measured after a collection, so that what grows in it is
// kept. A note on standard error tells each sample; standard output the whole.
//
// usage: node bench/bmc/flood.ts [seconds]

import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { parseOpenSessionResponse } from '../../fake-bmc/ipmi/packets/open-session.ts';
import { formatRakp1 } from '../../fake-bmc/ipmi/packets/rakp.ts';
import { formatIpmiRmcp, parseRmcp } from '../../fake-bmc/ipmi/packets/rmcp.ts';
import { formatPlus, PAYLOAD, parseSessionPacket } from '../../fake-bmc/ipmi/packets/session-packet.ts';
import { serveIpmi } from '../../fake-bmc/ipmi/server.ts';
import { secretBytes } from '../../fake-bmc/secrets.ts';
import { WallClock } from '../../fake-bmc/wall-clock.ts';
import { RECORDED } from '../../test/fake-bmc/ipmi/recorded-exchange.ts';
import { CREDENTIALS, ServedWorld } from '../../test/kit/served-world.ts';
import { ADDRESS, asked, quantileMs, sessionAt } from './udp-console.ts';

const [MODE = '20'] = process.argv.slice(2);
const PACKETS_PER_SECOND = 10_000;
const STEP_MS = 5;
const SOURCES = 250;
const SAMPLES = 30;
const PACKET_LENGTH_MOST = 300;
const MEBIBYTE = 2 ** 20;

interface Memory {
  readonly residentBytes: number;
  readonly heapBytes: number;
}

/** Says its port, and then its memory whenever it is asked. Messages take it no time, so that none is refused for being one too many. */
async function serve(): Promise<void> {
  const model = { traits: { messageMs: { kind: 'constant', value: 0 } as const } };
  const world = new ServedWorld({ model, clock: new WallClock() });
  const { port } = await serveIpmi(world.a1, { address: ADDRESS, port: 0 });
  process.stdout.write(`${port}\n`);
  createInterface({ input: process.stdin }).on('line', () => {
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    process.stdout.write(`${JSON.stringify({ residentBytes: rss, heapBytes: heapUsed + external })}\n`);
  });
}

class Server {
  private readonly process: ChildProcess;
  private readonly lines: Interface;

  constructor() {
    const child = spawn(process.execPath, ['--expose-gc', process.argv[1] ?? '', 'serve'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.process = child;
    this.lines = createInterface({ input: child.stdout });
  }

  async port(): Promise<number> {
    const [line] = (await once(this.lines, 'line')) as [string];
    return Number(line);
  }

  async memory(): Promise<Memory> {
    this.process.stdin?.write('\n');
    const [line] = (await once(this.lines, 'line')) as [string];
    return JSON.parse(line) as Memory;
  }

  stop(): void {
    this.process.kill();
  }
}

const recorded = Object.values(RECORDED);

function plus(payloadType: number, payload: Uint8Array): Uint8Array {
  return formatIpmiRmcp(formatPlus({ payloadType, sessionId: 0, sequence: 0, isEncrypted: false, payload }));
}

/** One packet after the other of each kind. */
const KINDS: readonly (() => Uint8Array)[] = [
  () => anyBytes(),
  () => formatIpmiRmcp(anyBytes()),
  () => plus(below(0x40), anyBytes()),
  () => {
    const packet = oneOf(recorded);
    return packet.subarray(0, below(packet.length));
  },
  () => {
    const packet = oneOf(recorded).slice();
    packet[below(packet.length)] = below(0x100);
    return packet;
  },
  () => RECORDED.capabilitiesRequest,
  () => RECORDED.openSessionRequest,
];

/** A whole number, 0 or more. */
function below(limit: number): number {
  return secretBytes(4).readUInt32LE() % limit;
}

function anyBytes(): Uint8Array {
  return secretBytes(below(PACKET_LENGTH_MOST));
}

function oneOf<T>(all: readonly T[]): T {
  return all[below(all.length)] as T;
}

/** Goes on with a set-up of a session that it was answered to, as somebody known or not, and no further. */
function goOn(socket: Socket, port: number, answer: Uint8Array): void {
  const packet = parseRmcp(answer);
  const parsed = packet && parseSessionPacket(packet.data, () => 0);
  if (parsed?.format !== 'rmcpPlus' || parsed.payloadType !== PAYLOAD.openSessionResponse) return;
  const opened = parseOpenSessionResponse(parsed.payload);
  if (opened === undefined || !('managedId' in opened)) return;
  const name = below(2) === 0 ? CREDENTIALS.user : secretBytes(8).toString('hex');
  const { managedId } = opened;
  const rakp1 = formatRakp1({ tag: 0, managedId, consoleRandom: secretBytes(16), role: 0x14, name });
  socket.send(plus(PAYLOAD.rakp1, rakp1), port, ADDRESS);
}

async function sources(port: number): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: SOURCES }, () => createSocket('udp4'));
  await Promise.all(
    sockets.map(async (socket, index) => {
      socket.bind(0, `127.0.1.${index + 1}`);
      await once(socket, 'listening');
      socket.on('message', (answer) => goOn(socket, port, answer));
    }),
  );
  return sockets;
}

interface Flood {
  readonly sent: () => number;
  readonly stop: () => void;
}

function flood(sockets: readonly Socket[], port: number): Flood {
  const startMs = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startMs) / 1000) * PACKETS_PER_SECOND;
    for (; sent < due; sent++) sockets[sent % SOURCES]?.send(KINDS[sent % KINDS.length]?.() ?? '', port, ADDRESS);
  }, STEP_MS);
  return {
    sent: () => sent,
    stop: () => {
      clearInterval(timer);
      for (const socket of sockets) socket.close();
    },
  };
}

/** Of packets to this port, so many did not fit into the buffer of its socket. Source: proc(5), the last column of net/udp. */
function dropped(port: number): number {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const line = readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .find((each) => each.includes(`0100007F:${hexPort} 00000000:`));
  return Number(line?.trim().split(/\s+/).at(-1) ?? Number.NaN);
}

/** Slope of the least-squares line, bytes a minute. */
function growthPerMinute(samples: readonly { readonly minute: number; readonly bytes: number }[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const minute = mean(samples.map((sample) => sample.minute));
  const bytes = mean(samples.map((sample) => sample.bytes));
  const covariance = samples.reduce((sum, sample) => sum + (sample.minute - minute) * (sample.bytes - bytes), 0);
  return covariance / samples.reduce((sum, sample) => sum + (sample.minute - minute) ** 2, 0);
}

async function measure(seconds: number): Promise<void> {
  const server = new Server();
  const port = await server.port();
  const console = await sessionAt(port);
  const atStart = await server.memory();
  const { sent, stop } = flood(await sources(port), port);
  const startMs = performance.now();
  const asking = asked(console, startMs + seconds * 1000);
  const samples: (Memory & { readonly minute: number })[] = [];
  for (let sample = 1; sample <= SAMPLES; sample++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, startMs + (sample / SAMPLES) * seconds * 1000 - performance.now());
    await promise;
    const memory = await server.memory();
    samples.push({ minute: (performance.now() - startMs) / 60_000, ...memory });
    process.stderr.write(`${JSON.stringify(samples.at(-1))}\n`);
  }
  const { times, lost } = await asking;
  const passedSeconds = (performance.now() - startMs) / 1000;
  stop();
  // The first half warms it up.
  const late = samples.slice(SAMPLES / 2);
  const growth = (of: (memory: Memory) => number): number =>
    Math.round(growthPerMinute(late.map((sample) => ({ minute: sample.minute, bytes: of(sample) }))) / 1024);
  const mebibytes = (bytes: number): number => Number((bytes / MEBIBYTE).toFixed(1));
  const figures = {
    ...{ workload: 'ipmi flood', seconds: Math.round(passedSeconds), sent: sent() },
    ...{ packetsPerSecond: Math.round(sent() / passedSeconds), dropped: dropped(port) },
    ...{ residentStartMebibytes: mebibytes(atStart.residentBytes), heapStartMebibytes: mebibytes(atStart.heapBytes) },
    residentMostMebibytes: mebibytes(Math.max(...samples.map(({ residentBytes }) => residentBytes))),
    residentEndMebibytes: mebibytes(samples.at(-1)?.residentBytes ?? Number.NaN),
    heapEndMebibytes: mebibytes(samples.at(-1)?.heapBytes ?? Number.NaN),
    residentKibibytesPerMinute: growth(({ residentBytes }) => residentBytes),
    heapKibibytesPerMinute: growth(({ heapBytes }) => heapBytes),
    ...{ consoleCommands: times.length, p50Ms: quantileMs(times, 0.5), p99Ms: quantileMs(times, 0.99), lost },
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  console.close();
  server.stop();
}

await (MODE === 'serve' ? serve() : measure(Number(MODE)));
