// The scale subresource: an autoscaling/v1 Scale drawn from an object, and a Scale written back as its replicas.
// Source: kubernetes pkg/registry/apps/deployment/storage/storage.go (ScaleREST), apiextensions-apiserver
// pkg/registry/customresource/etcd.go (ScaleREST).

import type { LabelSelector } from '../../../core/api/machine.ts';
import type { KubeObject, ObjectKey } from '../../../core/api/object.ts';
import { numberAt, valueAt, withValueAt } from '../json-fields.ts';
import { isKubeObject, shapeProblem } from '../object-shape.ts';
import { NO_JSON_OBJECT, wrongName } from '../refusals.ts';
import { isJsonObject } from '../same-value.ts';
import { invalidValue } from '../schema/field-errors.ts';
import type { ApiAnswer } from './api-call.ts';
import { ApiFailure, answerOf, badRequest, invalid, notFound, unknownPath } from './api-failure.ts';
import type { ScaleShape } from './api-resource.ts';
import { json } from './collection-reads.ts';
import { contextOf, type ObjectWrites, type WriteCall, type WriteWorld } from './object-writes.ts';
import { bodyTypeProblem, patchTypeOf, type WriteOptions, writeOptions } from './write-options.ts';

const AUTOSCALING = 'autoscaling/v1';

/** The scale of the kinds of group apps: paths that never differ, and the pods' selector. */
export const WORKLOAD_SCALE: ScaleShape = {
  specReplicas: ['spec', 'replicas'],
  statusReplicas: ['status', 'replicas'],
  selector: (object) => selectorText(valueAt(object, 'spec', 'selector')),
};

/** A LabelSelector as the text of a query: `app=db,tier in (a,b)`. */
export function selectorText(selector: unknown): string {
  if (!isSelector(selector)) return '';
  const parts = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    if (operator === 'Exists') parts.push(key);
    else if (operator === 'DoesNotExist') parts.push(`!${key}`);
    else parts.push(`${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`);
  }
  return parts.sort().join(',');
}

function isSelector(value: unknown): value is LabelSelector {
  return isJsonObject(value);
}

export class ScaleWrites {
  private readonly world: WriteWorld;
  private readonly writes: ObjectWrites;

  constructor(world: WriteWorld, writes: ObjectWrites) {
    this.world = world;
    this.writes = writes;
  }

  get(write: WriteCall): ApiAnswer {
    const found = this.find(write);
    return found instanceof ApiFailure ? answerOf(found) : json(scaleOf(found.object, found.shape));
  }

  put(write: WriteCall): ApiAnswer {
    const { call, query, path } = write;
    const options = bodyTypeProblem(call.contentType) ?? writeOptions(call, query, 'UpdateOptions');
    if (options instanceof ApiFailure) return answerOf(options);
    const found = this.find(write);
    if (found instanceof ApiFailure) return answerOf(found);
    const { body } = call;
    if (!isJsonObject(body)) return answerOf(badRequest(NO_JSON_OBJECT));
    const named = valueAt(body, 'metadata', 'name');
    if (named !== undefined && named !== path.name) {
      return answerOf(badRequest(wrongName(String(named), path.name)));
    }
    return this.store(write, options, found, body);
  }

  patch(write: WriteCall): ApiAnswer {
    const { call, query, path, resource } = write;
    const patchType = patchTypeOf(call.contentType, resource.custom);
    if (patchType instanceof ApiFailure) return answerOf(patchType);
    const options = writeOptions(call, query, 'PatchOptions', patchType);
    if (options instanceof ApiFailure) return answerOf(options);
    const found = this.find(write);
    if (found instanceof ApiFailure) return answerOf(found);
    const context = { ...contextOf(write, options, 'update', path.name, this.world.clock.nowMs), patchType };
    const scale = scaleOf(found.object, found.shape);
    if (!isKubeObject(scale)) return answerOf(badRequest(shapeProblem(scale) ?? 'a scale has a wrong shape'));
    const patched = this.world.pipeline.patch(scale, call.body, patchType, context);
    return patched instanceof ApiFailure ? answerOf(patched) : this.store(write, options, found, patched.object);
  }

  private find({ resource, path }: WriteCall): Found | ApiFailure {
    const shape = resource.subresources.scale;
    if (shape === undefined) return unknownPath();
    const key: ObjectKey = { namespace: path.namespace, name: path.name };
    const object = this.world.store.get(resource.kind, key);
    return object === undefined ? notFound(resource, path.name) : { object, shape };
  }

  private store(write: WriteCall, options: WriteOptions, { object, shape }: Found, scale: unknown): ApiAnswer {
    const replicas = numberAt(scale, 'spec', 'replicas') ?? 0;
    if (!Number.isInteger(replicas) || replicas < 0) {
      return answerOf(
        invalid({ group: 'autoscaling', kind: 'Scale' }, write.path.name, [
          invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
        ]),
      );
    }
    const asked = valueAt(scale, 'metadata', 'resourceVersion');
    const written = this.writes.change(write, options, object, (served) => {
      const next = withValueAt(served, shape.specReplicas, replicas);
      const conditional = typeof asked === 'string' && asked !== '' && asked !== '0';
      const versioned = conditional ? withValueAt(next, ['metadata', 'resourceVersion'], asked) : next;
      return isKubeObject(versioned) ? versioned : served;
    });
    return written instanceof ApiFailure ? answerOf(written) : json(scaleOf(written, shape));
  }
}

interface Found {
  readonly object: KubeObject;
  readonly shape: ScaleShape;
}

function scaleOf(object: KubeObject, shape: ScaleShape): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = shape.selector(object);
  return {
    kind: 'Scale',
    apiVersion: AUTOSCALING,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object, ...shape.specReplicas) ?? 0 },
    status: {
      replicas: numberAt(object, ...shape.statusReplicas) ?? 0,
      ...(selector === '' ? {} : { selector }),
    },
  };
}
