// NodeMaintenance. Source of the cases: medik8s/node-maintenance-operator 3a54cd15.

import { describe } from 'vitest';
import { ago, apply, after as at, conformance, look, refused, remove, restart, run } from '../kit/conformance.ts';

const NODE = `
apiVersion: v1
kind: Node
metadata: { name: worker-0, labels: { team: storage } }
spec:
  taints: [{ key: dedicated, value: storage, effect: PreferNoSchedule }]
`;

const NODE_AS_BEFORE = `
apiVersion: v1
kind: Node
metadata: { name: worker-0, labels: { team: storage } }
spec:
  taints:
    - { key: dedicated, value: storage, effect: PreferNoSchedule }
    - { key: node.kubernetes.io/not-ready, effect: NoSchedule }
`;

const NODE_UNDER_MAINTENANCE = `
apiVersion: v1
kind: Node
metadata:
  name: worker-0
  labels: { team: storage, remediation.medik8s.io/exclude-from-remediation: "true" }
spec:
  unschedulable: true
  taints:
    - { key: node.kubernetes.io/unschedulable, effect: NoSchedule }
    - { key: medik8s.io/drain, effect: NoSchedule }
    - { key: dedicated, value: storage, effect: PreferNoSchedule }
    - { key: node.kubernetes.io/not-ready, effect: NoSchedule }
`;

const MAINTENANCE = `
apiVersion: nodemaintenance.medik8s.io/v1beta1
kind: NodeMaintenance
metadata: { name: nm }
spec: { nodeName: worker-0, reason: new firmware }
`;

/** A pod whose containers stop at once. */
function pod(name: string): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec:
  nodeName: worker-0
  terminationGracePeriodSeconds: 0
  containers: [{ name: main, image: main }]
status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
`;
}

/** No pod of the app may go. */
function budget(app: string): string {
  return `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${app}, namespace: shop }
spec: { minAvailable: 1, selector: { matchLabels: { app: ${app} } } }
`;
}

/** The lease on worker-0. */
function lease(holder: string, renewTime: string, seconds = 3600): string {
  return `
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: node-worker-0, namespace: medik8s-leases }
spec: { holderIdentity: ${holder}, leaseDurationSeconds: ${seconds}, renewTime: "${micro(renewTime)}" }
`;
}

function micro(time: string): string {
  return time.replace('Z', '.000000Z');
}

function status(fields: string): string {
  return `
apiVersion: nodemaintenance.medik8s.io/v1beta1
kind: NodeMaintenance
metadata: { name: nm, finalizers: [foregroundDeleteNodeMaintenance] }
status:
${fields}
`;
}

const LEASE = 'Lease medik8s-leases/node-worker-0';
const BEGIN = 'NodeMaintenance/nm Normal BeginMaintenance';
const SUCCEED = 'NodeMaintenance/nm Normal SucceedMaintenance';

describe('maintenance of a node', () => {
  conformance([
    {
      id: 'C226',
      title: 'cordon, two taints, the label, and Succeeded with drainProgress 100',
      given: [NODE, pod('a'), pod('b'), MAINTENANCE],
      gives: {
        objects: `
${NODE_UNDER_MAINTENANCE}
---
${status(`
  phase: Succeeded
  drainProgress: 100
  evictionPods: 2
  totalpods: 2
  lastUpdate: "${at('0s')}"
`)}
---
${lease('node-maintenance', at('0s'))}
`,
        created: [LEASE],
        deleted: ['Pod shop/a', 'Pod shop/b'],
        events: [BEGIN, SUCCEED],
      },
    },
    {
      id: 'C226',
      title: 'Running while a pod is held back; passes of 30 s follow each other, and the pods that went count',
      given: [NODE, pod('a'), pod('b'), budget('b'), MAINTENANCE],
      when: [
        run('29s'),
        look({
          objects: status(`
  phase: Running
  evictionPods: 2
  totalpods: 2
  pendingPods: [a, b]
  pendingPodsRefs: [{ namespace: shop, name: a }, { namespace: shop, name: b }]
  lastUpdate: "${at('0s')}"
`),
          created: [LEASE],
          deleted: ['Pod shop/a'],
          events: [BEGIN],
        }),
        run('6s'),
        look({
          objects: `
