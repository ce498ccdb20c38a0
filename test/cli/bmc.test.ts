// bmc serve as a command line: what is wrong with one, what it prints, and that it ends when it is told to.

import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Flags } from '../../cli/command-request.ts';
import { bmcServe } from '../../cli/commands/bmc.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { SignalSource } from '../../cli/interrupt.ts';
import { validCertificate } from '../../fake-bmc/certificate.ts';
import { metaltwin } from './captured-console.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'metaltwin-bmc-'));

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

interface JsonProblem {
  readonly code: string;
  readonly message: string;
  readonly suggestion: string | null;
}

async function problemsOf(...argv: readonly string[]): Promise<{ code: number; problems: readonly string[] }> {
  const { code, out } = await metaltwin('bmc', ...argv, '-o', 'json');
  const problems = JSON.parse(out) as readonly JsonProblem[];
  return { code, problems: problems.map(({ code: id, message, suggestion }) => `${id} ${message} => ${suggestion}`) };
}

async function certificateFiles(name: string): Promise<{ readonly key: string; readonly certificate: string }> {
  const { key, certificate } = await validCertificate([name], new Date());
  return { key: file(`${name}.key`, key), certificate: file(`${name}.pem`, certificate) };
}

const CERTIFICATES = [await certificateFiles('one'), await certificateFiles('other')] as const;

