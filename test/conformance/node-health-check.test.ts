// NodeHealthCheck. Source of the cases: remediation facts 3.7. Remediators are played by the rows: their requests are of kinds of
// their own, as in the product's tests, so that nobody else acts on them.

import { describe } from 'vitest';
import { ago, conformance } from '../kit/conformance.ts';

const INFRA = definitions('InfrastructureRemediation');
const TEMPLATE = template('InfrastructureRemediation', 'infra');

function definitions(kind: string): string {
  return [kind, `${kind}Template`]
    .map(
      (name) => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${name.toLowerCase()}s.test.medik8s.io, creationTimestamp: "${ago('48h')}" }
spec:
  group: test.medik8s.io
  names: { kind: ${name}, plural: ${name.toLowerCase()}s, singular: ${name.toLowerCase()}, listKind: ${name}List }
  scope: Namespaced
  versions:
    - name: v1alpha1
      served: true
      storage: true
      subresources: { status: {} }
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`,
    )
    .join('---');
}

function template(kind: string, name: string): string {
  return `
apiVersion: test.medik8s.io/v1alpha1
kind: ${kind}Template
metadata: { name: ${name}, namespace: default }
spec: { template: { spec: { size: foo } } }
`;
}

const REFERENCE = `{ apiVersion: test.medik8s.io/v1alpha1, kind: InfrastructureRemediationTemplate, name: infra, namespace: default }`;

/** A node that is unhealthy for long enough when its condition is not True. */
function worker(name: string, ready: 'True' | 'Unknown' | 'False', since = '400s'): string {
  return `
apiVersion: v1
kind: Node
metadata: { name: ${name}, labels: { node-role.kubernetes.io/worker: "" } }
status:
  conditions: [{ type: Ready, status: "${ready}", lastTransitionTime: "${ago(since)}" }]
`;
}

/** `sick` unhealthy nodes first, `u1` and so on; then healthy ones, `h1` and so on. */
function fleet(sick: number, healthy: number): readonly string[] {
  return [
    ...Array.from({ length: sick }, (_, i) => worker(`u${i + 1}`, 'Unknown')),
    ...Array.from({ length: healthy }, (_, i) => worker(`h${i + 1}`, 'True')),
  ];
}

function check(spec: string): string {
  return `
apiVersion: remediation.medik8s.io/v1alpha1
kind: NodeHealthCheck
metadata: { name: workers }
spec:
  selector: { matchExpressions: [{ key: node-role.kubernetes.io/worker, operator: Exists }] }
${spec}
`;
}

describe('the threshold', () => {
  conformance([
    {
      id: 'C176',
      title: 'minHealthy 51%, 1 of 3 unhealthy: one request',
      given: [INFRA, TEMPLATE, ...fleet(1, 2), check(`  minHealthy: 51%\n  remediationTemplate: ${REFERENCE}`)],
      gives: {
        created: ['InfrastructureRemediation default/u1', 'Lease medik8s-leases/node-u1'],
        objects: `
apiVersion: remediation.medik8s.io/v1alpha1
kind: NodeHealthCheck
metadata: { name: workers }
status:
  observedNodes: 3
  healthyNodes: 2
  phase: Remediating
---
apiVersion: test.medik8s.io/v1alpha1
kind: InfrastructureRemediation
metadata: { name: u1, namespace: default }
spec: { size: foo }
`,
        events: [
          'NodeHealthCheck/workers Normal Enabled',
          'NodeHealthCheck/workers Normal DetectedUnhealthy',
          'NodeHealthCheck/workers Normal RemediationCreated',
        ],
      },
    },
  ]);
});
