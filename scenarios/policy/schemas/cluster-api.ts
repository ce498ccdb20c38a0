// Source: cluster-api ae7ff047 (v1beta2) and release-1.10 (v1beta1).

import * as z from 'zod/mini';
import { lazyObject, quoted, tagged } from '../../schema-values.ts';
import {
  condition,
  goDuration,
  labelSelector,
  manifest,
  templateReference,
  timedConditions,
} from './manifest-parts.ts';

/** Cluster API checks the text only when it is used. */
const intOrText = z.union([z.int(), z.string()]);

const range = z.string().check(
  z.regex(/^\[[0-9]+-[0-9]+\]$/, {
    error: (issue) => tagged('MT105', `${quoted(issue.input)} is not a range`, 'write for example "[1-3]"'),
  }),
);

const capiHealthCheckV1beta1 = lazyObject(() => ({
  clusterName: z.string().check(z.minLength(1)),
  selector: labelSelector,
  unhealthyConditions: z.optional(timedConditions),
  maxUnhealthy: z.optional(intOrText),
  unhealthyRange: z.optional(range),
  nodeStartupTimeout: z.optional(goDuration),
  remediationTemplate: z.optional(templateReference),
}));

const capiHealthCheckV1beta2 = lazyObject(() => ({
  clusterName: z.string().check(z.minLength(1)),
  selector: labelSelector,
  checks: z.optional(
    z.strictObject({
      nodeStartupTimeoutSeconds: z.optional(z.int().check(z.minimum(0))),
      unhealthyNodeConditions: z.optional(
        z
          .array(z.strictObject({ ...condition, timeoutSeconds: z.int().check(z.minimum(0)) }))
          .check(z.minLength(1), z.maxLength(100)),
      ),
      unhealthyMachineConditions: z.optional(
        z
          .array(z.strictObject({ ...condition, timeoutSeconds: z.int().check(z.minimum(0)) }))
          .check(z.minLength(1), z.maxLength(100)),
      ),
    }),
  ),
  remediation: z.optional(
    z.strictObject({
      triggerIf: z.optional(
        z
          .strictObject({ unhealthyLessThanOrEqualTo: z.optional(intOrText), unhealthyInRange: z.optional(range) })
          .check(
            z.refine((value) => Object.keys(value).length > 0, {
              error: () =>
                tagged(
                  'MT105',
                  '"spec.remediation.triggerIf" is empty',
                  'give it unhealthyLessThanOrEqualTo or unhealthyInRange, or leave it out',
                ),
            }),
          ),
      ),
      templateRef: z.optional(z.strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string() })),
    }),
  ),
}));

export const CLUSTER_API_MANIFESTS = {
  'MachineHealthCheck.cluster.x-k8s.io': {
    v1beta1: manifest(capiHealthCheckV1beta1, true),
    v1beta2: manifest(capiHealthCheckV1beta2, true),
  },
};
