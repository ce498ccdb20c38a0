// bmc serve: simulated hosts over Redfish and IPMI, until somebody ends it.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { stringify } from 'yaml';
import { isLoopback } from '../../fake-bmc/addresses.ts';
import type { Certificate } from '../../fake-bmc/certificate.ts';
import { type Credentials, type FakeBmc, PortRefused } from '../../fake-bmc/fake-bmc.ts';
import { manifestsOf } from '../../fake-bmc/manifests.ts';
import { plainScenario } from '../../fake-bmc/plain-hosts.ts';
import { newCredentials, startFakeBmc } from '../../fake-bmc/start-fake-bmc.ts';
import { jsonText } from '../../reports/json.ts';
import { loadStudy } from '../../scenarios/compile.ts';
import type { SimConfig } from '../../sim/config.ts';
import { studyFiles } from '../../twin/study-files.ts';
import { Arguments } from '../arguments.ts';
import { readCredentials } from '../bmc-credentials.ts';
import { type BmcServeOptions, bmcServeOptions, checkPorts } from '../bmc-options.ts';
import { type CredentialsSource, servedJson, servedTables } from '../bmc-table.ts';
import { VERSION } from '../build-info.ts';
import type { Command, CommandRequest } from '../command-request.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { SignalSource } from '../interrupt.ts';
import { outputOf } from '../output.ts';
import { printTables } from '../print-tables.ts';
import { Trouble } from '../trouble.ts';
import { BadInput, placeOnLine } from '../usage-problem.ts';

export const bmcCommand: Command = (request) => bmcServe(request, process);

/** Serves until a signal comes, and gives its exit code once all ports are free. */
export async function bmcServe(request: CommandRequest, signals: SignalSource): Promise<ExitCode> {
  const args = new Arguments(request);
  checkVerb(request, args);
  const options = bmcServeOptions(request.flags, args);
  const certificate = givenCertificate(request, args);
  args.finish();
  const config = configOf(options, request);
  checkPorts(options, config.hosts.length, args);
  args.finish();
  const { credentialsOf, source } = credentialsFor(options, config, request);
  const ended = signalled(signals);
  try {
    const bmc = await started({ options, config, certificate, credentialsOf });
    announce(bmc, { options, source }, request);
    const code = await ended.code;
    request.console.err('\nstopping: the ports are being freed\n');
    await bmc.close();
    return code;
  } finally {
    ended.listenNoMore();
  }
}

function checkVerb({ operands }: CommandRequest, args: Arguments): void {
  const [verb, ...others] = operands;
  if (verb === undefined) args.problem('MT003', 'bmc what?', { remedy: 'write "bmc serve"' });
  else if (verb !== 'serve') args.choice('bmc', verb, ['serve']);
  for (const word of others) args.problem('MT002', `bmc serve takes no operand, and "${word}" is one`, { word });
}

function givenCertificate({ flags }: CommandRequest, args: Arguments): Certificate | undefined {
  const { certificate, key } = flags;
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) {
    const missing = certificate === undefined ? '--certificate' : '--key';
    args.problem('MT003', `no ${missing}`, { remedy: 'a certificate and its key belong together' });
    return undefined;
  }
  const read = <T>(flag: string, file: string, parsed: (text: string) => T) => {
    const found = studyFiles.readText(file);
    if (found.kind === 'unreadable') args.problem('MT002', `${flag} cannot be read: ${found.why}`, { word: file });
    const value = found.kind === 'text' ? parsedOrNothing(found.text, parsed) : undefined;
    if (found.kind === 'text' && value === undefined) {
      const what = flag === '--key' ? 'no key in PEM without a passphrase' : 'no certificate in PEM';
      args.problem('MT002', `${flag} "${file}" is ${what}`, { word: file });
    }
    return value === undefined || found.kind !== 'text' ? undefined : { text: found.text, value };
  };
  const shown = read('--certificate', certificate, (text) => new X509Certificate(text));
  const secret = read('--key', key, createPrivateKey);
  if (shown === undefined || secret === undefined) return undefined;
  if (!shown.value.checkPrivateKey(secret.value)) {
    args.problem('MT002', `--key "${key}" is not the key of --certificate "${certificate}"`, { word: key });
  }
  return { certificate: shown.text, key: secret.text };
}

