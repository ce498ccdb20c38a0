// Source: machine-api-operator 95119612.

import * as z from 'zod/mini';
import { lazyObject } from '../../schema-values.ts';
import {
  goDuration,
  intOrPercent,
  labelSelector,
  manifest,
  templateReference,
  timedConditions,
} from './manifest-parts.ts';

const openshiftHealthCheck = lazyObject(() => ({
  selector: z.optional(labelSelector),
  unhealthyConditions: z.optional(timedConditions),
  maxUnhealthy: z.optional(intOrPercent),
  nodeStartupTimeout: z.optional(goDuration),
  remediationTemplate: z.optional(templateReference),
}));

export const OPENSHIFT_MANIFESTS = {
  'MachineHealthCheck.machine.openshift.io': { v1beta1: manifest(openshiftHealthCheck, false) },
};
