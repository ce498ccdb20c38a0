// Source: self-node-remediation 640aac50.

import * as z from 'zod/mini';
import { lazyObject } from '../../schema-values.ts';
import { goDuration, manifest, remediationTemplate } from './manifest-parts.ts';

const remediation = lazyObject(() => ({
  remediationStrategy: z._default(z.enum(['Automatic', 'ResourceDeletion', 'OutOfServiceTaint']), 'Automatic'),
}));

const toleration = lazyObject(() => ({
  key: z.optional(z.string()),
  operator: z.optional(z.string()),
  value: z.optional(z.string()),
  effect: z.optional(z.string()),
  tolerationSeconds: z.optional(z.int()),
}));

const nodeSelectorRequirement = lazyObject(() => ({
  key: z.string(),
  operator: z.string(),
  values: z.optional(z.array(z.string())),
}));

const config = lazyObject(() => ({
  watchdogFilePath: z._default(z.string(), '/dev/watchdog'),
  safeTimeToAssumeNodeRebootedSeconds: z.optional(z.int()),
  peerApiServerTimeout: z._default(goDuration, '5s'),
  apiCheckInterval: z._default(goDuration, '15s'),
  peerUpdateInterval: z._default(goDuration, '15m'),
  apiServerTimeout: z._default(goDuration, '5s'),
  peerDialTimeout: z._default(goDuration, '5s'),
  peerRequestTimeout: z._default(goDuration, '7s'),
  maxApiErrorThreshold: z._default(z.int().check(z.minimum(1)), 3),
  isSoftwareRebootEnabled: z._default(z.boolean(), true),
  endpointHealthCheckUrl: z.optional(z.string()),
  hostPort: z._default(z.int().check(z.minimum(1)), 30001),
  customDsTolerations: z.optional(z.array(toleration)),
  customDsNodeSelectorRequirements: z.optional(z.array(nodeSelectorRequirement)),
  minPeersForRemediation: z._default(z.int().check(z.minimum(0)), 1),
}));

export const SELF_NODE_REMEDIATION_MANIFESTS = {
  'SelfNodeRemediation.self-node-remediation.medik8s.io': { v1alpha1: manifest(remediation, false) },
  'SelfNodeRemediationTemplate.self-node-remediation.medik8s.io': {
    v1alpha1: manifest(remediationTemplate(remediation), true),
  },
  'SelfNodeRemediationConfig.self-node-remediation.medik8s.io': { v1alpha1: manifest(config, false) },
};
