// Boot options: the boot flags are the boot override of the host, in bits; parameter 3 says what ends them before a start of the host has
// used them; the parameters beside them are kept as they are written. Source: IPMI 2.0 specification 28.12 to 28.14.
//
// Divergence from reality
// - The bit for a legacy boot says nothing, as on controllers of hosts that boot in UEFI mode only; the bit for UEFI says UEFI.
// - What is written holds at once, also between "set in progress" and "set complete": there is no rollback, and no "commit write".
// - Of flags that are not valid any more, only the mode is still told.

import type { BmcRequest, BootTarget } from '../../../sim/host/bmc/requests.ts';
import { type Command, type CommandScene, failed, ok, okBytes, type Reply, spelled } from './command.ts';
import { COMPLETION, OF_PARAMETERS } from './completion.ts';
import { isSetInProgress, setProgressObjection } from './set-in-progress.ts';

const VERSION = 0x01;
const SELECTOR_MASK = 0x7f;
const LOCKED = 0x80;
const PARAMETER = { setInProgress: 0, flagsEnd: 3, acknowledge: 4, flags: 5 } as const;
const VALID = 0x80;
const PERSISTENT = 0x40;
const UEFI = 0x20;
const FLAGS_LENGTH = 5;
const DEVICE_SHIFT = 2;
const DEVICE_MASK = 0x0f;
const NONE = 0;
/** Bits of parameter 3: what does not end the flags. */
const SURVIVES = { watchdog: 0x04, time: 0x08 } as const;
const SURVIVES_MASK = 0x1f;

/** Selector to the length of the parameter, of those that are kept. */
const KEPT: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 1, 4: 2, 6: 9 };

/** By the device bits; what a host here cannot boot from is missing. */
const TARGETS: Readonly<Record<number, BootTarget>> = { 0: 'None', 1: 'Pxe', 2: 'Hdd', 5: 'Cd', 8: 'Cd' };
const DEVICES: Readonly<Record<BootTarget, number>> = { None: NONE, Pxe: 1, Hdd: 2, Cd: 5, UsbCd: 5 };

export const setBootOptions: Pick<Command, 'asks' | 'replies'> = {
  asks: (data, scene) => {
    const selector = selectorIn(data);
    const length = lengthOf(selector);
    if (length === undefined) return failed(OF_PARAMETERS.notSupported);
    // Alone it only locks the parameter, or unlocks it.
    if (data.length === 1) return { ask: 'visit' };
    if (data.length !== 1 + length) return failed(COMPLETION.lengthInvalid);
    if (selector === PARAMETER.setInProgress) {
      return setProgressObjection(data[1] ?? 0, scene.memory.bootSetInProgress) ?? { ask: 'visit' };
    }
    if (selector === PARAMETER.flags) return bootChange(data, scene);
    return selector === PARAMETER.flagsEnd ? flagsEnd(data[1] ?? 0) : { ask: 'visit' };
  },
  replies: (_, data, { memory }) => {
    const selector = selectorIn(data);
    if (((data[0] ?? 0) & LOCKED) === 0) memory.lockedBootParameters.delete(selector);
    else memory.lockedBootParameters.add(selector);
    if (data.length === 1) return ok();
    if (selector === PARAMETER.setInProgress) memory.bootSetInProgress = isSetInProgress(data[1] ?? 0);
    else memory.bootParameters.set(selector, contentOf(selector, data.subarray(1), memory.bootParameters));
    return ok();
  },
};

function selectorIn([first = 0]: Uint8Array): number {
  return first & SELECTOR_MASK;
}

/** Undefined: there is no such parameter. */
function lengthOf(selector: number): number | undefined {
  if (selector === PARAMETER.setInProgress) return 1;
  return selector === PARAMETER.flags ? FLAGS_LENGTH : KEPT[selector];
}

