// What the schemas of all products' manifests are made of: metadata, selectors, durations, limits, references.

import * as z from 'zod/mini';
import { parseGoDuration } from '../../quantities.ts';
import { lazyObject, quoted, tagged } from '../../schema-values.ts';

export const metadata = lazyObject(() => ({
  name: z.string().check(z.minLength(1)),
  namespace: z.optional(z.string()),
  labels: z.optional(z.record(z.string(), z.string())),
  annotations: z.optional(z.record(z.string(), z.string())),
  finalizers: z.optional(z.array(z.string())),
  ownerReferences: z.optional(z.array(z.unknown())),
  // What `kubectl get -o yaml` adds.
  uid: z.optional(z.string()),
  resourceVersion: z.optional(z.string()),
  generation: z.optional(z.number()),
  creationTimestamp: z.optional(z.unknown()),
  managedFields: z.optional(z.unknown()),
  selfLink: z.optional(z.string()),
}));

export const labelSelector = lazyObject(() => ({
  matchLabels: z.optional(z.record(z.string(), z.string())),
  matchExpressions: z.optional(
    z.array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.optional(z.array(z.string())),
      }),
    ),
  ),
}));

const notGoDuration = (value: unknown) =>
  tagged(
    'MT110',
    `${quoted(value)} is not a duration`,
    'write for example "300s" or "5m" (units: s m h; Kubernetes knows no days)',
  );

export const goDuration = z
  .string({ error: (issue) => notGoDuration(issue.input) })
  .check(z.refine((text) => parseGoDuration(text) !== undefined, { error: (issue) => notGoDuration(issue.input) }));

/** Integers are taken as they are, also negative ones; texts must fit the pattern. */
export const intOrPercent = z.union([
  z.int(),
  z.string().check(
    z.regex(/^((100|[0-9]{1,2})%|[0-9]+)$/, {
      error: (issue) =>
        tagged(
          'MT112',
          `${quoted(issue.input)} is neither a number nor a percentage up to 100%`,
          'write for example 2 or "40%"',
        ),
    }),
  ),
]);

export const templateReference = lazyObject(() => ({
  apiVersion: z.optional(z.string()),
  kind: z.string(),
  name: z.string(),
  namespace: z.optional(z.string()),
  // Accepted by the object reference type, read by nobody.
  uid: z.optional(z.string()),
  resourceVersion: z.optional(z.string()),
  fieldPath: z.optional(z.string()),
}));

export const condition = { type: z.string().check(z.minLength(1)), status: z.string().check(z.minLength(1)) };

export const timedConditions = z.array(lazyObject(() => ({ ...condition, timeout: goDuration }))).check(z.minLength(1));

export function manifest(spec: z.ZodMiniType, required: boolean) {
  return lazyObject(() => ({
    apiVersion: z.string(),
    kind: z.string(),
    metadata,
    spec: required ? spec : z.optional(spec),
    status: z.optional(z.unknown()),
  }));
}

/** Of the medik8s operators: a remediation under `spec.template.spec`. */
export function remediationTemplate(remediation: z.ZodMiniType) {
  return lazyObject(() => ({ template: z.strictObject({ spec: remediation }) }));
}
