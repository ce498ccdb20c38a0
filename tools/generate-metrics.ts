// Writes docs/generated/metrics.md from the words of the reports. Run by `npm run gen`; a test compares.

import { writeFileSync } from 'node:fs';
import { METRIC_WORDS, type Quantity } from '../reports/metric-names.ts';
import { METRIC_NAMES } from '../scenarios/schema.ts';

export const METRICS_PAGE = 'docs/generated/metrics.md';

const UNITS: Readonly<Record<Quantity, string>> = {
  duration: 'ms',
  bytes: 'bytes',
  count: 'count',
  expectation: 'expected count',
};

export function metricsPage(): string {
  return [
    '# What is measured\n',
    'Generated from `reports/metric-names.ts`. The names are those of `spec.primaryMetric`, of `spec.constraints` (as',
    '`dataLostGroups <= 0.01`, a bound on the mean per run, in the unit of the third column) and of `summary.json`; the reports say the words',
    'of the second column, with a unit that fits.\n',
    '| name | in reports | unit | per run |',
    '|---|---|---|---|',
    ...METRIC_NAMES.map((name) => {
      const { label, quantity, meaning } = METRIC_WORDS[name];
      return `| \`${name}\` | ${label} | ${UNITS[quantity]} | ${meaning} |`;
    }),
    '',
  ].join('\n');
}

if (import.meta.main) writeFileSync(METRICS_PAGE, metricsPage());
