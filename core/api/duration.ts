// Durations as Kubernetes manifests write them: Go's `300s`, `10m`, `1h30m`, `1.5h`, `0`.
// Source: Go time.ParseDuration and Duration.String; metav1.Duration uses both.

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds, rounded down; undefined when `text` is not a Go duration (`5 minutes`, `300`, `1d`). May be negative. */
export function parseDuration(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text;
  if (body === '0') return 0;
  let ms = 0;
  let at = 0;
  while (at < body.length) {
    const numberEnd = skip(body, at, isNumeric);
    const unitEnd = skip(body, numberEnd, (char) => !isNumeric(char));
    const value = Number(body.slice(at, numberEnd));
    const unitMs = UNIT_MS[body.slice(numberEnd, unitEnd)];
    if (numberEnd === at || Number.isNaN(value) || unitMs === undefined) return undefined;
    ms += value * unitMs;
    at = unitEnd;
  }
  return body === '' ? undefined : sign * Math.floor(ms);
}

/** Go's way to print one: `5m0s`, `1h30m0s`, `45s`, `1.5s`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms > 0 && ms < 1_000) return `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = `${(ms % 60_000) / 1_000}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

function isNumeric(char: string): boolean {
  return (char >= '0' && char <= '9') || char === '.';
}

function skip(text: string, from: number, holds: (char: string) => boolean): number {
  let at = from;
  while (at < text.length && holds(text.charAt(at))) at++;
  return at;
}
