// Commands per second of IPMI over LAN, and their times, with so many consoles that each wait for an answer before they ask again. Ours
// answers when the simulated controller does, here after a millisecond of its fast world; ipmi_sim (Debian's openipmi) at once.
// `flood`: ten thousand packets a second of random bytes come beside one console; what becomes of its times, and of the server's memory.
//
// usage: node bench/bmc/ipmi.ts (ours|ipmi_sim) [consoles] [seconds] [flood]

import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { serveIpmi } from '../../fake-bmc/ipmi/server.ts';
import { WallClock } from '../../fake-bmc/wall-clock.ts';
import { ConsoleProtocol } from '../../test/kit/ipmi-console.ts';
import { CREDENTIALS, ServedWorld } from '../../test/kit/served-world.ts';

const [TARGET = 'ours', CONSOLES = '1', SECONDS = '5', FLOOD = ''] = process.argv.slice(2);
const ADDRESS = '127.0.0.1';
const SIMULATOR_PORT = 16_230;
const PACKETS_PER_SECOND = 10_000;
const FLOOD_STEP_MS = 5;
/** After which a console asks again, as ipmitool does. */
const PATIENCE_MS = 1_000;

class UdpConsole extends ConsoleProtocol {
  readonly #socket: Socket;
  readonly #port: number;

  constructor(socket: Socket, port: number) {
    super();
    this.#socket = socket;
    this.#port = port;
  }

  exchange(packet: Uint8Array): Promise<readonly Uint8Array[]> {
    const { promise, resolve } = Promise.withResolvers<readonly Uint8Array[]>();
    const timer = setTimeout(() => resolve([]), PATIENCE_MS);
    this.#socket.once('message', (answer) => {
      clearTimeout(timer);
      resolve([answer]);
    });
    this.#socket.send(packet, this.#port, ADDRESS);
    return promise;
  }

  close(): void {
    this.#socket.close();
  }
}

async function serve(): Promise<void> {
  const model = { traits: { messageMs: { kind: 'constant', value: 1 } as const } };
  const world = new ServedWorld({ model, speed: 1_000, clock: new WallClock() });
  const { port } = await serveIpmi(world.a1, { address: ADDRESS, port: 0 });
  process.stdout.write(`${port}\n`);
}

interface Target {
  readonly process: ChildProcess;
  readonly port: number;
  readonly stop: () => void;
}

async function ours(): Promise<Target> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { process: child, port: Number(line), stop: () => child.kill() };
}

async function simulator(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'ipmi-sim-'));
  const { user, password } = CREDENTIALS;
  const auths = ['callback', 'user', 'operator', 'admin'].map(
    (level) => `allowed_auths_${level} none md2 md5 straight`,
  );
  writeFileSync(
    join(folder, 'lan.conf'),
    `name "sim"\nset_working_mc 0x20\nstartlan 1\naddr ${ADDRESS} ${SIMULATOR_PORT}\npriv_limit admin\n${auths.join('\n')}\n` +
      `guid a123456789abcdefa123456789abcdef\nendlan\nuser 2 true "${user}" "${password}" admin 10 none md2 md5 straight\n`,
  );
  const device = 'mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0x0f02 persist_sdr';
  writeFileSync(join(folder, 'sim.emu'), `mc_setbmc 0x20\n${device}\nmc_enable 0x20\n`);
  const files = ['-c', join(folder, 'lan.conf'), '-f', join(folder, 'sim.emu'), '-s', folder, '-n'];
  const child = spawn('/usr/bin/ipmi_sim', files, { stdio: 'ignore' });
  const stop = (): void => {
    child.kill();
    rmSync(folder, { recursive: true });
  };
  return { process: child, port: SIMULATOR_PORT, stop };
}

async function session(port: number): Promise<UdpConsole> {
  for (let tries = 0; tries < 20; tries++) {
    const socket = createSocket('udp4');
    socket.bind(0, ADDRESS);
    await once(socket, 'listening');
    const console = new UdpConsole(socket, port);
    if ((await console.login()).step === 'done') return console;
    console.close();
  }
  throw new Error('no session');
}

interface Asked {
  /** Of the commands that were answered, milliseconds. */
  readonly times: readonly number[];
  readonly lost: number;
}

/** One console, asking one at a time. */
async function asked(console: UdpConsole, untilMs: number): Promise<Asked> {
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

function flood(port: number): () => number {
  const socket = createSocket('udp4');
  let sent = 0;
  const startMs = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - startMs) / 1000) * PACKETS_PER_SECOND;
    for (; sent < due; sent++) socket.send(nonsense(sent), port, ADDRESS);
  }, FLOOD_STEP_MS);
  return () => {
    clearInterval(timer);
    socket.close();
    return sent;
  };
}

/** Bytes behind an RMCP header, different each time. */
function nonsense(number: number): Uint8Array {
  const packet = new Uint8Array(16 + (number % 64));
  for (let at = 0; at < packet.length; at++) packet[at] = (number * 2_654_435_761 + at * 40_503) >>> (at % 24);
  packet.set([0x06, 0x00, 0xff, 0x07, number % 3 === 0 ? 0x00 : 0x06]);
  return packet;
}

function residentBytes({ pid }: ChildProcess): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}

async function measure(): Promise<void> {
  const target = TARGET === 'ours' ? await ours() : await simulator();
  const consoles = await Promise.all(Array.from({ length: Number(CONSOLES) }, () => session(target.port)));
  const before = residentBytes(target.process);
  const stopFlood = FLOOD === 'flood' ? flood(target.port) : () => 0;
  const startMs = performance.now();
  const all = await Promise.all(consoles.map((console) => asked(console, startMs + Number(SECONDS) * 1000)));
  const seconds = (performance.now() - startMs) / 1000;
  const sent = stopFlood();
  const times = all.flatMap((one) => one.times).toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Number((times[Math.floor(share * (times.length - 1))] ?? Number.NaN).toFixed(2));
  const figures = {
    ...{ workload: 'ipmi', consoles: consoles.length, commandsPerSecond: Math.round(times.length / seconds) },
    ...{ p50Ms: at(0.5), p99Ms: at(0.99), lost: all.reduce((sum, { lost }) => sum + lost, 0) },
    ...{ floodPerSecond: Math.round(sent / seconds) },
    grownMebibytes: Number(((residentBytes(target.process) - before) / 2 ** 20).toFixed(1)),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  for (const console of consoles) console.close();
  target.stop();
}

await (TARGET === 'serve' ? serve() : measure());
