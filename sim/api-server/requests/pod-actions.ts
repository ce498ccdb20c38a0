// What is posted to a pod: an eviction, which asks the disruption budgets, and a binding, which gives it a node.
// Source: kubernetes pkg/registry/core/pod/storage/{eviction,storage}.go.
//
// Divergence from reality: a binding passes no admission; an eviction is answered at once, where a real server repeats conflicts for up to
// ten seconds.

import { withCondition } from '../../../core/api/conditions.ts';
import { POD, type Pod } from '../../../core/api/workload.ts';
import { textAt, valueAt } from '../json-fields.ts';
import { NO_JSON_OBJECT } from '../refusals.ts';
import { isJsonObject } from '../same-value.ts';
import { notSupported, required } from '../schema/field-errors.ts';
import type { ApiAnswer, StatusBody } from './api-call.ts';
import { ApiFailure, answerOf, badRequest, conflict, invalid, notFound, refused, unknownPath } from './api-failure.ts';
import { json } from './collection-reads.ts';
import { deleteOptions } from './object-deletes.ts';
import { contextOf, type WriteCall, type WriteWorld } from './object-writes.ts';
import { bodyTypeProblem, writeOptions } from './write-options.ts';

const CREATED: StatusBody = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

export class PodActions {
  private readonly world: WriteWorld;

  constructor(world: WriteWorld) {
    this.world = world;
  }

  evict(write: WriteCall): ApiAnswer {
    const { call, query, path, resource } = write;
    const options = bodyTypeProblem(call.contentType) ?? writeOptions(call, query, 'CreateOptions');
    if (options instanceof ApiFailure) return answerOf(options);
    const { body } = call;
    const wrong = bodyProblem(body, 'Eviction', ['policy/v1', 'policy/v1beta1']);
    if (wrong !== undefined) return answerOf(wrong);
    if (textAt(body, 'metadata', 'name') !== path.name) {
      return answerOf(badRequest('name in URL does not match name in Eviction object'));
    }
    const asked = deleteOptions(valueAt(body, 'deleteOptions'));
    if (asked instanceof ApiFailure) return answerOf(asked);
    const pod = this.pod(write);
    if (pod === undefined) return answerOf(notFound(resource, path.name));
    const dryRun = options.dryRun || asked.dryRun;
    const context = contextOf(write, { ...options, dryRun }, 'create', path.name, this.world.clock.nowMs);
    const admitted = this.world.pipeline.admit(pod, pod, context);
    if (admitted instanceof ApiFailure) return answerOf(admitted);
    const { asksCascade: _cascade, onlyIf, ...deletion } = asked;
    const key = { namespace: path.namespace, name: path.name };
    const outcome = this.world.store.evict(key, onlyIf, { ...deletion, dryRun });
    if (outcome.kind === 'done') return json(CREATED, 201);
    return answerOf(outcome.kind === 'refused' ? refused(outcome, resource, path.name) : unknownPath());
  }

  bind(write: WriteCall): ApiAnswer {
    const { call, query, path, resource } = write;
    const options = bodyTypeProblem(call.contentType) ?? writeOptions(call, query, 'CreateOptions');
    if (options instanceof ApiFailure) return answerOf(options);
    const { body } = call;
    const wrong = bodyProblem(body, 'Binding', ['v1']) ?? targetProblem(body, path.name);
    if (wrong !== undefined) return answerOf(wrong);
    const pod = this.pod(write);
    if (pod === undefined) return answerOf(notFound(resource, path.name));
    const why = bindingProblem(pod);
    if (why !== undefined) return answerOf(conflict(resource, path.name, why, 'binding'));
    const { store, clock } = this.world;
    const key = { namespace: path.namespace, name: path.name };
    const nodeName = textAt(body, 'target', 'name');
    const { dryRun } = options;
    const bound = store.update(POD, key, 'main', (current) => ({ ...current, spec: { ...current.spec, nodeName } }), {
      dryRun,
    });
    if (bound.kind === 'refused') return answerOf(refused(bound, resource, path.name));
    if (!dryRun) store.update(POD, key, 'status', (current) => scheduled(current, clock.nowMs));
    return json(CREATED, 201);
  }

  private pod({ path }: WriteCall): Pod | undefined {
    return this.world.store.get(POD, { namespace: path.namespace, name: path.name });
  }
}

function bodyProblem(body: unknown, kind: string, versions: readonly string[]): ApiFailure | undefined {
  if (!isJsonObject(body)) return badRequest(NO_JSON_OBJECT);
  const { kind: given = kind, apiVersion = versions[0] } = body;
  if (given === kind && typeof apiVersion === 'string' && versions.includes(apiVersion)) return undefined;
  return badRequest(`${String(given)} in version "${String(apiVersion)}" cannot be handled as a ${kind}`);
}

/** Source: kubernetes pkg/apis/core/validation (ValidatePodBinding). */
function targetProblem(body: unknown, name: string): ApiFailure | undefined {
  const kind = textAt(body, 'target', 'kind');
  const causes = [];
  if (kind !== '' && kind !== 'Node') causes.push(notSupported('target.kind', kind, ['Node', '<empty>']));
  if (textAt(body, 'target', 'name') === '') causes.push(required('target.name'));
  return causes.length === 0 ? undefined : invalid({ group: '', kind: 'Binding' }, name, causes);
}

function bindingProblem({ metadata, spec }: Pod): string | undefined {
  if (metadata.deletionTimestamp !== undefined) {
    return `pod ${metadata.name} is being deleted, cannot be assigned to a host`;
  }
  const nodeName = spec?.nodeName ?? '';
  return nodeName === '' ? undefined : `pod ${metadata.name} is already assigned to node "${nodeName}"`;
}

function scheduled(pod: Pod, nowMs: number): Pod {
  const conditions = withCondition(pod.status?.conditions, { type: 'PodScheduled', status: 'True' }, nowMs);
  return conditions === pod.status?.conditions ? pod : { ...pod, status: { ...pod.status, conditions } };
}
