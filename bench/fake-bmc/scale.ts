// Fake BMCs at scale: a thousand in one process, and reads of a power state beside sushy-tools' emulator, round by round in turn. Both
// serve HTTPS with the same certificate type (ECDSA, P-256) and the same key exchange (X25519); ours asks for a password and theirs does not,
// and ours answers as fast as it can (`answer: 1ms`). With a new connection for each read the client works as hard as our server does, so
// the processor time that either spends on a read is told, too; and that of a server that answers with constant bytes, for what HTTPS alone
// costs.
//
// usage: node bench/fake-bmc/scale.ts [--rounds N] [--seconds S] [--sushy-tools FOLDER --python PROGRAM]
// FOLDER is a clone of openstack/sushy-tools, PROGRAM a Python that has its requirements.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { validCertificate } from '../../fake-bmc/certificate.ts';
import { type Measured, measured, type Reads } from './reads.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/metaltwin.js', import.meta.url));
const CONSTANT = fileURLToPath(new URL('./constant-answer.ts', import.meta.url));
const HOSTS = 1_000;
const CREDENTIALS = { user: 'admin', password: 'bench' };
const FREE_PORTS = ['--redfish-port', '0', '--per-host-ports', '0', '--ipmi-port-base', '0', '--control-port', '0'];

const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: bench }
spec:
  study: steady
  duration: 30d
  cluster: { generate: { machineApi: cluster-api, racks: 50, groups: [{ name: host, count: ${HOSTS}, hardware: quick }] } }
  hardware: { quick: { bmc: { answer: 1ms, login: 1ms } } }
  faults: { background: none }
`;

interface Server {
  readonly name: string;
  readonly reads: Pick<Reads, 'url' | 'credentials'>;
  readonly process: ChildProcess;
}

interface Round extends Measured {
  readonly cpuMs: number;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    'sushy-tools': { type: 'string' },
    python: { type: 'string', default: 'python3' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'metaltwin-bench-'));
const servers: Server[] = [];
try {
  servers.push(await ours());
  const files = await identity();
  const clone = values['sushy-tools'];
  if (clone !== undefined) servers.push(await theirs(clone, values.python, files));
  servers.push(await constant(files));
  for (const connections of ['kept', 'new'] as const) await compare(connections);
} finally {
  for (const server of servers) server.process.kill();
  rmSync(folder, { recursive: true });
}

async function ours(): Promise<Server> {
  const scenario = join(folder, 'bench.yaml');
  writeFileSync(scenario, SCENARIO);
  const { user, password } = CREDENTIALS;
  const args = [
    'bmc',
    'serve',
    '--scenario',
    scenario,
    ...FREE_PORTS,
    '--user',
    user,
    '--password',
    password,
    '-o',
    'json',
  ];
  const startMs = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString();
  });
  while (!text.endsWith('\n}\n')) await once(child.stdout, 'data');
  const startedMs = performance.now() - startMs;
  const { hosts } = JSON.parse(text) as {
    readonly hosts: readonly { readonly systemUrl: string }[];
  };
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0);
  print(
    `${hosts.length} BMCs, each with Redfish and IPMI: process started and all ports open after ${(startedMs / 1000).toFixed(1)} s,`,
  );
  print(
    `resident ${Math.round(kilobytes / 1024)} MB, ${Math.round(kilobytes / hosts.length)} kB a BMC with all of the process`,
  );
  return { name: 'metaltwin', reads: { url: hosts[0]?.systemUrl ?? '', credentials: CREDENTIALS }, process: child };
}

interface Identity {
  readonly key: string;
  readonly certificate: string;
}

/** Files of a certificate and its key, as other servers take them. */
async function identity(): Promise<Identity> {
  const { key, certificate } = await validCertificate(['127.0.0.1'], new Date());
  const files = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') };
  writeFileSync(files.key, key);
  writeFileSync(files.certificate, certificate);
  return files;
}

async function theirs(clone: string, python: string, { key, certificate }: Identity): Promise<Server> {
  const config = join(folder, 'sushy.conf');
  const uuid = '11111111-1111-4111-8111-111111111111';
  const system = { uuid, name: 'host-0', power_state: 'On', nics: [{ mac: '02:00:00:00:00:01' }] };
  writeFileSync(
    config,
    `SUSHY_EMULATOR_FAKE_DRIVER = True\nSUSHY_EMULATOR_STATE_DIR = '${folder}'\nSUSHY_EMULATOR_FAKE_SYSTEMS = [${JSON.stringify(system)}]\n`,
  );
  const port = await freePort();
  const module = ['-m', 'sushy_tools.emulator.main', '--config', config];
  const address = ['-i', '127.0.0.1', '-p', String(port)];
  const args = [...module, ...address, '--ssl-certificate', certificate, '--ssl-key', key];
  const environment = { ...process.env, PYTHONPATH: clone, PBR_VERSION: '2.0.0' };
  const child = spawn(python, args, { cwd: folder, env: environment, stdio: 'ignore' });
  return answering({
    name: 'sushy-tools',
    reads: { url: `https://127.0.0.1:${port}/redfish/v1/Systems/${uuid}` },
    process: child,
  });
}

async function constant({ key, certificate }: Identity): Promise<Server> {
  const port = await freePort();
  const child = spawn(process.execPath, [CONSTANT, String(port), key, certificate], { stdio: 'ignore' });
  return answering({ name: 'constant', reads: { url: `https://127.0.0.1:${port}/` }, process: child });
}

async function answering(server: Server): Promise<Server> {
  for (let tries = 0; tries < 60; tries++) {
    const once: Reads = { ...server.reads, clients: 1, seconds: 0.01, connections: 'new' };
    const answer = await measured(once).catch(() => undefined);
    if (answer?.failed === 0) return server;
    await new Promise((done) => setTimeout(done, 500));
  }
  server.process.kill();
  throw new Error(`${server.name} does not answer`);
}

async function compare(connections: Reads['connections']): Promise<void> {
  const results = new Map<string, Round[]>(servers.map(({ name }) => [name, []]));
  const seconds = Number(values.seconds);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { name, reads, process } of servers) {
      const beforeMs = processorMs(process);
      const one = await measured({ ...reads, clients: 16, seconds, connections });
      results.get(name)?.push({ ...one, cpuMs: (processorMs(process) - beforeMs) / one.reads });
    }
  }
  for (const [name, rounds] of results) {
    const middle = (of: (one: Round) => number): number =>
      rounds.map(of).sort((a, b) => a - b)[rounds.length >> 1] ?? 0;
    const failed = rounds.reduce((sum, one) => sum + one.failed, 0);
    print(
      `${connections} connections, 16 clients  ${name.padEnd(12)} ${middle((one) => one.perSecond)
        .toFixed(0)
        .padStart(6)} reads/s  ` +
        `median ${middle((one) => one.medianMs).toFixed(1)} ms  p99 ${middle((one) => one.p99Ms).toFixed(1)} ms  ` +
        `processor time of a read: server ${middle((one) => one.cpuMs).toFixed(2)} ms, ` +
        `client ${middle((one) => one.clientMs).toFixed(2)} ms  failed ${failed}`,
    );
  }
}

/** Of a process and its threads so far, in steps of 10 ms. */
function processorMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  await new Promise((done) => server.close(done));
  return port;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
