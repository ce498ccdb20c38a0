// The parameters of the LAN configuration: what each tells, and what may be written to those that can be written.
// Source: IPMI 2.0 specification table 23-4.

import type { ServedHost } from '../../served-hosts.ts';
import { suiteRecords } from '../crypto/cipher-suites.ts';
import { bytes16, hexOctets, latinBytes, padded, uint16 } from '../packets/bytes.ts';
import type { ChannelConfiguration } from './channel-configuration.ts';
import type { CommandScene } from './command.ts';
import { COMPLETION, OF_PARAMETERS } from './completion.ts';

export const SET_IN_PROGRESS = 0;
const ADDRESS_SOURCE = 4;
const SUITE_PRIVILEGES = 24;

const STATIC_ADDRESS = 0x01;
const BY_DHCP = 0x02;
const COMMUNITY = 'public';
const COMMUNITY_LENGTH = 18;
const SUITE_PRIVILEGES_LENGTH = 9;
const OEM_LEVEL = 5;
const ADMINISTRATOR = 4;
const RECORD_LENGTH = 5;
const AUTHENTICATION_LEVELS = 5;
const NO_ADDRESS = [0, 0, 0, 0];
const NO_MAC = [0, 0, 0, 0, 0, 0];
/** Answers ARP requests, and does not announce itself. */
const ARP_RESPONSES = 0x02;
const ARP_MASK = 0x03;
const ARP_INTERVAL = 0x03;
const HOP_LIMIT = 0x40;
const DO_NOT_FRAGMENT = 0x40;
const LOW_DELAY = 0x10;
const VLAN_ON = 0x8000;
const VLAN_MASK = 0x0fff;
const VLAN_PRIORITY_MOST = 7;
/** Lock-outs count in steps of ten seconds. */
const LOCK_OUT_STEP_MS = 10_000;
const LOCK_OUT_STEPS_MAX = 0xffff;

interface Parameter {
  /** While nobody has written it. */
  readonly tells: (scene: CommandScene) => ArrayLike<number>;
  /** Absent: it is only read. */
  readonly writes?: {
    /** Bytes. */
    readonly length: number;
    readonly isValid?: (content: Uint8Array) => boolean;
    /** An address that a DHCP server gives is not written. */
    readonly needsStatic?: true;
  };
}

const PARAMETERS: Readonly<Record<number, Parameter>> = {
  [SET_IN_PROGRESS]: { tells: ({ memory }) => [memory.lanSetInProgress ? 1 : 0] },
  1: { tells: () => [0] },
  // No kind of authentication of IPMI 1.5 is there to be switched on.
  2: { tells: () => new Uint8Array(AUTHENTICATION_LEVELS), writes: { length: AUTHENTICATION_LEVELS, isValid: isZero } },
  3: { tells: ({ local }) => addressBytes(local.address), writes: { length: 4, needsStatic: true } },
  [ADDRESS_SOURCE]: {
    tells: () => [STATIC_ADDRESS],
    writes: { length: 1, isValid: ([source]) => source === STATIC_ADDRESS || source === BY_DHCP },
  },
  5: { tells: ({ host }) => hexOctets(host.inventory.bmcMac.replaceAll(':', '')) },
  6: {
    tells: ({ local }) => (local.address.startsWith('127.') ? [255, 0, 0, 0] : [255, 255, 255, 0]),
    writes: { length: 4, isValid: isMask, needsStatic: true },
  },
  7: {
    tells: () => [HOP_LIMIT, DO_NOT_FRAGMENT, LOW_DELAY],
    writes: { length: 3, isValid: ([hopLimit]) => hopLimit !== 0 },
  },
  8: { tells: ({ local }) => bytes16(local.port) },
  10: { tells: () => [ARP_RESPONSES], writes: { length: 1, isValid: ([bits = 0]) => (bits & ~ARP_MASK) === 0 } },
  11: { tells: () => [ARP_INTERVAL], writes: { length: 1 } },
  12: { tells: () => NO_ADDRESS, writes: { length: 4, needsStatic: true } },
  13: { tells: () => NO_MAC, writes: { length: 6 } },
  14: { tells: () => NO_ADDRESS, writes: { length: 4, needsStatic: true } },
  15: { tells: () => NO_MAC, writes: { length: 6 } },
  16: { tells: () => padded(latinBytes(COMMUNITY), COMMUNITY_LENGTH), writes: { length: COMMUNITY_LENGTH } },
  17: { tells: () => [0] },
  20: { tells: () => [0, 0], writes: { length: 2, isValid: isVlan } },
  21: { tells: () => [0], writes: { length: 1, isValid: ([priority = 0]) => priority <= VLAN_PRIORITY_MOST } },
  22: { tells: ({ listedSuites }) => [listedSuites.length] },
  23: { tells: ({ listedSuites }) => [0, ...listedSuites] },
  [SUITE_PRIVILEGES]: {
    tells: ({ listedSuites }) => allSuitePrivileges(listedSuites),
    writes: { length: SUITE_PRIVILEGES_LENGTH, isValid: areSuitePrivileges },
  },
  26: { tells: ({ host }) => lockOut(host) },
};

