// Source: node-maintenance-operator 3a54cd15, and its older group of kubevirt.

import * as z from 'zod/mini';
import { manifest } from './manifest-parts.ts';

const maintenance = manifest(
  z.strictObject({ nodeName: z.string().check(z.minLength(1)), reason: z.optional(z.string()) }),
  true,
);

export const NODE_MAINTENANCE_MANIFESTS = {
  'NodeMaintenance.nodemaintenance.medik8s.io': { v1beta1: maintenance },
  'NodeMaintenance.nodemaintenance.kubevirt.io': { v1beta1: maintenance },
};
