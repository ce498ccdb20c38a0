// JSON for machines. Key order is that of the summary's type, numbers are exact, one trailing newline: same study, same bytes.

import type { StudySummary } from '../lab/summary.ts';

/** The bytes of summary.json. */
export function summaryJson(summary: StudySummary): string {
  return jsonText(summary);
}

/** Any plain value, indented by two; rejects what JSON would silently turn into null. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(
    value,
    (key, held: unknown) => {
      if (typeof held === 'number' && !Number.isFinite(held)) throw new RangeError(`${key} is not a finite number`);
      return held;
    },
    2,
  );
  return `${text}\n`;
}