describe('given a wrong command line, it ends with code 2 and everything that is wrong', () => {
  const CREDENTIALS = file(
    'open.yaml',
    'default: { user: "two words", password: hunter-2-is-much-too-long }\nhost: {}\n',
  );
  const STRANGERS = file('strangers.yaml', 'hosts:\n  host-O: { user: root, password: secret }\n');
  const UNQUOTED = file('unquoted.yaml', 'default: { user: admin, password: 12345678 }\nhosts: { host-0: hunter2 }\n');
  const NO_PEM = file('no.pem', 'hello');
  const [ONE, OTHER] = CERTIFICATES;

  test.each<{ readonly title: string; readonly given: readonly string[]; readonly expected: readonly string[] }>([
    {
      title: 'no verb, no hosts',
      given: [],
      expected: ['MT003 bmc what? => write "bmc serve"', 'MT003 which hosts? => write --hosts N, or --scenario FILE'],
    },
    {
      title: 'values, each by its own flag',
      given: [
        'serve',
        '--hosts',
        '0',
        '--profile',
        'dell-idrac',
        '--speed',
        'fast',
        '--listen',
        'everywhere',
        '--redfish-port',
        '70000',
        '--cipher-suite',
        'x',
        '--user',
        'me',
      ],
      expected: [
        'MT002 --hosts accepts a whole number from 1 to 10000, not "0" => null',
        'MT002 --profile accepts generic, dell-idrac9, dell-idrac10, hpe-ilo4, hpe-ilo5, supermicro, supermicro-x10, lenovo-xcc, openbmc, fujitsu-irmc-s6, ami-megarac, not "dell-idrac" => did you mean "dell-idrac9"?',
        'MT002 --speed accepts a number above 0 and at most 100000, not "fast" => null',
        'MT002 --listen accepts an IP address or localhost, not "everywhere" => null',
        'MT002 --redfish-port accepts a whole number from 0 to 65535, not "70000" => null',
        'MT002 --cipher-suite accepts a whole number from 0 to 63, not "x" => null',
        'MT003 no --password => add --password; without both they are made and printed',
      ],
    },
    {
      title: 'an address that others reach',
      given: ['serve', '--hosts', '1', '--listen', '0.0.0.0'],
      expected: [
        'MT002 others can reach 0.0.0.0, and would switch hosts with the password of a test => add --allow-remote if that is meant',
      ],
    },
    {
      title: 'ports that nobody has, or two have',
      given: [
        'serve',
        '--hosts',
        '100',
        '--per-host-ports',
        '65500',
        '--redfish-port',
        '8444',
        '--ipmi-port-base',
        '8444',
      ],
      expected: [
        'MT002 --per-host-ports 65500 is too high: 100 hosts would need ports up to 65599 => write 65436 at most, or 0 for any free port',
        'MT002 --redfish-port and --control-port share the port 8444 => move one of them, or write 0 for any free port',
      ],
    },
    {
      title: 'nobody hears anything',
      given: [
        'serve',
        '--hosts',
        '1',
        '--per-host-ports',
        'none',
        '--redfish-port',
        'none',
        '--ipmi-port-base',
        'none',
      ],
      expected: ['MT003 nobody would hear these hosts: all ports are "none" => null'],
    },
    {
      title: 'a certificate in place of its key',
      given: ['serve', '--hosts', '1', '--certificate', ONE.certificate, '--key', ONE.certificate],
      expected: [`MT002 --key "${ONE.certificate}" is no key in PEM without a passphrase => null`],
    },
    {
      title: 'the key of another certificate',
      given: ['serve', '--hosts', '1', '--certificate', ONE.certificate, '--key', OTHER.key],
      expected: [`MT002 --key "${OTHER.key}" is not the key of --certificate "${ONE.certificate}" => null`],
    },
    {
      title: 'credentials twice, a certificate without its key',
      given: [
        'serve',
        '--hosts',
        '1',
        '--user',
        'a b',
        '--password',
        'x',
        '--credentials',
        CREDENTIALS,
        '--certificate',
        NO_PEM,
      ],
      expected: [
        'MT002 --user accepts 1 to 16 ASCII characters without spaces => null',
        'MT002 --credentials and --user or --password both say who is let in => keep one of them; the file may have a default',
        'MT003 no --key => a certificate and its key belong together',
      ],
    },
    {
      title: 'files that are none',
      given: ['serve', '--hosts', '1', '--certificate', NO_PEM, '--key', 'no-such-file'],
      expected: [
        `MT002 --certificate "${NO_PEM}" is no certificate in PEM => null`,
        'MT002 --key cannot be read: it does not exist => null',
      ],
    },
    {
      title: 'a file of credentials, with no password in any message',
      given: ['serve', '--hosts', '1', '--credentials', CREDENTIALS],
      expected: [
        'MT105 this is no user name => write 1 to 16 ASCII characters without spaces',
        'MT105 this is no password => write 1 to 20 ASCII characters without spaces, as IPMI does',
        'MT102 unknown field "host" in the document => did you mean "hosts"?',
      ],
    },
    {
      title: 'passwords that stand where something else is expected, or that are numbers',
      given: ['serve', '--hosts', '1', '--credentials', UNQUOTED],
      expected: [
        'MT104 "default.password" is something else, expected a text => put it in quotes',
        'MT104 "hosts.host-0" is something else, expected an object => null',
      ],
    },
    {
      title: 'credentials for a host that is not there, and none for one that is',
      given: ['serve', '--hosts', '1', '--credentials', STRANGERS],
      expected: [
        'MT121 there is no host "host-O" => did you mean "host-0"?',
        'MT103 nobody is let in to host-0 => add "default", or each host under "hosts"',
      ],
    },
    {
      title: 'a scenario that is none',
      given: ['serve', '--scenario', NO_PEM],
      expected: [expect.stringMatching(/^MT144 /) as string],
    },
  ])('$title', async ({ given, expected }) => {
    expect(await problemsOf(...given)).toEqual({ code: EXIT.usage, problems: expected });
  });

  test('no password is repeated', async () => {
    const { out, err } = await metaltwin('bmc', 'serve', '--hosts', '1', '--credentials', CREDENTIALS);
    expect(out + err).not.toContain('hunter-2');
    const given = await metaltwin(
      'bmc',
      'serve',
      '--hosts',
      '1',
      '--user',
      'a',
      '--password',
      'hunter-2 hunter-2',
      '-o',
      'json',
    );
    expect(JSON.parse(given.out)).toMatchObject([{ message: expect.stringMatching(/^--password accepts/) }]);
  });
});

