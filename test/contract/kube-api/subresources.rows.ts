// Rows: scale, eviction, binding; Events and Leases.

import { expect } from 'vitest';
import {
  advance,
  changed,
  get,
  jsonPatch,
  mergePatch,
  post,
  put,
  type RowGroup,
  remove,
  type Step,
} from '../../kit/api-kit.ts';
import { BUDGETS, budget, DEPLOYMENTS, deployment, LEASES, lease, MACHINE_SETS, PODS, pod } from './objects.ts';

const EVENTS = '/api/v1/namespaces/default/events';
const NEWER_EVENTS = '/apis/events.k8s.io/v1/namespaces/default/events';
const HOUR_MS = 3_600_000;

function runningPod(name: string): readonly Step[] {
  return [
    post(
      PODS,
      pod(name, { metadata: { labels: { app: 'db' } }, spec: { nodeName: 'n', terminationGracePeriodSeconds: 30 } }),
    ).gives(201),
    mergePatch(`${PODS}/${name}/status`, {
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    }).gives(200),
  ];
}

function evict(name: string, more: object = {}) {
  return post(`${PODS}/${name}/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace: 'default' },
    ...more,
  });
}

const SUCCESS = { kind: 'Status', status: 'Success', code: 201 };
const MACHINE_SET = {
  apiVersion: 'machine.openshift.io/v1beta1',
  kind: 'MachineSet',
  metadata: { name: 'workers' },
  spec: { replicas: 3 },
};

export const SUBRESOURCE_ROWS: readonly RowGroup[] = [
  {
    bullet: 'Scale',
    rows: [
      {
        title: 'get, put and patch',
        steps: [
          post(DEPLOYMENTS, deployment('web', 3)).gives(201),
          get(`${DEPLOYMENTS}/web/scale`).gives(200, {
            kind: 'Scale',
            apiVersion: 'autoscaling/v1',
            metadata: {
              name: 'web',
              namespace: 'default',
              uid: expect.any(String),
              resourceVersion: expect.any(String),
            },
            spec: { replicas: 3 },
            status: { replicas: 0, selector: 'app=web' },
          }),
          mergePatch(`${DEPLOYMENTS}/web/scale`, { spec: { replicas: 5 } }).gives(200, { spec: { replicas: 5 } }),
          put(`${DEPLOYMENTS}/web/scale`, (seen) => changed(seen[2], { spec: { replicas: 1 } })).gives(200, {
            spec: { replicas: 1 },
          }),
          put(`${DEPLOYMENTS}/web/scale`, (seen) => changed(seen[2], { spec: { replicas: 9 } })).gives(409, {
            reason: 'Conflict',
          }),
          jsonPatch(`${DEPLOYMENTS}/web/scale`, [{ op: 'replace', path: '/spec/replicas', value: 2 }]).gives(200),
          get(`${DEPLOYMENTS}/web`).gives(200, { spec: { replicas: 2 }, metadata: { generation: 4 } }),
        ],
      },
      {
        title: 'less than nothing: 422',
        steps: [
          post(DEPLOYMENTS, deployment('web', 3)).gives(201),
          mergePatch(`${DEPLOYMENTS}/web/scale`, { spec: { replicas: -1 } }).gives(422, {
            message: expect.stringContaining('spec.replicas: Invalid value: -1: must be greater than or equal to 0'),
          }),
        ],
      },
      {
        title: 'of a custom resource, of a missing object, of a kind without it',
        steps: [
          post(MACHINE_SETS, MACHINE_SET).gives(201),
          mergePatch(`${MACHINE_SETS}/workers/scale`, { spec: { replicas: 4 } }).gives(200, { spec: { replicas: 4 } }),
          get(`${MACHINE_SETS}/workers`).gives(200, { spec: { replicas: 4 } }),
          get(`${MACHINE_SETS}/none/scale`).gives(404),
          get(`${PODS}/a/scale`).gives(404),
        ],
      },
    ],
  },
  {
    bullet: 'Eviction',
    rows: [
      {
        title: 'no budget: 201 Success, the pod is condemned and terminating',
        steps: [
          ...runningPod('db-0'),
          evict('db-0').gives(201, SUCCESS),
          get(`${PODS}/db-0`).gives(200, {
            metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 30 },
            status: {
              conditions: expect.arrayContaining([
                expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }),
              ]),
            },
          }),
        ],
      },
      {
        title: 'its deleteOptions count: grace period, preconditions, dry run',
        steps: [
          ...runningPod('db-0'),
          evict('db-0', { deleteOptions: { dryRun: ['All'] } }).gives(201),
          evict('db-0', { deleteOptions: { preconditions: { uid: 'other' } } }).gives(409, { reason: 'Conflict' }),
          get(`${PODS}/db-0`).gives(200, {}, { lacks: ['metadata.deletionTimestamp'] }),
          evict('db-0', { deleteOptions: { gracePeriodSeconds: 7 } }).gives(201),
          get(`${PODS}/db-0`).gives(200, { metadata: { deletionGracePeriodSeconds: 7 } }),
        ],
      },
      {
        title: 'a missing pod: 404; another name in the body: 400',
        steps: [
          evict('db-0').gives(404, { reason: 'NotFound', message: 'pods "db-0" not found' }),
          ...runningPod('db-0'),
          post(`${PODS}/db-0/eviction`, {
            apiVersion: 'policy/v1',
            kind: 'Eviction',
            metadata: { name: 'db-1' },
          }).gives(400, {
            reason: 'BadRequest',
            message: 'name in URL does not match name in Eviction object',
          }),
          post(`${PODS}/db-0/eviction`, { ...pod('db-0') }).gives(400),
        ],
      },
      {
        title: 'a budget that allows none: 429 with its cause, and without a time to come again',
        steps: [
          ...runningPod('db-0'),
          post(BUDGETS, budget('db', { minAvailable: 1 })).gives(201),
          advance(2000),
          evict('db-0').gives(
            429,
            {
              reason: 'TooManyRequests',
              code: 429,
              message: "Cannot evict pod as it would violate the pod's disruption budget.",
              details: {
                causes: [
                  {
                    reason: 'DisruptionBudget',
                    message: 'The disruption budget db needs 1 healthy pods and has 1 currently',
                  },
                ],
              },
            },
            { lacks: ['details.retryAfterSeconds'] },
          ),
        ],
      },
      {
        title: 'two evictions in one instant cannot both pass a budget of one',
        steps: [
          ...runningPod('db-0'),
          ...runningPod('db-1'),
          post(BUDGETS, budget('db', { minAvailable: 1 })).gives(201),
          advance(2000),
          evict('db-0').gives(201),
          evict('db-1').gives(429),
        ],
      },
      {
        title: 'a budget whose newest spec nobody has looked at: 429, again in ten seconds',
        steps: [
          ...runningPod('db-0'),
          ...runningPod('db-1'),
          post(BUDGETS, budget('db', { minAvailable: 1 })).gives(201),
          mergePatch(`${BUDGETS}/db/status`, { status: { observedGeneration: 1, disruptionsAllowed: 1 } }).gives(200),
          mergePatch(`${BUDGETS}/db`, { spec: { minAvailable: 0 } }).gives(200),
          evict('db-0').gives(429, {
            reason: 'TooManyRequests',
            details: {
              retryAfterSeconds: 10,
              causes: [
                {
                  reason: 'DisruptionBudget',
                  message: 'The disruption budget db is still being processed by the server.',
                },
              ],
            },
          }),
        ],
      },
      {
        title: 'several budgets: 500',
        steps: [
          ...runningPod('db-0'),
          post(BUDGETS, budget('one', { minAvailable: 0 })).gives(201),
          post(BUDGETS, budget('two', { minAvailable: 0 })).gives(201),
          evict('db-0').gives(500, {
            status: 'Failure',
            message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
          }),
        ],
      },
      {
        title: 'a pod that is not ready goes while the budget is met without it, and not otherwise',
        steps: [
          ...runningPod('db-0'),
          ...runningPod('db-1'),
          mergePatch(`${PODS}/db-1/status`, { status: { conditions: [{ type: 'Ready', status: 'False' }] } }).gives(
            200,
          ),
          post(BUDGETS, budget('db', { minAvailable: 2 })).gives(201),
          advance(2000),
          evict('db-1').gives(429),
          mergePatch(`${BUDGETS}/db`, { spec: { minAvailable: 1 } }).gives(200),
          advance(2000),
          evict('db-0').gives(429),
          evict('db-1').gives(201),
        ],
      },
      {
        title: 'unless its budget always allows that',
        steps: [
          ...runningPod('db-0'),
          mergePatch(`${PODS}/db-0/status`, { status: { conditions: [{ type: 'Ready', status: 'False' }] } }).gives(
            200,
          ),
          post(BUDGETS, budget('db', { minAvailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' })).gives(201),
          advance(2000),
          evict('db-0').gives(201),
        ],
      },
      {
        title: 'a pending or finished pod goes without asking',
        steps: [
          post(BUDGETS, budget('db', { minAvailable: 5 })).gives(201),
          post(PODS, pod('db-0', { metadata: { labels: { app: 'db' } } })).gives(201),
          evict('db-0').gives(201),
          get(`${PODS}/db-0`).gives(404),
        ],
      },
    ],
  },
  {
    bullet: 'Binding',
    rows: [
      {
        title: 'gives the pod its node: 201; a second one: 409',
        steps: [
          post(PODS, pod('a')).gives(201),
          post(`${PODS}/a/binding`, {
            apiVersion: 'v1',
            kind: 'Binding',
            metadata: { name: 'a' },
            target: { apiVersion: 'v1', kind: 'Node', name: 'n1' },
          }).gives(201, SUCCESS),
          get(`${PODS}/a`).gives(200, {
            spec: { nodeName: 'n1' },
            status: { conditions: [{ type: 'PodScheduled', status: 'True' }] },
          }),
          post(`${PODS}/a/binding`, { metadata: { name: 'a' }, target: { kind: 'Node', name: 'n2' } }).gives(409, {
            reason: 'Conflict',
            message: 'Operation cannot be fulfilled on pods/binding "a": pod a is already assigned to node "n1"',
            details: { name: 'a', kind: 'pods/binding' },
          }),
        ],
      },
      {
        title: 'a pod that is being deleted gets none: 409',
        steps: [
          post(PODS, pod('a', { metadata: { finalizers: ['example.com/keep'] } })).gives(201),
          remove(`${PODS}/a`).gives(200),
          post(`${PODS}/a/binding`, { metadata: { name: 'a' }, target: { kind: 'Node', name: 'n' } }).gives(409, {
            message: expect.stringContaining('pod a is being deleted, cannot be assigned to a host'),
          }),
        ],
      },
      {
        title: 'without a target: 422; of a missing pod: 404',
        steps: [
          post(PODS, pod('a')).gives(201),
          post(`${PODS}/a/binding`, { metadata: { name: 'a' } }).gives(422, {
            details: { causes: [{ field: 'target.name', reason: 'FieldValueRequired' }] },
          }),
          post(`${PODS}/b/binding`, { target: { name: 'n' } }).gives(404),
        ],
      },
    ],
  },
  {
    bullet: 'Leases',
    rows: [
      {
        title: 'six digits of a second are kept',
        steps: [
          post(
            LEASES,
            lease('a', { renewTime: '2026-01-15T12:00:00.123456Z', acquireTime: '2026-01-15T11:00:00.654321Z' }),
          ).gives(201),
          get(`${LEASES}/a`).gives(
            200,
            { spec: { renewTime: '2026-01-15T12:00:00.123456Z', acquireTime: '2026-01-15T11:00:00.654321Z' } },
            { lacks: ['metadata.generation'] },
          ),
        ],
      },
    ],
  },
  {
    bullet: 'Events',
    rows: [
      {
        title: 'one store under two shapes',
        steps: [
          post(EVENTS, {
            metadata: { name: 'old', namespace: 'default' },
            involvedObject: { kind: 'Node', name: 'a' },
            reason: 'Broken',
            message: 'it is broken',
            source: { component: 'monitor' },
            count: 2,
          }).gives(201, { kind: 'Event', apiVersion: 'v1' }),
          get(`${NEWER_EVENTS}/old`).gives(
            200,
            {
              apiVersion: 'events.k8s.io/v1',
              kind: 'Event',
              regarding: { kind: 'Node', name: 'a' },
              note: 'it is broken',
              deprecatedSource: { component: 'monitor' },
              deprecatedCount: 2,
            },
            { lacks: ['involvedObject', 'message'] },
          ),
          post(NEWER_EVENTS, {
            metadata: { name: 'new', namespace: 'default' },
            regarding: { kind: 'Node', name: 'b' },
            note: 'it is fine',
            reportingController: 'me',
          }).gives(201, { apiVersion: 'events.k8s.io/v1', regarding: { name: 'b' } }),
          get(`${EVENTS}/new`).gives(200, {
            apiVersion: 'v1',
            involvedObject: { name: 'b' },
            message: 'it is fine',
            reportingComponent: 'me',
          }),
          mergePatch(`${NEWER_EVENTS}/new`, { note: 'it was fine' }).gives(200, { note: 'it was fine' }),
          get(`${EVENTS}?fieldSelector=involvedObject.name%3Db`).gives(200, { items: [{ message: 'it was fine' }] }),
        ],
      },
      {
        title: 'they live for an hour after their last write',
        steps: [
          post(EVENTS, { metadata: { name: 'a' }, involvedObject: {} }).gives(201),
          post(EVENTS, { metadata: { name: 'b' }, involvedObject: {} }).gives(201),
          advance(HOUR_MS / 2),
          mergePatch(`${EVENTS}/b`, { count: 2 }).gives(200),
          advance(HOUR_MS / 2 + 1000),
          get(EVENTS).gives(200, { items: [{ metadata: { name: 'b' } }] }),
          advance(HOUR_MS / 2),
          get(EVENTS).gives(200, { items: [] }),
          remove(`${EVENTS}/a`).gives(404),
        ],
      },
    ],
  },
];
