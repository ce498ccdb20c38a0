// The client of a management controller that speaks IPMI over LAN, by the program `ipmitool`: each call is one run of it and one session.
// Only its line about the power is power; whatever else it prints, and however it ends, is not. The password goes by the environment,
// never by the arguments, which every process of the machine can read.
// Source: openstack/ironic drivers/modules/ipmitool.py; ipmitool 1.8.19.

import { execFile } from 'node:child_process';
import type { PowerState } from '../core/actions.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { BmcClient, BmcCredentials, ChangeAnswer, Lost, PowerAnswer, PowerChange, Refused } from './bmc-client.ts';

export interface IpmiBmcOptions {
  readonly host: string;
  readonly port: number;
  readonly credentials: BmcCredentials;
  /** For time-outs. */
  readonly clock: Clock;
  /** Of the program: `PATH` says where it is found. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A request is sent again after 5 s, for a minute in all. Source: openstack/ironic conf/ipmi.py, min_command_interval 5 s, command_retry_timeout 60 s. */
const AGAIN_SECONDS = 5;
const TRIES = 12;
const GIVEN_UP_MS = AGAIN_SECONDS * TRIES * 1000;

const COMMANDS: Readonly<Record<PowerChange, string>> = { on: 'on', forceOff: 'off', gracefulShutdown: 'soft' };

/** What a controller says that is only busy. Source: openstack/ironic drivers/modules/ipmitool.py, IPMITOOL_RETRYABLE_FAILURES. */
const BUSY =
  /insufficient resources for session|Node busy|Timeout|Out of space|BMC initialization in progress|present state/i;
/** Nothing of the command was sent. */
const NO_SESSION = /Unable to establish|Address lookup|Could not open socket|Error in open session|RAKP/i;

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class IpmiBmc implements BmcClient {
  private readonly options: IpmiBmcOptions;

  constructor(options: IpmiBmcOptions) {
    this.options = options;
  }

  /** Power and identity by one session, so that both are of one controller. */
  async readPower(): Promise<PowerAnswer> {
    const run = await this.ipmitool(['shell'], 'chassis power status\nmc guid\nexit\n');
    if ('kind' in run) return run;
    const [, power] = /^Chassis Power is (on|off)$/m.exec(run.stdout) ?? [];
    if (!isPower(power)) return failureOf(run);
    const [, systemUuid] = /^System GUID\s*:\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/im.exec(run.stdout) ?? [];
    return { kind: 'read', power, ...(systemUuid === undefined ? {} : { systemUuid: systemUuid.toLowerCase() }) };
  }

  async changePower(change: PowerChange): Promise<ChangeAnswer> {
    const run = await this.ipmitool(['chassis', 'power', COMMANDS[change]]);
    if ('kind' in run) return run;
    return run.exitCode === 0 ? { kind: 'accepted' } : failureOf(run);
  }

  /** Each call had a session of its own. */
  async close(): Promise<void> {}

  private ipmitool(command: readonly string[], input = ''): Promise<Run | Lost> {
    const { host, port, credentials, clock, environment } = this.options;
    const aborter = new AbortController();
    const endedInTime = clock.wakeAt(clock.nowMs() + GIVEN_UP_MS, () => aborter.abort());
    const { promise, resolve } = Promise.withResolvers<Run | Lost>();
    const options = { signal: aborter.signal, env: { ...environment, IPMI_PASSWORD: credentials.password } };
    const where = ['-I', 'lanplus', '-H', host, '-p', String(port), '-U', credentials.user, '-E'];
    const how = ['-L', 'ADMINISTRATOR', '-N', String(AGAIN_SECONDS), '-R', String(TRIES)];
    const child = execFile('ipmitool', [...where, ...how, ...command], options, (error, stdout, stderr) => {
      endedInTime();
      const code = error?.code ?? 0;
      if (typeof code === 'number') resolve({ exitCode: code, stdout, stderr });
      else if (code === 'ENOENT') resolve(lost('ipmitool is not installed', false));
      else resolve(lost(`no answer within ${GIVEN_UP_MS / 1000} s`, true));
    });
    // A program that ended early, or never started, reads nothing; its end tells.
    child.stdin?.on('error', ignored);
    child.stdin?.end(input);
    return promise;
  }
}

function failureOf({ stdout, stderr }: Run): Refused | Lost {
  const message = (stderr.trim() || stdout.trim() || 'ipmitool said nothing').split('\n').join('; ');
  if (NO_SESSION.test(message)) return lost(message, false);
  return { kind: 'refused', message, mayPass: BUSY.test(message) };
}

function isPower(text: string | undefined): text is PowerState {
  return text === 'on' || text === 'off';
}

function lost(message: string, mayHaveArrived: boolean): Lost {
  return { kind: 'lost', message, mayHaveArrived };
}

function ignored(): void {}
