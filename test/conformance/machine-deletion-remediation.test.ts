// MachineDeletionRemediation. Source of the cases: medik8s/machine-deletion-remediation 34285c7e.

import { describe } from 'vitest';
import { ago, apply, type ConformanceRow, conformance, look, remove, run } from '../kit/conformance.ts';

const SET = `
apiVersion: machine.openshift.io/v1beta1
kind: MachineSet
metadata: { name: workers, namespace: openshift-machine-api }
spec: { replicas: 1 }
`;

/** The Machine `worker-0` and its Node; `providerID` and the owner as the row wants them. */
function worker({ spec = '', owner = 'controller: true' } = {}): string {
  return `
apiVersion: machine.openshift.io/v1beta1
kind: Machine
metadata:
  name: worker-0
  namespace: openshift-machine-api
  finalizers: [machine.machine.openshift.io]
  ownerReferences: [{ apiVersion: machine.openshift.io/v1beta1, kind: MachineSet, name: workers, ${owner} }]
spec: { ${spec} }
status: { phase: Running, nodeRef: { kind: Node, name: worker-0 } }
---
apiVersion: v1
kind: Node
metadata: { name: worker-0, annotations: { machine.openshift.io/machine: openshift-machine-api/worker-0 } }
status:
  conditions: [{ type: Ready, status: Unknown, lastTransitionTime: "${ago('400s')}" }]
`;
}

const BARE_METAL = 'providerID: "baremetalhost:///openshift-machine-api/worker-0/b2c3"';

function remediation(metadata = ''): string {
  return `
apiVersion: machine-deletion-remediation.medik8s.io/v1alpha1
kind: MachineDeletionRemediation
metadata: { name: worker-0, namespace: medik8s, creationTimestamp: "${ago('1s')}"${metadata} }
spec: {}
`;
}

/** The remediation with these conditions, in order, and nothing else in its list. */
function remediationWith(conditions: readonly string[], metadata = ''): string {
  return `
apiVersion: machine-deletion-remediation.medik8s.io/v1alpha1
kind: MachineDeletionRemediation
metadata: { name: worker-0, namespace: medik8s${metadata} }
status:
  conditions:
${conditions.map((condition) => `  - { ${condition} }`).join('\n')}
`;
}

const STARTED = [
  'type: Processing, status: "True", reason: RemediationStarted',
  'type: Succeeded, status: Unknown, reason: RemediationStarted',
];
const cannot = (reason: string): readonly string[] => [
  `type: Processing, status: "False", reason: ${reason}`,
  `type: Succeeded, status: "False", reason: ${reason}`,
];
const SAME_NAME =
  'type: PermanentNodeDeletionExpected, status: "False", reason: MachineDeletionOnBareMetalProviderKeepsNodeName';
const ANNOTATIONS = `, annotations: {
  machine-deletion-remediation.medik8s.io/machineNameNamespace: openshift-machine-api/worker-0,
  machine-deletion-remediation.medik8s.io/machineOwner: MachineSet/workers }`;

const ABOUT = 'MachineDeletionRemediation/worker-0';
const DELETED = [`${ABOUT} Normal PermanentNodeDeletionExpected`, `${ABOUT} Normal RemediationStarted`];
const GOING = ['Machine openshift-machine-api/worker-0'];

describe('what is expected of the name of the next node', () => {
  const row = (title: string, spec: string, condition: string): ConformanceRow => ({
    id: 'C224',
    title,
    given: [SET, worker({ spec }), remediation()],
    gives: {
      objects: remediationWith([...STARTED, `type: PermanentNodeDeletionExpected, ${condition}`], ANNOTATIONS),
      deleted: GOING,
      events: DELETED,
    },
  });
  conformance([
    row(
      'a provider id of bare metal: False',
      BARE_METAL,
      'status: "False", reason: MachineDeletionOnBareMetalProviderKeepsNodeName',
    ),
    row(
      'a provider id of a cloud: True',
      'providerID: "aws:///us-east-1a/i-0abc"',
      'status: "True", reason: MachineDeletionOnCloudProviderCausesNewNodeName',
    ),
    row('no provider id: Unknown', '', 'status: Unknown, reason: MachineDeletionUndefinedNodeNameExpectation'),
    {
      id: 'C224',
      title: "Cluster API's Machine, found by the annotations of its Node",
      machineApi: 'cluster-api',
      given: `
apiVersion: cluster.x-k8s.io/v1beta1
kind: MachineSet
metadata: { name: workers, namespace: metal3 }
spec:
  clusterName: c
  replicas: 1
  selector: { matchLabels: { pool: workers } }
  template:
    metadata: { labels: { pool: workers } }
    spec: { clusterName: c, bootstrap: { dataSecretName: workers } }
---
apiVersion: cluster.x-k8s.io/v1beta1
kind: Machine
metadata:
  name: worker-0
  namespace: metal3
  finalizers: [machine.cluster.x-k8s.io]
  ownerReferences: [{ apiVersion: cluster.x-k8s.io/v1beta1, kind: MachineSet, name: workers, controller: true }]
spec: { clusterName: c, providerID: "metal3://metal3/worker-0/worker-0", bootstrap: { dataSecretName: worker-0 } }
status: { nodeRef: { kind: Node, name: worker-0 } }
---
apiVersion: v1
kind: Node
metadata:
  name: worker-0
  annotations: { cluster.x-k8s.io/machine: worker-0, cluster.x-k8s.io/cluster-namespace: metal3 }
---
${remediation()}
`,
      gives: {
        objects: remediationWith([
          ...STARTED,
          'type: PermanentNodeDeletionExpected, status: "True", reason: MachineDeletionOnCloudProviderCausesNewNodeName',
        ]),
        deleted: ['Machine metal3/worker-0'],
        events: DELETED,
      },
    },
  ]);
});

