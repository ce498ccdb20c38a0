// Stage times of each hardware model from what its hosts recorded of their last operations (`status.operationHistory`). A
// record has a start and an end; what happened in between is known, how long each part took is not.
//
// Divergence from reality
// - An operation's record includes the operator's own waits and its queue. Records beyond `MOST_SCALING` are cut off there.
// - Only medians are taken over: how much one boot differs from another stays assumed, since a host keeps one record of a kind.
// - The deploy agent is taken to boot as fast as the deployed system.

import { BARE_METAL_HOST, type BareMetalHost } from '../../core/api/bare-metal-host.ts';
import { parseTime } from '../../core/api/time.ts';
import type { HardwareConfig } from '../../sim/config.ts';
import { DEFAULT_HARDWARE } from '../../sim/defaults.ts';
import { type Distribution, scaled } from '../../sim/kernel/distributions.ts';
import { formatDuration } from '../quantities.ts';
import type { Assumption } from './assumption.ts';
import { hardwareDetails, hardwareModel } from './hardware-data.ts';
import type { ObjectSet } from './object-set.ts';

export interface HardwareFinding {
  readonly hardware: Readonly<Record<string, HardwareConfig>>;
  readonly assumptions: readonly Assumption[];
}

/** Assumption: records further off than this say more about waiting than about the hardware. */
const MOST_SCALING = 4;

/** Assumption: what an agent does between its boot and the end of an inspection; most of the recorded time is the boot. */
const LOOKING_MS = 60_000;

/** Assumption: an inspection this short was read off the BMC, and no agent booted for it. */
const AGENT_INSPECTION_LEAST_MS = 2 * LOOKING_MS;

/** Assumption: no image is written faster. A record that leaves less had one boot less in it. */
const IMAGE_WRITE_LEAST_MS = 30_000;

interface Records {
  readonly inspectMs: number[];
  readonly provisionMs: number[];
  /** Deployments clean the disks' metadata first. */
  cleans: boolean;
}

/** Models without a record keep the default times, and say nothing. */
export function hardwareOf(objects: ObjectSet): HardwareFinding {
  const models = new Map<string, Records>();
  for (const host of objects.list(BARE_METAL_HOST)) {
    const model = hardwareModel(hardwareDetails(objects, host));
    const records = models.get(model) ?? { inspectMs: [], provisionMs: [], cleans: false };
    models.set(model, records);
    addTo(records, host);
  }
  const hardware: Record<string, HardwareConfig> = {};
  const assumptions: Assumption[] = [];
  for (const [model, records] of [...models].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const found = timesOf(records);
    hardware[model] = found?.hardware ?? DEFAULT_HARDWARE;
    if (found !== undefined) assumptions.push({ name: `stage times of ${model}`, ...found.assumption });
  }
  return { hardware, assumptions };
}

function addTo(records: Records, { spec, status }: BareMetalHost): void {
  const { inspect, provision } = status?.operationHistory ?? {};
  const inspectMs = tookMs(inspect);
  const provisionMs = tookMs(provision);
  if (inspectMs >= AGENT_INSPECTION_LEAST_MS) records.inspectMs.push(inspectMs);
  if (provisionMs > 0) {
    records.provisionMs.push(provisionMs);
    if (spec?.automatedCleaningMode !== 'disabled') records.cleans = true;
  }
}

/** 0 where either end is missing. */
function tookMs(record: { readonly start?: string | null; readonly end?: string | null } | undefined): number {
  const { start, end } = record ?? {};
  return start && end ? Math.max(0, parseTime(end) - parseTime(start)) : 0;
}

interface Found {
  readonly hardware: HardwareConfig;
  readonly assumption: Omit<Assumption, 'name'>;
}

function timesOf(records: Records): Found | undefined {
  const inspectMs = median(records.inspectMs);
  const provisionMs = median(records.provisionMs);
  if (inspectMs === undefined) return provisionMs === undefined ? undefined : fromProvision(records, provisionMs);
  const bootMs = inspectMs - LOOKING_MS;
  const bootFactor = within(bootMs / medianBootMs());
  const boot = bootedIn(bootFactor);
  const told = `the defaults times ${bootFactor.toFixed(2)} for firmware and boot`;
  const inspected = `inspection took a median of ${spoken(inspectMs)} on ${hostsText(records.inspectMs)} (operationHistory), taken as one boot and ${spoken(LOOKING_MS)} of looking`;
  if (provisionMs === undefined) return { hardware: boot, assumption: { value: told, source: inspected } };
  const { writeMs, fastTrack } = splitDeployment(records, provisionMs, bootMs);
  const writeFactor = within(writeMs / medianOf(DEFAULT_HARDWARE.imageWriteMs));
  return {
    hardware: { ...boot, imageWriteMs: stretched(DEFAULT_HARDWARE.imageWriteMs, writeFactor), fastTrack },
    assumption: {
      value: `${told}, times ${writeFactor.toFixed(2)} for image writing${fastTrack ? ', with fast track' : ''}`,
      source: `${inspected}; provisioning took a median of ${spoken(provisionMs)} on ${hostsText(records.provisionMs)}${fastTrack ? ', too short for a boot to clean and another to deploy' : ''}`,
    },
  };
}

/** Where only deployments were recorded, firmware, boot and image writing share the factor. */
function fromProvision(records: Records, provisionMs: number): Found {
  const factor = within(provisionMs / (medianBootMs() + medianOf(DEFAULT_HARDWARE.imageWriteMs)));
  return {
    hardware: { ...bootedIn(factor), imageWriteMs: stretched(DEFAULT_HARDWARE.imageWriteMs, factor) },
    assumption: {
      value: `the defaults times ${factor.toFixed(2)} for firmware, boot and image writing`,
      source: `provisioning took a median of ${spoken(provisionMs)} on ${hostsText(records.provisionMs)} (operationHistory); the split into stages is assumed`,
    },
  };
}

/** What of a deployment is left for the image, and whether the agent that cleaned went on to deploy. */
function splitDeployment(
  { cleans }: Records,
  provisionMs: number,
  bootMs: number,
): { readonly writeMs: number; readonly fastTrack: boolean } {
  const cleanMs = cleans ? medianOf(DEFAULT_HARDWARE.metadataCleanMs) : 0;
  const afterTwoMs = provisionMs - cleanMs - 2 * bootMs;
  if (cleans && afterTwoMs >= IMAGE_WRITE_LEAST_MS) return { writeMs: afterTwoMs, fastTrack: false };
  return { writeMs: Math.max(IMAGE_WRITE_LEAST_MS, provisionMs - cleanMs - bootMs), fastTrack: cleans };
}

function bootedIn(factor: number): HardwareConfig {
  return {
    ...DEFAULT_HARDWARE,
    firmwareMs: stretched(DEFAULT_HARDWARE.firmwareMs, factor),
    osBootMs: stretched(DEFAULT_HARDWARE.osBootMs, factor),
  };
}

function medianBootMs(): number {
  return medianOf(DEFAULT_HARDWARE.firmwareMs) + medianOf(DEFAULT_HARDWARE.osBootMs);
}

function within(factor: number): number {
  return Math.min(MOST_SCALING, Math.max(1 / MOST_SCALING, factor));
}

function stretched(distribution: Distribution, factor: number): Distribution {
  const longer = scaled(distribution, factor);
  return longer.kind === 'lognormal' ? { ...longer, median: Math.round(longer.median) } : longer;
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

function spoken(ms: number): string {
  return formatDuration(Math.round(ms / 1000) * 1000);
}

function hostsText(records: readonly number[]): string {
  return `${records.length} host${records.length === 1 ? '' : 's'}`;
}
