// What only the virtual server has: resources that come and go, several versions of one object, a pipeline, worlds without
// namespaces, and no cost where nobody asks.

import { describe, expect, test } from 'vitest';
import { CAPI_MACHINE } from '../../../../core/api/machine.ts';
import { NODE } from '../../../../core/api/node.ts';
import { type Kind, type KubeObject, kindOf } from '../../../../core/api/object.ts';
import { textAt } from '../../../../sim/api-server/json-fields.ts';
import { mergePatch } from '../../../../sim/api-server/merge-patch.ts';
import { isKubeObject } from '../../../../sim/api-server/object-shape.ts';
import { ObjectStore } from '../../../../sim/api-server/object-store.ts';
import type { ApiCall, WatchEvent } from '../../../../sim/api-server/requests/api-call.ts';
import { type ApiFailure, failure } from '../../../../sim/api-server/requests/api-failure.ts';
import { customResource } from '../../../../sim/api-server/requests/api-resource.ts';
import { ApiServer } from '../../../../sim/api-server/requests/api-server.ts';
import type { Passed, WriteContext, WritePipeline } from '../../../../sim/api-server/requests/write-pipeline.ts';
import { isJsonObject } from '../../../../sim/api-server/same-value.ts';
import { Kernel } from '../../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../../sim/kernel/rng.ts';
import { configMap, node } from '../../../contract/kube-api/objects.ts';
import { type ApiWorld, answered, apiWorld, START_MS } from '../../../kit/api-kit.ts';
import { aMachine, aNode } from '../objects.ts';

const WIDGET = kindOf('example.com', 'Widget', 'Namespaced');
const WIDGETS = '/apis/example.com/v1/namespaces/default/widgets';
const NODES = '/api/v1/nodes';

const widgets = customResource({
  kind: WIDGET,
  plural: 'widgets',
  shortNames: ['wd'],
  versions: [
    {
      name: 'v1',
      additionalPrinterColumns: [
        { name: 'Color', type: 'string', jsonPath: '.spec.color' },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        { name: 'Size', type: 'integer', jsonPath: '.spec.size', priority: 1 },
      ],
    },
    { name: 'v1alpha1' },
  ],
  subresources: { status: true },
  selectableFields: ['.spec.color'],
});

function widget(name: string, color: string): object {
  return { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name }, spec: { color } };
}

function get(path: string, accept?: string): ApiCall {
  return { method: 'GET', path, ...(accept === undefined ? {} : { accept }) };
}

function post(path: string, body: object): ApiCall {
  return { method: 'POST', path, body };
}

function opened(
  world: ApiWorld,
  path: string,
  onEvent: (event: WatchEvent) => void = () => undefined,
): readonly string[] {
  const heard: string[] = [];
  world.transport.call(get(path), (answer) => {
    if (answer.kind !== 'watch') return;
    answer.start({
      event: (event) => {
        heard.push(`${event.type} ${textAt(event.object, 'metadata', 'name')}`);
        onEvent(event);
      },
      end: () => heard.push('end'),
    });
  });
  return heard;
}

