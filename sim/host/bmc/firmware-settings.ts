// The settings of a host's firmware ("BIOS attributes") as its management controller keeps them: those in force, and those that hold
// from the next start on.
//
// Divergence from reality
// - A handful of attributes in place of hundreds, and none of them changes how the host behaves.

import type { Refusal } from './requests.ts';

/** Each with the values that it takes, its default first. Assumption: names and values as several vendors have them. */
export const FIRMWARE_ATTRIBUTES = {
  BootMode: ['Uefi', 'LegacyBios'],
  SecureBoot: ['Disabled', 'Enabled'],
  ProcVirtualization: ['Enabled', 'Disabled'],
  LogicalProc: ['Enabled', 'Disabled'],
  SriovGlobalEnable: ['Disabled', 'Enabled'],
  WorkloadProfile: ['Balanced', 'Performance', 'PowerSaving'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;

export type FirmwareAttribute = keyof typeof FIRMWARE_ATTRIBUTES;
export type FirmwareValues = Readonly<Record<FirmwareAttribute, string>>;

export interface FirmwareSettings {
  readonly inForce: FirmwareValues;
  /** What differs from the next start of the host on. */
  readonly pending: Readonly<Partial<FirmwareValues>>;
}

const UNKNOWN: Refusal = { code: 400, messageId: 'PropertyUnknown' };
const NOT_IN_LIST: Refusal = { code: 400, messageId: 'PropertyValueNotInList' };

const DEFAULTS = Object.fromEntries(
  Object.entries(FIRMWARE_ATTRIBUTES).map(([name, [value]]) => [name, value]),
) as FirmwareValues;

export class FirmwareSettingsStore {
  private inForce: FirmwareValues = DEFAULTS;
  private pending: Partial<FirmwareValues> = {};

  shown(): FirmwareSettings {
    return { inForce: this.inForce, pending: this.pending };
  }

  /** All or none are taken. */
  set(attributes: Readonly<Record<string, unknown>>): Refusal | 'done' {
    for (const [name, value] of Object.entries(attributes)) {
      if (!isAttribute(name)) return UNKNOWN;
      const values: readonly unknown[] = FIRMWARE_ATTRIBUTES[name];
      if (!values.includes(value)) return NOT_IN_LIST;
    }
    this.pending = { ...this.pending, ...attributes };
    return 'done';
  }

  reset(): void {
    this.pending = DEFAULTS;
  }

  /** The host starts. */
  hostStarts(): void {
    this.inForce = { ...this.inForce, ...this.pending };
    this.pending = {};
  }
}

function isAttribute(name: string): name is FirmwareAttribute {
  return Object.hasOwn(FIRMWARE_ATTRIBUTES, name);
}