/** Undefined: there is no such parameter. */
export function lanParameter(number: number, scene: CommandScene): ArrayLike<number> | undefined {
  return scene.configuration.parameters.get(number) ?? PARAMETERS[number]?.tells(scene);
}

/** Why the parameter cannot be written so; the completion code of success: it can. */
export function lanObjection(number: number, content: Uint8Array, configuration: ChannelConfiguration): number {
  const parameter = PARAMETERS[number];
  if (parameter === undefined) return OF_PARAMETERS.notSupported;
  const { writes } = parameter;
  if (writes === undefined) return OF_PARAMETERS.readOnly;
  if (content.length !== writes.length) return COMPLETION.lengthInvalid;
  if (writes.needsStatic && configuration.parameters.get(ADDRESS_SOURCE)?.[0] === BY_DHCP) {
    return COMPLETION.notInPresentState;
  }
  return (writes.isValid?.(content) ?? true) ? COMPLETION.ok : COMPLETION.invalidField;
}

export function writeLanParameter(number: number, content: Uint8Array, configuration: ChannelConfiguration): void {
  configuration.parameters.set(number, content.slice());
  if (number === SUITE_PRIVILEGES) configuration.suitePrivileges = nibbles(content);
}

function isZero(content: Uint8Array): boolean {
  return content.every((byte) => byte === 0);
}

/** Ones, and then zeros. */
function isMask(content: Uint8Array): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = content;
  const zeros = ~((a << 24) | (b << 16) | (c << 8) | d);
  return (zeros & (zeros + 1)) === 0;
}

/** Switched off, or one of the numbers that a VLAN can have. */
function isVlan(content: Uint8Array): boolean {
  const word = uint16(content, 0);
  const number = word & VLAN_MASK;
  const isReserved = (word & ~(VLAN_ON | VLAN_MASK)) !== 0;
  return !isReserved && ((word & VLAN_ON) === 0 || (number > 0 && number < VLAN_MASK));
}

/** Behind a reserved byte. */
function nibbles(content: Uint8Array): readonly number[] {
  return Array.from(content.subarray(1)).flatMap((byte) => [byte & 0x0f, byte >> 4]);
}

function areSuitePrivileges(content: Uint8Array): boolean {
  return content[0] === 0 && nibbles(content).every((level) => level <= OEM_LEVEL);
}

/** Every suite up to the highest level, half a byte each, in their order. */
function allSuitePrivileges(suites: readonly number[]): Uint8Array {
  const levels = new Uint8Array(SUITE_PRIVILEGES_LENGTH);
  const count = suiteRecords(suites).length / RECORD_LENGTH;
  for (let place = 0; place < count; place++) {
    const at = 1 + (place >> 1);
    levels[at] = (levels[at] ?? 0) | (ADMINISTRATOR << ((place & 1) * 4));
  }
  return levels;
}

function addressBytes(address: string): readonly number[] {
  const parts = address.split('.').map(Number);
  return parts.length === 4 && parts.every((part) => part >= 0 && part <= 0xff) ? parts : NO_ADDRESS;
}

/** After how many wrong passwords, in what time, for how long. */
function lockOut({ traits }: ServedHost): readonly number[] {
  const { after, forMs } = traits.lockOut;
  const steps = Math.min(LOCK_OUT_STEPS_MAX, Math.round(forMs / LOCK_OUT_STEP_MS));
  return [0, Math.min(after, 0xff), 0, 0, ...bytes16(after === 0 ? 0 : steps)];
}
