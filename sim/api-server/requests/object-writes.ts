// POST, PUT and PATCH of objects and of their status: through the pipeline, then into the store.
// Source: apiserver pkg/endpoints/handlers/{create,update,patch}.go, pkg/registry/rest/{create,update}.go.

import type { KubeObject } from '../../../core/api/object.ts';
import type { ObjectStore } from '../object-store.ts';
import { sameValue } from '../same-value.ts';
import { invalidValue } from '../schema/field-errors.ts';
import { withKeptParts } from '../write-rules.ts';
import type { ApiAnswer, ApiCall } from './api-call.ts';
import { ApiFailure, answerOf, invalid, notFound, refused, unknownPath } from './api-failure.ts';
import { type ApiResource, groupVersion } from './api-resource.ts';
import { json } from './collection-reads.ts';
import type { NamespaceGate } from './namespace-gate.ts';
import { servedObject } from './representation.ts';
import type { ResourcePath } from './request-path.ts';
import { bodyTypeProblem, patchTypeOf, type WriteOptions, writeOptions } from './write-options.ts';
import type { Passed, WriteContext, WritePipeline } from './write-pipeline.ts';
import { writtenBody, writtenUpdate } from './written-body.ts';

export interface WriteWorld {
  readonly store: ObjectStore;
  readonly clock: { readonly nowMs: number };
  readonly pipeline: WritePipeline;
  readonly gate: NamespaceGate;
}

export interface WriteCall {
  readonly call: ApiCall;
  readonly resource: ApiResource;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
}

/** Who calls when nobody says so. */
const ADMINISTRATOR = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] } as const;

export class ObjectWrites {
  private readonly world: WriteWorld;

  constructor(world: WriteWorld) {
    this.world = world;
  }

  post(write: WriteCall): ApiAnswer {
    const { call, resource, path, query } = write;
    const options = bodyTypeProblem(call.contentType) ?? writeOptions(call, query, 'CreateOptions');
    if (options instanceof ApiFailure) return answerOf(options);
    const object = writtenBody(call.body, resource, path);
    if (object instanceof ApiFailure) return answerOf(object);
    return this.create(object, contextOf(write, options, 'create', object.metadata.name, this.world.clock.nowMs));
  }

  put(write: WriteCall): ApiAnswer {
    const { call, resource, path, query } = write;
    const options = bodyTypeProblem(call.contentType) ?? writeOptions(call, query, 'UpdateOptions');
    if (options instanceof ApiFailure) return answerOf(options);
    const object = writtenUpdate(call.body, resource, path);
    if (object instanceof ApiFailure) return answerOf(object);
    const current = this.current(write);
    const { nowMs } = this.world.clock;
    if (current === undefined) {
      if (!resource.createsOnUpdate || path.subresource !== '') return answerOf(notFound(resource, path.name));
      return this.create(object, contextOf(write, options, 'create', path.name, nowMs));
    }
    const { resourceVersion } = object.metadata;
    const isConditional = resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== '0';
    if (!isConditional && !resource.unconditionalUpdate) return answerOf(versionRequired(resource, path.name));
    const proposed = isConditional ? object : withVersion(object, current.metadata.resourceVersion);
    return this.update(
      current,
      { object: proposed, warnings: [] },
      contextOf(write, options, 'update', path.name, nowMs),
    );
  }

  patch(write: WriteCall): ApiAnswer {
    const { call, resource, path, query } = write;
    const patchType = patchTypeOf(call.contentType, resource.custom);
    if (patchType instanceof ApiFailure) return answerOf(patchType);
    const options = writeOptions(call, query, 'PatchOptions', patchType);
    if (options instanceof ApiFailure) return answerOf(options);
    const current = this.current(write);
    if (current === undefined && (patchType !== 'apply' || path.subresource !== '')) {
      return answerOf(notFound(resource, path.name));
    }
    const operation = current === undefined ? 'create' : 'update';
    const context = { ...contextOf(write, options, operation, path.name, this.world.clock.nowMs), patchType };
    const served = current === undefined ? undefined : servedObject(resource, path.version, current);
    const patched = this.world.pipeline.patch(served, call.body, patchType, context);
    if (patched instanceof ApiFailure) return answerOf(patched);
    const { name } = patched.object.metadata;
    if (name !== path.name) return answerOf(nameIsImmutable(resource, path.name, name));
    if (current === undefined) {
      const placed = writtenUpdate(patched.object, resource, path);
      return placed instanceof ApiFailure ? answerOf(placed) : this.create(placed, context, patched.warnings);
    }
    return this.update(current, patched, context);
  }

  /** A change of the object that a subresource stands for, made by the server itself: scale, finalize. */
  change(
    write: WriteCall,
    options: WriteOptions,
    current: KubeObject,
    change: (served: KubeObject) => KubeObject,
  ): KubeObject | ApiFailure {
    const { resource, path } = write;
    const context = contextOf(write, options, 'update', path.name, this.world.clock.nowMs);
    const proposed = change(servedObject(resource, path.version, current));
    const written = this.written(current, { object: proposed, warnings: [] }, context);
    return written instanceof ApiFailure ? written : written.object;
  }

  private current({ resource, path }: WriteCall): KubeObject | undefined {
    return this.world.store.get(resource.kind, { namespace: path.namespace, name: path.name });
  }

