// Bugs of the past in health checks and what came after them, whole way: the scene that went wrong then, as it goes today.
// Source: the issues and the code that each exhibit names.

import { describe } from 'vitest';
import { stringify } from 'yaml';
import { apply, conformance, look, run } from '../kit/conformance.ts';
import {
  CAPI_NAMESPACE,
  CLUSTER_NAME,
  capiMachine,
  clusterText,
  fleet,
  hostText,
  nodeText,
  OPENSHIFT_NAMESPACE,
  openshiftAnnotated,
  openshiftFleet,
  openshiftMachine,
  openshiftMachineSet,
  powerBasedCheck,
  workerNames,
} from '../kit/conformance-objects.ts';

const EXTERNAL = 'host.metal3.io/external-remediation';

describe('R1: a host under remediation was counted as healthy, and the limit was passed', () => {
  const restricted = 'MachineHealthCheck/workers Warning RemediationRestricted';
  const asked = (name: string): string => `Machine/${name} Normal ExternalAnnotationAdded`;
  conformance([
    {
      id: 'R1',
      title: 'maxUnhealthy 1: the Node of the first is back before its remediation is over, and the second has to wait',
      given: [...openshiftFleet(3, 1), powerBasedCheck('maxUnhealthy: 1')],
      when: [
        run('1s'),
        look({ events: [asked('worker-00')] }),
        apply(nodeText('worker-00', 'True', '0s')),
        apply(nodeText('worker-01', 'Unknown', '1h')),
        run('1h'),
      ],
      gives: {
        objects:
          openshiftAnnotated('worker-00', { [EXTERNAL]: '' }) + openshiftAnnotated('worker-01', { [EXTERNAL]: null }),
        events: [asked('worker-00'), restricted],
      },
    },
    {
      id: 'R1',
      title: 'its turn comes when the first is through',
      given: [...openshiftFleet(3, 1), powerBasedCheck('maxUnhealthy: 1')],
      when: [
        run('1s'),
        apply(nodeText('worker-00', 'True', '0s')),
        apply(nodeText('worker-01', 'Unknown', '1h')),
        run('1s'),
        apply(openshiftAnnotated('worker-00', { [EXTERNAL]: null })),
        run('1s'),
      ],
      gives: {
        objects: openshiftAnnotated('worker-01', { [EXTERNAL]: '' }),
        events: [asked('worker-00'), restricted, asked('worker-01')],
      },
    },
  ]);
});

const READY_CHECK = `
apiVersion: cluster.x-k8s.io/v1beta2
kind: MachineHealthCheck
metadata: { name: workers, namespace: ${CAPI_NAMESPACE} }
spec:
  clusterName: ${CLUSTER_NAME}
  selector: { matchLabels: { pool: workers } }
  checks: { unhealthyNodeConditions: [{ type: Ready, status: Unknown, timeoutSeconds: 300 }] }
  remediation: { triggerIf: { unhealthyLessThanOrEqualTo: 40% } }
`;

function machineSet(maxInFlight?: number): string {
  const labels = { pool: 'workers' };
  return stringify({
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'MachineSet',
    metadata: { name: 'workers', namespace: CAPI_NAMESPACE },
    spec: {
      clusterName: CLUSTER_NAME,
      replicas: 10,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { clusterName: CLUSTER_NAME, bootstrap: { dataSecretName: 'bootstrap' } },
      },
      ...(maxInFlight === undefined ? {} : { remediation: { maxInFlight } }),
    },
  });
}

function said(name: string, reason: string, message: string): string {
  return `---\n${stringify({
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'Machine',
    metadata: { name, namespace: CAPI_NAMESPACE },
    status: {
      conditions: [
        { type: 'HealthCheckSucceeded', status: 'False' },
        { type: 'OwnerRemediated', status: 'False', reason, message },
      ],
    },
  })}`;
}

const capiKey = (name: string): string => `Machine ${CAPI_NAMESPACE}/${name}`;
const marked = (name: string): string => `Machine/${name} Normal MachineMarkedUnhealthy`;