${status(`
  phase: Running
  drainProgress: 50
  pendingPods: [b]
  lastUpdate: "${at('30s')}"
  lastError: 'error when evicting pods/"b" -n "shop": global timeout reached: 30s'
`)}
---
${lease('node-maintenance', at('30s'))}
`,
          created: [LEASE],
          deleted: ['Pod shop/a'],
          events: [BEGIN],
        }),
        remove('PodDisruptionBudget shop/b'),
        run('10s'),
      ],
      gives: {
        objects: status('  phase: Succeeded\n  drainProgress: 100'),
        created: [LEASE],
        deleted: ['Pod shop/a', 'Pod shop/b', 'PodDisruptionBudget shop/b'],
        events: [BEGIN, SUCCEED],
      },
    },
    {
      id: 'C226',
      title: 'a pod under two budgets fails the pass at once, and another follows 5 s later',
      given: [NODE, pod('b'), budget('b'), budget('b').replace('name: b', 'name: b2'), MAINTENANCE],
      when: [run('4s')],
      gives: {
        objects: status(`
  phase: Running
  pendingPods: [b]
  lastUpdate: "${at('0s')}"
  lastError: 'error when evicting pods/"b" -n "shop": This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'
`),
        created: [LEASE],
        events: [BEGIN],
        decidesAgain: { of: 'NodeMaintenance nm', after: '1010ms' },
      },
    },
    {
      id: 'C228',
      title: 'lease of another before the drain made progress: Running, no error counted, tried again',
      given: [NODE, pod('a'), lease('NodeHealthCheck-nhc', ago('60s')), MAINTENANCE],
      gives: {
        objects: `
${NODE_AS_BEFORE}
---
${status(`
  phase: Running
  pendingPods: [a]
  lastError: "failed to obtain a lease that is not owned by us : can't update valid lease held by different owner: NodeHealthCheck-nhc errorOnLeaseCount 0"
`)}
---
${lease('NodeHealthCheck-nhc', ago('60s'))}
`,
        events: [BEGIN],
      },
    },
    {
      id: 'C229',
      title: 'the other gives the lease back after 5 refusals: Succeeded without Failed',
      given: [NODE, pod('a'), lease('NodeHealthCheck-nhc', ago('60s')), MAINTENANCE],
      when: [run('100ms'), remove(LEASE), run('100ms')],
      gives: {
        objects: `
${NODE_UNDER_MAINTENANCE}
---
${status('  phase: Succeeded\n  drainProgress: 100')}
`,
        deleted: ['Pod shop/a'],
        events: [BEGIN, SUCCEED],
      },
    },
    {
      id: 'C230',
      title: 'lease lost in the middle and not recovered: uncordoned, Failed, and the lease of the other stays',
      given: [NODE, pod('a'), pod('b'), budget('b'), MAINTENANCE],
      when: [run('20s'), apply(lease('NodeHealthCheck-nhc', at('20s'))), run('15s')],
      gives: {
        objects: `
${NODE_AS_BEFORE}
---
${status(`
  phase: Failed
  drainProgress: 50
  errorOnLeaseCount: 4
  lastError: "maintenance failed: lease could not be extended after 4 attempts"
  lastUpdate: "${at('30s')}"
`)}
---
${lease('NodeHealthCheck-nhc', at('20s'))}
`,
        deleted: ['Pod shop/a'],
        events: [BEGIN, 'Node/worker-0 Normal UncordonNode', 'NodeMaintenance/nm Warning FailedMaintenance'],
        decidesAgain: { of: 'NodeMaintenance nm', after: 'never' },
      },
    },
    {
      id: 'C231',
      title: 'lease lost in the middle and recovered after two errors: Succeeded without Failed',
      lagMs: 10,
      given: [NODE, pod('a'), pod('b'), budget('b'), MAINTENANCE],
      when: [
        run('20s'),
        apply(lease('NodeHealthCheck-nhc', at('20s'))),
        run('10066ms'),
        look({
          objects: `
${NODE_UNDER_MAINTENANCE}
---
${status(`
  phase: Running
  drainProgress: 50
  errorOnLeaseCount: 2
  lastError: "failed to extend a lease that used to be owned by us, incrementing error on lease count: can't update valid lease held by different owner: NodeHealthCheck-nhc, errorOnLeaseCount: 2"
`)}
`,
          deleted: ['Pod shop/a'],
          events: [BEGIN],
        }),
        remove(LEASE),
        remove('PodDisruptionBudget shop/b'),
        run('2s'),
      ],
      gives: {
        objects: `