  private create(asked: KubeObject, context: WriteContext, warnings: readonly string[] = []): ApiAnswer {
    const { pipeline, gate, store } = this.world;
    const { resource } = context;
    const decoded = pipeline.decode(asked, undefined, context);
    if (decoded instanceof ApiFailure) return answerOf(decoded);
    const newborn = withInitialStatus(resource, decoded.object);
    const recorded = pipeline.recordManagedFields(newborn, undefined, context);
    const closed = gate.refusal(resource, context.namespace, context.name);
    if (closed !== undefined) return answerOf(closed);
    const admitted = pipeline.admit(recorded, undefined, context);
    if (admitted instanceof ApiFailure) return answerOf(admitted);
    const prepared = resource.prepareCreate?.(admitted.object) ?? admitted.object;
    const wrong = pipeline.validate(prepared, undefined, context);
    if (wrong !== undefined) return answerOf(wrong);
    const { dryRun } = context;
    const asStored = stored(resource, prepared, undefined);
    const outcome = store.create(resource.kind, asStored, { dryRun, initialStatus: asStored.status });
    if (outcome.kind !== 'done' || outcome.object === undefined) {
      return answerOf(outcome.kind === 'refused' ? refused(outcome, resource, context.name) : unknownPath());
    }
    const body = servedObject(resource, context.version, outcome.object);
    return json(body, 201, [...warnings, ...decoded.warnings, ...admitted.warnings]);
  }

  private update(current: KubeObject, proposed: Passed, context: WriteContext): ApiAnswer {
    const written = this.written(current, proposed, context);
    if (written instanceof ApiFailure) return answerOf(written);
    return json(servedObject(context.resource, context.version, written.object), 200, written.warnings);
  }

  private written(current: KubeObject, proposed: Passed, context: WriteContext): Passed | ApiFailure {
    const { pipeline, store } = this.world;
    const { resource, subresource, version } = context;
    const old = servedObject(resource, version, current);
    const decoded = pipeline.decode(proposed.object, old, context);
    if (decoded instanceof ApiFailure) return decoded;
    const part = subresource === 'status' ? 'status' : 'main';
    const kept = withKeptParts(old, decoded.object, part, resource.storeOptions);
    const prepared = subresource === '' ? (resource.prepareUpdate?.(kept, old) ?? kept) : kept;
    const recorded = pipeline.recordManagedFields(prepared, old, context);
    const admitted = pipeline.admit(recorded, old, context);
    if (admitted instanceof ApiFailure) return admitted;
    const wrong = pipeline.validate(admitted.object, old, context);
    if (wrong !== undefined) return wrong;
    const warnings = [...proposed.warnings, ...decoded.warnings, ...admitted.warnings];
    // Against a lean object everything would look changed.
    if (resource.printed !== undefined && sameValue(admitted.object, old)) return { object: current, warnings };
    const next = stored(resource, admitted.object, current);
    const key = { namespace: context.namespace, name: context.name };
    const outcome = store.update(resource.kind, key, part, () => next, { dryRun: context.dryRun });
    if (outcome.kind !== 'done' || outcome.object === undefined) {
      return outcome.kind === 'refused' ? refused(outcome, resource, context.name) : unknownPath();
    }
    return { object: outcome.object, warnings };
  }
}

/** What the pipeline is told of a write. */
export function contextOf(
  { call, resource, path }: WriteCall,
  options: WriteOptions,
  operation: WriteContext['operation'],
  name: string,
  nowMs: number,
): WriteContext {
  return {
    ...options,
    resource,
    version: path.version,
    subresource: subresourceOf(path.subresource),
    operation,
    namespace: path.namespace,
    name,
    user: call.user ?? ADMINISTRATOR,
    nowMs,
  };
}

const SUBRESOURCES: readonly WriteContext['subresource'][] = ['status', 'scale', 'finalize', 'eviction'];

function subresourceOf(name: string): WriteContext['subresource'] {
  return SUBRESOURCES.find((known) => known === name) ?? '';
}

/** In the shape and version under which the store has it, or will have it. */
function stored(resource: ApiResource, object: KubeObject, current: KubeObject | undefined): KubeObject {
  const shaped = resource.shape === undefined ? object : resource.shape.toStored(object);
  const apiVersion =
    current?.apiVersion ??
    (resource.shape === undefined ? groupVersion(resource.group, resource.storageVersion) : shaped.apiVersion);
  return shaped.apiVersion === apiVersion ? shaped : { ...shaped, apiVersion };
}

/** Writers of new objects do not say what their status is, where it is a subresource. */
function withInitialStatus(resource: ApiResource, object: KubeObject): KubeObject {
  if (!resource.storeOptions.statusSubresource) return object;
  const status = resource.initialStatus?.(object);
  if (status === object.status) return object;
  const { status: _asked, ...rest } = object;
  return status === undefined ? rest : { ...rest, status };
}

function withVersion(object: KubeObject, resourceVersion: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}

/** Source: apiserver pkg/registry/generic/registry/store.go (Update): the resource stands where the kind belongs. */
function versionRequired(resource: ApiResource, name: string): ApiFailure {
  return invalid({ group: resource.group, kind: resource.plural }, name, [
    // Go prints the unsigned 0 of an absent version so.
    {
      reason: 'FieldValueInvalid',
      message: 'Invalid value: 0x0: must be specified for an update',
      field: 'metadata.resourceVersion',
    },
  ]);
}

function nameIsImmutable(resource: ApiResource, name: string, asked: string): ApiFailure {
  return invalid({ group: resource.group, kind: resource.kind.kind }, name, [
    invalidValue('metadata.name', asked, 'field is immutable'),
  ]);
}
