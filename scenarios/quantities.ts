// Durations, bytes, percentages and Kubernetes quantities as people write them, to numbers. Undefined for anything else:
// whoever reads decides which problem that is.

const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A thousand years: the longest duration that a study may name. Sums of a few such stay whole and have a date. */
export const DURATION_MOST_MS = 365_000 * 86_400_000;

/** `40s`, `5m`, `1h30m`, `2.5h`, `3d` to milliseconds (rounded to whole ones); never negative. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (DURATION_MS[unit ?? ''] ?? Number.NaN);
  }
  return Math.round(total);
}

/** A duration as Go and Kubernetes read them: no days; `0` stands without a unit; `us` and `ns` round to zero. */
export function parseGoDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    const ms = unit === 'ns' ? 1e-6 : unit === 'us' || unit === 'µs' ? 1e-3 : (DURATION_MS[unit ?? ''] ?? Number.NaN);
    total += Number(amount) * ms;
  }
  return Math.round(total);
}

/** As parseGoDuration, also negative: some products let a negative duration mean "never". */
export function parseSignedGoDuration(text: string): number | undefined {
  const ms = parseGoDuration(text.startsWith('-') ? text.slice(1) : text);
  return ms === undefined || !text.startsWith('-') ? ms : -ms;
}

const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
};

/** `4KiB`, `18TiB`, `500MB`, `1024` to bytes. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s?([KMGTP]i?B|B)?$/.exec(text);
  const unit = match === null ? undefined : BYTES[match[2] ?? ''];
  return match === null || unit === undefined ? undefined : Math.round(Number(match[1]) * unit);
}

/** `0.5%`, `40%` to a share. */
export function parsePercent(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(text);
  return match === null ? undefined : Number(match[1]) / 100;
}

const SUFFIX: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes resource quantity: `2980Gi`, `127500m`, `458903107Ki`, `1e3`. */
export function parseQuantity(text: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/.exec(text);
  const suffix = match === null ? undefined : SUFFIX[match[2] ?? ''];
  return match === null || suffix === undefined ? undefined : Number(match[1]) * suffix;
}

/** Milliseconds as people write them, in the largest units that fit: `5m`, `1h30m`, `365d`, `2.5s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  const parts: string[] = [];
  let rest = ms;
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = DURATION_MS[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * size;
  }
  return parts.join('');
}

/** Bytes with a binary unit and at most one decimal: `10 TiB`. */
export function formatBytes(bytes: number): string {
  for (const unit of ['PiB', 'TiB', 'GiB', 'MiB', 'KiB']) {
    const size = BYTES[unit] ?? 1;
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))} ${unit}`;
  }
  return `${bytes} B`;
}

/** Bytes per second, or whatever else counts in decimal units, as `parseBytes` reads them: `125MB`. */
export function formatDecimalBytes(bytes: number): string {
  for (const unit of ['TB', 'GB', 'MB', 'KB']) {
    const size = BYTES[unit] ?? 1;
    if (bytes >= size) return `${Number((bytes / size).toFixed(3))}${unit}`;
  }
  return `${bytes}B`;
}