${NODE_UNDER_MAINTENANCE}
---
${status('  phase: Succeeded\n  drainProgress: 100')}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: node-worker-0, namespace: medik8s-leases }
spec: { holderIdentity: node-maintenance, leaseTransitions: 0 }
`,
        deleted: ['Pod shop/a', 'Pod shop/b', 'PodDisruptionBudget shop/b'],
        events: [BEGIN, SUCCEED],
      },
    },
    {
      id: 'C232',
      title: 'a maintenance of a node that does not exist is refused',
      given: [NODE, MAINTENANCE],
      when: [
        run('1s'),
        refused(
          MAINTENANCE.replace('name: nm', 'name: other').replace('worker-0', 'worker-9'),
          'invalid nodeName, no node with name worker-9 found',
        ),
        refused(
          MAINTENANCE.replace('name: nm', 'name: other'),
          'invalid nodeName, a NodeMaintenance for node worker-0 already exists',
        ),
      ],
      gives: { objects: NODE_UNDER_MAINTENANCE, created: [LEASE], events: [BEGIN, SUCCEED] },
    },
    {
      id: 'C232',
      title: 'one that slips through is Failed',
      given: [NODE, pod('a'), MAINTENANCE],
      when: [remove('Node worker-0'), run('1s')],
      gives: {
        objects: status(`
  phase: Failed
  lastUpdate: "${at('0s')}"
  lastError: 'nodes "worker-0" not found'
`),
        deleted: ['Node worker-0'],
        events: [BEGIN, 'NodeMaintenance/nm Warning FailedMaintenance'],
        decidesAgain: { of: 'NodeMaintenance nm', after: 'never' },
      },
    },
    {
      id: 'C234',
      title: "deleted: uncordoned, marks and lease gone, and the user's own taints and labels kept",
      given: [NODE, pod('a'), MAINTENANCE],
      when: [run('5s'), remove('NodeMaintenance nm'), run('1s')],
      gives: {
        objects: NODE_AS_BEFORE,
        deleted: ['NodeMaintenance nm', 'Pod shop/a'],
        events: [BEGIN, SUCCEED, 'Node/worker-0 Normal UncordonNode', 'NodeMaintenance/nm Normal RemovedMaintenance'],
      },
    },
    {
      id: 'C234',
      title: 'deleted while it drains: the pass is finished first',
      given: [NODE, pod('a'), budget('a'), MAINTENANCE],
      when: [
        run('5s'),
        remove('NodeMaintenance nm'),
        run('24s'),
        look({ objects: NODE_UNDER_MAINTENANCE, created: [LEASE], deleted: ['NodeMaintenance nm'], events: [BEGIN] }),
        run('1s'),
      ],
      gives: {
        objects: NODE_AS_BEFORE,
        deleted: ['NodeMaintenance nm'],
        events: [BEGIN, 'Node/worker-0 Normal UncordonNode', 'NodeMaintenance/nm Normal RemovedMaintenance'],
      },
    },
    {
      id: 'C234',
      title: 'deleted after the node: the lease went with it, and the request goes too',
      given: [NODE, MAINTENANCE],
      when: [run('5s'), remove('Node worker-0'), remove('NodeMaintenance nm'), run('1s')],
      gives: {
        deleted: ['Node worker-0', 'NodeMaintenance nm'],
        events: [BEGIN, SUCCEED, 'NodeMaintenance/nm Normal RemovedMaintenance'],
      },
    },
    {
      id: 'C234',
      title: 'deleted while another holds the lease: that one stays',
      given: [NODE, lease('NodeHealthCheck-nhc', ago('60s')), MAINTENANCE],
      when: [run('5s'), remove('NodeMaintenance nm'), run('40s')],
      gives: {
        objects: `${NODE_AS_BEFORE}\n---\n${lease('NodeHealthCheck-nhc', ago('60s'))}`,
        deleted: ['NodeMaintenance nm'],
        events: [BEGIN, 'Node/worker-0 Normal UncordonNode', 'NodeMaintenance/nm Normal RemovedMaintenance'],
      },
    },
  ]);
});

describe('the drain of a maintenance', () => {
  const owned = (name: string, kind: string, more = ''): string =>
    pod(name)
      .replace(
        'labels:',
        `ownerReferences: [{ apiVersion: apps/v1, kind: ${kind}, name: owner, controller: true }], labels:`,
      )
      .replace('  nodeName:', `${more}\n  nodeName:`);
  const owner = (kind: string): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: owner, namespace: shop }
spec:
  selector: { matchLabels: { app: owner } }
  template: { metadata: { labels: { app: owner } }, spec: { containers: [{ name: main, image: main }] } }
`;
  const slow = pod('slow').replace('terminationGracePeriodSeconds: 0', 'terminationGracePeriodSeconds: 300');
  conformance([
    {
      id: 'C226',
      title: 'pods of DaemonSets and mirror pods stay; local data, pods without an owner and finished ones go',
      given: [
        NODE,
        owner('DaemonSet'),
        owner('ReplicaSet'),
        owned('daemon', 'DaemonSet'),
        pod('mirror').replace('labels:', 'annotations: { kubernetes.io/config.mirror: "1" }, labels:'),
        owned('scratch', 'ReplicaSet', '  volumes: [{ name: tmp, emptyDir: {} }]'),
        pod('bare'),
        owned('finished', 'DaemonSet').replace('phase: Running', 'phase: Succeeded'),
        MAINTENANCE,
      ],
      gives: {
        objects: status('  phase: Succeeded\n  totalpods: 5\n  evictionPods: 3'),
        created: [LEASE],
        deleted: ['Pod shop/bare', 'Pod shop/finished', 'Pod shop/scratch'],
        events: [BEGIN, SUCCEED],
      },
    },
    {
      id: 'C226',
      title: 'a pod that takes its time: the pass ends after 30 s and says what it waited for',
      given: [NODE, slow, MAINTENANCE],
      when: [run('31s')],
      gives: {
        objects: status(`
  phase: Running
  pendingPods: [slow]
  lastUpdate: "${at('30s')}"
  lastError: 'error when waiting for pod "slow" in namespace "shop" to terminate: global timeout reached: 30s'
`),
        created: [LEASE],
        deleted: ['Pod shop/slow'],
        events: [BEGIN],
      },
    },
    {
      id: 'C226',
      title:
        'an operator that dies while it drains: its successor begins a pass at once, and the node is not marked twice',
      given: [NODE, pod('a'), pod('b'), budget('b'), MAINTENANCE],
      when: [run('12s'), restart, run('2s'), remove('PodDisruptionBudget shop/b'), run('3s')],
      gives: {
        objects: `${NODE_UNDER_MAINTENANCE}\n---\n${lease('node-maintenance', at('17s'))}`,
        created: [LEASE],
        deleted: ['Pod shop/a', 'Pod shop/b', 'PodDisruptionBudget shop/b'],
        events: [BEGIN, SUCCEED],
      },
    },
  ]);
});

