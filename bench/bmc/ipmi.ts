// Commands per second of IPMI over LAN, and their times, with so many consoles that each wait for an answer before they ask again.
// `ours` is a controller whose messages take it no time, as those of ipmi_sim (Debian's openipmi) take none; `generic` is ours as it is
// unless told otherwise, with the hundredths of a second that a real controller thinks about each.
//
// usage: node bench/bmc/ipmi.ts (ours|generic|ipmi_sim) [consoles] [seconds]

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { serveIpmi } from '../../fake-bmc/ipmi/server.ts';
import { WallClock } from '../../fake-bmc/wall-clock.ts';
import { PLAIN_TRAITS } from '../../sim/host/bmc/traits.ts';
import { CREDENTIALS, ServedWorld } from '../../test/kit/served-world.ts';
import { ADDRESS, asked, quantileMs, sessionAt } from './udp-console.ts';

const [TARGET = 'ours', CONSOLES = '1', SECONDS = '5'] = process.argv.slice(2);
const SIMULATOR_PORT = 16_230;

async function serve(which: string): Promise<void> {
  const messageMs = which === 'generic' ? PLAIN_TRAITS.messageMs : ({ kind: 'constant', value: 0 } as const);
  const world = new ServedWorld({ model: { traits: { messageMs } }, clock: new WallClock() });
  const { port } = await serveIpmi(world.a1, { address: ADDRESS, port: 0 });
  process.stdout.write(`${port}\n`);
}

interface Target {
  readonly process: ChildProcess;
  readonly port: number;
  readonly stop: () => void;
}

async function ours(): Promise<Target> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', 'serve', TARGET], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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

/** Of the server so far. Source: proc(5), the 14th and 15th field of stat, in hundredths of a second. */
function processorMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

async function measure(): Promise<void> {
  const target = TARGET === 'ipmi_sim' ? await simulator() : await ours();
  try {
    await measureOf(target);
  } finally {
    target.stop();
  }
}

async function measureOf(target: Target): Promise<void> {
  const consoles = await Promise.all(Array.from({ length: Number(CONSOLES) }, () => sessionAt(target.port)));
  const busyBeforeMs = processorMs(target.process);
  const startMs = performance.now();
  const all = await Promise.all(consoles.map((console) => asked(console, startMs + Number(SECONDS) * 1000)));
  const seconds = (performance.now() - startMs) / 1000;
  const times = all.flatMap((one) => one.times);
  const figures = {
    ...{ workload: 'ipmi', consoles: consoles.length, commandsPerSecond: Math.round(times.length / seconds) },
    ...{ p50Ms: quantileMs(times, 0.5), p99Ms: quantileMs(times, 0.99) },
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
    processorMsPerCommand: Number(((processorMs(target.process) - busyBeforeMs) / times.length).toFixed(3)),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  for (const console of consoles) console.close();
}

await (TARGET === 'serve' ? serve(CONSOLES) : measure());
