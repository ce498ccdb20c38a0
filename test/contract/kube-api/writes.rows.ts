// Rows: writes, and the errors that they give.

import { expect } from 'vitest';
import {
  changed,
  get,
  jsonPatch,
  look,
  mergePatch,
  post,
  put,
  type RowGroup,
  remove,
  request,
  textOf,
  versionOf,
} from '../../kit/api-kit.ts';
import {
  CONFIG_MAPS,
  configMap,
  DEPLOYMENTS,
  deployment,
  LEASES,
  lease,
  NODES,
  node,
  PODS,
  pod,
  WIDGETS,
  widget,
} from './objects.ts';

const CONFLICT = { reason: 'Conflict', code: 409 };
const READY = { conditions: [{ type: 'Ready', status: 'True' }] };

export const WRITE_ROWS: readonly RowGroup[] = [
  {
    bullet: 'Writes: create',
    rows: [
      {
        title: 'POST answers 201 with the metadata of the server',
        steps: [
          post(NODES, node('a', { spec: { unschedulable: true } })).gives(201, {
            apiVersion: 'v1',
            kind: 'Node',
            metadata: {
              name: 'a',
              uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
              resourceVersion: expect.stringMatching(/^\d+$/),
              creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
            },
            spec: { unschedulable: true },
          }),
          get(`${NODES}/a`).gives(200, { metadata: { name: 'a' }, spec: { unschedulable: true } }),
        ],
      },
      {
        title: 'the namespace comes from the path where the body has none; another one is a bad request',
        steps: [
          post(CONFIG_MAPS, configMap('a')).gives(201, { metadata: { namespace: 'default' } }),
          post(CONFIG_MAPS, configMap('b', {}, { namespace: 'kube-system' })).gives(400, {
            reason: 'BadRequest',
            message: 'the namespace of the provided object does not match the namespace sent on the request',
          }),
        ],
      },
      {
        title: 'a cluster-scoped object has no namespace, whatever is said',
        steps: [
          post(NODES, node('a', { metadata: { namespace: 'default' } })).gives(
            201,
            {},
            { lacks: ['metadata.namespace'] },
          ),
        ],
      },
      {
        title: 'another kind or version than the path: 400',
        steps: [
          post(PODS, configMap('a')).gives(400, {
            reason: 'BadRequest',
            message: expect.stringMatching(/^ConfigMap in version "v1" cannot be handled as a Pod/),
          }),
          post(CONFIG_MAPS, { ...configMap('a'), apiVersion: 'v2' }).gives(400, {
            message: expect.stringContaining('does not match the expected API version (v1)'),
          }),
        ],
      },
      {
        title: 'a built-in kind needs no kind and version in its body',
        steps: [post(CONFIG_MAPS, { metadata: { name: 'a' } }).gives(201, { kind: 'ConfigMap', apiVersion: 'v1' })],
      },
      {
        title: 'generateName and five characters',
        steps: [
          post(CONFIG_MAPS, { metadata: { generateName: 'job-' } }).gives(201, {
            metadata: { name: expect.stringMatching(/^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/), generateName: 'job-' },
          }),
        ],
      },
      {
        title: 'neither name nor generateName: 422',
        steps: [
          post(CONFIG_MAPS, { metadata: {} }).gives(422, {
            reason: 'Invalid',
            details: { kind: 'ConfigMap', causes: [{ reason: 'FieldValueRequired', field: 'metadata.name' }] },
          }),
        ],
      },
      {
        title: 'a name that is none: 422',
        steps: [
          post(NODES, node('Not_A_Name')).gives(422, {
            reason: 'Invalid',
            message: expect.stringMatching(
              /^Node "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name": /,
            ),
            details: {
              name: 'Not_A_Name',
              kind: 'Node',
              causes: [{ reason: 'FieldValueInvalid', field: 'metadata.name' }],
            },
          }),
        ],
      },
      {
        title: 'a create never takes status where that is a subresource',
        steps: [
          post(WIDGETS, widget('a', { status: { phase: 'Running' } })).gives(201, {}, { lacks: ['status'] }),
          post(DEPLOYMENTS, { ...deployment('web', 1), status: { replicas: 7 } }).gives(
            201,
            {},
            { lacks: ['status.replicas'] },
          ),
        ],
      },
      {
        title: 'but of a Node, which its kubelet registers whole',
        steps: [post(NODES, node('a', { status: READY })).gives(201, { status: READY })],
      },
      {
        title: 'a pod is born Pending',
        steps: [post(PODS, pod('a', { status: { phase: 'Running' } })).gives(201, { status: { phase: 'Pending' } })],
      },
      {
        title: 'uid, version and deletion cannot be asked for',
        steps: [
          post(CONFIG_MAPS, configMap('a', {}, { uid: 'mine', deletionTimestamp: '2026-01-01T00:00:00Z' })).gives(
            201,
            {},
            { lacks: ['metadata.deletionTimestamp'] },
          ),
          look((seen) => expect(textOf(seen[0], 'metadata', 'uid')).not.toBe('mine')),
        ],
      },
      {
        title: 'fields that are null in the metadata are not set, as Go clients print them',
        steps: [post(CONFIG_MAPS, configMap('a', {}, { creationTimestamp: null })).gives(201)],
      },
    ],
  },
  {
    bullet: 'Writes: update',
    rows: [
      {
        title: 'PUT with the current version',
        steps: [
          post(NODES, node('a')).gives(201),
          put(`${NODES}/a`, (seen) => changed(seen[0], { spec: { unschedulable: true } })).gives(200, {
            spec: { unschedulable: true },
          }),
        ],
      },
      {
        title: 'PUT with a stale version: 409 Conflict',
        steps: [
          post(NODES, node('a')).gives(201),
          mergePatch(`${NODES}/a`, { spec: { unschedulable: true } }).gives(200),
          put(`${NODES}/a`, (seen) => changed(seen[0], { spec: { unschedulable: false } })).gives(409, {
            ...CONFLICT,
            message:
              'Operation cannot be fulfilled on nodes "a": the object has been modified; please apply your changes to the latest version and try again',
            details: { name: 'a', kind: 'nodes' },
          }),
        ],
      },
      {
        title: 'PUT without a version is unconditional',
        steps: [
          post(NODES, node('a')).gives(201),
          mergePatch(`${NODES}/a`, { spec: { unschedulable: true } }).gives(200),
          put(`${NODES}/a`, node('a', { metadata: { labels: { x: 'y' } } })).gives(
            200,
            { metadata: { labels: { x: 'y' } } },
            { lacks: ['spec.unschedulable'] },
          ),
        ],
      },
      {
        title: 'but not for a custom resource: 422',
        steps: [
          post(WIDGETS, widget('a')).gives(201),
          put(`${WIDGETS}/a`, widget('a')).gives(422, {
            reason: 'Invalid',
            message:
              'widgets.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
          }),
        ],
      },
      {
        title: 'PUT of another name or namespace, or of none: 400',
        steps: [
          post(CONFIG_MAPS, configMap('a')).gives(201),
          put(`${CONFIG_MAPS}/a`, configMap('b')).gives(400, {
            reason: 'BadRequest',
            message: 'the name of the object (b) does not match the name on the URL (a)',
          }),
          put(`${CONFIG_MAPS}/a`, configMap('a', {}, { namespace: 'kube-system' })).gives(400, {
            reason: 'BadRequest',
            message: 'the namespace of the object (kube-system) does not match the namespace on the request (default)',
          }),
          put(`${CONFIG_MAPS}/a`, { metadata: {} }).gives(400, { reason: 'BadRequest' }),
        ],
      },
      {
        title: 'another uid is a failed precondition: 409',
        steps: [
          post(NODES, node('a')).gives(201),
          put(`${NODES}/a`, (seen) => changed(seen[0], { metadata: { uid: 'other' } })).gives(409, {
            ...CONFLICT,
            message: expect.stringContaining('Precondition failed: UID in precondition: other, UID in object meta: '),
          }),
        ],
      },
      {
        title: 'PUT of what does not exist: 404, but a Lease is created',
        steps: [
          put(`${NODES}/a`, node('a')).gives(404, { reason: 'NotFound' }),
          put(`${LEASES}/a`, lease('a', { holderIdentity: 'me' })).gives(201, { spec: { holderIdentity: 'me' } }),
        ],
      },
      {
        title: "the server's own metadata stays, whatever is sent",
        steps: [
          post(WIDGETS, widget('a')).gives(201),
          put(`${WIDGETS}/a`, (seen) =>
            changed(seen[0], { metadata: { creationTimestamp: '2001-01-01T00:00:00Z', generation: 99 } }),
          ).gives(200, { metadata: { generation: 1 } }),
          look((seen) =>
            expect(textOf(seen[1], 'metadata', 'creationTimestamp')).toBe(
              textOf(seen[0], 'metadata', 'creationTimestamp'),
            ),
          ),
        ],
      },
      {
        title: 'a main write ignores status, a status write ignores all else',
        steps: [
          post(WIDGETS, widget('a')).gives(201),
          mergePatch(`${WIDGETS}/a`, { spec: { reason: 'x' }, status: { phase: 'Running' } }).gives(
            200,
            { spec: { reason: 'x' } },
            { lacks: ['status'] },
          ),
          mergePatch(`${WIDGETS}/a/status`, {
            spec: { reason: 'y' },
            metadata: { labels: { a: 'b' } },
            status: { phase: 'Running' },
          }).gives(200, { spec: { reason: 'x' }, status: { phase: 'Running' } }, { lacks: ['metadata.labels'] }),
          put(`${WIDGETS}/a/status`, (seen) =>
            changed(seen[2], { spec: { reason: 'z' }, status: { phase: 'Failed' } }),
          ).gives(200, { spec: { reason: 'x' }, status: { phase: 'Failed' } }),
          get(`${WIDGETS}/a/status`).gives(200, { status: { phase: 'Failed' } }),
        ],
      },
      {
        title: 'a status write of a Node may change its annotations, not its spec',
        steps: [
          post(NODES, node('a')).gives(201),
          mergePatch(`${NODES}/a/status`, {
            metadata: { annotations: { a: 'b' } },
            spec: { unschedulable: true },
            status: READY,
          }).gives(200, { metadata: { annotations: { a: 'b' } }, status: READY }, { lacks: ['spec.unschedulable'] }),
        ],
      },
      {
        title: 'generation grows with the spec only',
        steps: [
          post(WIDGETS, widget('a')).gives(201, { metadata: { generation: 1 } }),
          mergePatch(`${WIDGETS}/a`, { metadata: { labels: { a: 'b' } } }).gives(200, {
            metadata: { generation: 1 },
          }),
          mergePatch(`${WIDGETS}/a/status`, { status: { phase: 'Running' } }).gives(200, {
            metadata: { generation: 1 },
          }),
          mergePatch(`${WIDGETS}/a`, { spec: { reason: 'x' } }).gives(200, { metadata: { generation: 2 } }),
          post(NODES, node('a')).gives(201, {}, { lacks: ['metadata.generation'] }),
        ],
      },
    ],
  },
  {
    bullet: 'Writes: patch',
    rows: [
      {
        title: 'merge patch: null removes, lists are replaced',
        steps: [
          post(NODES, node('a', { metadata: { labels: { a: '1', b: '2' } } })).gives(201),
          mergePatch(`${NODES}/a`, { metadata: { labels: { a: null, c: '3' } } }).gives(
            200,
            { metadata: { labels: { b: '2', c: '3' } } },
            { lacks: ['metadata.labels.a'] },
          ),
        ],
      },
      {
        title: 'JSON patch, all or nothing',
        steps: [
          post(CONFIG_MAPS, configMap('a', { x: '1' })).gives(201),
          jsonPatch(`${CONFIG_MAPS}/a`, [
            { op: 'test', path: '/data/x', value: '1' },
            { op: 'replace', path: '/data/x', value: '2' },
            { op: 'add', path: '/data/y~1z', value: '3' },
          ]).gives(200, { data: { x: '2', 'y/z': '3' } }),
          jsonPatch(`${CONFIG_MAPS}/a`, [
            { op: 'replace', path: '/data/x', value: '9' },
            { op: 'test', path: '/data/x', value: '1' },
          ]).gives(422, { reason: 'Invalid' }),
          get(`${CONFIG_MAPS}/a`).gives(200, { data: { x: '2' } }),
        ],
      },
      {
        title: 'a patch that carries a version or uid is conditional: 409',
        steps: [
          post(NODES, node('a')).gives(201),
          mergePatch(`${NODES}/a`, { spec: { unschedulable: true } }).gives(200),
          mergePatch(`${NODES}/a`, (seen) => ({
            metadata: { resourceVersion: versionOf(seen[0]) },
            spec: { unschedulable: false },
          })).gives(409, CONFLICT),
          mergePatch(`${NODES}/a`, { metadata: { uid: 'other' }, spec: { unschedulable: false } }).gives(409, CONFLICT),
        ],
      },
      {
        title: 'a name cannot be patched: 422',
        steps: [
          post(NODES, node('a')).gives(201),
          mergePatch(`${NODES}/a`, { metadata: { name: 'b' } }).gives(422, {
            reason: 'Invalid',
            details: { causes: [{ field: 'metadata.name', reason: 'FieldValueInvalid' }] },
          }),
        ],
      },
      {
        title: 'what does not exist: 404',
        steps: [
          mergePatch(`${NODES}/a`, { spec: {} }).gives(404, {
            reason: 'NotFound',
            details: { name: 'a', kind: 'nodes' },
          }),
        ],
      },
      {
        title: 'a body that is no patch: 400',
        steps: [
          post(NODES, node('a')).gives(201),
          mergePatch(`${NODES}/a`, ['x']).gives(400, { reason: 'BadRequest' }),
          jsonPatch(`${NODES}/a`, { spec: {} }).gives(400, { reason: 'BadRequest' }),
        ],
      },
      {
        title: 'strategic merge of a custom resource, and a type that nobody knows: 415',
        steps: [
          post(WIDGETS, widget('a')).gives(201),
          request({
            method: 'PATCH',
            path: `${WIDGETS}/a`,
            contentType: 'application/strategic-merge-patch+json',
            body: { spec: { reason: 'x' } },
          }).gives(415, {
            reason: 'UnsupportedMediaType',
            message: expect.stringContaining(
              'the body of the request was in an unknown format - accepted media types include: ',
            ),
          }),
          request({ method: 'PATCH', path: `${WIDGETS}/a`, contentType: 'text/plain', body: {} }).gives(415),
        ],
      },
      {
        title: 'an apply needs a field manager; force is for applies alone: 422',
        steps: [
          request({
            method: 'PATCH',
            path: `${NODES}/a`,
            contentType: 'application/apply-patch+yaml',
            body: node('a'),
          }).gives(422, {
            message: expect.stringContaining('fieldManager: Required value: is required for apply patch'),
          }),
          post(NODES, node('a')).gives(201),
          mergePatch(`${NODES}/a?force=true`, {}).gives(422, {
            message: expect.stringContaining('force: Forbidden: may not be specified for non-apply patch'),
          }),
        ],
      },
    ],
  },
  {
    bullet: 'fieldValidation',
    rows: [
      {
        title: 'a word that is not offered: 422',
        steps: [
          post(`${NODES}?fieldValidation=Loose`, node('a')).gives(422, {
            message:
              'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Loose": supported values: "", "Ignore", "Strict", "Warn"',
          }),
        ],
      },
      {
        title: 'Strict takes what has only known fields',
        steps: [
          post(`${CONFIG_MAPS}?fieldManager=kubectl-create&fieldValidation=Strict`, configMap('a')).gives(
            201,
            {},
            { warnings: [] },
          ),
        ],
      },
    ],
  },
  {
    bullet: 'dry-run',
    rows: [
      {
        title: 'dryRun=All answers as the write would, and stores nothing',
        steps: [
          post(`${NODES}?dryRun=All`, node('a')).gives(201, { metadata: { name: 'a', uid: expect.any(String) } }),
          get(`${NODES}/a`).gives(404),
          post(NODES, node('a')).gives(201),
          post(`${NODES}?dryRun=All`, node('a')).gives(409, { reason: 'AlreadyExists' }),
          mergePatch(`${NODES}/a?dryRun=All`, { spec: { unschedulable: true } }).gives(200, {
            spec: { unschedulable: true },
          }),
          remove(`${NODES}/a?dryRun=All`).gives(200),
          remove(`${NODES}/a`, { dryRun: ['All'] }).gives(200),
          get(`${NODES}/a`).gives(200, {}, { lacks: ['spec.unschedulable'] }),
          look((seen) => expect(versionOf(seen[7])).toBe(versionOf(seen[2]))),
        ],
      },
      {
        title: 'another value: 422',
        steps: [
          post(`${NODES}?dryRun=Some`, node('a')).gives(422, {
            message:
              'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Some"}: supported values: "All"',
          }),
        ],
      },
    ],
  },
];
