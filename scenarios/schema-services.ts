// Schema of the services that provisioning needs, of a scenario: where each runs, what it can do at once, and how much is fetched from it.

import * as z from 'zod/mini';
import { byteCount, count, durationSpread, lazyObject } from './schema-values.ts';

const placeSchema = lazyObject(() => ({
  host: z.optional(z.string()).check(z.describe('A host that runs it, whatever becomes of that host.')),
  workload: z
    .optional(z.string())
    .check(z.describe('namespace/name of a Deployment or StatefulSet; one serving pod is enough.')),
}));

const placed = { on: z.optional(placeSchema).check(z.describe('Without: the workload that the product runs it in.')) };

const server = {
  ...placed,
  perSecond: z.optional(byteCount).check(z.describe('What it can send, shared by all hosts that fetch.')),
  perSecondPerHost: z.optional(byteCount),
};

export const servicesSchema = lazyObject(() => ({
  ironic: z.optional(
    lazyObject(() => ({ ...placed, atOnce: z.optional(count).check(z.describe('Operations; more of them wait.')) })),
  ),
  imageServer: z.optional(
    lazyObject(() => ({ ...server, agentSize: z.optional(byteCount), imageSize: z.optional(byteCount) })),
  ),
  dhcp: z.optional(lazyObject(() => ({ ...placed }))),
  registry: z.optional(
    lazyObject(() => ({
      ...server,
      firstBootSize: z
        .optional(byteCount)
        .check(z.describe('What a freshly deployed system pulls before its node is Ready.')),
      neededBy: z
        .optional(z.enum(['system', 'kubelet']))
        .check(z.describe('system: no Node before it has them. kubelet, the default: a Node that is not Ready.')),
      retry: z.optional(durationSpread).check(z.describe('From its return until a host that waits tries again.')),
    })),
  ),
  dns: z
    .optional(lazyObject(() => ({ ...placed })))
    .check(z.describe('Names of the image server and of the registry.')),
  remediationController: z
    .optional(lazyObject(() => ({ ...placed, start: z.optional(durationSpread) })))
    .check(z.describe('All controllers of the policy die with this place.')),
}));

export type ServicesSpec = z.output<typeof servicesSchema>;
