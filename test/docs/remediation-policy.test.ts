// The page of our own policy: its tables are what the descriptions of the fields say, every field and every phase is on it, and
// the manifest that it points to is one that it describes.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AnyField } from '../../core/api/fields.ts';
import { HOST_REMEDIATION_SPEC, HOST_REMEDIATION_STATUS } from '../../core/api/host-remediation.fields.ts';
import { REMEDIATION_BUDGET_SPEC, REMEDIATION_BUDGET_STATUS } from '../../core/api/remediation-budget.fields.ts';
import { REMEDIATION_POLICY_SPEC, REMEDIATION_POLICY_STATUS } from '../../core/api/remediation-policy.fields.ts';
import { HOST_REMEDIATION_STATES } from '../../core/remediation/host-remediation.states.ts';
import { REMEDIATION_PAGE, remediationPage } from '../../tools/generate-remediation-page.ts';

const page = readFileSync(REMEDIATION_PAGE, 'utf8');

function namesIn({ properties = {}, items, values }: AnyField): readonly string[] {
  const isKubernetes = properties.matchLabels !== undefined || properties.lastTransitionTime !== undefined;
  const own = isKubernetes ? [] : Object.entries(properties).flatMap(([name, field]) => [name, ...namesIn(field)]);
  return [...own, ...[items, values].flatMap((inner) => (inner === undefined ? [] : namesIn(inner)))];
}

describe('docs/remediation-policy.md', () => {
  test('has the fields as they are described (node tools/generate-remediation-page.ts)', () => {
    expect(page).toBe(remediationPage(page));
  });

  test.each<readonly [string, AnyField]>([
    ['spec of RemediationPolicy', REMEDIATION_POLICY_SPEC],
    ['status of RemediationPolicy', REMEDIATION_POLICY_STATUS],
    ['spec of RemediationBudget', REMEDIATION_BUDGET_SPEC],
    ['status of RemediationBudget', REMEDIATION_BUDGET_STATUS],
    ['spec of HostRemediation', HOST_REMEDIATION_SPEC],
    ['status of HostRemediation', HOST_REMEDIATION_STATUS],
  ])('says every field of the %s', (_, field) => {
    expect(namesIn(field).filter((name) => !new RegExp(`\`[\\w.[\\]]*\\b${name}\``).test(page))).toEqual([]);
  });

  test('says every phase', () => {
    // What is withdrawn is deleted, and in no phase of its own in the API.
    const phases = Object.keys(HOST_REMEDIATION_STATES.states).filter((phase) => phase !== 'Withdrawing');
    expect(phases.filter((phase) => !page.includes(`\`${phase}\``))).toEqual([]);
  });

  test('answers every gap from G1 to G18', () => {
    const gaps = [...page.matchAll(/^\| (G\d+) /gm)].map(([, gap]) => gap);
    expect(gaps).toEqual(Array.from({ length: 18 }, (_, index) => `G${index + 1}`));
  });
});