class Signals extends EventEmitter implements SignalSource {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

/** A command that serves, on ports that are free. */
function serving(flags: Flags) {
  const signals = new Signals();
  const said = new EventEmitter();
  let out = '';
  let err = '';
  const console = {
    endOut: () => undefined,
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
      said.emit('err');
    },
    ...{ width: 100, outIsTerminal: false, errIsTerminal: false, environment: {} },
  };
  const ports = { redfishPort: '0', perHostPorts: '0', ipmiPortBase: '0', controlPort: '0' };
  const done = bmcServe(
    { operands: ['serve'], flags: { ...ports, ...flags }, argv: ['bmc', 'serve'], console },
    signals,
  );
  const announced = (async () => {
    while (!err.includes('Ctrl-C')) await Promise.race([once(said, 'err'), done]);
  })();
  return { signals, done, announced, written: () => ({ out, err }) };
}

describe('given hosts that are served', () => {
  test.each([
    ['SIGINT', EXIT.interrupted],
    ['SIGTERM', EXIT.terminated],
  ] as const)('a %s ends it with code %i, and its ports are free', async (signal, code) => {
    const { signals, done, announced, written } = serving({ hosts: '1', output: 'json' });
    await announced;
    const { controlUrl } = JSON.parse(written().out) as { readonly controlUrl: string };
    expect((await request(`${controlUrl}/v1/hosts/host-0`)).statusCode).toBe(200);
    signals.emit(signal);
    expect(await done).toBe(code);
    const again = createServer().listen(Number(new URL(controlUrl).port), '127.0.0.1');
    await once(again, 'listening');
    await new Promise((closed) => again.close(closed));
    expect([signals.exits, signals.listenerCount('SIGINT'), signals.listenerCount('SIGTERM')]).toEqual([[], 0, 0]);
  });

  test('the table has each host with its ways, and the password that was made', async () => {
    const { signals, done, announced, written } = serving({ hosts: '2', profile: 'hpe-ilo5' });
    await announced;
    signals.emit('SIGTERM');
    await done;
    const { out, err } = written();
    const shown = out
      .replaceAll(/:\d{5}\//g, ':PPPPP/')
      .replaceAll(/\b\d{5}\b/g, 'UUUUU')
      .replace(/[\w-]{18}\n/, 'MADE\n');
    expect(shown).toMatchInlineSnapshot(`
      " Served hosts
               system                                       IPMI
       host    id      Redfish                              port  credentials
       host-0  host-0  https://127.0.0.1:PPPPP/redfish/v1  UUUUU  admin (generated)
       host-1  host-1  https://127.0.0.1:PPPPP/redfish/v1  UUUUU  admin (generated)

       For all of them
       what                  value
       Redfish of all hosts  https://127.0.0.1:PPPPP/redfish/v1
       control API           http://127.0.0.1:PPPPP/openapi.json
       user                  admin
       password              MADE
      "
    `);
    expect(err).toBe('serving 2 hosts; Ctrl-C ends it\n\nstopping: the ports are being freed\n');
  });

  test('a password that was given is not printed', async () => {
    for (const output of ['text', 'json']) {
      const { signals, done, announced, written } = serving({
        hosts: '1',
        user: 'root',
        password: 'not-to-be-seen',
        output,
      });
      await announced;
      signals.emit('SIGTERM');
      await done;
      expect(written().out).toContain('root');
      expect(written().out + written().err).not.toContain('not-to-be-seen');
    }
  });

  test('a scenario brings its hosts, its controllers and its faults', async () => {
    const scenario = file(
      'scenario.yaml',
      `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: two-makes }
spec:
  study: steady
  duration: 1d
  cluster: { generate: { machineApi: cluster-api, racks: 1, groups: [{ name: db, count: 2, hardware: big }] } }
  hardware: { big: { bmc: { profile: supermicro } } }
  bmc: { hosts: { db-1: { profile: hpe-ilo5, quirks: [etag-empty] } } }
  faults:
    background: none
    script: [{ fault: bmcUnreachable, target: { host: db-0 }, at: 0s, for: 1h }]
`,
    );
    const { signals, done, announced, written } = serving({ scenario, output: 'json' });
    await announced;
    const { controlUrl } = JSON.parse(written().out) as { readonly controlUrl: string };
    const { body } = await request(`${controlUrl}/v1/hosts`);
    const { hosts } = (await body.json()) as { readonly hosts: readonly Record<string, unknown>[] };
    expect(hosts).toMatchObject([
      { name: 'db-0', profile: 'supermicro', reachable: false, faults: [{ fault: 'bmcUnreachable' }] },
      { name: 'db-1', profile: 'hpe-ilo5', reachable: true, faults: [] },
    ]);
    expect(hosts[1]?.quirks).toContain('etag-empty');
    signals.emit('SIGTERM');
    await done;
  });

  test('BareMetalHosts point at the hosts that are served', async () => {
    const { signals, done, announced, written } = serving({
      hosts: '1',
      user: 'root',
      password: 'secret',
      printBaremetalhosts: true,
    });
    await announced;
    signals.emit('SIGTERM');
    await done;
    const objects = parseAllDocuments(written().out).map((document) => document.toJS() as unknown);
    expect(objects).toMatchObject([
      { kind: 'Secret', metadata: { name: 'host-0-bmc' }, stringData: { username: 'root', password: 'secret' } },
      {
        kind: 'BareMetalHost',
        metadata: { name: 'host-0' },
        spec: {
          bootMACAddress: expect.stringMatching(/^02(:[0-9a-f]{2}){5}$/),
          bmc: {
            address: expect.stringMatching(/^redfish\+https:\/\/127\.0\.0\.1:\d+\/redfish\/v1\/Systems\/host-0$/),
            credentialsName: 'host-0-bmc',
            disableCertificateVerification: true,
          },
        },
      },
    ]);
  });

  test('a reader of its output sees the end of it, and the hosts are served on', async () => {
    const ports = [
      '--redfish-port',
      'none',
      '--per-host-ports',
      '0',
      '--ipmi-port-base',
      'none',
      '--control-port',
      '0',
    ];
    const served = spawn(process.execPath, [MAIN, 'bmc', 'serve', '--hosts', '1', '-o', 'json', ...ports], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = once(served, 'exit');
    const out = await readAll(served.stdout);
    const { controlUrl } = JSON.parse(out) as { readonly controlUrl: string };
    expect((await request(`${controlUrl}/v1/hosts/host-0`)).statusCode).toBe(200);
    served.kill('SIGTERM');
    expect(await exited).toEqual([EXIT.terminated, null]);
  });

  test('an address that others reach is served with a warning', async () => {
    const { signals, done, announced, written } = serving({ hosts: '1', listen: '0.0.0.0', allowRemote: true });
    await announced;
    signals.emit('SIGTERM');
    await done;
    expect(written().err).toContain('warning: whoever reaches 0.0.0.0 can ask these controllers');
  });

  test('a port that is taken ends it with code 4 and says which', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { readonly port: number };
    const ports = [
      '--redfish-port',
      String(port),
      '--per-host-ports',
      '0',
      '--ipmi-port-base',
      '0',
      '--control-port',
      '0',
    ];
    const { code, err } = await metaltwin('bmc', 'serve', '--hosts', '1', ...ports);
    expect([code, err]).toEqual([
      EXIT.environment,
      expect.stringContaining(`no port for Redfish of all hosts: 127.0.0.1:${port}`),
    ]);
    await new Promise((closed) => other.close(closed));
  });
});
