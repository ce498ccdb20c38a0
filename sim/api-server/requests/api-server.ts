// ApiServer: what a kube-apiserver 1.32 does around its store. Calls come in as plain values, answers go out by callback at
// their virtual instant. One per world, made after the store was loaded; a world without one pays nothing for it.
//
// Divergence from reality: no authentication and no authorisation, no audit, no request limits; protobuf is the transport's.

import type { KubeObject } from '../../../core/api/object.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { BUILT_IN_DEFINED, withBuiltIn } from '../definitions/built-in-definitions.ts';
import { DefinitionController } from '../definitions/definition-controller.ts';
import type { NameSource } from '../names.ts';
import type { ObjectStore } from '../object-store.ts';
import type { ApiAnswer, ApiCall, ApiTransport } from './api-call.ts';
import { ApiFailure, answerOf, badRequest, methodNotAllowed, unknownPath } from './api-failure.ts';
import { ApiRegistry } from './api-registry.ts';
import type { ApiResource } from './api-resource.ts';
import { BUILT_IN_RESOURCES } from './built-in-resources.ts';
import { CollectionReads, json } from './collection-reads.ts';
import { definedResource, serveDefinitions } from './defined-resources.ts';
import {
  aggregatedBody,
  aggregatedContentType,
  apiVersionsBody,
  groupBody,
  groupListBody,
  resourceListBody,
  type ServerVersion,
  versionBody,
} from './discovery.ts';
import { EventExpiry } from './event-expiry.ts';
import { foundResources } from './found-resources.ts';
import { History } from './history.ts';
import { KubernetesPipeline } from './kubernetes-pipeline.ts';
import { MACHINE_RESOURCES } from './machine-resources.ts';
import { NamespaceController } from './namespace-controller.ts';
import { finalizeNamespace } from './namespace-finalize.ts';
import { NamespaceGate } from './namespace-gate.ts';
import { DISCOVERY_OFFERS, negotiated, type Representation } from './negotiation.ts';
import { ObjectDeletes } from './object-deletes.ts';
import { ObjectWrites, type WriteCall, type WriteWorld } from './object-writes.ts';
import { PodActions } from './pod-actions.ts';
import { parsedPath, type RequestPath, type ResourcePath } from './request-path.ts';
import { ScaleWrites } from './scale.ts';
import type { WritePipeline } from './write-pipeline.ts';

export interface ApiServerOptions {
  /** Chance for the length of watches without timeoutSeconds. */
  readonly chance: NameSource;
  /** Absent: `KubernetesPipeline`. */
  readonly pipeline?: WritePipeline;
  /** Makes objects whole that the store holds lean, whenever one is read. A client's write stores what it read. */
  readonly printed?: (stored: KubeObject) => KubeObject;
  /** Whether objects need a Namespace that exists. Absent: false. */
  readonly namespaces?: boolean;
  readonly version?: ServerVersion;
  /** Paths that are not about resources (OpenAPI, access reviews): the first that answers wins, before anything else is tried. */
  readonly routes?: readonly ((call: ApiCall) => ApiAnswer | undefined)[];
}

/** Clients compare major and minor; the suffix says what it really is. */
const VERSION: ServerVersion = { major: '1', minor: '32', gitVersion: 'v1.32.0+metaltwin' };

export class ApiServer implements ApiTransport {
  readonly registry: ApiRegistry;
  readonly history: History;
  readonly definitions: DefinitionController;
  private readonly options: ApiServerOptions;
  private readonly reads: CollectionReads;
  private readonly writes: ObjectWrites;
  private readonly deletes: ObjectDeletes;
  private readonly scales: ScaleWrites;
  private readonly pods: PodActions;
  private readonly world: WriteWorld;

  /** Takes over the store's journal; serves the built-in kinds, the machine kinds, and every kind that the store has already. */
  constructor(store: ObjectStore, kernel: Kernel, options: ApiServerOptions) {
    this.options = options;
    this.registry = new ApiRegistry(store, options.printed);
    const found = store.servedKinds();
    const defined = BUILT_IN_DEFINED.map(definedResource);
    for (const resource of [...BUILT_IN_RESOURCES, ...MACHINE_RESOURCES, ...defined]) this.registry.add(resource);
    for (const resource of foundResources(store, found, this.registry)) this.registry.add(resource);
    const history = new History(kernel, () => store.resourceVersion);
    store.keepJournal((change) => history.record(change));
    this.history = history;
    this.definitions = new DefinitionController(store, kernel);
    serveDefinitions(this.definitions, this.registry);
    const gate = new NamespaceGate(store, options.namespaces ?? false);
    const pipeline = options.pipeline ?? new KubernetesPipeline(store, withBuiltIn(this.definitions));
    this.world = { store, clock: kernel, pipeline, gate };
    this.reads = new CollectionReads({ store, kernel, history, registry: this.registry, chance: options.chance });
    this.writes = new ObjectWrites(this.world);
    this.deletes = new ObjectDeletes(this.world);
    this.scales = new ScaleWrites(this.world, this.writes);
    this.pods = new PodActions(this.world);
    new EventExpiry(store, kernel);
    new NamespaceController(store, kernel, this.registry);
    this.definitions.start();
  }

  call(call: ApiCall, answer: (answer: ApiAnswer) => void): void {
    for (const route of this.options.routes ?? []) {
      const answered = route(call);
      if (answered !== undefined) {
        answer(answered);
        return;
      }
    }
    const parsed = parsedPath(call.path);
    if (parsed === undefined) answer(answerOf(badRequest('the path is not well encoded')));
    else if (parsed.path.kind !== 'resource') answer(this.about(parsed.path, call));
    else this.onResource(call, parsed.path, parsed.query, answer);
  }

