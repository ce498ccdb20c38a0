// Rows: label selectors and field selectors.

import { expect } from 'vitest';
import { get, mergePatch, post, type Row, type RowGroup } from '../../kit/api-kit.ts';
import { NAMESPACES, NODES, node, PODS, pod, WIDGETS, widget } from './objects.ts';

const EVENTS = '/api/v1/namespaces/default/events';
const SECRETS = '/api/v1/namespaces/default/secrets';

const LABELLED = [
  post(NODES, node('a', { metadata: { labels: { zone: 'r1', gpu: '', cores: '8' } } })).gives(201),
  post(NODES, node('b', { metadata: { labels: { zone: 'r2', cores: '32' } } })).gives(201),
  post(NODES, node('c')).gives(201),
];

function items(...names: readonly string[]): object {
  return { items: names.map((name) => ({ metadata: { name } })) };
}

function byLabels(selector: string, ...names: readonly string[]): Row {
  return {
    title: `labelSelector ${selector} finds ${names.join(', ') || 'nothing'}`,
    steps: [...LABELLED, get(`${NODES}?labelSelector=${encodeURIComponent(selector)}`).gives(200, items(...names))],
  };
}

function badLabels(selector: string): Row {
  return {
    title: `labelSelector ${selector} is a bad request`,
    steps: [get(`${NODES}?labelSelector=${encodeURIComponent(selector)}`).gives(400, { reason: 'BadRequest' })],
  };
}

const PODS_THERE = [
  post(
    PODS,
    pod('a', {
      spec: {
        nodeName: 'n',
        restartPolicy: 'Never',
        schedulerName: 'mine',
        serviceAccountName: 'sa',
        hostNetwork: true,
      },
    }),
  ).gives(201),
  post(PODS, pod('b', { spec: { restartPolicy: 'Always' } })).gives(201),
  mergePatch(`${PODS}/a/status`, {
    status: { phase: 'Running', podIP: '10.0.0.9', podIPs: [{ ip: '10.0.0.9' }], nominatedNodeName: 'm' },
  }).gives(200),
];

function ofPods(selector: string, ...names: readonly string[]): Row {
  return {
    title: `Pod: ${selector}`,
    steps: [...PODS_THERE, get(`${PODS}?fieldSelector=${encodeURIComponent(selector)}`).gives(200, items(...names))],
  };
}

const EVENT = {
  metadata: { name: 'e', namespace: 'default' },
  involvedObject: {
    kind: 'Pod',
    namespace: 'default',
    name: 'db-0',
    uid: 'u1',
    apiVersion: 'v1',
    resourceVersion: '7',
    fieldPath: 'spec.containers{main}',
  },
  reason: 'BackOff',
  message: 'waits',
  source: { component: 'kubelet' },
  type: 'Warning',
  reportingComponent: 'kubelet',
};

const EVENT_FIELDS = {
  'involvedObject.kind': 'Pod',
  'involvedObject.namespace': 'default',
  'involvedObject.name': 'db-0',
  'involvedObject.uid': 'u1',
  'involvedObject.apiVersion': 'v1',
  'involvedObject.resourceVersion': '7',
  'involvedObject.fieldPath': 'spec.containers{main}',
  reason: 'BackOff',
  reportingComponent: 'kubelet',
  source: 'kubelet',
  type: 'Warning',
};

