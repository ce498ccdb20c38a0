// kured as its DaemonSet describes it: the flags of its command line, and the environment that stands for them.
// Source: kubereboot/kured cmd/kured (flags and defaults), pkg/timewindow.
//
// Divergence from reality: any time zone but UTC is taken for UTC.

import { parseDuration } from '../../core/api/duration.ts';
import { type KubeObject, kindKeyOf, type ObjectKey } from '../../core/api/object.ts';
import { DAEMON_SET } from '../../core/api/workload.ts';
import { parsedLabelSelector, type Requirement } from '../api-server/requests/label-selector-text.ts';
import { DAY_MS } from '../kernel/time-units.ts';

interface KuredContainer {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

interface KuredDaemonSet extends KubeObject {
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly KuredContainer[] } } };
}

export interface KuredSettings {
  /** The DaemonSet on which the lock is an annotation. */
  readonly lockOn: ObjectKey;
  readonly lockAnnotation: string;
  readonly periodMs: number;
  readonly concurrency: number;
  /** 0: a lock never expires. */
  readonly lockTtlMs: number;
  readonly lockReleaseDelayMs: number;
  /** Infinity: a drain never gives up. */
  readonly drainTimeoutMs: number;
  readonly skipWaitForDeleteTimeoutMs: number;
  readonly rebootDelayMs: number;
  /** Reboots although the drain failed. */
  readonly forceReboot: boolean;
  readonly window: RebootWindow;
  /** A node with a pod that fits one of them is not rebooted. */
  readonly blockingPods: readonly (readonly Requirement[])[];
}

/** Days of the week, 0 is Sunday, and instants of the day in ms; both ends excluded. */
export interface RebootWindow {
  readonly days: ReadonlySet<number>;
  readonly fromMs: number;
  readonly toMs: number;
}

/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;
const DAY_NAMES = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const SWITCHES: ReadonlySet<string> = new Set([
  'force-reboot',
  'annotate-nodes',
  'alert-firing-only',
  'alert-filter-match-only',
]);

export function isInWindow({ days, fromMs, toMs }: RebootWindow, atMs: number): boolean {
  const day = Math.floor(atMs / DAY_MS);
  const ofDayMs = atMs - day * DAY_MS;
  return days.has((day + FIRST_WEEKDAY) % 7) && ofDayMs > fromMs && ofDayMs < toMs;
}

/** By flag without its dashes, the values in order; undefined where the object does not run kured. */
export function kuredFlags(object: KubeObject): ReadonlyMap<string, readonly string[]> | undefined {
  if (kindKeyOf(object) !== DAEMON_SET.key) return undefined;
  const containers = (object as KuredDaemonSet).spec?.template?.spec?.containers ?? [];
  const kured = containers.find(
    ({ image = '', command = [] }) =>
      /(^|\/)kured(:|@|$)/.test(image) || command.some((word) => /(^|\/)kured$/.test(word)),
  );
  if (kured === undefined) return undefined;
  const flags = flagsIn([...(kured.command ?? []), ...(kured.args ?? [])]);
  for (const { name, value } of kured.env ?? []) {
    if (!name.startsWith('KURED_') || value === undefined) continue;
    const flag = name.slice('KURED_'.length).toLowerCase().replaceAll('_', '-');
    if (!flags.has(flag)) flags.set(flag, [value]);
  }
  return flags;
}

function flagsIn(words: readonly string[]): Map<string, readonly string[]> {
  const flags = new Map<string, readonly string[]>();
  words.forEach((word, index) => {
    const [, name = '', value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === '') return;
    const next = SWITCHES.has(name) ? 'true' : (words[index + 1] ?? '');
    flags.set(name, [...(flags.get(name) ?? []), value ?? next]);
  });
  return flags;
}

