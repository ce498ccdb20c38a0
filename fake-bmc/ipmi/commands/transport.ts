// Commands of the LAN channel: how it is configured, and that it has no serial console. Source: IPMI 2.0 specification chapters 23 and 26.
//
// Divergence from reality
// - The configuration cannot be changed over itself; a real controller would take a new address and be gone.

import type { ServedHost } from '../../served-hosts.ts';
import { suiteRecords } from '../crypto/cipher-suites.ts';
import { bytes16, hexOctets, latinBytes, padded } from '../packets/bytes.ts';
import { type Command, type CommandScene, failed, ok, okBytes } from './command.ts';
import { COMPLETION } from './completion.ts';
import { isHere } from './session-commands.ts';

const TRANSPORT = 0x0c;
const REVISION = 0x11;
const REVISION_ONLY = 0x80;
const NOT_SUPPORTED = 0x80;
const READ_ONLY = 0x82;
const STATIC_ADDRESS = 0x01;
const COMMUNITY = 'public';
const COMMUNITY_LENGTH = 18;
const SUITE_PRIVILEGES_LENGTH = 9;
const ADMINISTRATOR = 4;
const RECORD_LENGTH = 5;
const NO_ADDRESS = [0, 0, 0, 0];
const NO_MAC = [0, 0, 0, 0, 0, 0];
/** Answers ARP requests, and does not announce itself. */
const ARP_RESPONSES = 0x02;
const ARP_INTERVAL = 0x03;
const HOP_LIMIT = 0x40;
const DO_NOT_FRAGMENT = 0x40;
const LOW_DELAY = 0x10;
/** Lock-outs count in steps of ten seconds. */
const LOCK_OUT_STEP_MS = 10_000;
const LOCK_OUT_STEPS_MAX = 0xffff;

type Parameter = (scene: CommandScene) => ArrayLike<number>;

/** By their numbers. Source: IPMI 2.0 specification table 23-4. */
const LAN_PARAMETERS: Readonly<Record<number, Parameter>> = {
  0: () => [0],
  1: () => [0],
  2: () => [0, 0, 0, 0, 0],
  3: ({ local }) => addressBytes(local.address),
  4: () => [STATIC_ADDRESS],
  5: ({ host }) => hexOctets(host.inventory.bmcMac.replaceAll(':', '')),
  6: ({ local }) => (local.address.startsWith('127.') ? [255, 0, 0, 0] : [255, 255, 255, 0]),
  7: () => [HOP_LIMIT, DO_NOT_FRAGMENT, LOW_DELAY],
  8: ({ local }) => bytes16(local.port),
  10: () => [ARP_RESPONSES],
  11: () => [ARP_INTERVAL],
  12: () => NO_ADDRESS,
  13: () => NO_MAC,
  14: () => NO_ADDRESS,
  15: () => NO_MAC,
  16: () => padded(latinBytes(COMMUNITY), COMMUNITY_LENGTH),
  17: () => [0],
  20: () => [0, 0],
  21: () => [0],
  22: ({ listedSuites }) => [listedSuites.length],
  23: ({ listedSuites }) => [0, ...listedSuites],
  24: ({ listedSuites }) => suitePrivileges(listedSuites),
  26: ({ host }) => lockOut(host),
};

/** Serial over LAN is off, and cannot be had. Source: IPMI 2.0 specification table 26-5. */
const SERIAL_PARAMETERS: Readonly<Record<number, readonly number[]>> = {
  0: [0],
  1: [0],
  2: [ADMINISTRATOR],
  3: [0, 0],
  4: [0, 0],
  5: [0],
  6: [0],
  7: [1],
  8: [0x6f, 0x02],
};

export const TRANSPORT_COMMANDS: readonly Command[] = [
  {
    ...{ name: 'Set LAN Configuration Parameters', networkFunction: TRANSPORT, command: 0x01 },
    ...{ privilege: 'administrator', lengthMin: 3, lengthMax: 0xff },
    replies: (_, [channel = 0, parameter = 0]) =>
      isHere(channel) ? failed(refusalOf(LAN_PARAMETERS[parameter])) : failed(COMPLETION.invalidField),
  },
  {
    ...{ name: 'Get LAN Configuration Parameters', networkFunction: TRANSPORT, command: 0x02, privilege: 'operator' },
    ...{ lengthMin: 4, lengthMax: 4 },
    replies: (_, [channel = 0, parameter = 0], scene) => {
      if (!isHere(channel)) return failed(COMPLETION.invalidField);
      if ((channel & REVISION_ONLY) !== 0) return ok(REVISION);
      const content = LAN_PARAMETERS[parameter]?.(scene);
      return content === undefined ? failed(NOT_SUPPORTED) : okBytes([REVISION, ...Array.from(content)]);
    },
  },
  {
    ...{ name: 'Set SOL Configuration Parameters', networkFunction: TRANSPORT, command: 0x21 },
    ...{ privilege: 'administrator', lengthMin: 3, lengthMax: 0xff },
    replies: (_, [, parameter = 0]) => failed(refusalOf(SERIAL_PARAMETERS[parameter])),
  },
  {
    ...{ name: 'Get SOL Configuration Parameters', networkFunction: TRANSPORT, command: 0x22, privilege: 'user' },
    ...{ lengthMin: 4, lengthMax: 4 },
    replies: (_, [channel = 0, parameter = 0]) => {
      if (!isHere(channel)) return failed(COMPLETION.invalidField);
      if ((channel & REVISION_ONLY) !== 0) return ok(REVISION);
      const content = SERIAL_PARAMETERS[parameter];
      return content === undefined ? failed(NOT_SUPPORTED) : ok(REVISION, ...content);
    },
  },
];

function refusalOf(parameter: unknown): number {
  return parameter === undefined ? NOT_SUPPORTED : READ_ONLY;
}

function addressBytes(address: string): readonly number[] {
  const parts = address.split('.').map(Number);
  return parts.length === 4 && parts.every((part) => part >= 0 && part <= 0xff) ? parts : NO_ADDRESS;
}

/** Every suite up to the highest level, half a byte each, in their order. */
function suitePrivileges(suites: readonly number[]): Uint8Array {
  const levels = new Uint8Array(SUITE_PRIVILEGES_LENGTH);
  const count = suiteRecords(suites).length / RECORD_LENGTH;
  for (let place = 0; place < count; place++) {
    const at = 1 + (place >> 1);
    levels[at] = (levels[at] ?? 0) | (ADMINISTRATOR << ((place & 1) * 4));
  }
  return levels;
}

/** After how many wrong passwords, in what time, for how long. */
function lockOut({ traits }: ServedHost): readonly number[] {
  const { after, forMs } = traits.lockOut;
  const steps = Math.min(LOCK_OUT_STEPS_MAX, Math.round(forMs / LOCK_OUT_STEP_MS));
  return [0, Math.min(after, 0xff), 0, 0, ...bytes16(after === 0 ? 0 : steps)];
}
