// The policy kinds as their CustomResourceDefinitions validate them, strictly: what `kubectl apply --validate=strict` refuses
// is refused here, with the same odd corners (README of the facts, "what the schema alone does with doubtful values").
// Source: machine-api-operator 95119612, cluster-api ae7ff047 and release-1.10, CAPM3 2f6d76b8, machine-remediation-operator 846ee25e.

import { z } from 'zod';
import { parseGoDuration } from '../quantities.ts';
import { quoted, tagged } from '../schema-values.ts';

const metadata = z.strictObject({
  name: z.string().min(1),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  finalizers: z.array(z.string()).optional(),
  ownerReferences: z.array(z.unknown()).optional(),
  // What `kubectl get -o yaml` adds.
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.number().optional(),
  creationTimestamp: z.unknown().optional(),
  managedFields: z.unknown().optional(),
  selfLink: z.string().optional(),
});

const labelSelector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

const notGoDuration = (value: unknown) =>
  tagged(
    'MT110',
    `${quoted(value)} is not a duration`,
    'write for example "300s" or "5m" (units: s m h; Kubernetes knows no days)',
  );

const goDuration = z
  .string({ error: (issue) => notGoDuration(issue.input) })
  .refine((text) => parseGoDuration(text) !== undefined, { error: (issue) => notGoDuration(issue.input) });

/** Integers are taken as they are, also negative ones; texts must fit the pattern. */
const intOrPercent = z.union([
  z.number().int(),
  z.string().regex(/^((100|[0-9]{1,2})%|[0-9]+)$/, {
    error: (issue) =>
      tagged(
        'MT112',
        `${quoted(issue.input)} is neither a number nor a percentage up to 100%`,
        'write for example 2 or "40%"',
      ),
  }),
]);

/** Cluster API checks the text only when it is used. */
const intOrText = z.union([z.number().int(), z.string()]);

const templateReference = z.strictObject({
  apiVersion: z.string().optional(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
  // Accepted by the object reference type, read by nobody.
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  fieldPath: z.string().optional(),
});

const condition = { type: z.string().min(1), status: z.string().min(1) };

const range = z.string().regex(/^\[[0-9]+-[0-9]+\]$/, {
  error: (issue) => tagged('MT105', `${quoted(issue.input)} is not a range`, 'write for example "[1-3]"'),
});

const timedConditions = z.array(z.strictObject({ ...condition, timeout: goDuration })).min(1);

const openshiftHealthCheck = z.strictObject({
  selector: labelSelector.optional(),
  unhealthyConditions: timedConditions.optional(),
  maxUnhealthy: intOrPercent.optional(),
  nodeStartupTimeout: goDuration.optional(),
  remediationTemplate: templateReference.optional(),
});

const capiHealthCheckV1beta1 = z.strictObject({
  clusterName: z.string().min(1),
  selector: labelSelector,
  unhealthyConditions: timedConditions.optional(),
  maxUnhealthy: intOrText.optional(),
  unhealthyRange: range.optional(),
  nodeStartupTimeout: goDuration.optional(),
  remediationTemplate: templateReference.optional(),
});

const capiHealthCheckV1beta2 = z.strictObject({
  clusterName: z.string().min(1),
  selector: labelSelector,
  checks: z
    .strictObject({
      nodeStartupTimeoutSeconds: z.number().int().min(0).optional(),
      unhealthyNodeConditions: z
        .array(z.strictObject({ ...condition, timeoutSeconds: z.number().int().min(0) }))
        .min(1)
        .max(100)
        .optional(),
      unhealthyMachineConditions: z
        .array(z.strictObject({ ...condition, timeoutSeconds: z.number().int().min(0) }))
        .min(1)
        .max(100)
        .optional(),
    })
    .optional(),
  remediation: z
    .strictObject({
      triggerIf: z
        .strictObject({ unhealthyLessThanOrEqualTo: intOrText.optional(), unhealthyInRange: range.optional() })
        .refine((value) => Object.keys(value).length > 0, {
          error: () =>
            tagged(
              'MT105',
              '"spec.remediation.triggerIf" is empty',
              'give it unhealthyLessThanOrEqualTo or unhealthyInRange, or leave it out',
            ),
        })
        .optional(),
      templateRef: z.strictObject({ apiVersion: z.string(), kind: z.string(), name: z.string() }).optional(),
    })
    .optional(),
});

function remediationTemplate(strategy: z.ZodType) {
  return z.strictObject({
    template: z.strictObject({
      spec: z.strictObject({ strategy: strategy.optional() }),
      metadata: z.unknown().optional(),
    }),
  });
}

const strategyV1beta1 = z.strictObject({
  type: z.string().optional(),
  retryLimit: z.number().int().optional(),
  timeout: goDuration.optional(),
});

const strategyV1beta2 = z.strictObject({
  type: z.enum(['Reboot']).optional(),
  retryLimit: z.number().int().min(1).optional(),
  timeoutSeconds: z.number().int().min(100).optional(),
});

const disruptionBudget = z.strictObject({
  selector: labelSelector.optional(),
  minAvailable: z.number().int().optional(),
  maxUnavailable: z.number().int().min(0).optional(),
});

const mroHealthCheck = z.strictObject({
  remediationStrategy: z.enum(['reboot', 'recreate']).optional(),
  selector: labelSelector,
});

function manifest(spec: z.ZodType, required: boolean) {
  return z.strictObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata,
    spec: required ? spec : spec.optional(),
    status: z.unknown().optional(),
  });
}

/** By `kind.group`, then by served version. */
export const MANIFEST_SCHEMAS: Readonly<Record<string, Readonly<Record<string, z.ZodType>>>> = {
  'MachineHealthCheck.machine.openshift.io': { v1beta1: manifest(openshiftHealthCheck, false) },
  'MachineHealthCheck.cluster.x-k8s.io': {
    v1beta1: manifest(capiHealthCheckV1beta1, true),
    v1beta2: manifest(capiHealthCheckV1beta2, true),
  },
  'Metal3RemediationTemplate.infrastructure.cluster.x-k8s.io': {
    v1beta1: manifest(remediationTemplate(strategyV1beta1), true),
    v1beta2: manifest(remediationTemplate(strategyV1beta2), true),
  },
  'MachineHealthCheck.machineremediation.kubevirt.io': { v1alpha1: manifest(mroHealthCheck, true) },
  'MachineDisruptionBudget.machineremediation.kubevirt.io': { v1alpha1: manifest(disruptionBudget, true) },
};