describe('resources at run time', () => {
  test('one that is added is discovered, written, read as a table, selected by its fields', async () => {
    const world = apiWorld();
    expect((await answered(world, get('/apis/example.com/v1'))).code).toBe(404);
    world.transport.registry.add(widgets);
    expect((await answered(world, get('/apis/example.com'))).body).toMatchObject({
      preferredVersion: { version: 'v1' },
      versions: [{ version: 'v1' }, { version: 'v1alpha1' }],
    });
    expect((await answered(world, post(WIDGETS, widget('a', 'red')))).body).toMatchObject({
      metadata: { generation: 1 },
    });
    await answered(world, post(WIDGETS, widget('b', 'blue')));
    const table = await answered(
      world,
      get(`${WIDGETS}?fieldSelector=spec.color%3Dred`, 'application/json;as=Table;v=v1;g=meta.k8s.io'),
    );
    expect(table.body).toMatchObject({
      columnDefinitions: [
        { name: 'Name' },
        { name: 'Color' },
        { name: 'Age', type: 'date' },
        { name: 'Size', priority: 1 },
      ],
      rows: [{ cells: ['a', 'red', '0s', null] }],
    });
  });

  test('one that is removed answers 404, ends its watches, and the store takes it no more', async () => {
    const world = apiWorld();
    world.transport.registry.add(widgets);
    const heard = opened(world, '/apis/example.com/v1/widgets?watch=true');
    expect(world.transport.registry.remove('example.com', 'widgets')).toBe(true);
    expect(heard).toEqual(['end']);
    expect((await answered(world, get(WIDGETS))).code).toBe(404);
    expect(world.store.knows(WIDGET.key)).toBe(false);
    expect(world.transport.registry.remove('example.com', 'widgets')).toBe(false);
  });

  test('versions are ordered by stage, then by number; the first is preferred', () => {
    const { registry } = apiWorld().transport;
    const versions = ['foo', 'v1alpha1', 'v2', 'v1beta1', 'v10', 'v1beta2', 'v1'].map((name) => ({ name }));
    registry.add(customResource({ kind: WIDGET, plural: 'widgets', versions }));
    expect(registry.versionsOf('example.com')).toEqual(['v10', 'v2', 'v1', 'v1beta2', 'v1beta1', 'v1alpha1', 'foo']);
  });

  test('a verb that it does not have is not allowed', async () => {
    const world = apiWorld();
    const versions = [{ name: 'v1' }];
    world.transport.registry.add(
      customResource({ kind: WIDGET, plural: 'widgets', versions, verbs: ['get', 'create'] }),
    );
    expect((await answered(world, get(WIDGETS))).code).toBe(405);
    expect((await answered(world, get(`${WIDGETS}?watch=true`))).code).toBe(405);
    expect((await answered(world, post(WIDGETS, widget('a', 'red')))).code).toBe(201);
    expect((await answered(world, { method: 'DELETE', path: `${WIDGETS}/a` })).code).toBe(405);
  });

  test('a plural that no rule would guess is the one in messages', async () => {
    const world = apiWorld();
    const mouse = kindOf('example.com', 'Mouse', 'Cluster');
    world.transport.registry.add(customResource({ kind: mouse, plural: 'mice', versions: [{ name: 'v1' }] }));
    const body = { apiVersion: 'example.com/v1', kind: 'Mouse', metadata: { name: 'a' } };
    await answered(world, post('/apis/example.com/v1/mice', body));
    const again = await answered(world, post('/apis/example.com/v1/mice', body));
    expect(again.body).toMatchObject({ message: 'mice.example.com "a" already exists', details: { kind: 'mice' } });
  });

  test('kinds that a store came with are served in the versions of their objects', async () => {
    const foreign = { ...aNode('x'), apiVersion: 'foreign.example.com/v3', kind: 'Gadget' };
    const world = apiWorld([foreign]);
    const list = await answered(world, get('/apis/foreign.example.com/v3/gadgets'));
    expect(list.body).toMatchObject({ kind: 'GadgetList', items: [{ metadata: { name: 'x' } }] });
  });
});

describe('versions', () => {
  const machine = {
    ...aMachine('m', { metadata: { namespace: 'metal', labels: { 'cluster.x-k8s.io/cluster-name': 'c' } } }),
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    spec: { clusterName: 'c', bootstrap: { dataSecretName: 'm' }, nodeDeletionTimeout: '10s' },
  };
  const path = (version: string): string => `/apis/cluster.x-k8s.io/${version}/namespaces/metal/machines`;

  test('an object answers under the version that is asked for, in reads, lists and watches', async () => {
    const world = apiWorld([machine]);
    const seen: unknown[] = [];
    opened(world, `${path('v1beta1')}?watch=true`, ({ object }) => seen.push(textAt(object, 'apiVersion')));
    for (const version of ['v1beta1', 'v1beta2']) {
      const apiVersion = `cluster.x-k8s.io/${version}`;
      expect((await answered(world, get(`${path(version)}/m`))).body).toMatchObject({ apiVersion });
      expect((await answered(world, get(path(version)))).body).toMatchObject({ apiVersion, items: [{ apiVersion }] });
    }
    expect(seen).toEqual(['cluster.x-k8s.io/v1beta1']);
  });

  test('a write under another version than the stored one leaves that, and changes nothing by itself', async () => {
    const world = apiWorld([machine]);
    const read = await answered(world, get(`${path('v1beta1')}/m`));
    const written = await answered(world, { method: 'PUT', path: `${path('v1beta1')}/m`, body: read.body });
    expect(written).toMatchObject({ code: 200, body: read.body });
    expect(world.store.get(CAPI_MACHINE, { namespace: 'metal', name: 'm' })?.apiVersion).toBe(
      'cluster.x-k8s.io/v1beta2',
    );
  });

  test('a new object is stored in the storage version', async () => {
    const world = apiWorld([machine]);
    const body = { ...machine, apiVersion: 'cluster.x-k8s.io/v1beta1', metadata: { name: 'n' } };
    expect((await answered(world, post(path('v1beta1'), body))).body).toMatchObject({
      apiVersion: 'cluster.x-k8s.io/v1beta1',
    });
    expect(world.store.get(CAPI_MACHINE, { namespace: 'metal', name: 'n' })?.apiVersion).toBe(
      'cluster.x-k8s.io/v1beta2',
    );
  });
});

