// The values that a controller allows, as its traits have them.

import { type BootTarget, RESET_TYPES, type ResetType } from '../../sim/host/bmc/requests.ts';
import type { BmcTraits } from '../../sim/host/bmc/traits.ts';

/** Those that the controller advertises. */
export function resetTypes(traits: BmcTraits): readonly ResetType[] {
  return RESET_TYPES.filter((type) => !traits.refusedResets.includes(type));
}

export const BOOT_ENABLED = ['Disabled', 'Once', 'Continuous'] as const;
export const BOOT_MODES = ['UEFI', 'Legacy'] as const;

export function bootTargets({ virtualCd }: BmcTraits): readonly BootTarget[] {
  return ['None', 'Pxe', 'Hdd', virtualCd];
}
