// Source: node-healthcheck-operator dd444329; remediation facts 1.F.

import { z } from 'zod';
import { parseSignedGoDuration } from '../../quantities.ts';
import { quoted, tagged } from '../../schema-values.ts';
import { condition, goDuration, intOrPercent, labelSelector, manifest, templateReference } from './manifest-parts.ts';

/** A negative one stands for "until a person says so". */
const signedGoDuration = z.string().refine((text) => parseSignedGoDuration(text) !== undefined, {
  error: (issue) =>
    tagged(
      'MT110',
      `${quoted(issue.input)} is not a duration`,
      'write for example "60s", or "-1s" to wait for a person',
    ),
});

/** Source: CustomResourceDefinition of NodeHealthCheck, default of unhealthyConditions. */
const DEFAULT_CONDITIONS = [
  { type: 'Ready', status: 'False', duration: '300s' },
  { type: 'Ready', status: 'Unknown', duration: '300s' },
];

const nodeHealthCheck = z.strictObject({
  selector: labelSelector.optional(),
  unhealthyConditions: z.array(z.strictObject({ ...condition, duration: goDuration })).default(DEFAULT_CONDITIONS),
  minHealthy: intOrPercent.optional(),
  maxUnhealthy: intOrPercent.optional(),
  stormCooldownDuration: goDuration.optional(),
  remediationTemplate: templateReference.optional(),
  escalatingRemediations: z
    .array(z.strictObject({ remediationTemplate: templateReference, order: z.number().int(), timeout: goDuration }))
    .optional(),
  pauseRequests: z.array(z.string()).optional(),
  healthyDelay: signedGoDuration.optional(),
});

export const NODE_HEALTH_CHECK_MANIFESTS = {
  'NodeHealthCheck.remediation.medik8s.io': { v1alpha1: manifest(nodeHealthCheck, false) },
};