describe('the older operator of KubeVirt', () => {
  const old = MAINTENANCE.replace('nodemaintenance.medik8s.io', 'nodemaintenance.kubevirt.io');
  conformance([
    {
      id: 'C226',
      title: 'its own taint, no label, no lease, no events; a pass that failed is followed by the next 5 s later',
      given: [NODE, pod('a'), pod('b'), budget('b'), old],
      when: [
        run('34s'),
        look({
          objects: status(`
  phase: Running
  evictionPods: 2
  totalpods: 2
  pendingPods: [b]
  lastError: 'error when evicting pods/"b" -n "shop": global timeout reached: 30s'
`).replace('medik8s.io', 'kubevirt.io'),
          deleted: ['Pod shop/a'],
          decidesAgain: { of: 'NodeMaintenance nm', after: '1s' },
        }),
        remove('PodDisruptionBudget shop/b'),
        run('10s'),
      ],
      gives: {
        objects: `
apiVersion: v1
kind: Node
metadata: { name: worker-0, labels: { team: storage } }
spec:
  unschedulable: true
  taints:
    - { key: node.kubernetes.io/unschedulable, effect: NoSchedule }
    - { key: kubevirt.io/drain, effect: NoSchedule }
    - { key: dedicated, value: storage, effect: PreferNoSchedule }
    - { key: node.kubernetes.io/not-ready, effect: NoSchedule }
---
apiVersion: nodemaintenance.kubevirt.io/v1beta1
kind: NodeMaintenance
metadata: { name: nm }
status: { phase: Succeeded, evictionPods: 2, totalpods: 2 }
`,
        deleted: ['Pod shop/a', 'Pod shop/b', 'PodDisruptionBudget shop/b'],
      },
    },
    {
      id: 'C234',
      title: 'the older request deleted',
      given: [NODE, old],
      when: [run('5s'), remove('NodeMaintenance nm'), run('1s')],
      gives: { objects: NODE_AS_BEFORE, deleted: ['NodeMaintenance nm'] },
    },
  ]);
});
