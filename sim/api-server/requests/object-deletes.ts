// DELETE of one object and of a collection, with DeleteOptions from the body or, without one, from the query.
// Source: apiserver pkg/endpoints/handlers/delete.go, pkg/registry/generic/registry/store.go (Delete, DeleteCollection).

import type { KubeObject } from '../../../core/api/object.ts';
import { keyOf } from '../../../core/api/object.ts';
import { listAt, numberAt, textAt, valueAt } from '../json-fields.ts';
import { NO_JSON_OBJECT } from '../refusals.ts';
import { isJsonObject } from '../same-value.ts';
import { invalidValue, notSupported } from '../schema/field-errors.ts';
import type { DeleteOptions } from '../write-options.ts';
import type { ApiAnswer, StatusBody } from './api-call.ts';
import { ApiFailure, answerOf, badRequest, invalidOptions, notFound, refused, unknownPath } from './api-failure.ts';
import { type ApiResource, groupVersion } from './api-resource.ts';
import { json } from './collection-reads.ts';
import { listOptions } from './list-options.ts';
import { contextOf, type WriteCall, type WriteWorld } from './object-writes.ts';
import { servedObject } from './representation.ts';
import { bodyTypeProblem, dryRunProblems } from './write-options.ts';

export interface AskedDelete extends DeleteOptions {
  readonly dryRun: boolean;
  /** The old spelling of a propagation policy was used to ask for cascading. */
  readonly asksCascade: boolean;
}

export class ObjectDeletes {
  private readonly world: WriteWorld;

  constructor(world: WriteWorld) {
    this.world = world;
  }

  one(write: WriteCall): ApiAnswer {
    const { resource, path } = write;
    const options = askedDelete(write);
    if (options instanceof ApiFailure) return answerOf(options);
    const current = this.world.store.get(resource.kind, { namespace: path.namespace, name: path.name });
    const kept = this.world.gate.deletionRefusal(resource, path.name);
    if (kept !== undefined) return answerOf(kept);
    if (current === undefined) return answerOf(notFound(resource, path.name));
    const left = this.deleted(write, current, options);
    if (left instanceof ApiFailure) return answerOf(left);
    if (left === undefined && !resource.returnsDeleted) return json(deletedStatus(resource, current));
    const code = left !== undefined && options.asksCascade ? 202 : 200;
    return json(servedObject(resource, path.version, left ?? current), code);
  }

  /** Deletes what the selectors of the query match, and answers with the list of it. */
  collection(write: WriteCall): ApiAnswer {
    const { resource, path, query } = write;
    const options = askedDelete(write);
    if (options instanceof ApiFailure) return answerOf(options);
    const asked = listOptions(query, resource, path.namespace, false);
    if (asked instanceof ApiFailure) return answerOf(asked);
    const deleted: KubeObject[] = [];
    for (const object of this.world.store.list(resource.kind)) {
      if (!asked.filter.matches(object)) continue;
      const left = this.deleted(write, object, options);
      if (left instanceof ApiFailure && left.code !== 404) return answerOf(left);
      deleted.push(object);
    }
    return json({
      kind: resource.listKind,
      apiVersion: groupVersion(resource.group, path.version),
      metadata: { resourceVersion: String(this.world.store.resourceVersion) },
      items: deleted.map((object) => servedObject(resource, path.version, object)),
    });
  }

  /** What is left of the object: itself while it waits, undefined once it is gone. */
  private deleted(write: WriteCall, current: KubeObject, options: AskedDelete): KubeObject | undefined | ApiFailure {
    const { pipeline, store, clock } = this.world;
    const { resource, path } = write;
    const { name } = current.metadata;
    const asWrite = {
      dryRun: options.dryRun,
      fieldManager: 'unknown',
      fieldValidation: 'Ignore',
      force: false,
    } as const;
    const context = contextOf(write, asWrite, 'delete', name, clock.nowMs);
    const served = servedObject(resource, path.version, current);
    const admitted = pipeline.admit(served, served, context);
    if (admitted instanceof ApiFailure) return admitted;
    const { asksCascade: _cascade, ...storeOptions } = options;
    const outcome = store.delete(resource.kind, keyOf(current), storeOptions);
    if (outcome.kind === 'done') return outcome.object;
    return outcome.kind === 'refused' ? refused(outcome, resource, name) : unknownPath();
  }
}

function deletedStatus(resource: ApiResource, { metadata }: KubeObject): StatusBody {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: metadata.name,
      ...(resource.group === '' ? {} : { group: resource.group }),
      kind: resource.plural,
      uid: metadata.uid,
    },
  };
}

const POLICIES = ['Foreground', 'Background', 'Orphan'] as const;

function askedDelete({ call, query }: WriteCall): AskedDelete | ApiFailure {
  const { body } = call;
  if (body === undefined || body === null || body === '') return deleteOptions(queryAsOptions(query));
  const wrong = bodyTypeProblem(call.contentType);
  if (wrong !== undefined) return wrong;
  if (!isJsonObject(body)) return badRequest(NO_JSON_OBJECT);
  if (body.kind !== undefined && body.kind !== 'DeleteOptions') {
    return badRequest('decoded object cannot be converted to DeleteOptions');
  }
  return deleteOptions(body);
}

function queryAsOptions(query: URLSearchParams): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  const period = query.get('gracePeriodSeconds');
  if (period !== null && period !== '') options.gracePeriodSeconds = Number(period);
  const policy = query.get('propagationPolicy');
  if (policy !== null && policy !== '') options.propagationPolicy = policy;
  const orphan = query.get('orphanDependents');
  if (orphan !== null && orphan !== '') options.orphanDependents = orphan === 'true' || orphan === '1';
  if (query.has('dryRun')) options.dryRun = query.getAll('dryRun');
  return options;
}

/** DeleteOptions of meta/v1, or 422 for values that they cannot have. Negative periods mean one second. */
export function deleteOptions(asked: unknown): AskedDelete | ApiFailure {
  const policy = textAt(asked, 'propagationPolicy');
  const orphans = valueAt(asked, 'orphanDependents');
  const propagation = POLICIES.find((known) => known === policy);
  const causes = [...dryRunProblems(listAt(asked, 'dryRun'))];
  if (policy !== '' && propagation === undefined) {
    causes.push(notSupported('propagationPolicy', policy, [...POLICIES, 'nil']));
  }
  if (policy !== '' && orphans !== undefined && orphans !== null) {
    causes.push(
      invalidValue('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set'),
    );
  }
  if (causes.length > 0) return invalidOptions('DeleteOptions', causes);
  const period = numberAt(asked, 'gracePeriodSeconds');
  if (period !== undefined && !Number.isInteger(period)) return badRequest('gracePeriodSeconds is no integer');
  const uid = textAt(asked, 'preconditions', 'uid');
  const resourceVersion = textAt(asked, 'preconditions', 'resourceVersion');
  const onlyIf = { ...(uid === '' ? {} : { uid }), ...(resourceVersion === '' ? {} : { resourceVersion }) };
  const oldSpelling = orphans === true ? 'Orphan' : undefined;
  const chosen = propagation ?? oldSpelling;
  return {
    onlyIf,
    dryRun: listAt(asked, 'dryRun').includes('All'),
    asksCascade: orphans === false,
    ...(period === undefined ? {} : { gracePeriodMs: (period < 0 ? 1 : period) * 1000 }),
    ...(chosen === undefined ? {} : { propagation: chosen }),
  };
}
