// summary.json and its published schema: the file is what the generator writes, summaries pass it, and what is not one fails.

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { conductStudy, studyPolicies } from '../../lab/conduct-study.ts';
import { InProcessExecutor } from '../../lab/in-process.ts';
import { summaryJson } from '../../reports/json.ts';
import { SUMMARY_SCHEMA_FILE, summarySchemaText } from '../../tools/generate-summary-schema.ts';
import { aPlan, hooks, runWith } from '../lab/analytic-world.ts';
import { THREE_POLICIES } from './fixtures/summary.ts';

const valid = new Ajv2020().compile(JSON.parse(readFileSync(SUMMARY_SCHEMA_FILE, 'utf8')));

/** The first complaint, or none. */
function complaint(summary: unknown): string {
  return valid(summary) ? 'none' : `${valid.errors?.[0]?.instancePath} ${valid.errors?.[0]?.message}`;
}

test('docs/generated/summary.schema.json is what the schema says (npm run gen)', () => {
  expect(readFileSync(SUMMARY_SCHEMA_FILE, 'utf8')).toBe(summarySchemaText());
});

describe('summaries', () => {
  test('of three policies with everything', () => {
    expect(complaint(JSON.parse(summaryJson(THREE_POLICIES)))).toBe('none');
  });

  test('of a study that was carried out', async () => {
    const plan = aPlan({ replications: 20 });
    const executor = new InProcessExecutor({
      config: plan.config,
      policies: studyPolicies(plan),
      inputs: [],
      run: runWith(({ uniform, policy }) => Math.round(1e6 * uniform(policy))),
    });
    const summary = await conductStudy(plan, hooks(), { executor, inputs: [] });
    expect(complaint(JSON.parse(summaryJson(summary)))).toBe('none');
  });

  const [first, ...others] = THREE_POLICIES.policies;
  const withWorkload = (change: object) => ({
    ...THREE_POLICIES,
    policies: [{ ...first, workloads: [{ ...first?.workloads[0], ...change }] }, ...others],
  });
  test.each([
    [
      'a workload of a kind that there is not',
      withWorkload({ kind: 'CronJob' }),
      '/policies/0/workloads/0/kind must be equal to one of the allowed values',
    ],
    [
      'a field that nobody knows',
      withWorkload({ lost: 1 }),
      '/policies/0/workloads/0 must NOT have additional properties',
    ],
    [
      'a negative longest outage',
      withWorkload({ longestOutageMs: -1 }),
      '/policies/0/workloads/0/longestOutageMs must be >= 0',
    ],
    ['no verdict', { ...THREE_POLICIES, verdict: undefined }, " must have required property 'verdict'"],
  ])('refuses %s', (_, summary, expected) => {
    expect(complaint(summary)).toBe(expected);
  });
});
