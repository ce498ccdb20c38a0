import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../core/api/object.ts';
import { AdmissionChain, type AdmissionRule } from '../../../../sim/api-server/admission/admission.ts';
import {
  LEASE_VALIDATION,
  NODE_RESTRICTION,
  NODE_VALIDATION,
  TAINT_NODES_BY_CONDITION,
} from '../../../../sim/api-server/admission/node-admission.ts';
import {
  DEFAULT_TOLERATION_SECONDS,
  PRIORITY,
  SERVICE_ACCOUNT_RULE,
} from '../../../../sim/api-server/admission/pod-admission.ts';
import { POD_DEFAULTS, POD_VALIDATION } from '../../../../sim/api-server/admission/pod-strategy.ts';
import { ALL_RULES } from '../../../../sim/api-server/admission/rules.ts';
import {
  BUDGET_VALIDATION,
  JOB_UPDATE,
  STATEFUL_SET_UPDATE,
  WORKLOAD_SELECTORS,
} from '../../../../sim/api-server/admission/workload-strategy.ts';
import { metadata } from '../objects.ts';
import { answerTo, invalid, type Write } from './writes.ts';

const POD_TYPE = ['v1', 'Pod'] as const;
const NODE_TYPE = ['v1', 'Node'] as const;
const LEASE_TYPE = ['coordination.k8s.io/v1', 'Lease'] as const;

/** The spec that a create leaves behind. */
function specAfter(
  rule: AdmissionRule,
  type: readonly [string, string],
  spec: object,
  cluster: readonly KubeObject[] = [],
): unknown {
  const answer = answerTo([rule], type, { object: { spec }, cluster });
  return 'object' in answer ? answer.object?.spec : answer;
}

const notReady = {
  key: 'node.kubernetes.io/not-ready',
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
};
const unreachable = { ...notReady, key: 'node.kubernetes.io/unreachable' };

describe('tolerations of a pod', () => {
  test.each([
    { title: 'none of its own', tolerations: undefined, after: [notReady, unreachable] },
    {
      title: 'one for another taint',
      tolerations: [{ key: 'x', effect: 'NoExecute' }],
      after: [{ key: 'x', effect: 'NoExecute' }, notReady, unreachable],
    },
    {
      title: 'a shorter one for one of the two',
      tolerations: [{ ...unreachable, tolerationSeconds: 10 }],
      after: [{ ...unreachable, tolerationSeconds: 10 }, notReady],
    },
    { title: 'one for everything', tolerations: [{ operator: 'Exists' }], after: [{ operator: 'Exists' }] },
    {
      title: 'one that only schedules',
      tolerations: [{ ...notReady, effect: 'NoSchedule' }],
      after: [{ ...notReady, effect: 'NoSchedule' }, notReady, unreachable],
    },
  ])('$title', ({ tolerations, after }) => {
    expect(specAfter(DEFAULT_TOLERATION_SECONDS, POD_TYPE, { tolerations })).toEqual({ tolerations: after });
  });
});

const priorityClass = (name: string, fields: object): KubeObject => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: metadata(name),
  ...fields,
});

describe('the priority of a pod', () => {
  const classes = [
    priorityClass('high', { value: 1000, preemptionPolicy: 'Never' }),
    priorityClass('usual', { value: 7, globalDefault: true }),
    priorityClass('low', { value: 5, globalDefault: true }),
  ];
  const preempts = { preemptionPolicy: 'PreemptLowerPriority' };
  test.each([
    { title: '0 without any class', spec: {}, cluster: [], after: { priority: 0, ...preempts } },
    {
      title: 'the lowest global default',
      spec: {},
      cluster: classes,
      after: { priorityClassName: 'low', priority: 5, ...preempts },
    },
    {
      title: 'that of its class',
      spec: { priorityClassName: 'high' },
      cluster: classes,
      after: { priorityClassName: 'high', priority: 1000, preemptionPolicy: 'Never' },
    },
    {
      title: 'that of a system class',
      spec: { priorityClassName: 'system-node-critical' },
      cluster: [],
      after: { priorityClassName: 'system-node-critical', priority: 2000001000, ...preempts },
    },
    {
      title: 'refused for a class that is not there',
      spec: { priorityClassName: 'none' },
      cluster: classes,
      after: {
        code: 403,
        reason: 'Forbidden',
        message: 'pods "a" is forbidden: no PriorityClass with name none was found',
      },
    },
    {
      title: 'refused where it says another number',
      spec: { priorityClassName: 'high', priority: 3 },
      cluster: classes,
      after: {
        code: 403,
        reason: 'Forbidden',
        message:
          'pods "a" is forbidden: the integer value of priority (3) must not be provided in pod spec; priority admission controller computed 1000 from the given PriorityClass name',
      },
    },
  ])('$title', ({ spec, cluster, after }) => {
    expect(specAfter(PRIORITY, POD_TYPE, spec, cluster)).toEqual(after);
  });
});

