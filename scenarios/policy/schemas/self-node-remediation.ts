// Source: self-node-remediation 640aac50; remediation facts 1.G.

import { z } from 'zod';
import { goDuration, manifest, remediationTemplate } from './manifest-parts.ts';

const remediation = z.strictObject({
  remediationStrategy: z.enum(['Automatic', 'ResourceDeletion', 'OutOfServiceTaint']).default('Automatic'),
});

const toleration = z.strictObject({
  key: z.string().optional(),
  operator: z.string().optional(),
  value: z.string().optional(),
  effect: z.string().optional(),
  tolerationSeconds: z.number().int().optional(),
});

const nodeSelectorRequirement = z.strictObject({
  key: z.string(),
  operator: z.string(),
  values: z.array(z.string()).optional(),
});

const config = z.strictObject({
  watchdogFilePath: z.string().default('/dev/watchdog'),
  safeTimeToAssumeNodeRebootedSeconds: z.number().int().optional(),
  peerApiServerTimeout: goDuration.default('5s'),
  apiCheckInterval: goDuration.default('15s'),
  peerUpdateInterval: goDuration.default('15m'),
  apiServerTimeout: goDuration.default('5s'),
  peerDialTimeout: goDuration.default('5s'),
  peerRequestTimeout: goDuration.default('7s'),
  maxApiErrorThreshold: z.number().int().min(1).default(3),
  isSoftwareRebootEnabled: z.boolean().default(true),
  endpointHealthCheckUrl: z.string().optional(),
  hostPort: z.number().int().min(1).default(30001),
  customDsTolerations: z.array(toleration).optional(),
  customDsNodeSelectorRequirements: z.array(nodeSelectorRequirement).optional(),
  minPeersForRemediation: z.number().int().min(0).default(1),
});

export const SELF_NODE_REMEDIATION_MANIFESTS = {
  'SelfNodeRemediation.self-node-remediation.medik8s.io': { v1alpha1: manifest(remediation, false) },
  'SelfNodeRemediationTemplate.self-node-remediation.medik8s.io': {
    v1alpha1: manifest(remediationTemplate(remediation), true),
  },
  'SelfNodeRemediationConfig.self-node-remediation.medik8s.io': { v1alpha1: manifest(config, false) },
};