/** What a merge patch makes of an object; the rows patch nothing else. */
function merged(current: KubeObject | undefined, patch: unknown): KubeObject {
  const object = isJsonObject(current) && isJsonObject(patch) ? mergePatch(current, patch) : undefined;
  if (!isKubeObject(object)) throw new Error('the rows patch objects with objects');
  return object;
}

/** Notes who is called, and refuses at one of the steps. */
class NotedPipeline implements WritePipeline {
  readonly calls: string[] = [];
  readonly contexts: WriteContext[] = [];
  private readonly refuses: string;

  constructor(refuses = '') {
    this.refuses = refuses;
  }

  patch(...args: Parameters<WritePipeline['patch']>): Passed | ApiFailure {
    const [current, patch, , context] = args;
    return this.step('patch', context) ?? { object: merged(current, patch), warnings: [] };
  }

  decode(...[object, , context]: Parameters<WritePipeline['decode']>): Passed | ApiFailure {
    return this.step('decode', context) ?? { object, warnings: ['unknown field "x"'] };
  }

  recordManagedFields(...[object, , context]: Parameters<WritePipeline['recordManagedFields']>) {
    this.step('recordManagedFields', context);
    return { ...object, metadata: { ...object.metadata, managedFields: [{ manager: context.fieldManager }] } };
  }

  admit(...[object, , context]: Parameters<WritePipeline['admit']>): Passed | ApiFailure {
    return this.step('admit', context) ?? { object, warnings: [] };
  }

  validate(...[, , context]: Parameters<WritePipeline['validate']>): ApiFailure | undefined {
    return this.step('validate', context);
  }

  private step(name: string, context: WriteContext): ApiFailure | undefined {
    this.calls.push(name);
    this.contexts.push(context);
    return name === this.refuses ? failure(403, 'Forbidden', 'no') : undefined;
  }
}

describe('the pipeline', () => {
  const CREATE = ['decode', 'recordManagedFields', 'admit', 'validate'];
  const cordon: ApiCall = {
    method: 'PATCH',
    path: `${NODES}/a`,
    contentType: 'application/merge-patch+json',
    body: { spec: { unschedulable: true } },
    userAgent: 'kubectl/v1.32.4 (linux/amd64)',
  };

  test('is called in order, its warnings are passed on, and managed fields are stored on main and status writes', async () => {
    const pipeline = new NotedPipeline();
    const world = apiWorld([], { pipeline });
    const created = await answered(world, post(NODES, node('a')));
    expect(pipeline.calls.splice(0)).toEqual(CREATE);
    expect(created.warnings).toEqual(['unknown field "x"']);
    await answered(world, cordon);
    expect(pipeline.calls.splice(0)).toEqual(['patch', ...CREATE]);
    const status = await answered(world, {
      ...cordon,
      path: `${NODES}/a/status?fieldManager=me`,
      body: { status: { phase: 'x' } },
    });
    expect(status.body).toMatchObject({ metadata: { managedFields: [{ manager: 'me' }] }, status: { phase: 'x' } });
    pipeline.calls.splice(0);
    await answered(world, { method: 'DELETE', path: `${NODES}/a` });
    expect(pipeline.calls).toEqual(['admit']);
  });

  test('is told who writes what, how', async () => {
    const pipeline = new NotedPipeline();
    const world = apiWorld([], { pipeline });
    await answered(world, post(NODES, node('a')));
    await answered(world, { ...cordon, path: `${NODES}/a?dryRun=All&fieldValidation=Strict` });
    expect(pipeline.contexts[0]).toMatchObject({
      operation: 'create',
      subresource: '',
      name: 'a',
      namespace: '',
      version: 'v1',
      dryRun: false,
      fieldManager: 'unknown',
      fieldValidation: 'Warn',
      user: { name: 'kubernetes-admin' },
      nowMs: START_MS,
    });
    expect(pipeline.contexts.at(-1)).toMatchObject({
      operation: 'update',
      patchType: 'merge',
      dryRun: true,
      fieldManager: 'kubectl',
      fieldValidation: 'Strict',
    });
  });

  test.each(['decode', 'admit', 'validate'])('a refusal by %s is the answer, and nothing is stored', async (step) => {
    const world = apiWorld([], { pipeline: new NotedPipeline(step) });
    expect(await answered(world, post(NODES, node('a')))).toMatchObject({ code: 403, body: { message: 'no' } });
    expect(world.store.list(NODE)).toEqual([]);
  });

  test('admission is not asked about a namespace that is not there', async () => {
    const pipeline = new NotedPipeline();
    const world = apiWorld([], { pipeline });
    expect((await answered(world, post('/api/v1/namespaces/x/configmaps', configMap('a')))).code).toBe(404);
    expect(pipeline.calls).toEqual(['decode', 'recordManagedFields']);
  });

  test('nor about one that is on its way out', async () => {
    const pipeline = new NotedPipeline();
    const world = apiWorld([], { pipeline });
    await answered(world, post('/api/v1/namespaces', { metadata: { name: 'x' } }));
    await answered(world, { method: 'DELETE', path: '/api/v1/namespaces/x' });
    pipeline.calls.splice(0);
    expect((await answered(world, post('/api/v1/namespaces/x/configmaps', configMap('a')))).code).toBe(403);
    expect(pipeline.calls).toEqual(['decode', 'recordManagedFields']);
  });
});