  private onResource(
    call: ApiCall,
    path: ResourcePath,
    query: URLSearchParams,
    answer: (answer: ApiAnswer) => void,
  ): void {
    const resource = this.registry.find(path.group, path.version, path.plural);
    if (resource === undefined || !isPlaced(resource, path)) {
      answer(answerOf(unknownPath()));
      return;
    }
    const target: WriteCall = { call, resource, path, query };
    if (path.subresource !== '') answer(this.subresource(target));
    else if (call.method !== 'GET') answer(this.write(target));
    else if (path.name === '' || path.watch) this.reads.collection({ ...target, accept: call.accept }, answer);
    else this.reads.get({ ...target, accept: call.accept }, answer);
  }

  private write(write: WriteCall): ApiAnswer {
    const { path, resource, call } = write;
    const verb = verbOf(write);
    if (verb === undefined || !resource.verbs.includes(verb) || isUnplaced(resource, path)) {
      return answerOf(methodNotAllowed());
    }
    switch (verb) {
      case 'create':
        return this.writes.post(write);
      case 'update':
        return this.writes.put(write);
      case 'patch':
        return this.writes.patch(write);
      case 'delete':
        return this.deletes.one(write);
      case 'deletecollection':
        return this.deletes.collection(write);
      default:
        return answerOf(badRequest(`no write has the method ${call.method}`));
    }
  }

  private subresource(write: WriteCall): ApiAnswer {
    const { path, resource, call } = write;
    const { method } = call;
    const { status, scale, actions = [] } = resource.subresources;
    const none = answerOf(methodNotAllowed());
    if (path.subresource === 'status' && status === true) {
      if (method === 'GET') return this.statusOf(write);
      if (method === 'PUT') return this.writes.put(write);
      return method === 'PATCH' ? this.writes.patch(write) : none;
    }
    if (path.subresource === 'scale' && scale !== undefined) {
      if (method === 'GET') return this.scales.get(write);
      if (method === 'PUT') return this.scales.put(write);
      return method === 'PATCH' ? this.scales.patch(write) : none;
    }
    switch (actions.find((action) => action === path.subresource)) {
      case 'eviction':
        return method === 'POST' ? this.pods.evict(write) : none;
      case 'binding':
        return method === 'POST' ? this.pods.bind(write) : none;
      case 'finalize':
        return method === 'PUT' ? finalizeNamespace(this.world, this.writes, write) : none;
      case undefined:
        return answerOf(unknownPath());
    }
  }

  /** The object itself: its status is part of it. */
  private statusOf(write: WriteCall): ApiAnswer {
    let got: ApiAnswer = answerOf(unknownPath());
    this.reads.get({ ...write, query: new URLSearchParams(), accept: write.call.accept }, (answer) => {
      got = answer;
    });
    return got;
  }

  private about(path: Exclude<RequestPath, ResourcePath>, call: ApiCall): ApiAnswer {
    if (call.method !== 'GET') return answerOf(path.kind === 'unknown' ? unknownPath() : methodNotAllowed());
    const representation = negotiated(call.accept, DISCOVERY_OFFERS);
    if (representation instanceof ApiFailure && path.kind !== 'health') return answerOf(representation);
    const body = this.aboutBody(path, representation instanceof ApiFailure ? { as: 'object' } : representation);
    return body ?? answerOf(unknownPath());
  }

  private aboutBody(path: Exclude<RequestPath, ResourcePath>, representation: Representation): ApiAnswer | undefined {
    const { registry } = this;
    switch (path.kind) {
      case 'apiVersions':
        return representation.as === 'discovery'
          ? aggregated(registry, 'api', representation.version)
          : json(apiVersionsBody());
      case 'apiGroups':
        return representation.as === 'discovery'
          ? aggregated(registry, 'apis', representation.version)
          : json(groupListBody(registry));
      case 'group':
        return maybe(groupBody(registry, path.group));
      case 'groupVersion':
        return maybe(resourceListBody(registry, path.group, path.version));
      case 'version':
        return json(versionBody(this.options.version ?? VERSION));
      case 'health':
        return { kind: 'object', code: 200, body: 'ok', warnings: [], contentType: 'text/plain; charset=utf-8' };
      case 'unknown':
        return undefined;
    }
  }
}

function aggregated(registry: ApiRegistry, root: 'api' | 'apis', version: string): ApiAnswer {
  const body = aggregatedBody(registry, root, version);
  return { kind: 'object', code: 200, body, warnings: [], contentType: aggregatedContentType(version) };
}

function maybe(body: object | undefined): ApiAnswer | undefined {
  return body === undefined ? undefined : json(body);
}

/** Cluster-scoped resources have no namespace, and objects of namespaced ones are in one. */
function isPlaced({ kind }: ApiResource, { namespace, name }: ResourcePath): boolean {
  return kind.namespaced ? namespace !== '' || name === '' : namespace === '';
}

/** All namespaces together can be read, not written. */
function isUnplaced({ kind }: ApiResource, { namespace }: ResourcePath): boolean {
  return kind.namespaced && namespace === '';
}

function verbOf({ call, path }: WriteCall) {
  const isCollection = path.name === '';
  switch (call.method) {
    case 'POST':
      return isCollection ? 'create' : undefined;
    case 'PUT':
      return isCollection ? undefined : 'update';
    case 'PATCH':
      return isCollection ? undefined : 'patch';
    case 'DELETE':
      return isCollection ? 'deletecollection' : 'delete';
    case 'GET':
      return undefined;
  }
}