/** Undefined where the object does not run kured, or where kured would not start with these flags. */
export function kuredSettings(object: KubeObject): KuredSettings | undefined {
  const flags = kuredFlags(object);
  if (flags === undefined) return undefined;
  const last = (name: string, otherwise: string): string => flags.get(name)?.at(-1) ?? otherwise;
  const durations = {
    periodMs: parseDuration(last('period', '60m')),
    lockTtlMs: parseDuration(last('lock-ttl', '0')),
    lockReleaseDelayMs: parseDuration(last('lock-release-delay', '0')),
    drainTimeoutMs: parseDuration(last('drain-timeout', '0')),
    rebootDelayMs: parseDuration(last('reboot-delay', '0')),
  };
  const concurrency = wholeNumber(last('concurrency', '1'));
  const skipWaitSeconds = wholeNumber(last('skip-wait-for-delete-timeout', '0'));
  const { periodMs, lockTtlMs, lockReleaseDelayMs, drainTimeoutMs, rebootDelayMs } = durations;
  const window = windowOf(flags.get('reboot-days'), last('start-time', '0:00'), last('end-time', '23:59:59'));
  const blockingPods = (flags.get('blocking-pod-selector') ?? []).map(parsedLabelSelector);
  if (
    periodMs === undefined ||
    periodMs <= 0 ||
    lockTtlMs === undefined ||
    lockReleaseDelayMs === undefined ||
    drainTimeoutMs === undefined ||
    rebootDelayMs === undefined ||
    window === undefined ||
    concurrency === undefined ||
    skipWaitSeconds === undefined
  ) {
    return undefined;
  }
  return {
    lockOn: { namespace: last('ds-namespace', 'kube-system'), name: last('ds-name', 'kured') },
    lockAnnotation: last('lock-annotation', 'weave.works/kured-node-lock'),
    periodMs,
    concurrency,
    lockTtlMs,
    lockReleaseDelayMs,
    drainTimeoutMs: drainTimeoutMs === 0 ? Number.POSITIVE_INFINITY : drainTimeoutMs,
    skipWaitForDeleteTimeoutMs: skipWaitSeconds * 1000,
    rebootDelayMs,
    forceReboot: last('force-reboot', 'false') === 'true',
    window,
    blockingPods: blockingPods.flatMap((parsed) => (isRequirements(parsed) ? [parsed] : [])),
  };
}

function wholeNumber(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

function isRequirements(parsed: ReturnType<typeof parsedLabelSelector>): parsed is readonly Requirement[] {
  return Array.isArray(parsed);
}

function windowOf(days: readonly string[] | undefined, from: string, to: string): RebootWindow | undefined {
  const fromMs = timeOfDayMs(from);
  const toMs = timeOfDayMs(to);
  const wanted =
    days === undefined ? DAY_NAMES.map((_, day) => day) : days.flatMap((list) => list.split(',')).map(weekday);
  if (fromMs === undefined || toMs === undefined || wanted.includes(-1)) return undefined;
  return { days: new Set(wanted), fromMs, toMs };
}

/** `mon`, `Monday`, `mo`, `1`; -1 for anything else. */
function weekday(text: string): number {
  const name = text.trim().toLowerCase();
  if (/^[0-6]$/.test(name)) return Number(name);
  return name.length < 2 ? -1 : DAY_NAMES.findIndex((day) => day.startsWith(name));
}

/** `15:04`, `15:04:06`, `03:04pm`, `15`, `03pm`. Seconds count for nothing: the product reads them as a year. */
function timeOfDayMs(text: string): number | undefined {
  const [, hourText, minuteText = '00', half] = /^(\d{1,2})(?::(\d{2}))?(?::\d{2})?(am|pm)?$/i.exec(text) ?? [];
  if (hourText === undefined) return undefined;
  const hour = Number(hourText);
  const ofDay = half === undefined ? hour : (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  return ofDay > 23 || Number(minuteText) > 59 ? undefined : (ofDay * 60 + Number(minuteText)) * 60_000;
}