describe('the world around it', () => {
  function bareServer(kinds: readonly Kind[] = []) {
    const kernel = new Kernel(START_MS);
    const draws = new Draws(rootKey('api tests'), 0);
    const store = new ObjectStore(kernel, draws.stream('api', 'names'));
    for (const kind of kinds) store.register(kind, { statusSubresource: true });
    return { kernel, store, make: () => new ApiServer(store, kernel, { chance: draws.stream('api', 'watches') }) };
  }

  test('without namespaces objects live in any, and nothing is there that nobody made', async () => {
    const { kernel, store, make } = bareServer();
    const transport = make();
    const world: ApiWorld = { kernel, store, transport, advance: (ms) => kernel.runUntil(kernel.nowMs + ms) };
    expect((await answered(world, post('/api/v1/namespaces/x/configmaps', configMap('a')))).code).toBe(201);
    expect((await answered(world, get('/api/v1/namespaces'))).body).toMatchObject({ items: [] });
  });

  test('with namespaces those of existing objects are made, and writers past the front meet the same rule', () => {
    const world = apiWorld([aMachine('m', { metadata: { namespace: 'metal' } })]);
    const create = (namespace: string) =>
      world.store.create(CAPI_MACHINE, {
        apiVersion: 'cluster.x-k8s.io/v1beta2',
        kind: 'Machine',
        metadata: { name: 'n', namespace },
      });
    expect(create('metal').kind).toBe('done');
    expect(create('nowhere')).toMatchObject({ kind: 'refused', code: 404, message: 'namespaces "nowhere" not found' });
  });

  test('a server that nobody calls has no event ahead, and draws no chance', () => {
    const { kernel, make } = bareServer([NODE]);
    make();
    expect([kernel.pending, kernel.processed]).toEqual([0, 0]);
  });

  test('a watch that its client ends leaves nothing behind', () => {
    const world = apiWorld();
    world.transport.call(get(`${NODES}?watch=true&allowWatchBookmarks=true`), (answer) => {
      if (answer.kind === 'watch') answer.start({ event: () => undefined, end: () => undefined })();
    });
    expect(world.kernel.pending).toBe(0);
  });

  test('a watcher that writes and watches while it is told of a change: everyone hears all, once and in order', () => {
    const world = apiWorld();
    let inner: readonly string[] = [];
    const outer = opened(world, `${NODES}?watch=true`, (event) => {
      if (textAt(event.object, 'metadata', 'name') !== 'a') return;
      const version = textAt(event.object, 'metadata', 'resourceVersion');
      world.transport.call(post(NODES, node('b')), () => undefined);
      inner = opened(world, `${NODES}?watch=true&resourceVersion=${version}`);
    });
    world.transport.call(post(NODES, node('a')), () => undefined);
    world.transport.call(post(NODES, node('c')), () => undefined);
    expect(outer).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
    expect(inner).toEqual(['ADDED b', 'ADDED c']);
  });

  test('routes answer before anything else', async () => {
    const route = (call: ApiCall) =>
      call.path === '/openapi/v3'
        ? ({ kind: 'object', code: 200, body: { paths: {} }, warnings: [], contentType: 'text/plain' } as const)
        : undefined;
    const world = apiWorld([], { routes: [route] });
    expect(await answered(world, get('/openapi/v3'))).toMatchObject({ code: 200, contentType: 'text/plain' });
    expect((await answered(world, get(NODES))).code).toBe(200);
  });
});