function parsedOrNothing<T>(text: string, parsed: (text: string) => T): T | undefined {
  try {
    return parsed(text);
  } catch (error) {
    // What OpenSSL has to say of it helps nobody.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Ends the command with every problem of the scenario. */
function configOf({ hosts, scenario }: BmcServeOptions, { flags: { seed } }: CommandRequest): SimConfig {
  const overrides = seed === undefined ? {} : { seed };
  const plain = { ...studyFiles, readText: () => ({ kind: 'text', text: plainScenario(hosts ?? 1) }) as const };
  const loaded =
    scenario === undefined
      ? loadStudy({ scenarioFile: 'hosts.yaml', overrides }, plain)
      : loadStudy({ scenarioFile: scenario, overrides }, studyFiles);
  if ('problems' in loaded) throw new BadInput(loaded.problems);
  return loaded.study.config;
}

function credentialsFor(
  { credentials }: BmcServeOptions,
  config: SimConfig,
  { flags, argv }: CommandRequest,
): { readonly credentialsOf: (host: string) => Credentials; readonly source: CredentialsSource } {
  const file = flags.credentials;
  if (file !== undefined) {
    const names = config.hosts.map(({ name }) => name);
    const read = readCredentials(file, names, { reader: studyFiles, place: placeOnLine(argv, file) });
    if ('problems' in read) throw new BadInput(read.problems);
    return { credentialsOf: read.credentialsOf, source: 'file' };
  }
  const of = credentials ?? newCredentials();
  return { credentialsOf: () => of, source: credentials === undefined ? 'generated' : 'given' };
}

async function started({
  options,
  config,
  certificate,
  credentialsOf,
}: {
  readonly options: BmcServeOptions;
  readonly config: SimConfig;
  readonly certificate: Certificate | undefined;
  readonly credentialsOf: (host: string) => Credentials;
}): Promise<FakeBmc> {
  const { hosts: _, scenario: __, ...rest } = options;
  try {
    return await startFakeBmc({
      ...rest,
      config,
      certificate,
      version: VERSION,
      allowRemote: true,
      credentials: credentialsOf,
    });
  } catch (error) {
    if (error instanceof PortRefused)
      throw new Trouble(`${error.message}; name another port, or 0 for any that is free`);
    throw error;
  }
}

function announce(
  bmc: FakeBmc,
  { options, source }: { readonly options: BmcServeOptions; readonly source: CredentialsSource },
  request: CommandRequest,
): void {
  const { console, flags } = request;
  if (!isLoopback(options.listen)) {
    console.err(`warning: whoever reaches ${options.listen} can ask these controllers; they are there for tests\n`);
  }
  if (flags.printBaremetalhosts === true) {
    const manifests = manifestsOf(bmc.hosts);
    const isJson = outputOf(flags, console, { for: 'out' }).format === 'json';
    const list = { apiVersion: 'v1', kind: 'List', items: manifests };
    console.out(isJson ? jsonText(list) : `${manifests.map((manifest) => stringify(manifest)).join('---\n')}`);
  } else printTables(request, servedTables(bmc, source), servedJson(bmc, source));
  // What reads this through a pipe, as kubectl apply does, goes on as soon as it has all.
  console.endOut();
  const count = bmc.hosts.length === 1 ? '1 host' : `${bmc.hosts.length} hosts`;
  if (flags.quiet !== true) console.err(`serving ${count}; Ctrl-C ends it\n`);
}

/** The first signal ends it in order, the second at once. */
function signalled(signals: SignalSource): { readonly code: Promise<ExitCode>; listenNoMore(): void } {
  const { promise, resolve } = Promise.withResolvers<ExitCode>();
  let first: ExitCode | undefined;
  const stop = (received: ExitCode): void => {
    if (first !== undefined) signals.exit(received);
    first = received;
    resolve(received);
  };
  const onInterrupt = (): void => stop(EXIT.interrupted);
  const onTerminate = (): void => stop(EXIT.terminated);
  signals.on('SIGINT', onInterrupt);
  signals.on('SIGTERM', onTerminate);
  return {
    code: promise,
    listenNoMore: () => {
      signals.off('SIGINT', onInterrupt);
      signals.off('SIGTERM', onTerminate);
    },
  };
}
