// Source: fence-agents-remediation 51f603e0.

import * as z from 'zod/mini';
import { lazyObject, quoted, tagged } from '../../schema-values.ts';
import { goDuration, manifest, remediationTemplate } from './manifest-parts.ts';

const texts = z.record(z.string(), z.string());

const remediation = lazyObject(() => ({
  agent: z.string().check(
    z.regex(/fence_.+/, {
      error: (issue) =>
        tagged(
          'MT105',
          `${quoted(issue.input)} is not a fence agent`,
          'their names begin with "fence_": fence_ipmilan',
        ),
    }),
  ),
  retrycount: z._default(z.int(), 5),
  retryinterval: z._default(goDuration, '5s'),
  timeout: z._default(goDuration, '60s'),
  sharedparameters: z.optional(texts),
  nodeparameters: z.optional(z.record(z.string(), texts)),
  remediationStrategy: z._default(z.enum(['ResourceDeletion', 'OutOfServiceTaint']), 'ResourceDeletion'),
  nodeSecretNames: z.optional(texts),
  sharedSecretName: z.optional(z.string()),
}));

export const FENCE_AGENTS_REMEDIATION_MANIFESTS = {
  'FenceAgentsRemediation.fence-agents-remediation.medik8s.io': { v1alpha1: manifest(remediation, false) },
  'FenceAgentsRemediationTemplate.fence-agents-remediation.medik8s.io': {
    v1alpha1: manifest(remediationTemplate(remediation), true),
  },
};