/** Of the acknowledgement only the bits are written that its first byte names; that byte reads as 0. */
function contentOf(selector: number, written: Uint8Array, before: ReadonlyMap<number, Uint8Array>): Uint8Array {
  if (selector !== PARAMETER.acknowledge) return written.slice();
  const [mask = 0, bits = 0] = written;
  const kept = before.get(selector)?.[1] ?? 0;
  return Uint8Array.of(0, (kept & ~mask) | (bits & mask));
}

function flagsEnd(survives: number): BmcRequest | Reply {
  if ((survives & ~SURVIVES_MASK) !== 0) return failed(COMPLETION.invalidField);
  const ends = { byTime: (survives & SURVIVES.time) === 0, byWatchdog: (survives & SURVIVES.watchdog) === 0 };
  return { ask: 'setBootEnds', ends };
}

function bootChange(data: Uint8Array, { host }: CommandScene): BmcRequest | Reply {
  const [, flags = 0, choice = 0] = data;
  const chosen = TARGETS[(choice >> DEVICE_SHIFT) & DEVICE_MASK];
  if (chosen === undefined) return failed(COMPLETION.invalidField);
  const { bootAt, bootModeKnown, bootModeWritable, bootNeedsAll, bootEnabledNeedsTarget, virtualCd } = host.traits;
  const target = chosen === 'Cd' ? virtualCd : chosen;
  const isNone = (flags & VALID) === 0 || target === 'None';
  const often = isNone ? 'Disabled' : (flags & PERSISTENT) === 0 ? 'Once' : 'Continuous';
  const enabled = isNone && bootEnabledNeedsTarget ? {} : ({ enabled: often } as const);
  const isUefi = (flags & UEFI) !== 0;
  const namesMode = bootNeedsAll || (isUefi && bootModeKnown && bootModeWritable);
  const mode = namesMode ? { mode: isUefi ? ('UEFI' as const) : ('Legacy' as const) } : {};
  const boot = { target: isNone ? 'None' : target, ...enabled, ...mode } as const;
  return { ask: 'setBoot', at: bootAt, boot, expires: true };
}

export const getBootOptions: Pick<Command, 'asks' | 'replies'> = {
  asks: (data) => {
    const selector = selectorIn(data);
    if (selector === PARAMETER.flags) return { ask: 'boot' };
    return lengthOf(selector) === undefined ? failed(OF_PARAMETERS.notSupported) : { ask: 'visit' };
  },
  replies: (answer, data, scene) => {
    const selector = selectorIn(data);
    const { memory } = scene;
    if (selector === PARAMETER.flags) return bootFlags(answer, data, scene);
    const isInProgress = memory.bootSetInProgress ? 1 : 0;
    const content =
      selector === PARAMETER.setInProgress
        ? [isInProgress]
        : (memory.bootParameters.get(selector) ?? new Uint8Array(KEPT[selector] ?? 0));
    return okBytes([VERSION, labelOf(selector, scene), ...content]);
  },
};

/** The selector, and whether somebody locked the parameter. */
function labelOf(selector: number, { memory }: CommandScene): number {
  return selector | (memory.lockedBootParameters.has(selector) ? LOCKED : 0);
}

const bootFlags = spelled('boot', ({ boot: { target, enabled, mode } }, _, scene) => {
  const label = labelOf(PARAMETER.flags, scene);
  const uefi = mode === 'UEFI' ? UEFI : 0;
  if (enabled === 'Disabled') return ok(VERSION, label, uefi, NONE, 0, 0, 0);
  const flags = VALID | (enabled === 'Continuous' ? PERSISTENT : 0) | uefi;
  // Bits for which nothing here stands are told as they were written.
  const [, choice = 0, ...rest] = scene.memory.bootParameters.get(PARAMETER.flags) ?? new Uint8Array(FLAGS_LENGTH);
  return ok(
    VERSION,
    label,
    flags,
    (choice & ~(DEVICE_MASK << DEVICE_SHIFT)) | (DEVICES[target] << DEVICE_SHIFT),
    ...rest,
  );
});
