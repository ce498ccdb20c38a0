// Source: cluster-api-provider-metal3 2f6d76b8 (v1beta2) and release-1.10 (v1beta1).

import * as z from 'zod/mini';
import { lazyObject } from '../../schema-values.ts';
import { goDuration, manifest } from './manifest-parts.ts';

function remediation(strategy: z.ZodMiniType) {
  return z.strictObject({ strategy: z.optional(strategy) });
}

function templateOf(strategy: z.ZodMiniType) {
  return z.strictObject({
    template: z.strictObject({ spec: remediation(strategy), metadata: z.optional(z.unknown()) }),
  });
}

const strategyV1beta1 = lazyObject(() => ({
  type: z.optional(z.string()),
  retryLimit: z.optional(z.int()),
  timeout: z.optional(goDuration),
}));

const strategyV1beta2 = lazyObject(() => ({
  type: z.optional(z.enum(['Reboot'])),
  retryLimit: z.optional(z.int().check(z.minimum(1))),
  timeoutSeconds: z.optional(z.int().check(z.minimum(100))),
}));

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
