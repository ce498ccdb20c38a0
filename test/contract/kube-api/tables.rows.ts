// Rows: tables, metadata alone, discovery.

import { expect } from 'vitest';
import { advance, changed, events, get, post, put, type RowGroup, watch } from '../../kit/api-kit.ts';
import { DEPLOYMENTS, deployment, NODES, node, PODS, pod, WIDGETS, widget } from './objects.ts';

const TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
const DISCOVERY =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

function columns(shown: readonly string[], wide: readonly string[] = []): object {
  return {
    columnDefinitions: [
      ...shown.map((name) => ({ name, priority: 0 })),
      ...wide.map((name) => ({ name, priority: 1 })),
    ],
  };
}

const NODE_STATUS = {
  conditions: [{ type: 'Ready', status: 'True' }],
  addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
  nodeInfo: {
    kubeletVersion: 'v1.32.0',
    osImage: 'Debian',
    kernelVersion: '6.1.0',
    containerRuntimeVersion: 'cri-o://1.32',
  },
};

export const TABLE_ROWS: readonly RowGroup[] = [
  {
    bullet: 'Table',
    rows: [
      {
        title: 'Nodes: the columns of kubectl get nodes -o wide, cells, and the metadata of each object',
        steps: [
          post(
            NODES,
            node('a', {
              metadata: { labels: { 'node-role.kubernetes.io/worker': '' } },
              spec: { unschedulable: true },
            }),
          ).gives(201),
          put(`${NODES}/a/status`, (seen) => changed(seen[0], { status: NODE_STATUS })).gives(200),
          advance(150_000),
          get(`${NODES}?limit=500`, { accept: TABLE }).gives(200, {
            kind: 'Table',
            apiVersion: 'meta.k8s.io/v1',
            metadata: { resourceVersion: expect.any(String) },
            ...columns(
              ['Name', 'Status', 'Roles', 'Age', 'Version'],
              ['Internal-IP', 'External-IP', 'OS-Image', 'Kernel-Version', 'Container-Runtime'],
            ),
            rows: [
              {
                cells: [
                  'a',
                  'Ready,SchedulingDisabled',
                  'worker',
                  expect.stringMatching(/^2m3\ds$/),
                  'v1.32.0',
                  '10.0.0.1',
                  '<none>',
                  'Debian',
                  '6.1.0',
                  'cri-o://1.32',
                ],
                object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } },
              },
            ],
          }),
        ],
      },
      {
        title: 'one object is a table of one row, in v1beta1 where that is asked',
        steps: [
          post(NODES, node('a')).gives(201),
          get(`${NODES}/a`, { accept: 'application/json;as=Table;v=v1beta1;g=meta.k8s.io' }).gives(200, {
            kind: 'Table',
            apiVersion: 'meta.k8s.io/v1beta1',
            rows: [{ cells: ['a', 'Unknown', '<none>'], object: { apiVersion: 'meta.k8s.io/v1beta1' } }].map((row) => ({
              ...row,
              cells: expect.arrayContaining(row.cells),
            })),
          }),
        ],
      },
      {
        title: 'Pods',
        steps: [
          post(PODS, pod('a', { spec: { nodeName: 'n' } })).gives(201),
          get(PODS, { accept: TABLE }).gives(200, {
            ...columns(
              ['Name', 'Ready', 'Status', 'Restarts', 'Age'],
              ['IP', 'Node', 'Nominated Node', 'Readiness Gates'],
            ),
            rows: [{ cells: ['a', '0/1', 'Pending', '0', expect.any(String), '<none>', 'n', '<none>', '<none>'] }],
          }),
        ],
      },
      {
        title: 'Deployments and Namespaces',
        steps: [
          post(DEPLOYMENTS, deployment('web', 3)).gives(201),
          get(DEPLOYMENTS, { accept: TABLE }).gives(200, {
            ...columns(['Name', 'Ready', 'Up-to-date', 'Available', 'Age'], ['Containers', 'Images', 'Selector']),
            rows: [{ cells: ['web', '0/3', 0, 0, expect.any(String), 'main', 'example.com/main:1', 'app=web'] }],
          }),
          get('/api/v1/namespaces/default', { accept: TABLE }).gives(200, {
            ...columns(['Name', 'Status', 'Age']),
            rows: [{ cells: ['default', 'Active', expect.any(String)] }],
          }),
        ],
      },
      {
        title: 'a custom resource without columns has Name and Age',
        steps: [
          post(WIDGETS, widget('a')).gives(201),
          get(WIDGETS, { accept: TABLE }).gives(200, {
            ...columns(['Name', 'Age']),
            rows: [{ cells: ['a', expect.any(String)] }],
          }),
        ],
      },
      {
        title: 'includeObject: whole objects, or none',
        steps: [
          post(NODES, node('a', { spec: { unschedulable: true } })).gives(201),
          get(`${NODES}?includeObject=Object`, { accept: TABLE }).gives(200, {
            rows: [{ object: { kind: 'Node', apiVersion: 'v1', spec: { unschedulable: true } } }],
          }),
          get(`${NODES}?includeObject=None`, { accept: TABLE }).gives(200, { rows: [{ object: null }] }),
          get(`${NODES}?includeObject=Half`, { accept: TABLE }).gives(400, { reason: 'BadRequest' }),
        ],
      },
      {
        title: 'a watch sends a table per event, with the columns in the first alone',
        steps: [
          post(NODES, node('a')).gives(201),
          post(NODES, node('b')).gives(201),
          watch(`${NODES}?watch=true&timeoutSeconds=60`, { accept: TABLE }),
          events([
            {
              type: 'ADDED',
              object: {
                kind: 'Table',
                columnDefinitions: expect.any(Array),
                rows: [{ object: { metadata: { name: 'a' } } }],
              },
            },
            {
              type: 'ADDED',
              object: { kind: 'Table', columnDefinitions: null, rows: [{ object: { metadata: { name: 'b' } } }] },
            },
          ]),
        ],
      },
      {
        title: 'metadata alone: of a list, of an object, of a watch',
        steps: [
          post(NODES, node('a', { spec: { unschedulable: true } })).gives(201),
          get(NODES, { accept: METADATA_LIST }).gives(
            200,
            {
              kind: 'PartialObjectMetadataList',
              apiVersion: 'meta.k8s.io/v1',
              items: [{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } }],
            },
            { lacks: ['items.0.spec'] },
          ),
          get(`${NODES}/a`, { accept: METADATA }).gives(200, { kind: 'PartialObjectMetadata' }, { lacks: ['spec'] }),
          watch(`${NODES}?watch=true`, { accept: METADATA }),
          events([{ type: 'ADDED', name: 'a', object: { kind: 'PartialObjectMetadata' } }]),
        ],
      },
      {
        title: 'a client that prefers protobuf gets JSON where it allows it, and 406 where not',
        steps: [
          get(NODES, { accept: 'application/vnd.kubernetes.protobuf, */*' }).gives(200, { kind: 'NodeList' }),
          get(NODES, { accept: 'application/vnd.kubernetes.protobuf' }).gives(406, { reason: 'NotAcceptable' }),
        ],
      },
    ],
  },
  {
    bullet: 'Discovery',
    rows: [
      {
        title: 'plain: versions, groups, resources with their subresources',
        steps: [
          get('/api').gives(200, { kind: 'APIVersions', versions: ['v1'] }),
          get('/apis').gives(200, {
            kind: 'APIGroupList',
            groups: expect.arrayContaining([
              {
                name: 'apps',
                versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
                preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
              },
            ]),
          }),
          get('/apis/apps').gives(200, { kind: 'APIGroup', name: 'apps' }),
          get('/api/v1').gives(200, {
            kind: 'APIResourceList',
            groupVersion: 'v1',
            resources: expect.arrayContaining([
              {
                name: 'pods',
                singularName: 'pod',
                namespaced: true,
                kind: 'Pod',
                verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
                shortNames: ['po'],
                categories: ['all'],
              },
              {
                name: 'pods/eviction',
                singularName: '',
                namespaced: true,
                group: 'policy',
                version: 'v1',
                kind: 'Eviction',
                verbs: ['create'],
              },
            ]),
          }),
          get('/apis/apps/v1').gives(200, {
            resources: expect.arrayContaining([
              expect.objectContaining({
                name: 'deployments/scale',
                group: 'autoscaling',
                version: 'v1',
                kind: 'Scale',
              }),
            ]),
          }),
        ],
      },
      {
        title: 'aggregated, where it is asked for, under its own content type',
        steps: [
          get('/api', { accept: DISCOVERY }).gives(
            200,
            {
              kind: 'APIGroupDiscoveryList',
              apiVersion: 'apidiscovery.k8s.io/v2',
              items: [{ versions: [{ version: 'v1', freshness: 'Current' }] }],
            },
            { contentType: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' },
          ),
          get('/apis', { accept: DISCOVERY }).gives(200, {
            items: expect.arrayContaining([
              expect.objectContaining({ metadata: expect.objectContaining({ name: 'coordination.k8s.io' }) }),
            ]),
          }),
          get('/apis', { accept: 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList' }).gives(
            200,
            { apiVersion: 'apidiscovery.k8s.io/v2beta1' },
            { contentType: 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList' },
          ),
        ],
      },
      {
        title: 'the version tells major and minor, readiness answers in plain text',
        steps: [
          get('/version').gives(200, {
            major: '1',
            minor: expect.any(String),
            gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/),
          }),
          get('/readyz').gives(200),
        ],
      },
      {
        title: 'a group or version that is not served: 404',
        steps: [
          get('/apis/nothing.example.com').gives(404, { reason: 'NotFound' }),
          get('/apis/apps/v7').gives(404, { reason: 'NotFound' }),
        ],
      },
    ],
  },
];
