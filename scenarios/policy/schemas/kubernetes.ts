// Kinds of Kubernetes itself that a remediation product reads: the ConfigMap of the 2019 operator, the Secrets of fence agents,
// and the DaemonSet that kured is. Only what decides is checked; whose object it is, read-policy.ts asks.
// Source: kubernetes/api core/v1 and apps/v1; what the operators of kubevirt, medik8s and kured read of them.

import * as z from 'zod/mini';
import { lazyObject, tagged } from '../../schema-values.ts';
import { labelSelector, metadata } from './manifest-parts.ts';

const header = { apiVersion: z.string(), kind: z.string(), metadata };

const configMap = lazyObject(() => ({
  ...header,
  data: z.optional(z.record(z.string(), z.string())),
  binaryData: z.optional(z.record(z.string(), z.string())),
  immutable: z.optional(z.boolean()),
}));

/** Nothing is said about a value, so that no message can quote one. */
const values = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  { error: () => tagged('MT104', 'what a Secret holds is no map of keys to values', 'write "data: { key: value }"') },
);

const secret = lazyObject(() => ({
  ...header,
  type: z.optional(z.string()),
  data: z.optional(values),
  stringData: z.optional(values),
  immutable: z.optional(z.boolean()),
}));

const daemonSet = lazyObject(() => ({
  ...header,
  spec: z.looseObject({
    selector: labelSelector,
    template: z.looseObject({
      spec: z.looseObject({
        containers: z.array(
          z.looseObject({
            name: z.string(),
            image: z.optional(z.string()),
            command: z.optional(z.array(z.string())),
            args: z.optional(z.array(z.string())),
          }),
        ),
      }),
    }),
  }),
  status: z.optional(z.unknown()),
}));

export const BUILT_IN_MANIFESTS = {
  ConfigMap: { v1: configMap },
  Secret: { v1: secret },
  'DaemonSet.apps': { v1: daemonSet },
};
