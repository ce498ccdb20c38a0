// Settings that preparation applies to a host before it is available: RAID and root device hints.
// Source: baremetal-operator, internal/controller/metal3.io/baremetalhost_controller.go (saveHostProvisioningSettings).
//
// Divergence from reality: hints are those of spec, not of a hardware profile where spec has none; RAID that is removed from
// spec is not undone.

import type { BareMetalHost } from '../api/bare-metal-host.ts';

type Settings = Pick<NonNullable<BareMetalHost['spec']>, 'raid' | 'rootDeviceHints'>;

/** What spec asks for is what was applied. A host without a wish is as it should be. */
export function appliesSettings(host: BareMetalHost): boolean {
  const { raid, rootDeviceHints } = host.status?.provisioning ?? {};
  const wanted = wantedSettings(host);
  return isSame(wanted.raid, raid) && isSame(wanted.rootDeviceHints, rootDeviceHints);
}

export function wantedSettings({ spec }: BareMetalHost): Settings {
  return {
    ...(spec?.raid === undefined ? {} : { raid: spec.raid }),
    ...(spec?.rootDeviceHints === undefined ? {} : { rootDeviceHints: spec.rootDeviceHints }),
  };
}

function isSame(wanted: object | undefined, applied: object | undefined): boolean {
  return (
    wanted === undefined || wanted === applied || JSON.stringify(sorted(wanted)) === JSON.stringify(sorted(applied))
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([field, part]) => [field, sorted(part)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
