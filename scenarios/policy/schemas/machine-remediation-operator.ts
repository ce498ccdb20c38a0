// Source: machine-remediation-operator 846ee25e (2019); MachineRemediation as of 6d411110.

import { z } from 'zod';
import { labelSelector, manifest } from './manifest-parts.ts';

const disruptionBudget = z.strictObject({
  selector: labelSelector.optional(),
  minAvailable: z.number().int().optional(),
  maxUnavailable: z.number().int().min(0).optional(),
});

const mroHealthCheck = z.strictObject({
  remediationStrategy: z.enum(['reboot', 'recreate']).optional(),
  selector: labelSelector,
});

const machineRemediation = z.strictObject({
  type: z.enum(['reboot', 'recreate']),
  machineName: z.string().min(1),
  savedLabels: z.record(z.string(), z.string()).optional(),
  savedAnnotations: z.record(z.string(), z.string()).optional(),
});

export const MACHINE_REMEDIATION_OPERATOR_MANIFESTS = {
  'MachineHealthCheck.machineremediation.kubevirt.io': { v1alpha1: manifest(mroHealthCheck, true) },
  'MachineDisruptionBudget.machineremediation.kubevirt.io': { v1alpha1: manifest(disruptionBudget, true) },
  'MachineRemediation.machineremediation.kubevirt.io': { v1alpha1: manifest(machineRemediation, true) },
};
