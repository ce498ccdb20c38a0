// What BareMetalHost and HardwareData say about the machine: its model and its disks.

import type { BareMetalHost } from '../../core/api/bare-metal-host.ts';
import { type KubeObject, kindOf } from '../../core/api/object.ts';
import { GROUP_DEFAULTS } from '../defaults.ts';
import type { ObjectSet } from './object-set.ts';

export interface HardwareDetails {
  readonly hostname?: string;
  readonly storage?: readonly { readonly name?: string; readonly sizeBytes?: number }[];
  readonly systemVendor?: { readonly manufacturer?: string; readonly productName?: string };
}

interface DetailedHost extends BareMetalHost {
  readonly spec?: NonNullable<BareMetalHost['spec']> & { readonly rootDeviceHints?: { readonly deviceName?: string } };
  readonly status?: NonNullable<BareMetalHost['status']> & {
    readonly hardware?: HardwareDetails;
  };
}

interface HardwareData extends KubeObject {
  readonly spec?: { readonly hardware?: HardwareDetails };
}

export const HARDWARE_DATA = kindOf<HardwareData>('metal3.io', 'HardwareData', 'Namespaced');

/** The host's own status, else the HardwareData of its name. */
export function hardwareDetails(objects: ObjectSet, host: BareMetalHost): HardwareDetails {
  const data = objects.get(HARDWARE_DATA, host.metadata.namespace ?? '', host.metadata.name);
  return (host as DetailedHost).status?.hardware ?? data?.spec?.hardware ?? {};
}

/** `PowerEdge R750` of `PowerEdge R750 (SKU=0927;...)`; the default model where nothing is known. */
export function hardwareModel(details: HardwareDetails): string {
  const product = details.systemVendor?.productName?.replace(/\s*\(.*$/, '').trim();
  return product === undefined || product === '' ? GROUP_DEFAULTS.hardware : product;
}

/** All disks but the one that the system was installed on. */
export function spareDisks(
  details: HardwareDetails,
  host: BareMetalHost,
): { readonly count: number; readonly bytes: number } {
  const root = (host as DetailedHost).spec?.rootDeviceHints?.deviceName;
  const disks = details.storage ?? [];
  const known = disks.some(({ name }) => name !== undefined && name === root);
  const data = disks.filter(({ name }, index) => (known ? name !== root : index > 0));
  return { count: data.length, bytes: data.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0) };
}
