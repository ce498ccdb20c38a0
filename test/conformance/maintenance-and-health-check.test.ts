// Incidents in which a node's maintenance meets its health check, with the controllers of both products and the lease between
// them. Source: issues of the products.

import { describe } from 'vitest';
import { ago, apply, after as at, conformance, remove, run } from '../kit/conformance.ts';

const TEMPLATE = `
apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
kind: Metal3RemediationTemplate
metadata: { name: reboot, namespace: openshift-machine-api }
spec: { template: { spec: { strategy: { type: Reboot, retryLimit: 1, timeout: 300s } } } }
`;

const CHECK = `
apiVersion: remediation.medik8s.io/v1alpha1
kind: NodeHealthCheck
metadata: { name: workers }
spec:
  selector: { matchExpressions: [{ key: node-role.kubernetes.io/worker, operator: Exists }] }
  minHealthy: 1
  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 300s }]
  remediationTemplate:
    apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
    kind: Metal3RemediationTemplate
    name: reboot
    namespace: openshift-machine-api
`;

const MAINTENANCE = `
apiVersion: nodemaintenance.medik8s.io/v1beta1
kind: NodeMaintenance
metadata: { name: nm }
spec: { nodeName: worker-0 }
`;

function worker(name: string, ready: 'True' | 'Unknown'): string {
  return `
apiVersion: v1
kind: Node
metadata: { name: ${name}, labels: { node-role.kubernetes.io/worker: "" } }
status:
  conditions: [{ type: Ready, status: "${ready}", lastTransitionTime: "${ago(ready === 'True' ? '1h' : '400s')}" }]
`;
}

const LEASE = 'Lease medik8s-leases/node-worker-0';
/** Of another node, so that the operator is there. */
const OTHER = MAINTENANCE.replace('name: nm', 'name: other').replace('worker-0', 'worker-2');
const GIVEN = [worker('worker-0', 'True'), worker('worker-1', 'True'), worker('worker-2', 'True'), TEMPLATE, CHECK];

/** The node of the maintenance falls silent and stays so. */
const SILENT = apply(`
apiVersion: v1
kind: Node
metadata: { name: worker-0 }
status: { conditions: [{ type: Ready, status: Unknown, lastTransitionTime: "${at('1h')}" }] }
`);

const BEGIN = 'NodeMaintenance/nm Normal BeginMaintenance';
const SUCCEED = 'NodeMaintenance/nm Normal SucceedMaintenance';
const REQUEST = 'Metal3Remediation openshift-machine-api/worker-0';
const DETECTED = 'NodeHealthCheck/workers Normal DetectedUnhealthy';
const CREATED = 'NodeHealthCheck/workers Normal RemediationCreated';
const ENABLED = 'NodeHealthCheck/workers Normal Enabled';

/** Whose the lease is. */
function holder(name: string): string {
  return `
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: node-worker-0, namespace: medik8s-leases }
spec: { holderIdentity: ${name} }
`;
}

describe('incidents of maintenance and remediation', () => {
  conformance([
    {
      id: 'I47',
      title:
        'maintenance longer than its lease: the node goes silent after an hour and is not remediated, by the label',
      given: [...GIVEN, MAINTENANCE],
      when: [run('1h'), SILENT, run('1h')],
      gives: {
        objects: holder('node-maintenance'),
        created: [LEASE],
        events: [ENABLED, BEGIN, SUCCEED, DETECTED, 'NodeHealthCheck/workers Warning RemediationSkipped'],
      },
    },
    {
      id: 'I46',
      title: 'a maintenance that begins while the node is remediated waits for the lease, and drains nothing',
      given: [...GIVEN.slice(1), worker('worker-0', 'Unknown'), OTHER],
      when: [run('1m'), apply(MAINTENANCE), run('5m')],
      gives: {
        objects: `
${holder('NodeHealthCheck-workers')}
---
apiVersion: nodemaintenance.medik8s.io/v1beta1
kind: NodeMaintenance
metadata: { name: nm }
status: { phase: Running, lastUpdate: "${at('278s')}" }
`,
        created: [LEASE, 'Lease medik8s-leases/node-worker-2', REQUEST],
        events: [
          ENABLED,
          DETECTED,
          'NodeMaintenance/other Normal BeginMaintenance',
          CREATED,
          'NodeMaintenance/other Normal SucceedMaintenance',
          BEGIN,
        ],
      },
    },
    {
      id: 'I46',
      title: 'a silent node whose maintenance ends is remediated then, and not before',
      given: [...GIVEN, MAINTENANCE],
      when: [run('10m'), SILENT, run('1h'), remove('NodeMaintenance nm'), run('10m')],
      gives: {
        objects: holder('NodeHealthCheck-workers'),
        created: [LEASE, REQUEST],
        deleted: ['NodeMaintenance nm'],
        events: [
          ENABLED,
          BEGIN,
          SUCCEED,
          DETECTED,
          'NodeHealthCheck/workers Warning RemediationSkipped',
          'Node/worker-0 Normal UncordonNode',
          'NodeMaintenance/nm Normal RemovedMaintenance',
          CREATED,
        ],
      },
    },
  ]);
});
