// Source: machine-deletion-remediation 34285c7e: nothing to set.

import * as z from 'zod/mini';
import { manifest, remediationTemplate } from './manifest-parts.ts';

const remediation = z.strictObject({});

export const MACHINE_DELETION_REMEDIATION_MANIFESTS = {
  'MachineDeletionRemediation.machine-deletion-remediation.medik8s.io': { v1alpha1: manifest(remediation, false) },
  'MachineDeletionRemediationTemplate.machine-deletion-remediation.medik8s.io': {
    v1alpha1: manifest(remediationTemplate(remediation), true),
  },
};
