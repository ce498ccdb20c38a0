// Generated files equal what their generators write, and the catalogue of problems has no code that nobody raises.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PROBLEM_CATALOGUE } from '../../scenarios/problem-catalogue.ts';
import { BMC_QUIRKS_PAGE, bmcQuirksPage } from '../../tools/generate-bmc-quirks.ts';
import { ERRORS_PAGE, errorsPage } from '../../tools/generate-errors.ts';
import { METRICS_PAGE, metricsPage } from '../../tools/generate-metrics.ts';
import { SCENARIO_SCHEMA, scenarioSchemaText } from '../../tools/generate-schema.ts';
import { sourcesUnder } from '../tidy/sources.ts';

describe('generated pages', () => {
  test('docs/generated/errors.md is what the catalogue says (node tools/generate-errors.ts)', () => {
    expect(readFileSync(ERRORS_PAGE, 'utf8')).toBe(errorsPage());
  });

  test('docs/generated/metrics.md is what the reports say (node tools/generate-metrics.ts)', () => {
    expect(readFileSync(METRICS_PAGE, 'utf8')).toBe(metricsPage());
  });

  test('docs/generated/scenario.schema.json is what the schema says (node tools/generate-schema.ts)', () => {
    expect(readFileSync(SCENARIO_SCHEMA, 'utf8')).toBe(scenarioSchemaText());
  });

  test('docs/generated/bmc-quirks.md is what the tables of quirks say (node tools/generate-bmc-quirks.ts)', () => {
    expect(readFileSync(BMC_QUIRKS_PAGE, 'utf8')).toBe(bmcQuirksPage());
  });

  test('every code of the page is in the catalogue and the other way round', () => {
    const onPage = [...readFileSync(ERRORS_PAGE, 'utf8').matchAll(/^## (MT\d{3}):/gm)].map(([, code]) => code);
    expect(onPage).toEqual(Object.keys(PROBLEM_CATALOGUE));
  });

  test('every code of the catalogue is raised somewhere', () => {
    const text = sourcesUnder('scenarios', 'twin', 'cli')
      .filter(({ path }) => path !== 'scenarios/problem-catalogue.ts')
      .map((source) => source.text)
      .join('\n');
    expect(Object.keys(PROBLEM_CATALOGUE).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });
});
