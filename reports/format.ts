// Numbers and times as text, locale-independent: a dot for decimals, a space between thousands, units always written.
// Digits follow the width of the interval: what the study cannot tell is not printed.

import type { Estimate } from '../lab/summary.ts';
import type { Quantity } from './metric-names.ts';

export interface Unit {
  readonly suffix: string;
  /** How many of the stored quantity (ms, bytes, pieces) make one. */
  readonly size: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIBI = 1024;

const UNITS: Readonly<Record<Quantity, readonly Unit[]>> = {
  duration: [
    { suffix: 'd', size: DAY },
    { suffix: 'h', size: HOUR },
    { suffix: 'min', size: MINUTE },
    { suffix: 's', size: SECOND },
    { suffix: 'ms', size: 1 },
  ],
  bytes: [
    { suffix: 'PiB', size: KIBI ** 5 },
    { suffix: 'TiB', size: KIBI ** 4 },
    { suffix: 'GiB', size: KIBI ** 3 },
    { suffix: 'MiB', size: KIBI ** 2 },
    { suffix: 'KiB', size: KIBI },
    { suffix: 'B', size: 1 },
  ],
  count: [{ suffix: '', size: 1 }],
  expectation: [
    { suffix: '', size: 1 },
    { suffix: 'x 1e-3', size: 1e-3 },
    { suffix: 'x 1e-6', size: 1e-6 },
    { suffix: 'x 1e-9', size: 1e-9 },
  ],
};

/** Whole hours for long studies, minutes for short ones: parts of one sum share it, whatever their size. */
export function unitOfParts(durationMs: number): Unit {
  return durationMs >= 2 * DAY ? { suffix: 'h', size: HOUR } : { suffix: 'min', size: MINUTE };
}

/** A column reads easier when its largest value is at least this many units. */
const UNITS_AT_LEAST = 2;
const DECIMALS_MOST = 4;

/** The largest unit of which the largest of `values` is at least two; the smallest unit when all are 0. */
export function unitFor(quantity: Quantity, values: readonly number[]): Unit {
  const units = UNITS[quantity];
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const fallback = units[units.length - 1] ?? { suffix: '', size: 1 };
  if (largest === 0) return quantity === 'duration' ? { suffix: 'h', size: HOUR } : fallback;
  return units.find((unit) => largest >= UNITS_AT_LEAST * unit.size) ?? fallback;
}

/** Decimals that an interval of this width justifies, 0 to 4. */
function decimalsFor(estimate: Estimate, unit: Unit): number {
  const halfWidth = (estimate.high - estimate.low) / 2 / unit.size;
  if (halfWidth > 0) return Math.min(DECIMALS_MOST, Math.max(0, -Math.floor(Math.log10(halfWidth / 2))));
  const mean = Math.abs(estimate.mean / unit.size);
  return Number.isInteger(mean) ? 0 : Math.min(DECIMALS_MOST, Math.max(0, 2 - Math.floor(Math.log10(mean))));
}

/** `1240.5, 1` is `1 240.5`. Never prints a negative zero. */
export function formatNumber(value: number, decimals: number): string {
  const fixed = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction] = fixed.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ' ');
  const sign = value < 0 && Number(fixed) !== 0 ? '-' : '';
  return fraction === undefined ? `${sign}${grouped}` : `${sign}${grouped}.${fraction}`;
}

/** As few digits as tell `value` apart at three significant ones: `0.35`, `12.5`, `1 240`. */
export function formatPlain(value: number): string {
  if (value === 0 || Number.isInteger(value)) return formatNumber(value, 0);
  const decimals = Math.min(DECIMALS_MOST, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  const text = formatNumber(value, decimals);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `3.21 [3.02, 3.41]`, `< 3/100` for what was never seen, a bare number where all replications agree. No unit. */
export function formatEstimate(estimate: Estimate, unit: Unit): string {
  switch (estimate.method) {
    case 'rule-of-three':
      return `< 3/${estimate.n}`;
    case 'exact':
      return formatNumber(estimate.mean / unit.size, decimalsFor(estimate, unit));
    default:
      return `${formatMean(estimate, unit)} ${formatInterval(estimate, unit)}`;
  }
}

/** The mean alone, with the digits that its interval justifies. */
export function formatMean(estimate: Estimate, unit: Unit): string {
  return formatNumber(estimate.mean / unit.size, decimalsFor(estimate, unit));
}

function formatInterval(estimate: Estimate, unit: Unit): string {
  const decimals = decimalsFor(estimate, unit);
  return `[${formatNumber(estimate.low / unit.size, decimals)}, ${formatNumber(estimate.high / unit.size, decimals)}]`;
}

/** One value alone, with its own unit: `-36.7 min [-39.5, -33.8]`. */
export function formatAlone(estimate: Estimate, quantity: Quantity): string {
  const unit = unitFor(quantity, [estimate.mean, estimate.low, estimate.high]);
  if (estimate.method === 'rule-of-three') return formatEstimate(estimate, unit);
  const mean = withUnit(formatMean(estimate, unit), unit);
  return estimate.method === 'exact' ? mean : `${mean} ${formatInterval(estimate, unit)}`;
}

function withUnit(text: string, unit: Unit): string {
  return unit.suffix === '' ? text : `${text} ${unit.suffix}`;
}

/** A span of time as people write it: `4m`, `1h30m`, `2d4h`; at most two units, cut, not rounded. */
export function formatSpan(ms: number): string {
  if (ms < SECOND) return `${ms}ms`;
  const parts = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
    [SECOND, 's'],
  ] as const;
  const first = parts.findIndex(([size]) => ms >= size);
  return parts
    .slice(first, first + 2)
    .map(
      ([size, letter], index) =>
        [Math.floor((index === 0 ? ms : ms % (parts[first]?.[0] ?? 1)) / size), letter] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, letter]) => `${count}${letter}`)
    .join('');
}

/** An instant since the start: `day 10 06:31:05`. */
export function formatInstant(ms: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor((ms % DAY) / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  return `day ${Math.floor(ms / DAY)} ${two(hours)}:${two(minutes)}:${two(Math.floor((ms % MINUTE) / SECOND))}`;
}

/** The simulated time of a study: `365 d`, `6 h`. */
export function formatHorizon(ms: number): string {
  const unit = unitFor('duration', [ms]);
  return `${formatPlain(ms / unit.size)} ${unit.suffix}`;
}
