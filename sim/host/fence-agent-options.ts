// The command line of a fence agent, read as the agent reads it: which options it knows, which take a value, which it must
// have, and what it falls back to.
// Source: ClusterLabs/fence-agents 0804740 lib/fencing.py.py (all_opt, DEPENDENCY_OPT, check_input, _validate_input),
// agents/ipmilan/fence_ipmilan.py, agents/redfish/fence_redfish.py.
//
// Divergence from reality: agents of two families exist, IPMI and Redfish; an agent of any other device finds no such device and
// fails. Abbreviated long options and short options are not understood; a name without dashes is ignored, as the real ones do.

import type { StringMap } from '../../core/api/object.ts';

export interface AgentOptions {
  readonly family: 'ipmi' | 'redfish';
  /** Host name or address of the management controller, in lower case. */
  readonly address: string;
  readonly port: number;
  readonly systemsUri: string | undefined;
  readonly method: 'onoff' | 'cycle';
  /** Time-out of one command, and number of looks for a change of power; 0 for none. */
  readonly powerTimeoutMs: number;
  /** Waited after each command. */
  readonly powerWaitMs: number;
  readonly statusSleepMs: number;
  /** Commands to switch on, before the agent gives up on it. */
  readonly retryOn: number;
  /** Waited before the first contact. */
  readonly delayMs: number;
}

interface Family {
  readonly family: AgentOptions['family'];
  readonly port: number;
  readonly powerWaitSeconds: number;
  readonly withValue: readonly string[];
  readonly flags: readonly string[];
  readonly needs: readonly { readonly oneOf: readonly string[]; readonly otherwise: string }[];
}

/** Options of every agent. */
const COMMON_WITH_VALUE = [
  '--action',
  '--verbose-level',
  '--debug-file',
  '--power-timeout',
  '--shell-timeout',
  '--login-timeout',
  '--disable-timeout',
  '--power-wait',
  '--stonith-status-sleep',
  '--retry-on',
  '--delay',
  '--plug-separator',
  '--ip',
  '--ipport',
  '--username',
  '--password',
  '--password-script',
];
const COMMON_FLAGS = ['--help', '--verbose', '--version', '--quiet'];

const ADDRESS = { oneOf: ['--ip', '--target'], otherwise: 'Failed: You have to enter fence address' };

const IPMI: Family = {
  family: 'ipmi',
  port: 623,
  powerWaitSeconds: 2,
  withValue: [
    '--auth',
    '--cipher',
    '--privlvl',
    '--sudo-path',
    '--ipmitool-path',
    '--ipmitool-timeout',
    '--method',
    '--target',
    '--hexadecimal-kg',
  ],
  flags: ['--lanplus', '--use-sudo'],
  needs: [ADDRESS],
};

const REDFISH: Family = {
  family: 'redfish',
  port: 443,
  powerWaitSeconds: 0,
  withValue: ['--redfish-uri', '--systems-uri', '--gnutlscli-path'],
  flags: ['--ssl', '--ssl-secure', '--ssl-insecure'],
  needs: [
    { oneOf: ['--username'], otherwise: 'Failed: You have to set login name' },
    ADDRESS,
    { oneOf: ['--password', '--password-script'], otherwise: 'Failed: You have to enter password or password script' },
  ],
};

const FAMILIES: Readonly<Record<string, Family>> = {
  fence_ipmilan: IPMI,
  fence_ipmilanplus: IPMI,
  fence_idrac: IPMI,
  fence_imm: IPMI,
  fence_ilo3: { ...IPMI, powerWaitSeconds: 4 },
  fence_ilo4: IPMI,
  fence_ilo5: IPMI,
  fence_redfish: REDFISH,
};

const SECONDS = ['--power-timeout', '--power-wait', '--stonith-status-sleep', '--shell-timeout', '--login-timeout'];
const SWITCHED_ON: readonly string[] = ['1', 'yes', 'on', 'true'];

/** An option without a value, of any agent. */
export function isFlag(name: string): boolean {
  return COMMON_FLAGS.includes(name) || IPMI.flags.includes(name) || REDFISH.flags.includes(name);
}

/** What the agent makes of its options, or what it complains about before it does anything. */
export function readOptions(
  agent: string,
  options: StringMap,
): { readonly kind: 'options'; readonly options: AgentOptions } | { readonly kind: 'usage'; readonly problem: string } {
  const family = FAMILIES[agent];
  if (family === undefined) return { kind: 'usage', problem: `${agent} finds no device of its kind` };
  const problem = usageProblem(family, options);
  return problem === undefined ? { kind: 'options', options: valuesOf(family, options) } : { kind: 'usage', problem };
}

function usageProblem(family: Family, options: StringMap): string | undefined {
  const withValue = [...COMMON_WITH_VALUE, ...family.withValue];
  const flags = [...COMMON_FLAGS, ...family.flags];
  for (const [name, value] of Object.entries(options)) {
    if (!name.startsWith('-')) continue;
    const spelled = name.replace(/^-+/, '');
    if (flags.includes(name)) {
      if (value !== '') return `Parse error: option --${spelled} must not have an argument`;
    } else if (!withValue.includes(name)) return `Parse error: option ${name} not recognized`;
    else if (value === '') return `Parse error: option --${spelled} requires argument`;
  }
  for (const { oneOf, otherwise } of family.needs) if (!oneOf.some((name) => name in options)) return otherwise;
  const method = options['--method']?.toLowerCase();
  if (method !== undefined && method !== 'onoff' && method !== 'cycle') {
    return 'Failed: You have to enter a valid choice for --method from the valid values: onoff, cycle';
  }
  for (const name of SECONDS) {
    const value = options[name];
    if (value !== undefined && !/^\d+$/.test(value)) {
      return `Failed: The value you have entered for ${name} is not a valid time in seconds`;
    }
  }
  return undefined;
}

/** Source of the defaults: fencing.py.py all_opt; fence_ipmilan.py for power_wait. */
function valuesOf(family: Family, options: StringMap): AgentOptions {
  const seconds = (name: string, otherwise: number): number => Number(options[name] ?? otherwise) * 1000;
  const unlimited = SWITCHED_ON.includes(options['--disable-timeout']?.toLowerCase() ?? '');
  const { address, port } = addressOf(family, options);
  const delay = options['--delay'] ?? '0';
  return {
    family: family.family,
    address: address.toLowerCase(),
    port,
    systemsUri: options['--systems-uri'],
    method: options['--method']?.toLowerCase() === 'cycle' ? 'cycle' : 'onoff',
    powerTimeoutMs: unlimited ? 0 : seconds('--power-timeout', 20),
    powerWaitMs: seconds('--power-wait', family.powerWaitSeconds),
    statusSleepMs: seconds('--stonith-status-sleep', 1),
    retryOn: Number(options['--retry-on'] ?? 1),
    delayMs: delay === '0' ? 0 : (1 + Number(delay)) * 1000,
  };
}

/** fence_redfish also takes `address:port`, for compatibility. */
function addressOf(family: Family, options: StringMap): { readonly address: string; readonly port: number } {
  const address = options['--ip'] ?? '';
  const port = Number(options['--ipport'] ?? family.port);
  const parts = address.split(':');
  if (family.family !== 'redfish' || parts.length !== 2) return { address, port };
  return { address: parts[0] ?? '', port: Number(parts[1]) };
}
