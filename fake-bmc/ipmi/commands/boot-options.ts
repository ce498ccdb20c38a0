// Boot options: the boot flags are the boot override of the host, in bits; the parameters beside them are kept as they are written.
// Source: IPMI 2.0 specification 28.12 to 28.14.
//
// Divergence from reality
// - Flags that no start of the host has used up stay valid; real ones end after a minute, unless parameter 3 says that they do not.
// - The bit for a legacy boot says nothing, as on controllers of hosts that boot in UEFI mode only; the bit for UEFI says UEFI.

import type { BmcRequest, BootTarget } from '../../../sim/host/bmc/requests.ts';
import { type Command, type CommandScene, failed, ok, okBytes, type Reply, spelled } from './command.ts';
import { COMPLETION } from './completion.ts';

const VERSION = 0x01;
const SELECTOR_MASK = 0x7f;
const BOOT_FLAGS = 5;
const VALID = 0x80;
const PERSISTENT = 0x40;
const UEFI = 0x20;
const DEVICE_SHIFT = 2;
const DEVICE_MASK = 0x0f;
const NONE = 0;
/** Completion code of these two commands: no such parameter. */
const NOT_SUPPORTED = 0x80;

/** Selector to the length of the parameter. */
const KEPT: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 1, 3: 1, 4: 2, 6: 9 };

/** By the device bits; what a host here cannot boot from is missing. */
const TARGETS: Readonly<Record<number, BootTarget>> = { 0: 'None', 1: 'Pxe', 2: 'Hdd', 5: 'Cd', 8: 'Cd' };
const DEVICES: Readonly<Record<BootTarget, number>> = { None: NONE, Pxe: 1, Hdd: 2, Cd: 5, UsbCd: 5 };

export const setBootOptions: Pick<Command, 'asks' | 'replies'> = {
  asks: (data, scene) => {
    const selector = (data[0] ?? 0) & SELECTOR_MASK;
    if (selector === BOOT_FLAGS) return bootChange(data, scene);
    const length = KEPT[selector];
    if (length === undefined) return failed(NOT_SUPPORTED);
    if (data.length !== 1 && data.length !== 1 + length) return failed(COMPLETION.lengthInvalid);
    return { ask: 'visit' };
  },
  replies: (_, data, { memory }) => {
    const selector = (data[0] ?? 0) & SELECTOR_MASK;
    if (selector !== BOOT_FLAGS && data.length > 1) memory.bootParameters.set(selector, data.slice(1));
    return ok();
  },
};

function bootChange(data: Uint8Array, { host }: CommandScene): BmcRequest | Reply {
  // Only the bit that locks the parameter, which nothing here needs.
  if (data.length === 1) return { ask: 'visit' };
  if (data.length !== 6) return failed(COMPLETION.lengthInvalid);
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
  return { ask: 'setBoot', at: bootAt, boot: { target: isNone ? 'None' : target, ...enabled, ...mode } };
}

export const getBootOptions: Pick<Command, 'asks' | 'replies'> = {
  asks: ([first = 0]) => {
    const selector = first & SELECTOR_MASK;
    if (selector === BOOT_FLAGS) return { ask: 'boot' };
    return KEPT[selector] === undefined ? failed(NOT_SUPPORTED) : { ask: 'visit' };
  },
  replies: (answer, data, scene) => {
    const selector = (data[0] ?? 0) & SELECTOR_MASK;
    if (selector === BOOT_FLAGS) return bootFlags(answer, data, scene);
    const kept = scene.memory.bootParameters.get(selector) ?? new Uint8Array(KEPT[selector] ?? 0);
    return okBytes([VERSION, selector, ...kept]);
  },
};

const bootFlags = spelled('boot', ({ boot: { target, enabled, mode } }) => {
  const isValid = enabled !== 'Disabled';
  const flags = (isValid ? VALID : 0) | (enabled === 'Continuous' ? PERSISTENT : 0) | (mode === 'UEFI' ? UEFI : 0);
  return ok(VERSION, BOOT_FLAGS, flags, (isValid ? DEVICES[target] : NONE) << DEVICE_SHIFT, 0, 0, 0);
});
