// What BareMetalHost and HardwareData say about the machine: model, disks, and how long its last deployment took.

import { BARE_METAL_HOST, type BareMetalHost } from '../../core/api/bare-metal-host.ts';
import { type KubeObject, kindOf } from '../../core/api/object.ts';
import { parseTime } from '../../core/api/time.ts';
import type { HardwareConfig } from '../../sim/config.ts';
import { DEFAULT_HARDWARE } from '../../sim/defaults.ts';
import type { Distribution } from '../../sim/kernel/distributions.ts';
import { GROUP_DEFAULTS } from '../defaults.ts';
import { formatDuration } from '../quantities.ts';
import type { Assumption } from './assumption.ts';
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
    readonly operationHistory?: { readonly provision?: { readonly start?: string; readonly end?: string } };
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

export interface HardwareFinding {
  readonly hardware: Readonly<Record<string, HardwareConfig>>;
  readonly assumptions: readonly Assumption[];
}

/**
 * Stage times per model. Where deployments were recorded, firmware, boot and image writing are scaled so that their medians
 * add up to the median recorded time; the record itself does not tell the stages apart.
 */
export function hardwareOf(objects: ObjectSet): HardwareFinding {
  const recordedMs = new Map<string, number[]>();
  for (const host of objects.list(BARE_METAL_HOST)) {
    const model = hardwareModel(hardwareDetails(objects, host));
    const times = recordedMs.get(model) ?? [];
    recordedMs.set(model, times);
    const { start, end } = (host as DetailedHost).status?.operationHistory?.provision ?? {};
    const tookMs = start === undefined || end === undefined ? Number.NaN : parseTime(end) - parseTime(start);
    if (tookMs > 0) times.push(tookMs);
  }
  const hardware: Record<string, HardwareConfig> = {};
  const assumptions: Assumption[] = [];
  for (const [model, times] of [...recordedMs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const tookMs = median(times);
    if (tookMs === undefined) {
      hardware[model] = DEFAULT_HARDWARE;
      continue;
    }
    const factor = Math.min(MOST_SCALING, Math.max(1 / MOST_SCALING, tookMs / defaultDeployMs()));
    hardware[model] = scaled(factor);
    assumptions.push({
      name: `stage times of ${model}`,
      value: `the defaults times ${factor.toFixed(2)} for firmware, boot and image writing`,
      source: `provisioning took a median of ${formatDuration(Math.round(tookMs / 1000) * 1000)} on ${times.length} hosts (operationHistory); the split into stages is assumed`,
    });
  }
  return { hardware, assumptions };
}

/** Assumption: records further off than this say more about waiting than about the hardware. */
const MOST_SCALING = 4;

function defaultDeployMs(): number {
  const { firmwareMs, osBootMs, imageWriteMs } = DEFAULT_HARDWARE;
  return medianOf(firmwareMs) + medianOf(osBootMs) + medianOf(imageWriteMs);
}

function scaled(factor: number): HardwareConfig {
  return {
    ...DEFAULT_HARDWARE,
    firmwareMs: times(DEFAULT_HARDWARE.firmwareMs, factor),
    osBootMs: times(DEFAULT_HARDWARE.osBootMs, factor),
    imageWriteMs: times(DEFAULT_HARDWARE.imageWriteMs, factor),
  };
}

function times(distribution: Distribution, factor: number): Distribution {
  return distribution.kind === 'lognormal'
    ? { ...distribution, median: Math.round(distribution.median * factor) }
    : distribution;
}

/** Of the default stages, which are lognormal or constant. */
function medianOf(distribution: Distribution): number {
  return distribution.kind === 'lognormal'
    ? distribution.median
    : distribution.kind === 'constant'
      ? distribution.value
      : 0;
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}
