// Rows: deletion, garbage collection, namespaces.

import { expect } from 'vitest';
import {
  advance,
  changed,
  events,
  get,
  jsonPatch,
  mergePatch,
  post,
  put,
  type RowGroup,
  remove,
  type Seen,
  type Step,
  textOf,
  versionOf,
  watch,
} from '../../kit/api-kit.ts';
import { CONFIG_MAPS, configMap, NAMESPACES, NODES, namespace, node, PODS, pod, WIDGETS, widget } from './objects.ts';

const FINALIZED = { metadata: { finalizers: ['example.com/keep'] } };

function scheduledPod(name: string, more: object = {}): Step {
  return post(PODS, pod(name, { spec: { nodeName: 'n', terminationGracePeriodSeconds: 20, ...more } })).gives(201);
}

/** An object owned by one that was answered before. */
function ownedBy(owner: Seen | undefined, more: object = {}): object {
  const reference = {
    apiVersion: textOf(owner, 'apiVersion'),
    kind: textOf(owner, 'kind'),
    name: textOf(owner, 'metadata', 'name'),
    uid: textOf(owner, 'metadata', 'uid'),
  };
  return { ownerReferences: [{ ...reference, ...more }] };
}

export const DELETE_ROWS: readonly RowGroup[] = [
  {
    bullet: 'Delete',
    rows: [
      {
        title: 'without finalizers: gone, with a Success that names it',
        steps: [
          post(CONFIG_MAPS, configMap('a')).gives(201),
          remove(`${CONFIG_MAPS}/a`, {
            kind: 'DeleteOptions',
            apiVersion: 'v1',
            propagationPolicy: 'Background',
          }).gives(200, {
            kind: 'Status',
            apiVersion: 'v1',
            metadata: {},
            status: 'Success',
            details: { name: 'a', kind: 'configmaps', uid: expect.any(String) },
          }),
          get(`${CONFIG_MAPS}/a`).gives(404),
          remove(`${CONFIG_MAPS}/a`).gives(404, { reason: 'NotFound' }),
        ],
      },
      {
        title: 'finalizers present: marked, answered with the object; the last one removed lets it go',
        steps: [
          post(NODES, node('a', FINALIZED)).gives(201),
          remove(`${NODES}/a`).gives(200, {
            kind: 'Node',
            metadata: { name: 'a', deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0 },
          }),
          get(`${NODES}/a`).gives(200, { metadata: { deletionTimestamp: expect.any(String) } }),
          mergePatch(`${NODES}/a`, { metadata: { finalizers: null } }).gives(200),
          get(`${NODES}/a`).gives(404),
        ],
      },
      {
        title: 'no finalizer can be added to what is being deleted: 422',
        steps: [
          post(NODES, node('a', FINALIZED)).gives(201),
          remove(`${NODES}/a`).gives(200),
          mergePatch(`${NODES}/a`, { metadata: { finalizers: ['example.com/keep', 'example.com/more'] } }).gives(422, {
            reason: 'Invalid',
            message: expect.stringContaining('no new finalizers can be added if the object is being deleted'),
            details: { causes: [{ field: 'metadata.finalizers', reason: 'FieldValueForbidden' }] },
          }),
        ],
      },
      {
        title: 'preconditions of uid and version that do not hold: 409',
        steps: [
          post(NODES, node('a')).gives(201),
          remove(`${NODES}/a`, { preconditions: { uid: 'other' } }).gives(409, {
            reason: 'Conflict',
            message: expect.stringMatching(
              /^Operation cannot be fulfilled on Node "a": the UID in the precondition \(other\) does not match the UID in record/,
            ),
            details: { name: 'a', kind: 'Node' },
          }),
          remove(`${NODES}/a`, { preconditions: { resourceVersion: '1' } }).gives(409, { reason: 'Conflict' }),
          remove(`${NODES}/a`, (seen) => ({
            preconditions: { uid: textOf(seen[0], 'metadata', 'uid'), resourceVersion: versionOf(seen[0]) },
          })).gives(200),
        ],
      },
      {
        title: 'a pod on a node stays for its own period, a shorter one is taken over, 0 removes it',
        steps: [
          scheduledPod('a'),
          remove(`${PODS}/a`).gives(200, { kind: 'Pod', metadata: { deletionGracePeriodSeconds: 20 } }),
          remove(`${PODS}/a`, { gracePeriodSeconds: 60 }).gives(200, { metadata: { deletionGracePeriodSeconds: 20 } }),
          remove(`${PODS}/a?gracePeriodSeconds=5`).gives(200, { metadata: { deletionGracePeriodSeconds: 5 } }),
          remove(`${PODS}/a`, { gracePeriodSeconds: 0 }).gives(200),
          get(`${PODS}/a`).gives(404),
        ],
      },
      {
        title: 'the instant of its deletion is now and the period',
        steps: [
          scheduledPod('a'),
          remove(`${PODS}/a`, { gracePeriodSeconds: 30 }).gives(200, {
            metadata: { deletionTimestamp: expect.stringMatching(/Z$/), deletionGracePeriodSeconds: 30 },
          }),
        ],
      },
      {
        title: 'a pod without a node, and a finished one, go at once',
        steps: [
          post(PODS, pod('a')).gives(201),
          remove(`${PODS}/a`).gives(200),
          get(`${PODS}/a`).gives(404),
          scheduledPod('b'),
          mergePatch(`${PODS}/b/status`, { status: { phase: 'Succeeded' } }).gives(200),
          remove(`${PODS}/b`).gives(200),
          get(`${PODS}/b`).gives(404),
        ],
      },
      {
        title: 'what waits after the old request for a cascade is Accepted: 202',
        steps: [
          post(NODES, node('a', FINALIZED)).gives(201),
          remove(`${NODES}/a`, { orphanDependents: false }).gives(202, { kind: 'Node' }),
        ],
      },
      {
        title: 'a pod that goes at once is answered as it was',
        steps: [
          post(PODS, pod('a')).gives(201),
          remove(`${PODS}/a`).gives(200, { kind: 'Pod', metadata: { name: 'a' } }),
        ],
      },
      {
        title: 'a collection by selector, on every list path',
        steps: [
          post(CONFIG_MAPS, configMap('a', {}, { labels: { app: 'db' } })).gives(201),
          post(CONFIG_MAPS, configMap('b')).gives(201),
          remove(`${CONFIG_MAPS}?labelSelector=app%3Ddb`).gives(200, { items: [{ metadata: { name: 'a' } }] }),
          get(CONFIG_MAPS).gives(200, { items: [{ metadata: { name: 'b' } }] }),
          post(NODES, node('a')).gives(201),
          remove(NODES, { dryRun: ['All'] }).gives(200),
          get(NODES).gives(200, { items: [{ metadata: { name: 'a' } }] }),
          remove(NODES).gives(200),
          get(NODES).gives(200, { items: [] }),
        ],
      },
      {
        title: 'options that cannot be: 422 for values, 400 for another kind',
        steps: [
          post(NODES, node('a')).gives(201),
          remove(`${NODES}/a`, { propagationPolicy: 'Sideways' }).gives(422, {
            message: expect.stringContaining('propagationPolicy: Unsupported value: "Sideways"'),
          }),
          remove(`${NODES}/a`, { propagationPolicy: 'Orphan', orphanDependents: true }).gives(422, {
            message: expect.stringContaining('orphanDependents and deletionPropagation cannot be both set'),
          }),
          remove(`${NODES}/a`, node('a')).gives(400, { reason: 'BadRequest' }),
        ],
      },
    ],
  },
  {
    bullet: 'Garbage collection',
    rows: [
      {
        title: 'in the background: dependents follow their owner',
        steps: [
          post(CONFIG_MAPS, configMap('owner')).gives(201),
          post(CONFIG_MAPS, (seen) => configMap('dependent', {}, ownedBy(seen[0]))).gives(201),
          remove(`${CONFIG_MAPS}/owner`).gives(200),
          advance(2000),
          get(`${CONFIG_MAPS}/dependent`).gives(404),
        ],
      },
      {
        title: 'orphaned: they stay, without the reference',
        steps: [
          post(CONFIG_MAPS, configMap('owner')).gives(201),
          post(CONFIG_MAPS, (seen) => configMap('dependent', {}, ownedBy(seen[0]))).gives(201),
          remove(`${CONFIG_MAPS}/owner`, { propagationPolicy: 'Orphan' }).gives(200),
          advance(2000),
          get(`${CONFIG_MAPS}/owner`).gives(404),
          get(`${CONFIG_MAPS}/dependent`).gives(200, {}, { lacks: ['metadata.ownerReferences.0'] }),
        ],
      },
      {
        title: 'in the foreground: the owner waits for what blocks it',
        steps: [
          post(WIDGETS, widget('owner')).gives(201),
          post(NODES, (seen) =>
            node('dependent', {
              metadata: { ...ownedBy(seen[0], { blockOwnerDeletion: true }), finalizers: ['example.com/keep'] },
            }),
          ).gives(201),
          remove(`${WIDGETS}/owner`, { propagationPolicy: 'Foreground' }).gives(200, {
            metadata: { finalizers: ['foregroundDeletion'], deletionTimestamp: expect.any(String) },
          }),
          advance(2000),
          get(`${NODES}/dependent`).gives(200, { metadata: { deletionTimestamp: expect.any(String) } }),
          get(`${WIDGETS}/owner`).gives(200),
          mergePatch(`${NODES}/dependent`, { metadata: { finalizers: null } }).gives(200),
          advance(2000),
          get(`${WIDGETS}/owner`).gives(404),
        ],
      },
      {
        title: 'an owner that does not exist: the dependent goes',
        steps: [
          post(
            CONFIG_MAPS,
            configMap(
              'a',
              {},
              {
                ownerReferences: [
                  { apiVersion: 'v1', kind: 'ConfigMap', name: 'never', uid: '00000000-0000-4000-8000-000000000000' },
                ],
              },
            ),
          ).gives(201),
          advance(2000),
          get(`${CONFIG_MAPS}/a`).gives(404),
        ],
      },
    ],
  },
  {
    bullet: 'Namespaces',
    rows: [
      {
        title: 'a namespace is born active, with its finalizer and its name as a label',
        steps: [
          post(NAMESPACES, namespace('app')).gives(201, {
            metadata: { name: 'app', labels: { 'kubernetes.io/metadata.name': 'app' } },
            spec: { finalizers: ['kubernetes'] },
            status: { phase: 'Active' },
          }),
        ],
      },
      {
        title: 'nothing is created where no namespace is: 404',
        steps: [
          post('/api/v1/namespaces/x/configmaps', configMap('a')).gives(404, {
            reason: 'NotFound',
            message: 'namespaces "x" not found',
            details: { name: 'x', kind: 'namespaces' },
          }),
        ],
      },
      {
        title: 'deleted: Terminating, then its contents and itself are gone',
        steps: [
          post(NAMESPACES, namespace('app')).gives(201),
          post('/api/v1/namespaces/app/configmaps', configMap('a')).gives(201),
          watch('/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3Dapp&timeoutSeconds=600'),
          events([{ type: 'ADDED', name: 'app' }]),
          remove(`${NAMESPACES}/app`).gives(200, {
            kind: 'Namespace',
            metadata: { deletionTimestamp: expect.any(String) },
            status: { phase: 'Terminating' },
          }),
          advance(10_000),
          get(`${NAMESPACES}/app`).gives(404),
          get('/api/v1/namespaces/app/configmaps').gives(200, { items: [] }),
        ],
      },
      {
        title: 'while it terminates creates are forbidden, changes are not, and its conditions say what remains',
        steps: [
          post(NAMESPACES, namespace('app')).gives(201),
          post('/api/v1/namespaces/app/configmaps', configMap('a', {}, { finalizers: ['example.com/keep'] })).gives(
            201,
          ),
          remove(`${NAMESPACES}/app`).gives(200),
          advance(1000),
          post('/api/v1/namespaces/app/configmaps', configMap('b')).gives(403, {
            reason: 'Forbidden',
            message:
              'configmaps "b" is forbidden: unable to create new content in namespace app because it is being terminated',
            details: {
              name: 'b',
              kind: 'configmaps',
              causes: [
                {
                  reason: 'NamespaceTerminating',
                  message: 'namespace app is being terminated',
                  field: 'metadata.namespace',
                },
              ],
            },
          }),
          get(`${NAMESPACES}/app`).gives(200, {
            status: {
              conditions: expect.arrayContaining([
                expect.objectContaining({
                  type: 'NamespaceContentRemaining',
                  status: 'True',
                  reason: 'SomeResourcesRemain',
                  message: 'Some resources are remaining: configmaps. has 1 resource instances',
                }),
                expect.objectContaining({
                  type: 'NamespaceFinalizersRemaining',
                  status: 'True',
                  message:
                    'Some content in the namespace has finalizers remaining: example.com/keep in 1 resource instances',
                }),
              ]),
            },
          }),
          jsonPatch('/api/v1/namespaces/app/configmaps/a', [{ op: 'remove', path: '/metadata/finalizers' }]).gives(200),
          advance(30_000),
          get(`${NAMESPACES}/app`).gives(404),
        ],
      },
      {
        title: 'it waits for pods that their kubelet has to stop',
        steps: [
          post(NAMESPACES, namespace('app')).gives(201),
          post(
            '/api/v1/namespaces/app/pods',
            pod('a', { spec: { nodeName: 'n', terminationGracePeriodSeconds: 30 } }),
          ).gives(201),
          remove(`${NAMESPACES}/app`).gives(200),
          advance(120_000),
          get('/api/v1/namespaces/app/pods/a').gives(200, { metadata: { deletionTimestamp: expect.any(String) } }),
          get(`${NAMESPACES}/app`).gives(200, { status: { phase: 'Terminating' } }),
          remove('/api/v1/namespaces/app/pods/a', { gracePeriodSeconds: 0 }).gives(200),
          advance(16_000),
          get(`${NAMESPACES}/app`).gives(404),
        ],
      },
      {
        title: 'finalize is the way to change its finalizers; a main write cannot',
        steps: [
          post(NAMESPACES, namespace('app')).gives(201),
          mergePatch(`${NAMESPACES}/app`, { spec: { finalizers: null } }).gives(200, {
            spec: { finalizers: ['kubernetes'] },
          }),
          put(`${NAMESPACES}/app/finalize`, (seen) =>
            changed(seen[0], { spec: { finalizers: ['kubernetes', 'example.com/keep'] } }),
          ).gives(200, { spec: { finalizers: ['kubernetes', 'example.com/keep'] } }),
          remove(`${NAMESPACES}/app`).gives(200),
          advance(10_000),
          get(`${NAMESPACES}/app`).gives(200, { spec: { finalizers: ['example.com/keep'] } }),
          put(`${NAMESPACES}/app/finalize`, (seen) => changed(seen.at(-1), { spec: { finalizers: null } })).gives(200),
          get(`${NAMESPACES}/app`).gives(404),
        ],
      },
    ],
  },
];