export const SELECTOR_ROWS: readonly RowGroup[] = [
  {
    bullet: 'Label selectors',
    rows: [
      byLabels('', 'a', 'b', 'c'),
      byLabels('zone=r1', 'a'),
      byLabels('zone==r1', 'a'),
      byLabels('zone!=r1', 'b', 'c'),
      byLabels('zone in (r1, r2)', 'a', 'b'),
      byLabels('zone notin (r1)', 'b', 'c'),
      byLabels('zone', 'a', 'b'),
      byLabels('!zone', 'c'),
      byLabels('gpu=', 'a'),
      byLabels('cores>8', 'b'),
      byLabels('cores<9', 'a'),
      byLabels(' zone = r1 , !gpu'),
      byLabels('zone,cores in (8),gpu notin (x)', 'a'),
      badLabels('zone in r1'),
      badLabels('zone=r1 r2'),
      badLabels('=r1'),
      badLabels('zone=r1,,gpu'),
      badLabels('zone in (r1'),
      badLabels('not a key!=x'),
      badLabels('zone=bad value!'),
      badLabels('cores>many'),
    ],
  },
  {
    bullet: 'Field selectors',
    rows: [
      ofPods('metadata.name=b', 'b'),
      ofPods('metadata.namespace=default', 'a', 'b'),
      ofPods('metadata.namespace!=default'),
      ofPods('spec.nodeName=n', 'a'),
      ofPods('spec.nodeName=', 'b'),
      ofPods('spec.restartPolicy=Never', 'a'),
      ofPods('spec.schedulerName=mine', 'a'),
      ofPods('spec.serviceAccountName=sa', 'a'),
      ofPods('spec.hostNetwork=true', 'a'),
      ofPods('spec.hostNetwork=false', 'b'),
      ofPods('status.phase==Running', 'a'),
      ofPods('status.podIP=10.0.0.9', 'a'),
      ofPods('status.podIPs=10.0.0.9', 'a'),
      ofPods('status.nominatedNodeName=m', 'a'),
      ofPods('spec.nodeName=n,status.phase!=Succeeded,status.phase!=Failed', 'a'),
      {
        title: 'Node: spec.unschedulable',
        steps: [
          post(NODES, node('a', { spec: { unschedulable: true } })).gives(201),
          post(NODES, node('b')).gives(201),
          get(`${NODES}?fieldSelector=spec.unschedulable%3Dtrue`).gives(200, items('a')),
          get(`${NODES}?fieldSelector=spec.unschedulable%3Dfalse`).gives(200, items('b')),
        ],
      },
      {
        title: 'Event: every field of its table',
        steps: [
          post(EVENTS, EVENT).gives(201),
          ...Object.entries(EVENT_FIELDS).map(([field, value]) =>
            get(`${EVENTS}?fieldSelector=${encodeURIComponent(`${field}=${value}`)}`).gives(200, items('e')),
          ),
          ...Object.keys(EVENT_FIELDS).map((field) =>
            get(`${EVENTS}?fieldSelector=${encodeURIComponent(`${field}=other`)}`).gives(200, { items: [] }),
          ),
        ],
      },
      {
        title: 'Namespace: status.phase; Secret: type',
        steps: [
          get(`${NAMESPACES}?fieldSelector=status.phase%3DTerminating`).gives(200, { items: [] }),
          post(SECRETS, { metadata: { name: 's' }, type: 'example.com/key' }).gives(201),
          get(`${SECRETS}?fieldSelector=type%3Dexample.com%2Fkey`).gives(200, items('s')),
        ],
      },
      {
        title: 'a field that the kind does not offer: 400',
        steps: [
          get(`${NODES}?fieldSelector=spec.podCIDR%3Dx`).gives(400, {
            reason: 'BadRequest',
            message: 'field label not supported: spec.podCIDR',
          }),
          get(`${WIDGETS}?fieldSelector=spec.nodeName%3Dx`).gives(400, {
            message: expect.stringContaining('field label not supported'),
          }),
        ],
      },
      {
        title: 'a text that is no selector: 400',
        steps: [
          get(`${NODES}?fieldSelector=what`).gives(400, {
            message: "invalid selector: 'what'; can't understand 'what'",
          }),
        ],
      },
      {
        title: 'a custom resource by name',
        steps: [
          post(WIDGETS, widget('a')).gives(201),
          post(WIDGETS, widget('b')).gives(201),
          get(`${WIDGETS}?fieldSelector=metadata.name%3Db`).gives(200, items('b')),
        ],
      },
    ],
  },
];
