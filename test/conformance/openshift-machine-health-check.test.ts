// OpenShift's MachineHealthCheck. Source of the cases: remediation facts 3.1.

import { describe } from 'vitest';
import { ago, type ConformanceRow, conformance } from '../kit/conformance.ts';

const MACHINE_SET = `
apiVersion: machine.openshift.io/v1beta1
kind: MachineSet
metadata: { name: workers, namespace: openshift-machine-api }
spec: { replicas: 10 }
`;

function worker(index: number, ready: 'True' | 'Unknown'): string {
  const name = `worker-${String(index).padStart(2, '0')}`;
  return `
apiVersion: v1
kind: Node
metadata: { name: ${name} }
status:
  conditions: [{ type: Ready, status: "${ready}", lastTransitionTime: "${ago('400s')}" }]
---
apiVersion: machine.openshift.io/v1beta1
kind: Machine
metadata:
  name: ${name}
  namespace: openshift-machine-api
  labels: { pool: workers }
  finalizers: [machine.machine.openshift.io]
  ownerReferences: [{ apiVersion: machine.openshift.io/v1beta1, kind: MachineSet, name: workers, controller: true }]
spec: {}
status: { phase: Running, nodeRef: { kind: Node, name: ${name} } }
`;
}

function fleet(of: number, sick: number): readonly string[] {
  return [MACHINE_SET, ...Array.from({ length: of }, (_, i) => worker(i, i < sick ? 'Unknown' : 'True'))];
}

function check(spec: string): string {
  return `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: workers, namespace: openshift-machine-api }
spec:
  selector: { matchLabels: { pool: workers } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: 300s }]
${spec}
`;
}

/** `sick` of `of` are unhealthy, more than the limit: nothing but a condition and an event. */
function shortCircuited(id: string, of: number, sick: number, limit: string): ConformanceRow {
  return {
    id,
    title: `${sick} of ${of} unhealthy, ${limit}: short-circuited`,
    given: [...fleet(of, sick), check(`  ${limit}`)],
    gives: {
      objects: `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: workers, namespace: openshift-machine-api }
status:
  expectedMachines: ${of}
  currentHealthy: ${of - sick}
  remediationsAllowed: 0
  conditions: [{ type: RemediationAllowed, status: "False", reason: TooManyUnhealthy, severity: Warning }]
`,
      events: ['MachineHealthCheck/workers Warning RemediationRestricted'],
    },
  };
}

describe('how many may be unhealthy', () => {
  conformance([shortCircuited('C002', 10, 5, 'maxUnhealthy: 40%'), shortCircuited('C006', 5, 3, 'maxUnhealthy: 2')]);
});
