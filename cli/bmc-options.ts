// The flags of `bmc serve`, each checked by itself; what they mean together is checked once the hosts are known.

import { isListenAddress, isLoopback } from '../fake-bmc/addresses.ts';
import type { Credentials, PortChoice } from '../fake-bmc/fake-bmc.ts';
import { BMC_PROFILE_NAMES, type BmcProfileName } from '../sim/host/bmc/profiles.ts';
import type { Arguments } from './arguments.ts';
import type { Flags } from './command-request.ts';

const DEFAULT_LISTEN = '127.0.0.1';
const DEFAULT_PORTS: BmcPorts = {
  redfishPort: 8_443, // Assumption: the port beside 443 that needs no rights.
  hostPorts: 9_000, // Assumption: room for a thousand that nothing else usually has.
  ipmiPorts: 6_230, // Assumption: where virtualbmc's documentation begins.
  controlPort: 8_444, // Assumption: the port beside Redfish's.
};

/** Source: served hosts' accounts (sim/host/bmc/accounts.ts). */
const USER_MOST = 16;
const PASSWORD_MOST = 20;
const HOSTS_MOST = 10_000; // Assumption: more than a process has ports for.
const SPEED_MOST = 100_000; // Assumption: above it a request takes longer than what it asks about.
const PORT_MOST = 65_535;
/** Source: IPMI 2.0, table 22-20: cipher suite ids of 6 bits. */
const CIPHER_SUITE_MOST = 63;

export interface BmcPorts {
  readonly redfishPort: PortChoice;
  readonly hostPorts: PortChoice;
  readonly ipmiPorts: PortChoice;
  readonly controlPort: PortChoice;
}

export interface BmcServeOptions extends BmcPorts {
  readonly hosts: number | undefined;
  readonly scenario: string | undefined;
  readonly profile: BmcProfileName;
  readonly speed: number;
  readonly listen: string;
  readonly credentials: Credentials | undefined;
  readonly furtherCipherSuites: readonly number[];
}

/** Problems are left with `args`; what it gives is of use only when there are none. */
export function bmcServeOptions(flags: Flags, args: Arguments): BmcServeOptions {
  const { hosts, scenario } = flags;
  if (hosts === undefined && scenario === undefined) {
    args.problem('MT003', 'which hosts?', { remedy: 'write --hosts N, or --scenario FILE' });
  }
  if (hosts !== undefined && scenario !== undefined) {
    args.problem('MT002', 'both --hosts and --scenario say which hosts there are', {
      word: '--hosts',
      remedy: 'keep one',
    });
  }
  if (scenario === '') args.problem('MT002', 'an empty word names no file', { word: '' });
  return {
    hosts: args.count('--hosts', hosts, HOSTS_MOST),
    scenario,
    profile: args.choice('--profile', flags.profile ?? 'generic', BMC_PROFILE_NAMES) ?? 'generic',
    speed: speedOf(flags, args),
    listen: listenOf(flags, args),
    credentials: givenCredentials(flags, args),
    ...portsOf(flags, args),
    furtherCipherSuites: (flags.cipherSuite ?? []).map(
      (text) => args.count('--cipher-suite', text, CIPHER_SUITE_MOST, 0) ?? 0,
    ),
  };
}

/** What is wrong with ports only once it is known how many hosts there are. */
export function checkPorts(options: BmcPorts, hosts: number, args: Arguments): void {
  const rows = [
    { flag: '--redfish-port', from: options.redfishPort, count: 1, kind: 'TCP' },
    { flag: '--per-host-ports', from: options.hostPorts, count: hosts, kind: 'TCP' },
    { flag: '--control-port', from: options.controlPort, count: 1, kind: 'TCP' },
    { flag: '--ipmi-port-base', from: options.ipmiPorts, count: hosts, kind: 'UDP' },
  ] as const;
  const taken = rows.flatMap(({ from, ...row }) =>
    typeof from === 'number' && from > 0 ? [{ ...row, from, to: from + row.count - 1 }] : [],
  );
  for (const { flag, from, to } of taken) {
    if (to <= PORT_MOST) continue;
    args.problem('MT002', `${flag} ${from} is too high: ${hosts} hosts would need ports up to ${to}`, {
      word: String(from),
      remedy: `write ${PORT_MOST - hosts + 1} at most, or 0 for any free port`,
    });
  }
  taken.forEach((one, index) => {
    for (const other of taken.slice(index + 1)) {
      if (one.kind !== other.kind || one.to < other.from || other.to < one.from) continue;
      args.problem('MT002', `${one.flag} and ${other.flag} share the port ${Math.max(one.from, other.from)}`, {
        word: String(other.from),
        remedy: 'move one of them, or write 0 for any free port',
      });
    }
  });
}

