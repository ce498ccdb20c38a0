// Source: cluster-api-provider-metal3 2f6d76b8 (v1beta2) and release-1.10 (v1beta1).

import { z } from 'zod';
import { goDuration, manifest } from './manifest-parts.ts';

function remediation(strategy: z.ZodType) {
  return z.strictObject({ strategy: strategy.optional() });
}

function templateOf(strategy: z.ZodType) {
  return z.strictObject({
    template: z.strictObject({ spec: remediation(strategy), metadata: z.unknown().optional() }),
  });
}

const strategyV1beta1 = z.strictObject({
  type: z.string().optional(),
  retryLimit: z.number().int().optional(),
  timeout: goDuration.optional(),
});

const strategyV1beta2 = z.strictObject({
  type: z.enum(['Reboot']).optional(),
  retryLimit: z.number().int().min(1).optional(),
  timeoutSeconds: z.number().int().min(100).optional(),
});

export const METAL3_MANIFESTS = {
  'Metal3Remediation.infrastructure.cluster.x-k8s.io': {
    v1beta1: manifest(remediation(strategyV1beta1), false),
    v1beta2: manifest(remediation(strategyV1beta2), true),
  },
  'Metal3RemediationTemplate.infrastructure.cluster.x-k8s.io': {
    v1beta1: manifest(templateOf(strategyV1beta1), true),
    v1beta2: manifest(templateOf(strategyV1beta2), true),
  },
};
