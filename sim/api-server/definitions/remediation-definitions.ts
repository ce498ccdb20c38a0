// The CustomResourceDefinitions of our own policy, made from the descriptions of its fields; deploy/crds has them as YAML. The
// virtual API server knows them without being told, as it knows the kinds of the other products.
//
// Divergence from reality: a cluster must be given them before it serves the kinds.

import type { AnyField } from '../../../core/api/fields.ts';
import { HOST_REMEDIATION_SPEC, HOST_REMEDIATION_STATUS } from '../../../core/api/host-remediation.fields.ts';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import type { Kind, NewObject } from '../../../core/api/object.ts';
import { REMEDIATION_BUDGET_SPEC, REMEDIATION_BUDGET_STATUS } from '../../../core/api/remediation-budget.fields.ts';
import { REMEDIATION_BUDGET } from '../../../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY_SPEC, REMEDIATION_POLICY_STATUS } from '../../../core/api/remediation-policy.fields.ts';
import { OWN_API_VERSION, OWN_GROUP, REMEDIATION_POLICY } from '../../../core/api/remediation-policy.ts';
import type { SchemaProps, ValidationRule } from '../schema/schema-props.ts';
import type { CustomResourceDefinition, PrinterColumn } from './custom-resource-definition.ts';

/** The schema of a field, in the words of a definition. */
function schemaOf(field: AnyField, more: readonly ValidationRule[] = []): SchemaProps {
  const { rules = [], items, values, properties, uniqueBy, ...plain } = field;
  const checks = [...rules.map(({ rule, message }) => ({ rule, message })), ...more];
  return {
    ...plain,
    ...(items === undefined ? {} : { items: schemaOf(items) }),
    ...(values === undefined ? {} : { additionalProperties: schemaOf(values) }),
    ...(properties === undefined ? {} : { properties: schemasOf(properties) }),
    ...listType(field.type, uniqueBy),
    ...(checks.length === 0 ? {} : { 'x-kubernetes-validations': checks }),
  };
}

function schemasOf(properties: Readonly<Record<string, AnyField>>): Readonly<Record<string, SchemaProps>> {
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, schemaOf(field)]));
}

function listType(type: AnyField['type'], uniqueBy: AnyField['uniqueBy']): SchemaProps {
  if (type !== 'array') return {};
  if (uniqueBy === undefined) return { 'x-kubernetes-list-type': 'atomic' };
  if (uniqueBy === 'set') return { 'x-kubernetes-list-type': 'set' };
  return { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': uniqueBy };
}

interface Described {
  readonly kind: Kind;
  readonly plural: string;
  readonly shortName: string;
  readonly description: string;
  readonly spec: AnyField;
  readonly specRules?: readonly ValidationRule[];
  readonly status: AnyField;
  readonly columns: readonly PrinterColumn[];
}

function column(name: string, jsonPath: string, type = 'string', priority = 0): PrinterColumn {
  return { name, type, jsonPath, ...(priority === 0 ? {} : { priority }) };
}

function conditionColumn(type: string): PrinterColumn {
  return column(type, `.status.conditions[?(@.type=="${type}")].status`);
}

const AGE = column('Age', '.metadata.creationTimestamp', 'date');

const DESCRIBED: readonly Described[] = [
  {
    kind: REMEDIATION_POLICY,
    plural: 'remediationpolicies',
    shortName: 'rpol',
    description: REMEDIATION_POLICY_SPEC.description,
    spec: REMEDIATION_POLICY_SPEC,
    status: REMEDIATION_POLICY_STATUS,
    columns: [
      column('Budget', '.spec.budget'),
      column('Nodes', '.status.observedNodes', 'integer'),
      column('Unhealthy', '.status.unhealthyNodes', 'integer'),
      conditionColumn('Paused'),
      conditionColumn('Doubtful'),
      column('Dry run', '.spec.dryRun', 'boolean'),
      AGE,
    ],
  },
  {
    kind: REMEDIATION_BUDGET,
    plural: 'remediationbudgets',
    shortName: 'rbud',
    description: REMEDIATION_BUDGET_SPEC.description,
    spec: REMEDIATION_BUDGET_SPEC,
    status: REMEDIATION_BUDGET_STATUS,
    columns: [
      column('Hosts', '.status.expectedHosts', 'integer'),
      column('Unavailable', '.status.unavailableHosts', 'integer'),
      column('In flight', '.status.inFlight', 'integer'),
      column('Waiting', '.status.waiting', 'integer'),
      conditionColumn('Storm'),
      column('Cost', '.status.spentCost', 'number', 1),
      AGE,
    ],
  },
  {
    kind: HOST_REMEDIATION,
    plural: 'hostremediations',
    shortName: 'hrem',
    description: 'One episode of one node: from the request until it is healthy again, or given up to a person.',
    spec: HOST_REMEDIATION_SPEC,
    specRules: [{ rule: 'self == oldSelf', message: 'spec never changes' }],
    status: HOST_REMEDIATION_STATUS,
    columns: [
      column('Node', '.spec.node.name'),
      column('Phase', '.status.phase'),
      column('Step', '.status.step', 'integer'),
      column('Attempt', '.status.attempt', 'integer'),
      column('Policy', '.spec.policy', 'string', 1),
      column('Reason', '.spec.reason', 'string', 1),
      AGE,
    ],
  },
];

export type NewDefinition = NewObject<CustomResourceDefinition>;

export const REMEDIATION_DEFINITIONS: readonly NewDefinition[] = DESCRIBED.map(definitionOf);

function definitionOf({ kind, plural, shortName, ...described }: Described): NewDefinition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${OWN_GROUP}` },
    spec: {
      group: OWN_GROUP,
      names: {
        plural,
        singular: kind.kind.toLowerCase(),
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        shortNames: [shortName],
        categories: ['remediation'],
      },
      scope: 'Cluster',
      versions: [
        {
          name: OWN_API_VERSION.slice(OWN_GROUP.length + 1),
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: described.columns,
          schema: { openAPIV3Schema: wholeSchema(described) },
        },
      ],
    },
  };
}

function wholeSchema({
  description,
  spec,
  specRules,
  status,
}: Pick<Described, 'description' | 'spec' | 'specRules' | 'status'>): SchemaProps {
  return {
    type: 'object',
    description,
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: schemaOf(spec, specRules),
      status: schemaOf(status),
    },
  };
}
