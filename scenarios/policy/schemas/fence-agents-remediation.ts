// Source: fence-agents-remediation 51f603e0; remediation facts 1.H.

import { z } from 'zod';
import { quoted, tagged } from '../../schema-values.ts';
import { goDuration, manifest, remediationTemplate } from './manifest-parts.ts';

const texts = z.record(z.string(), z.string());

const remediation = z.strictObject({
  agent: z.string().regex(/fence_.+/, {
    error: (issue) =>
      tagged('MT105', `${quoted(issue.input)} is not a fence agent`, 'their names begin with "fence_": fence_ipmilan'),
  }),
  retrycount: z.number().int().default(5),
  retryinterval: goDuration.default('5s'),
  timeout: goDuration.default('60s'),
  sharedparameters: texts.optional(),
  nodeparameters: z.record(z.string(), texts).optional(),
  remediationStrategy: z.enum(['ResourceDeletion', 'OutOfServiceTaint']).default('ResourceDeletion'),
  nodeSecretNames: texts.optional(),
  sharedSecretName: z.string().optional(),
});

export const FENCE_AGENTS_REMEDIATION_MANIFESTS = {
  'FenceAgentsRemediation.fence-agents-remediation.medik8s.io': { v1alpha1: manifest(remediation, false) },
  'FenceAgentsRemediationTemplate.fence-agents-remediation.medik8s.io': {
    v1alpha1: manifest(remediationTemplate(remediation), true),
  },
};
