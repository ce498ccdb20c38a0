// Source: node-healthcheck-operator dd444329.

import * as z from 'zod/mini';
import { parseSignedGoDuration } from '../../quantities.ts';
import { lazyObject, quoted, tagged } from '../../schema-values.ts';
import { condition, goDuration, intOrPercent, labelSelector, manifest, templateReference } from './manifest-parts.ts';

/** A negative one stands for "until a person says so". */
const signedGoDuration = z.string().check(
  z.refine((text) => parseSignedGoDuration(text) !== undefined, {
    error: (issue) =>
      tagged(
        'MT110',
        `${quoted(issue.input)} is not a duration`,
        'write for example "60s", or "-1s" to wait for a person',
      ),
  }),
);

/** Source: CustomResourceDefinition of NodeHealthCheck, default of unhealthyConditions. */
const DEFAULT_CONDITIONS = [
  { type: 'Ready', status: 'False', duration: '300s' },
  { type: 'Ready', status: 'Unknown', duration: '300s' },
];

const nodeHealthCheck = lazyObject(() => ({
  selector: z.optional(labelSelector),
  unhealthyConditions: z._default(z.array(z.strictObject({ ...condition, duration: goDuration })), DEFAULT_CONDITIONS),
  minHealthy: z.optional(intOrPercent),
  maxUnhealthy: z.optional(intOrPercent),
  stormCooldownDuration: z.optional(goDuration),
  remediationTemplate: z.optional(templateReference),
  escalatingRemediations: z.optional(
    z.array(z.strictObject({ remediationTemplate: templateReference, order: z.int(), timeout: goDuration })),
  ),
  pauseRequests: z.optional(z.array(z.string())),
  healthyDelay: z.optional(signedGoDuration),
}));

export const NODE_HEALTH_CHECK_MANIFESTS = {
  'NodeHealthCheck.remediation.medik8s.io': { v1alpha1: manifest(nodeHealthCheck, false) },
};
