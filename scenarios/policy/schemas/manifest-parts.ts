// What the schemas of all products' manifests are made of: metadata, selectors, durations, limits, references.

import { z } from 'zod';
import { parseGoDuration } from '../../quantities.ts';
import { quoted, tagged } from '../../schema-values.ts';

export const metadata = z.strictObject({
  name: z.string().min(1),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  finalizers: z.array(z.string()).optional(),
  ownerReferences: z.array(z.unknown()).optional(),
  // What `kubectl get -o yaml` adds.
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.number().optional(),
  creationTimestamp: z.unknown().optional(),
  managedFields: z.unknown().optional(),
  selfLink: z.string().optional(),
});

export const labelSelector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

const notGoDuration = (value: unknown) =>
  tagged(
    'MT110',
    `${quoted(value)} is not a duration`,
    'write for example "300s" or "5m" (units: s m h; Kubernetes knows no days)',
  );

export const goDuration = z
  .string({ error: (issue) => notGoDuration(issue.input) })
  .refine((text) => parseGoDuration(text) !== undefined, { error: (issue) => notGoDuration(issue.input) });

/** Integers are taken as they are, also negative ones; texts must fit the pattern. */
export const intOrPercent = z.union([
  z.number().int(),
  z.string().regex(/^((100|[0-9]{1,2})%|[0-9]+)$/, {
    error: (issue) =>
      tagged(
        'MT112',
        `${quoted(issue.input)} is neither a number nor a percentage up to 100%`,
        'write for example 2 or "40%"',
      ),
  }),
]);

export const templateReference = z.strictObject({
  apiVersion: z.string().optional(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
  // Accepted by the object reference type, read by nobody.
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  fieldPath: z.string().optional(),
});

export const condition = { type: z.string().min(1), status: z.string().min(1) };

export const timedConditions = z.array(z.strictObject({ ...condition, timeout: goDuration })).min(1);

export function manifest(spec: z.ZodType, required: boolean) {
  return z.strictObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata,
    spec: required ? spec : spec.optional(),
    status: z.unknown().optional(),
  });
}

/** Of the medik8s operators: a remediation under `spec.template.spec`. */
export function remediationTemplate(remediation: z.ZodType) {
  return z.strictObject({ template: z.strictObject({ spec: remediation }) });
}