describe('R9: the threshold of a health check does not limit how many are remediated at once', () => {
  const sick = workerNames(4);
  conformance([
    {
      id: 'R9',
      machineApi: 'cluster-api',
      trap: 'T12',
      title: '4 of 10 sick, 40% may be: all 4 go in the same instant',
      given: [clusterText(), machineSet(), ...fleet(10, 4, capiMachine), READY_CHECK],
      when: [run('1ms')],
      gives: { deleted: sick.map(capiKey), events: sick.map(marked) },
    },
    {
      id: 'R9',
      machineApi: 'cluster-api',
      title: 'maxInFlight 1 of the MachineSet does: one goes, the next when it is gone',
      given: [clusterText(), machineSet(1), ...fleet(10, 4, capiMachine), READY_CHECK],
      when: [
        run('24h'),
        look({ deleted: [capiKey('worker-00')], events: sick.map(marked) }),
        apply(
          stringify({
            apiVersion: 'cluster.x-k8s.io/v1beta2',
            kind: 'Machine',
            metadata: { name: 'worker-00', namespace: CAPI_NAMESPACE, finalizers: null },
          }),
        ),
        run('1s'),
      ],
      gives: { deleted: ['worker-00', 'worker-01'].map(capiKey), events: sick.map(marked) },
    },
  ]);
});

describe('R10: nobody could see that a remediation waits for its budget', () => {
  conformance([
    {
      id: 'R10',
      machineApi: 'cluster-api',
      title: 'the health check says why it stands still, with its numbers',
      given: [clusterText(), machineSet(), ...fleet(10, 5, capiMachine), READY_CHECK],
      gives: {
        objects: `
apiVersion: cluster.x-k8s.io/v1beta2
kind: MachineHealthCheck
metadata: { name: workers, namespace: ${CAPI_NAMESPACE} }
status:
  remediationsAllowed: 0
  conditions:
    - { type: Paused, status: "False" }
    - type: RemediationAllowed
      status: "False"
      reason: TooManyUnhealthy
      message: "Remediation is not allowed, the number of not started or unhealthy machines exceeds the limit (total: 10, unhealthy: 5, unhealthyLessThanOrEqualTo: 40%)"
`,
        events: ['MachineHealthCheck/workers Warning RemediationRestricted', ...workerNames(5).map(marked)],
      },
    },
    {
      id: 'R10',
      machineApi: 'cluster-api',
      title: 'a Machine that waits for its turn says so itself',
      given: [clusterText(), machineSet(1), ...fleet(10, 2, capiMachine), READY_CHECK],
      gives: {
        objects: said(
          'worker-01',
          'RemediationDeferred',
          'Waiting because there are already too many remediations in progress (spec.remediation.maxInFlight is 1)',
        ),
        deleted: [capiKey('worker-00')],
        events: workerNames(2).map(marked),
      },
    },
  ]);
});

describe('R21: the request was taken off a Machine that recovered half-way, and its host stayed off', () => {
  const machine = openshiftMachine('a', {
    annotations: { 'metal3.io/BareMetalHost': `${OPENSHIFT_NAMESPACE}/host-0` },
  });
  const consumerRef = {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'Machine',
    name: 'a',
    namespace: OPENSHIFT_NAMESPACE,
  };
  conformance([
    {
      id: 'R21',
      title: 'the Node is Ready while its host powers off: the flow goes on to the end, and the host is on',
      given: [
        openshiftMachineSet(1),
        nodeText('a', 'Unknown', '1h'),
        machine,
        hostText('host-0', { spec: { consumerRef } }),
        powerBasedCheck('maxUnhealthy: 100%'),
      ],
      bmc: { powerOffMs: 60_000, powerOnMs: 60_000 },
      when: [
        run('10s'),
        look({
          objects: openshiftAnnotated('a', { [EXTERNAL]: '' }),
          events: ['Machine/a Normal ExternalAnnotationAdded', 'BareMetalHost/host-0 Normal PowerOff'],
        }),
        apply(nodeText('a', 'True', '0s')),
        run('5m'),
        // The Node was deleted with its host off; its kubelet registers it anew.
        apply(nodeText('a', 'True', '0s')),
        run('5m'),
      ],
      gives: {
        objects: `${openshiftAnnotated('a', { [EXTERNAL]: null, 'remediation.metal3.io/powered-off-for-remediation': null })}
---
apiVersion: metal3.io/v1alpha1
kind: BareMetalHost
metadata: { name: host-0, namespace: ${OPENSHIFT_NAMESPACE}, annotations: { reboot.metal3.io/capbm-requested-power-off: null } }
spec: { online: true }
status: { poweredOn: true }
`,
        events: [
          'Machine/a Normal ExternalAnnotationAdded',
          'BareMetalHost/host-0 Normal PowerOff',
          'BareMetalHost/host-0 Normal PowerOn',
        ],
      },
    },
  ]);
});
