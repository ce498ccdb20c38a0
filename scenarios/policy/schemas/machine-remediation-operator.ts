// Source: machine-remediation-operator 846ee25e (2019); MachineRemediation as of 6d411110.

import * as z from 'zod/mini';
import { lazyObject } from '../../schema-values.ts';
import { labelSelector, manifest } from './manifest-parts.ts';

const disruptionBudget = lazyObject(() => ({
  selector: z.optional(labelSelector),
  minAvailable: z.optional(z.int()),
  maxUnavailable: z.optional(z.int().check(z.minimum(0))),
}));

const mroHealthCheck = lazyObject(() => ({
  remediationStrategy: z.optional(z.enum(['reboot', 'recreate'])),
  selector: labelSelector,
}));

const machineRemediation = lazyObject(() => ({
  type: z.enum(['reboot', 'recreate']),
  machineName: z.string().check(z.minLength(1)),
  savedLabels: z.optional(z.record(z.string(), z.string())),
  savedAnnotations: z.optional(z.record(z.string(), z.string())),
}));

export const MACHINE_REMEDIATION_OPERATOR_MANIFESTS = {
  'MachineHealthCheck.machineremediation.kubevirt.io': { v1alpha1: manifest(mroHealthCheck, true) },
  'MachineDisruptionBudget.machineremediation.kubevirt.io': { v1alpha1: manifest(disruptionBudget, true) },
  'MachineRemediation.machineremediation.kubevirt.io': { v1alpha1: manifest(machineRemediation, true) },
};
