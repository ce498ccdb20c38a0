// Source: cluster-api ae7ff047 (v1beta2) and release-1.10 (v1beta1).

import { z } from 'zod';
import { quoted, tagged } from '../../schema-values.ts';
import {
  condition,
  goDuration,
  labelSelector,
  manifest,
  templateReference,
  timedConditions,
} from './manifest-parts.ts';

/** Cluster API checks the text only when it is used. */
const intOrText = z.union([z.number().int(), z.string()]);

const range = z.string().regex(/^\[[0-9]+-[0-9]+\]$/, {
  error: (issue) => tagged('MT105', `${quoted(issue.input)} is not a range`, 'write for example "[1-3]"'),
});

const capiHealthCheckV1beta1 = z.strictObject({
  clusterName: z.string().min(1),
  selector: labelSelector,
  unhealthyConditions: timedConditions.optional(),
  maxUnhealthy: intOrText.optional(),
  unhealthyRange: range.optional(),
  nodeStartupTimeout: goDuration.optional(),
  remediationTemplate: templateReference.optional(),
});

const capiHealthCheckV1beta2 = z.strictObject({
  clusterName: z.string().min(1),
  selector: labelSelector,
  checks: z
    .strictObject({
      nodeStartupTimeoutSeconds: z.number().int().min(0).optional(),
      unhealthyNodeConditions: z
        .array(z.strictObject({ ...condition, timeoutSeconds: z.number().int().min(0) }))
        .min(1)
        .max(100)
        .optional(),
      unhealthyMachineConditions: z
        .array(z.strictObject({ ...condition, timeoutSeconds: z.number().int().min(0) }))
        .min(1)
        .max(100)
        .optional(),
    })
    .optional(),
  remediation: z
    .strictObject({
      triggerIf: z
        .strictObject({ unhealthyLessThanOrEqualTo: intOrText.optional(), unhealthyInRange: range.optional() })
        .refine((value) => Object.keys(value).length > 0, {
          error: () =>
            tagged(
              'MT105',
              '"spec.remediation.triggerIf" is empty',
              'give it unhealthyLessThanOrEqualTo or unhealthyInRange, or leave it out',
            ),
        })
        .optional(),
      templateRef: z.strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string() }).optional(),
    })
    .optional(),
});

export const CLUSTER_API_MANIFESTS = {
  'MachineHealthCheck.cluster.x-k8s.io': {
    v1beta1: manifest(capiHealthCheckV1beta1, true),
    v1beta2: manifest(capiHealthCheckV1beta2, true),
  },
};
