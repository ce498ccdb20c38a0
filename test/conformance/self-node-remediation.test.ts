// SelfNodeRemediation, the manager's part. Source of the cases: medik8s/self-node-remediation 640aac50 (C205 to C215). What the
// agents on the nodes decide by themselves (C209 to C212) is in self-node-remediation-agent.test.ts.

import { describe } from 'vitest';
import { after, apply, type ConformanceRow, conformance, look, remove, run } from '../kit/conformance.ts';

const NAMESPACE = 'self-node-remediation';

interface NodeOptions {
  readonly capable?: string;
  readonly kubelet?: string;
  readonly watchdogSeconds?: number;
  readonly labels?: string;
}

function worker(
  name: string,
  { capable = 'true', watchdogSeconds = 10, labels = '', kubelet = 'v1.32.0' }: NodeOptions = {},
): string {
  return `
apiVersion: v1
kind: Node
metadata:
  name: ${name}
  labels: { node-role.kubernetes.io/worker: "", kubernetes.io/hostname: ${name}${labels} }
  annotations:
    is-reboot-capable.self-node-remediation.medik8s.io: "${capable}"
    self-node-remediation.medik8s.io/watchdog-timeout: "${watchdogSeconds}"
status:
  conditions: [{ type: Ready, status: Unknown }]
  nodeInfo: { kubeletVersion: ${kubelet} }
`;
}

function agent(node: string): string {
  return `
apiVersion: v1
kind: Pod
metadata:
  name: agent-${node}
  namespace: ${NAMESPACE}
  labels: { app.kubernetes.io/name: self-node-remediation, app.kubernetes.io/component: agent }
spec: { nodeName: ${node}, containers: [{ name: manager, image: agent }] }
status: { phase: Running }
`;
}

function pod(name: string, node: string): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: default }
spec: { nodeName: ${node}, containers: [{ name: main, image: main }] }
status: { phase: Running }
`;
}

function config(spec = ''): string {
  return `
apiVersion: self-node-remediation.medik8s.io/v1alpha1
kind: SelfNodeRemediationConfig
metadata: { name: self-node-remediation-config, namespace: ${NAMESPACE} }
spec: { watchdogFilePath: /dev/watchdog${spec} }
`;
}

function request(spec = '{}', annotations = ''): string {
  return `
apiVersion: self-node-remediation.medik8s.io/v1alpha1
kind: SelfNodeRemediation
metadata: { name: worker-0, namespace: ${NAMESPACE}, annotations: { ${annotations} } }
spec: ${spec}
`;
}

function requestWith(status: string, metadata = ''): string {
  return `
apiVersion: self-node-remediation.medik8s.io/v1alpha1
kind: SelfNodeRemediation
metadata: { name: worker-0, namespace: ${NAMESPACE}${metadata} }
status: ${status}
`;
}

const PROCESSING = (processing: string, succeeded: string, reason: string): string =>
  `conditions: [{ type: Processing, status: "${processing}", reason: ${reason} }, { type: Succeeded, status: "${succeeded}", reason: ${reason} }]`;
const STARTED = PROCESSING('True', 'Unknown', 'RemediationStarted');
const FINISHED = PROCESSING('False', 'True', 'RemediationFinishedSuccessfully');

const BEGINNING = [
  'SelfNodeRemediation/worker-0 Normal RemediationStarted',
  'SelfNodeRemediation/worker-0 Normal AddFinalizer',
  'Node/worker-0 Normal AddNoScheduleTaint',
  'SelfNodeRemediation/worker-0 Normal UpdateTimeAssumedRebooted',
];

/** The node is to reboot itself, and is held for rebooted after so long. */
function assumedAfter(duration: string): string {
  return requestWith(
    `{ phase: Pre-Reboot-Completed, timeAssumedRebooted: "${after(duration)}", ${STARTED} }`,
    ', finalizers: [self-node-remediation.medik8s.io/snr-finalizer]',
  );
}

/** From the API server, for a Node that is not Ready. */
const NOT_READY = '{ key: node.kubernetes.io/not-ready, effect: NoSchedule }';
const NO_SCHEDULE = '{ key: remediation.medik8s.io/self-node-remediation, effect: NoSchedule }';

function tainted(...taints: readonly string[]): string {
  return `
