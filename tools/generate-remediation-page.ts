// Writes the tables of fields into docs/remediation-policy.md, between their markers, from the descriptions of the fields. Run by
// `npm run gen`; a test compares.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnyField } from '../core/api/fields.ts';
import { HOST_REMEDIATION_SPEC, HOST_REMEDIATION_STATUS } from '../core/api/host-remediation.fields.ts';
import { REMEDIATION_BUDGET_SPEC, REMEDIATION_BUDGET_STATUS } from '../core/api/remediation-budget.fields.ts';
import { REMEDIATION_POLICY_SPEC, REMEDIATION_POLICY_STATUS } from '../core/api/remediation-policy.fields.ts';

export const REMEDIATION_PAGE = fileURLToPath(new URL('../docs/remediation-policy.md', import.meta.url));

const MARKED = /(<!-- fields of (\w+) -->\n)[\s\S]*?(<!-- end of fields -->)/g;

const FIELDS: Readonly<Record<string, { readonly spec: AnyField; readonly status: AnyField }>> = {
  RemediationPolicy: { spec: REMEDIATION_POLICY_SPEC, status: REMEDIATION_POLICY_STATUS },
  RemediationBudget: { spec: REMEDIATION_BUDGET_SPEC, status: REMEDIATION_BUDGET_STATUS },
  HostRemediation: { spec: HOST_REMEDIATION_SPEC, status: HOST_REMEDIATION_STATUS },
};

/** The page with the tables as they must be. */
export function remediationPage(page: string): string {
  return page.replace(MARKED, (_whole, head: string, kind: string, tail: string) => {
    const fields = FIELDS[kind];
    if (fields === undefined) throw new Error(`the page asks for fields of ${kind}`);
    const rows = [...rowsOf('spec', fields.spec), ...rowsOf('status', fields.status)];
    return `${head}\n| Field | Type | Default | |\n|---|---|---|---|\n${rows.join('\n')}\n\n${tail}`;
  });
}

/** One row per field below `path`; parts that Kubernetes describes itself (selectors, conditions) have one for the whole. */
function rowsOf(path: string, { properties = {}, required = [] }: AnyField): readonly string[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const place = `${path}.${name}`;
    const inner = innerOf(place, field);
    return [row(place, field, required.includes(name)), ...(inner === undefined ? [] : rowsOf(...inner))];
  });
}

function innerOf(
  place: string,
  { properties, required, items, values }: AnyField,
): readonly [string, AnyField] | undefined {
  if (properties?.matchLabels !== undefined || items?.properties?.lastTransitionTime !== undefined) return undefined;
  const [inner, suffix] = [
    [items, '[]'] as const,
    [values, '.NAME'] as const,
    [{ properties, required, type: 'object', description: '' } as AnyField, ''] as const,
  ].find(([field]) => field?.properties !== undefined) ?? [undefined, ''];
  return inner === undefined ? undefined : [`${place}${suffix}`, inner];
}

function row(place: string, field: AnyField, required: boolean): string {
  const standard = field.default === undefined ? (required ? 'required' : '') : `\`${valueText(field.default)}\``;
  return `| \`${place}\` | ${typeText(field)} | ${standard === '`{}`' ? '' : standard} | ${field.description.replaceAll('|', '\\|')} |`;
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function typeText(field: AnyField): string {
  const { type, items, values, enum: choices, pattern, minimum, maximum } = field;
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (pattern !== undefined && type === 'string' && field.maxLength === 32) return 'duration';
  if (items !== undefined) return `list of ${items.type}s`;
  if (values !== undefined) return `map of ${values.type}s`;
  if (minimum === undefined) return type;
  return `${type}, ${maximum === undefined ? `from ${minimum}` : `${minimum} to ${maximum}`}`;
}

if (import.meta.main) writeFileSync(REMEDIATION_PAGE, remediationPage(readFileSync(REMEDIATION_PAGE, 'utf8')));
