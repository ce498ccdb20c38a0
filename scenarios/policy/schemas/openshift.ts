// Source: machine-api-operator 95119612.

import { z } from 'zod';
import {
  goDuration,
  intOrPercent,
  labelSelector,
  manifest,
  templateReference,
  timedConditions,
} from './manifest-parts.ts';

const openshiftHealthCheck = z.strictObject({
  selector: labelSelector.optional(),
  unhealthyConditions: timedConditions.optional(),
  maxUnhealthy: intOrPercent.optional(),
  nodeStartupTimeout: goDuration.optional(),
  remediationTemplate: templateReference.optional(),
});

export const OPENSHIFT_MANIFESTS = {
  'MachineHealthCheck.machine.openshift.io': { v1beta1: manifest(openshiftHealthCheck, false) },
};