describe('from the deletion to the end', () => {
  const gone = apply(`
apiVersion: machine.openshift.io/v1beta1
kind: Machine
metadata: { name: worker-0, namespace: openshift-machine-api, finalizers: null }
`);
  const successor = apply(worker({ spec: BARE_METAL }));
  const waiting = remediationWith([...STARTED, SAME_NAME], ANNOTATIONS);
  conformance([
    {
      id: 'C224',
      title: 'it succeeds when its owner has all nodes again, at a look of its 30 s grid',
      given: [SET, worker({ spec: BARE_METAL }), remediation()],
      when: [
        run('10s'),
        look({ objects: waiting, deleted: GOING, events: DELETED }),
        gone,
        remove('Node worker-0'),
        run('51s'),
        look({
          objects: waiting,
          deleted: ['Machine openshift-machine-api/worker-0', 'Node worker-0'],
          events: DELETED,
        }),
        successor,
        run('28s'),
        look({ objects: waiting, events: DELETED }),
        run('1s'),
      ],
      gives: {
        objects: remediationWith([
          'type: Processing, status: "False", reason: MachineDeleted',
          'type: Succeeded, status: "True", reason: MachineDeleted',
          SAME_NAME,
        ]),
        events: [...DELETED, `${ABOUT} Normal RemediationFinished`],
      },
    },
    {
      id: 'C224',
      title: 'an owner without replicas has nothing to wait for',
      given: [SET.replace('replicas: 1', 'replicas: 0'), worker({ spec: BARE_METAL }), remediation()],
      when: [run('10s'), gone, run('30s')],
      gives: {
        objects: remediationWith([
          'type: Processing, status: "False", reason: MachineDeleted',
          'type: Succeeded, status: "True", reason: MachineDeleted',
          SAME_NAME,
        ]),
        deleted: GOING,
        events: [...DELETED, `${ABOUT} Normal RemediationFinished`],
      },
    },
    {
      id: 'C224',
      title: 'the health check gives up on it while it waits',
      given: [SET, worker({ spec: BARE_METAL }), remediation()],
      when: [
        run('10s'),
        apply(`
apiVersion: machine-deletion-remediation.medik8s.io/v1alpha1
kind: MachineDeletionRemediation
metadata: { name: worker-0, namespace: medik8s, annotations: { remediation.medik8s.io/nhc-timed-out: now } }
`),
        run('60s'),
      ],
      gives: {
        objects: remediationWith([...cannot('RemediationStoppedByNHC'), SAME_NAME]),
        deleted: GOING,
        events: [...DELETED, `${ABOUT} Normal RemediationStopped`],
      },
    },
    {
      id: 'C224',
      title: 'of a Machine that owns its remediation no Node is asked',
      given: [
        SET,
        worker({ spec: BARE_METAL }).split('---')[0] ?? '',
        remediation(
          ', ownerReferences: [{ apiVersion: machine.openshift.io/v1beta1, kind: Machine, name: worker-0 }]',
        ).replace('namespace: medik8s', 'namespace: openshift-machine-api'),
      ],
      gives: {
        objects: waiting.replace('namespace: medik8s', 'namespace: openshift-machine-api'),
        deleted: GOING,
        events: DELETED,
      },
    },
  ]);
});

describe('nothing is deleted', () => {
  conformance([
    {
      id: 'C225',
      title: 'the Node does not say which Machine it is',
      given: [SET, worker().replace(/, annotations: \{ machine[^}]*\}/, ''), remediation()],
      gives: {
        objects: remediationWith(cannot('RemediationFailed')),
        events: [`${ABOUT} Warning RemediationFailed`],
      },
    },
    {
      id: 'C225',
      title: "the Node's annotation cannot be read",
      given: [SET, worker().replace('openshift-machine-api/worker-0 }', 'worker-0 }'), remediation()],
      gives: {
        objects: remediationWith(cannot('RemediationFailed')),
        events: [`${ABOUT} Warning RemediationFailed`],
      },
    },
    {
      id: 'C225',
      title: 'there is no such Node',
      given: [SET, remediation()],
      gives: {
        objects: remediationWith(cannot('RemediationCannotStartNodeNotFound')),
        events: [`${ABOUT} Warning RemediationCannotStart`],
      },
    },
    {
      id: 'C225',
      title: "the Node's Machine does not exist",
      given: [SET, worker().split('---')[1] ?? '', remediation()],
      gives: {
        objects: remediationWith(cannot('RemediationCannotStartMachineNotFound')),
        events: [`${ABOUT} Warning RemediationCannotStartMachineNotFound`],
      },
    },
    {
      id: 'C225',
      title: 'the Machine has an owner, but no controller',
      given: [SET, worker({ spec: BARE_METAL, owner: 'controller: false' }), remediation()],
      gives: {
        objects: remediationWith([...cannot('RemediationCannotStartNoControllerOwner'), SAME_NAME]),
        events: [
          `${ABOUT} Normal PermanentNodeDeletionExpected`,
          `${ABOUT} Warning RemediationCannotStartNoControllerOwner`,
        ],
      },
    },
    {
      id: 'C225',
      title: 'the health check gave up before anything was done',
      given: [SET, worker(), remediation(', annotations: { remediation.medik8s.io/nhc-timed-out: now }')],
      gives: {
        objects: remediationWith(cannot('RemediationStoppedByNHC')),
        events: [`${ABOUT} Normal RemediationStopped`],
      },
    },
  ]);
});