describe('the service account of a pod', () => {
  const account = (namespace: string, name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadata(name, { namespace }),
  });
  test.each([
    { title: 'default', spec: {}, cluster: [], after: { serviceAccountName: 'default', serviceAccount: 'default' } },
    {
      title: 'the old field',
      spec: { serviceAccount: 'x' },
      cluster: [account('other', 'y')],
      after: { serviceAccountName: 'x', serviceAccount: 'x' },
    },
    {
      title: 'one that is there',
      spec: { serviceAccountName: 'x' },
      cluster: [account('n', 'x')],
      after: { serviceAccountName: 'x', serviceAccount: 'x' },
    },
    {
      title: 'one that is missing among others',
      spec: {},
      cluster: [account('n', 'x')],
      after: {
        code: 403,
        reason: 'Forbidden',
        message:
          'pods "a" is forbidden: error looking up service account n/default: serviceaccount "default" not found',
      },
    },
  ])('$title', ({ spec, cluster, after }) => {
    expect(specAfter(SERVICE_ACCOUNT_RULE, POD_TYPE, spec, cluster)).toEqual(after);
  });
});

describe('defaults of a pod', () => {
  test.each([
    { image: 'db', imagePullPolicy: 'Always' },
    { image: 'registry:5000/db', imagePullPolicy: 'Always' },
    { image: 'registry:5000/db:latest', imagePullPolicy: 'Always' },
    { image: 'db:1.2', imagePullPolicy: 'IfNotPresent' },
    { image: 'db@sha256:00', imagePullPolicy: 'IfNotPresent' },
  ])('with image $image', ({ image, imagePullPolicy }) => {
    expect(specAfter(POD_DEFAULTS, POD_TYPE, { dnsPolicy: 'None', containers: [{ name: 'c', image }] })).toEqual({
      dnsPolicy: 'None',
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      securityContext: {},
      schedulerName: 'default-scheduler',
      enableServiceLinks: true,
      containers: [
        {
          name: 'c',
          image,
          imagePullPolicy,
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
    });
  });
});

const admitted = (object: object | undefined): object => ({
  object: expect.objectContaining(object ?? {}),
  warnings: [],
});

describe('pods that are refused', () => {
  const spec = {
    restartPolicy: 'Always',
    nodeName: 'w',
    containers: [{ name: 'c', image: 'db:1' }],
    tolerations: [{ key: 'x', operator: 'Exists' }],
    activeDeadlineSeconds: 60,
  };
  const frozen =
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  test.each<{ readonly title: string; readonly old?: object; readonly spec: object; readonly answer: object }>([
    {
      title: 'without containers',
      spec: { restartPolicy: 'Always' },
      answer: invalid('Pod', 'spec.containers', 'Required', 'Required value'),
    },
    {
      title: 'with an unnamed container',
      spec: { ...spec, containers: [{ image: 'x' }] },
      answer: invalid('Pod', 'spec.containers[0].name', 'Required', 'Required value'),
    },
    {
      title: 'with a policy that is none',
      spec: { ...spec, restartPolicy: 'Sometimes' },
      answer: invalid(
        'Pod',
        'spec.restartPolicy',
        'NotSupported',
        'Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
      ),
    },
    {
      title: 'that move to another node',
      old: spec,
      spec: { ...spec, nodeName: 'v' },
      answer: invalid('Pod', 'spec', 'Forbidden', frozen),
    },
    {
      title: 'that change a container',
      old: spec,
      spec: { ...spec, containers: [{ name: 'd', image: 'db:1' }] },
      answer: invalid('Pod', 'spec', 'Forbidden', frozen),
    },
    {
      title: 'that lose a toleration',
      old: spec,
      spec: { ...spec, tolerations: [] },
      answer: invalid(
        'Pod',
        'spec.tolerations',
        'Forbidden',
        'Forbidden: existing toleration can not be modified except its tolerationSeconds',
      ),
    },
    {
      title: 'that get more time',
      old: spec,
      spec: { ...spec, activeDeadlineSeconds: 61 },
      answer: invalid(
        'Pod',
        'spec.activeDeadlineSeconds',
        'Invalid',
        'Invalid value: 61: must be less than or equal to previous value 60',
      ),
    },
    {
      title: 'not: another image, less time, one more toleration',
      old: spec,
      spec: {
        ...spec,
        containers: [{ name: 'c', image: 'db:2' }],
        activeDeadlineSeconds: 5,
        tolerations: [...spec.tolerations, { key: 'y' }],
      },
      answer: admitted({}),
    },
  ])('$title', ({ old, spec: asked, answer }) => {
    const write: Write = { object: { spec: asked }, ...(old === undefined ? {} : { old: { spec: old } }) };
    expect(answerTo([POD_VALIDATION], POD_TYPE, write)).toEqual(answer);
  });
});

describe('nodes', () => {
  const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  test.each([
    { title: 'a new one is not ready', taints: undefined, after: [taint] },
    {
      title: 'other taints stay',
      taints: [{ key: 'x', effect: 'NoExecute' }],
      after: [{ key: 'x', effect: 'NoExecute' }, taint],
    },
    { title: 'one that says so itself', taints: [taint], after: [taint] },
  ])('$title', ({ taints, after }) => {
    expect(specAfter(TAINT_NODES_BY_CONDITION, NODE_TYPE, { taints })).toEqual({ taints: after });
  });

  test.each<{ readonly title: string; readonly old?: object; readonly spec: object; readonly answer: object }>([
    {
      title: 'another pod range',
      old: { podCIDRs: ['10.0.0.0/24'] },
      spec: { podCIDRs: ['10.0.1.0/24'] },
      answer: invalid(
        'Node',
        'spec.podCIDRs',
        'Forbidden',
        'Forbidden: node updates may not change podCIDR except from "" to valid',
      ),
    },
    {
      title: 'another provider id',
      old: { providerID: 'a' },
      spec: { providerID: 'b' },
      answer: invalid(
        'Node',
        'spec.providerID',
        'Forbidden',
        'Forbidden: node updates may not change providerID except from "" to valid',
      ),
    },
    { title: 'a first provider id', old: {}, spec: { providerID: 'b' }, answer: admitted({}) },
    {
      title: 'one taint twice',
      spec: {
        taints: [
          { key: 'x', value: '1', effect: 'NoExecute' },
          { key: 'x', value: '2', effect: 'NoExecute' },
        ],
      },
      answer: invalid(
        'Node',
        'spec.taints[1]',
        'Duplicate',
        'Duplicate value: x=2:NoExecute: taints must be unique by key and effect pair',
      ),
    },
    {
      title: 'an effect that is none',
      spec: { taints: [{ key: 'x', effect: 'Never' }] },
      answer: invalid(
        'Node',
        'spec.taints[0].effect',
        'NotSupported',
        'Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ),
    },
  ])('$title', ({ old, spec, answer }) => {
    const write: Write = { object: { spec }, ...(old === undefined ? {} : { old: { spec: old } }) };
    expect(answerTo([NODE_VALIDATION], NODE_TYPE, write)).toEqual(answer);
  });
});

describe('what a kubelet may do', () => {
  const user = { name: 'system:node:a', groups: ['system:nodes', 'system:authenticated'] };
  const no = (resource: string, name: string, why: string): object => ({
    code: 403,
    reason: 'Forbidden',
    message: `${resource} "${name}" is forbidden: ${why}`,
  });
  const labelled = (labels: Record<string, string>): NonNullable<Write['object']> => ({
    metadata: metadata('a', { labels }),
  });
  test.each<{
    readonly title: string;
    readonly type: readonly [string, string];
    readonly write: Write;
    readonly answer: object;
  }>([
    {
      title: 'write its own node',
      type: NODE_TYPE,
      write: {
        old: labelled({}),
        object: labelled({ 'kubernetes.io/arch': 'x', 'node.kubernetes.io/size': 'l', own: '1' }),
      },
      answer: admitted({}),
    },
    {
      title: 'not another node',
      type: NODE_TYPE,
      write: { old: { metadata: metadata('b') }, object: { metadata: metadata('b') } },
      answer: no('nodes', 'b', 'node "a" is not allowed to modify node "b"'),
    },
    {
      title: 'not delete another node',
      type: NODE_TYPE,
      write: { operation: 'DELETE', old: { metadata: metadata('b') } },
      answer: no('nodes', 'b', 'node "a" is not allowed to modify node "b"'),
    },
    {
      title: 'not take taints off',
      type: NODE_TYPE,
      write: { old: { spec: { taints: [{ key: 'x', effect: 'NoExecute' }] } }, object: { spec: {} } },
      answer: no('nodes', 'a', 'node "a" is not allowed to modify taints'),
    },
    {
      title: 'not label itself as it likes',
      type: NODE_TYPE,
      write: { object: labelled({ 'node-restriction.kubernetes.io/a': '1', 'node-role.kubernetes.io/master': '' }) },
      answer: no(
        'nodes',
        'a',
        'node "a" is not allowed to set the following labels: node-restriction.kubernetes.io/a, node-role.kubernetes.io/master',
      ),
    },
    {
      title: 'not change such labels',
      type: NODE_TYPE,
      write: { old: labelled({ 'x.k8s.io/a': '1' }), object: labelled({}) },
      answer: no('nodes', 'a', 'node "a" is not allowed to modify labels: x.k8s.io/a'),
    },
    {
      title: 'renew its lease',
      type: LEASE_TYPE,
      write: { object: { metadata: metadata('a', { namespace: 'kube-node-lease' }) } },
      answer: admitted({}),
    },
    {
      title: 'not renew the lease of another',
      type: LEASE_TYPE,
      write: { object: { metadata: metadata('b', { namespace: 'kube-node-lease' }) } },
      answer: no(
        'leases.coordination.k8s.io',
        'b',
        'can only access node lease with the same name as the requesting node',
      ),
    },
    {
      title: 'not hold a lease elsewhere',
      type: LEASE_TYPE,
      write: { object: {} },
      answer: no('leases.coordination.k8s.io', 'a', 'can only access leases in the "kube-node-lease" system namespace'),
    },
    {
      title: 'report on pods of its own',
      type: POD_TYPE,
      write: { subresource: 'status', old: { spec: { nodeName: 'a' } }, object: { spec: { nodeName: 'a' } } },
      answer: admitted({}),
    },
    {
      title: 'not report on others',
      type: POD_TYPE,
      write: { subresource: 'status', old: { spec: { nodeName: 'b' } }, object: { spec: { nodeName: 'b' } } },
      answer: no('pods', 'a', 'node "a" can only update pod status for pods with spec.nodeName set to itself'),
    },
    {
      title: 'not delete pods of others',
      type: POD_TYPE,
      write: { operation: 'DELETE', old: { spec: { nodeName: 'b' } } },
      answer: no('pods', 'a', 'node "a" can only delete pods with spec.nodeName set to itself'),
    },
    {
      title: 'not create pods that are no mirrors',
      type: POD_TYPE,
      write: { object: { spec: { nodeName: 'a' } } },
      answer: no(
        'pods',
        'a',
        'pod does not have "kubernetes.io/config.mirror" annotation, node "a" can only create mirror pods',
      ),
    },
  ])('$title', ({ type, write, answer }) => {
    expect(answerTo([NODE_RESTRICTION], type, { ...write, user })).toEqual(answer);
  });

  test('a user of the group without the name of a node', () => {
    const write = { object: {}, user: { name: 'x', groups: ['system:nodes'] } };
    expect(answerTo([NODE_RESTRICTION], NODE_TYPE, write)).toEqual(
      no('nodes', 'a', 'could not determine node from user "x"'),
    );
  });

  test('others are not restricted', () => {
    expect(
      answerTo([NODE_RESTRICTION], NODE_TYPE, { object: {}, user: { name: 'system:node:b', groups: [] } }),
    ).toEqual(admitted({}));
  });
});

describe('workloads and budgets', () => {
  const fits = {
    selector: { matchLabels: { app: 'x' } },
    template: { metadata: { labels: { app: 'x', more: 'y' } } },
    replicas: 1,
  };
  const other = { ...fits, selector: { matchLabels: { more: 'y' } } };
  const budget = (spec: object): Write => ({ object: { spec } });
  const DEPLOYMENT_TYPE = ['apps/v1', 'Deployment'] as const;
  const SET_TYPE = ['apps/v1', 'StatefulSet'] as const;
  const BUDGET_TYPE = ['policy/v1', 'PodDisruptionBudget'] as const;
  const BUDGET = 'PodDisruptionBudget.policy';
  test.each<{
    readonly title: string;
    readonly rule: AdmissionRule;
    readonly type: readonly [string, string];
    readonly write: Write;
    readonly answer: object;
  }>([
    {
      title: 'a deployment that fits',
      rule: WORKLOAD_SELECTORS,
      type: DEPLOYMENT_TYPE,
      write: { object: { spec: fits } },
      answer: admitted({}),
    },
    {
      title: 'a deployment without selector',
      rule: WORKLOAD_SELECTORS,
      type: DEPLOYMENT_TYPE,
      write: { object: { spec: {} } },
      answer: invalid('Deployment.apps', 'spec.selector', 'Required', 'Required value'),
    },
    {
      title: 'a template that is not selected',
      rule: WORKLOAD_SELECTORS,
      type: DEPLOYMENT_TYPE,
      write: { object: { spec: { ...fits, template: { metadata: { labels: { app: 'y' } } } } } },
      answer: invalid(
        'Deployment.apps',
        'spec.template.metadata.labels',
        'Invalid',
        'Invalid value: map[string]interface {}{"app":"y"}: `selector` does not match template `labels`',
      ),
    },
    {
      title: 'another selector',
      rule: WORKLOAD_SELECTORS,
      type: DEPLOYMENT_TYPE,
      write: { old: { spec: fits }, object: { spec: other } },
      answer: invalid(
        'Deployment.apps',
        'spec.selector',
        'Invalid',
        'Invalid value: map[string]interface {}{"matchLabels":map[string]interface {}{"more":"y"}}: field is immutable',
      ),
    },
    {
      title: 'less than no replicas',
      rule: WORKLOAD_SELECTORS,
      type: DEPLOYMENT_TYPE,
      write: { object: { spec: { ...fits, replicas: -1 } } },
      answer: invalid(
        'Deployment.apps',
        'spec.replicas',
        'Invalid',
        'Invalid value: -1: must be greater than or equal to 0',
      ),
    },
    {
      title: 'another service of a StatefulSet',
      rule: STATEFUL_SET_UPDATE,
      type: SET_TYPE,
      write: { old: { spec: { serviceName: 'a' } }, object: { spec: { serviceName: 'b' } } },
      answer: invalid(
        'StatefulSet.apps',
        'spec',
        'Forbidden',
        "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      ),
    },
    {
      title: 'more replicas of a StatefulSet',
      rule: STATEFUL_SET_UPDATE,
      type: SET_TYPE,
      write: { old: { spec: { replicas: 1 } }, object: { spec: { replicas: 2 } } },
      answer: admitted({}),
    },
    {
      title: 'another template of a Job',
      rule: JOB_UPDATE,
      type: ['batch/v1', 'Job'],
      write: { old: { spec: { template: { a: 1 } } }, object: { spec: { template: { a: 2 } } } },
      answer: invalid(
        'Job.batch',
        'spec.template',
        'Invalid',
        'Invalid value: map[string]interface {}{"a":2}: field is immutable',
      ),
    },
    {
      title: 'a budget with both bounds',
      rule: BUDGET_VALIDATION,
      type: BUDGET_TYPE,
      write: budget({ minAvailable: 1, maxUnavailable: 1 }),
      answer: invalid(
        BUDGET,
        'spec',
        'Invalid',
        'Invalid value: map[string]interface {}{"maxUnavailable":1, "minAvailable":1}: minAvailable and maxUnavailable cannot be both set',
      ),
    },
    {
      title: 'a budget below nothing',
      rule: BUDGET_VALIDATION,
      type: BUDGET_TYPE,
      write: budget({ minAvailable: -1 }),
      answer: invalid(BUDGET, 'spec.minAvailable', 'Invalid', 'Invalid value: -1: must be greater than or equal to 0'),
    },
    {
      title: 'a budget above everything',
      rule: BUDGET_VALIDATION,
      type: BUDGET_TYPE,
      write: budget({ maxUnavailable: '101%' }),
      answer: invalid(BUDGET, 'spec.maxUnavailable', 'Invalid', 'Invalid value: "101%": must not be greater than 100%'),
    },
    {
      title: 'a budget of no share',
      rule: BUDGET_VALIDATION,
      type: BUDGET_TYPE,
      write: budget({ maxUnavailable: '2' }),
      answer: invalid(
        BUDGET,
        'spec.maxUnavailable',
        'Invalid',
        `Invalid value: "2": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
      ),
    },
    {
      title: 'a budget with one bound',
      rule: BUDGET_VALIDATION,
      type: BUDGET_TYPE,
      write: budget({ maxUnavailable: '50%' }),
      answer: admitted({}),
    },
    {
      title: 'a lease of no time',
      rule: LEASE_VALIDATION,
      type: LEASE_TYPE,
      write: { object: { spec: { leaseDurationSeconds: 0 } } },
      answer: invalid(
        'Lease.coordination.k8s.io',
        'spec.leaseDurationSeconds',
        'Invalid',
        'Invalid value: 0: must be greater than 0',
      ),
    },
    {
      title: 'a lease of nobody',
      rule: LEASE_VALIDATION,
      type: LEASE_TYPE,
      write: { object: { spec: { holderIdentity: '' } } },
      answer: invalid(
        'Lease.coordination.k8s.io',
        'spec.holderIdentity',
        'Invalid',
        'Invalid value: "": must not be empty',
      ),
    },
  ])('$title', ({ rule, type, write, answer }) => {
    expect(answerTo([rule], type, write)).toEqual(answer);
  });
});

describe('the chain', () => {
  test('asks rules that change before rules that refuse, and every rule of the place only', () => {
    const asked: string[] = [];
    const rule = (name: string, more: Partial<AdmissionRule>): AdmissionRule => ({
      name,
      kinds: 'all',
      operations: ['CREATE'],
      mutate: (object) => {
        asked.push(`mutate ${name}`);
        return object;
      },
      validate: () => {
        asked.push(`validate ${name}`);
        return undefined;
      },
      ...more,
    });
    const rules = [
      rule('one', {}),
      rule('status', { subresources: ['status'] }),
      rule('update', { operations: ['UPDATE'] }),
      rule('two', {}),
    ];
    answerTo(rules, POD_TYPE, { object: {} });
    expect(asked).toEqual(['mutate one', 'mutate two', 'validate one', 'validate two']);
  });

  test('of all rules leaves a complete pod of nobody alone but for what pods get', () => {
    const answer = answerTo(ALL_RULES, POD_TYPE, { object: { spec: { containers: [{ name: 'c', image: 'db:1' }] } } });
    expect(answer).toEqual({
      object: expect.objectContaining({
        spec: expect.objectContaining({
          priority: 0,
          serviceAccountName: 'default',
          tolerations: [notReady, unreachable],
          schedulerName: 'default-scheduler',
        }),
      }),
      warnings: [],
    });
  });

  test('is one chain for every kind', () => {
    expect(new AdmissionChain(ALL_RULES)).toBeInstanceOf(AdmissionChain);
    expect(new Set(ALL_RULES.map(({ name }) => name)).size).toBe(ALL_RULES.length);
  });
});