apiVersion: v1
kind: Node
metadata: { name: worker-0 }
spec: { taints: [${[NOT_READY, ...taints].join(', ')}] }
`;
}

function workers(count: number, options: NodeOptions): readonly string[] {
  return Array.from({ length: count }, (_, index) => worker(`worker-${index}`, options));
}

const SAFE_TIMES: readonly ConformanceRow[] = [
  {
    id: 'C205',
    title: '2 workers, watchdog 10 s, default intervals: held for rebooted after 130 s',
    given: [...workers(2, { watchdogSeconds: 10 }), agent('worker-0'), config(), request()],
    gives: { objects: `${assumedAfter('130s')}---${tainted(NO_SCHEDULE)}`, events: BEGINNING },
  },
  {
    id: 'C206',
    title: '20 workers in 7 batches, all intervals longer, watchdog 25 s: held for rebooted after 351 s',
    given: [
      ...workers(20, { watchdogSeconds: 25 }),
      agent('worker-0'),
      config(
        ', apiCheckInterval: 25s, apiServerTimeout: 7s, maxApiErrorThreshold: 4, peerDialTimeout: 11s, peerRequestTimeout: 13s',
      ),
      request(),
    ],
    gives: { objects: assumedAfter('351s'), events: BEGINNING },
  },
  {
    id: 'C208',
    title: 'safeTimeToAssumeNodeRebootedSeconds 60 is below the least safe time of 130 s and is ignored',
    given: [...workers(2, {}), agent('worker-0'), config(', safeTimeToAssumeNodeRebootedSeconds: 60'), request()],
    gives: { objects: assumedAfter('130s'), events: BEGINNING },
  },
  {
    id: 'C208',
    title: 'safeTimeToAssumeNodeRebootedSeconds 180 is above it and holds',
    given: [...workers(2, {}), agent('worker-0'), config(', safeTimeToAssumeNodeRebootedSeconds: 180'), request()],
    gives: { objects: assumedAfter('180s'), events: BEGINNING },
  },
];

const NOT_CAPABLE = {
  objects: requestWith(`{ lastError: Node is not capable to reboot itself, ${STARTED} }`),
  events: ['SelfNodeRemediation/worker-0 Normal RemediationStarted'],
};

const PRECONDITIONS: readonly ConformanceRow[] = [
  {
    id: 'C214',
    title: 'no agent on the node: nothing is fenced, lastError says why',
    given: [worker('worker-0'), worker('worker-1'), agent('worker-1'), config(), request()],
    when: [run('600s')],
    gives: NOT_CAPABLE,
  },
  {
    id: 'C214',
    title: 'the node says that it cannot reboot itself: nothing is fenced',
    given: [worker('worker-0', { capable: 'false' }), agent('worker-0'), config(), request()],
    when: [run('600s')],
    gives: NOT_CAPABLE,
  },
  {
    id: 'C214',
    title: 'once the agent runs the next try begins, with the back-off of the tries before it',
    given: [worker('worker-0'), config(), request()],
    when: [run('15s'), apply(agent('worker-0')), run('5s'), look(NOT_CAPABLE), run('1s')],
    gives: {
      // Failing passes: the first, another one for the status that it wrote, then 10 ms, 20 ms, … after each other: the 13th
      // is 20.47 s after the first. One worker: 60 + 30 + 10 + 30 s.
      objects: requestWith(`{ phase: Pre-Reboot-Completed, timeAssumedRebooted: "${after('150s')}", ${STARTED} }`),
      events: [...BEGINNING.slice(0, 1), ...BEGINNING],
    },
  },
  {
    id: 'C214',
    title: 'without a configuration the operator is disabled',
    given: [worker('worker-0'), agent('worker-0'), request()],
    when: [run('60s'), apply(config()), run('600s')],
    gives: {
      objects: requestWith('{ conditions: [{ type: Disabled, status: "True", reason: ConfigurationNotFound }] }'),
    },
  },
  {
    id: 'C214',
    title: 'an excluded node is left alone',
    given: [
      worker('worker-0', { labels: ', remediation.medik8s.io/exclude-from-remediation: "true"' }),
      agent('worker-0'),
      config(),
      request(),
    ],
    gives: {
      objects: requestWith(`{ ${STARTED} }`),
      events: ['SelfNodeRemediation/worker-0 Normal RemediationSkipped'],
    },
  },
  {
    id: 'C214',
    title: 'there is no such node',
    given: [config(), request()],
    gives: {
      objects: requestWith(
        `{ lastError: 'nodes "worker-0" not found', ${PROCESSING('False', 'False', 'RemediationSkippedNodeNotFound')} }`,
      ),
      events: ['SelfNodeRemediation/worker-0 Warning RemediationCannotStart'],
    },
  },
];

const REQUEST = `SelfNodeRemediation ${NAMESPACE}/worker-0`;
const RESTORED = [
  'Node/worker-0 Normal RemoveNoScheduleTaint',
  'SelfNodeRemediation/worker-0 Normal RemoveFinalizer',
  'SelfNodeRemediation/worker-0 Normal RemediationFinished',
];
const SICK = [worker('worker-0'), agent('worker-0'), pod('web', 'worker-0'), pod('other', 'worker-1'), config()];

const RELEASES: readonly ConformanceRow[] = [
  {
    id: 'C215',
    title: 'ResourceDeletion: no pod is deleted before timeAssumedRebooted, all of the node after it',
    given: [...SICK, request('{ remediationStrategy: ResourceDeletion }')],
    when: [
      run('130s'),
      look({ objects: assumedAfter('130s'), events: BEGINNING }),
      run('2s'),
      look({
        objects: requestWith(`{ phase: Fencing-Completed, ${FINISHED} }`),
        deleted: [`Pod ${NAMESPACE}/agent-worker-0`, 'Pod default/web'],
        events: [...BEGINNING, 'Node/worker-0 Normal DeleteResources'],
      }),
      remove(REQUEST),
      run('1s'),
    ],
    gives: {
      deleted: [`Pod ${NAMESPACE}/agent-worker-0`, 'Pod default/web', REQUEST],
      events: [...BEGINNING, 'Node/worker-0 Normal DeleteResources', ...RESTORED],
    },
  },
  {
    id: 'C215',
    title: 'Automatic: the out-of-service taint is there from timeAssumedRebooted until nothing terminates on the node',
    given: [...SICK, request()],
    when: [
      remove('Pod default/web'),
      run('130s'),
      look({ objects: assumedAfter('130s'), deleted: ['Pod default/web'], events: BEGINNING }),
      run('5s'),
      look({
        objects: `${requestWith(`{ phase: Reboot-Completed, ${STARTED} }`)}---${tainted(
          NO_SCHEDULE,
          '{ key: node.kubernetes.io/out-of-service, value: nodeshutdown, effect: NoExecute }',
        )}`,
        deleted: ['Pod default/web'],
        events: [...BEGINNING, 'Node/worker-0 Normal AddOutOfService'],
      }),
      remove('Pod default/web', 0),
      run('5s'),
      look({
        objects: `${requestWith(`{ phase: Fencing-Completed, ${FINISHED} }`)}---${tainted(NO_SCHEDULE)}`,
        deleted: ['Pod default/web'],
        events: [
          ...BEGINNING,
          'Node/worker-0 Normal AddOutOfService',
          'Node/worker-0 Normal RemoveOutOfService',
          'Node/worker-0 Normal DeleteResources',
        ],
      }),
      remove(REQUEST),
      run('1s'),
    ],
    gives: {
      deleted: ['Pod default/web', REQUEST],
      events: [
        ...BEGINNING,
        'Node/worker-0 Normal AddOutOfService',
        'Node/worker-0 Normal RemoveOutOfService',
        'Node/worker-0 Normal DeleteResources',
        ...RESTORED,
      ],
    },
  },
  {
    id: 'C215',
    title: 'Automatic before Kubernetes 1.28, where the out-of-service taint is not there for good: pods are deleted',
    given: [
      worker('worker-0', { kubelet: 'v1.27.9' }),
      worker('worker-1'),
      agent('worker-0'),
      pod('web', 'worker-0'),
      config(),
      request(),
    ],
    when: [run('132s')],
    gives: {
      objects: `${requestWith(`{ phase: Fencing-Completed, ${FINISHED} }`)}---${tainted(NO_SCHEDULE)}`,
      deleted: [`Pod ${NAMESPACE}/agent-worker-0`, 'Pod default/web'],
      events: [...BEGINNING, 'Node/worker-0 Normal DeleteResources'],
    },
  },
];

describe('how long until a node is held for rebooted', () => conformance(SAFE_TIMES));
describe('what must be so before anything is done', () => conformance(PRECONDITIONS));
describe('what is released, and when', () => conformance(RELEASES));