function portsOf(flags: Flags, args: Arguments): BmcPorts {
  const port = (flag: string, text: string | undefined, usual: PortChoice): PortChoice => {
    if (text === undefined) return usual;
    return text === 'none' ? 'none' : (args.count(flag, text, PORT_MOST, 0) ?? 0);
  };
  const ports = {
    redfishPort: port('--redfish-port', flags.redfishPort, DEFAULT_PORTS.redfishPort),
    hostPorts: port('--per-host-ports', flags.perHostPorts, DEFAULT_PORTS.hostPorts),
    ipmiPorts: port('--ipmi-port-base', flags.ipmiPortBase, DEFAULT_PORTS.ipmiPorts),
    controlPort: port('--control-port', flags.controlPort, DEFAULT_PORTS.controlPort),
  };
  const isHeard = [ports.redfishPort, ports.hostPorts, ports.ipmiPorts].some((choice) => choice !== 'none');
  if (!isHeard) args.problem('MT003', 'nobody would hear these hosts: all ports are "none"', { word: 'none' });
  return ports;
}

function speedOf({ speed }: Flags, args: Arguments): number {
  if (speed === undefined) return 1;
  const factor = /^(\d+\.?\d*|\.\d+)$/.test(speed) ? Number(speed) : Number.NaN;
  if (factor > 0 && factor <= SPEED_MOST) return factor;
  args.problem('MT002', `--speed accepts a number above 0 and at most ${SPEED_MOST}, not "${speed}"`, { word: speed });
  return 1;
}

function listenOf({ listen, allowRemote }: Flags, args: Arguments): string {
  if (listen === undefined) return DEFAULT_LISTEN;
  if (!isListenAddress(listen)) {
    args.problem('MT002', `--listen accepts an IP address or localhost, not "${listen}"`, { word: listen });
  } else if (!isLoopback(listen) && allowRemote !== true) {
    args.problem('MT002', `others can reach ${listen}, and would switch hosts with the password of a test`, {
      word: listen,
      remedy: 'add --allow-remote if that is meant',
    });
  }
  return listen;
}

function givenCredentials({ user, password, credentials }: Flags, args: Arguments): Credentials | undefined {
  if (credentials !== undefined && (user !== undefined || password !== undefined)) {
    args.problem('MT002', '--credentials and --user or --password both say who is let in', {
      word: '--credentials',
      remedy: 'keep one of them; the file may have a default',
    });
  }
  if (user === undefined && password === undefined) return undefined;
  if (user === undefined || password === undefined) {
    const missing = user === undefined ? '--user' : '--password';
    args.problem('MT003', `no ${missing}`, { remedy: `add ${missing}; without both they are made and printed` });
    return undefined;
  }
  if (!isUserName(user)) args.problem('MT002', `--user accepts ${USER_RULE}`, { word: user });
  // The word is not quoted: passwords do not belong into messages.
  if (!isPassword(password)) args.problem('MT002', `--password accepts ${PASSWORD_RULE}`, { word: '--password' });
  return { user, password };
}

export const USER_RULE = `1 to ${USER_MOST} ASCII characters without spaces`;
export const PASSWORD_RULE = `1 to ${PASSWORD_MOST} ASCII characters without spaces, as IPMI does`;

const PRINTABLE = /^[\x21-\x7e]+$/;

export function isUserName(text: string): boolean {
  return PRINTABLE.test(text) && text.length <= USER_MOST;
}

export function isPassword(text: string): boolean {
  return PRINTABLE.test(text) && text.length <= PASSWORD_MOST;
}
