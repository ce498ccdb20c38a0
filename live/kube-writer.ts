// LiveKubeWriter: writes to a real API server as dry runs, which it checks to the end and does not keep, and reads past every
// cache. There is no other mode in this version.
//
// What an answer means: 2xx is done; 4xx is refused, nothing happened. 5xx does not tell whether the write happened (a request
// that etcd timed out on may be committed), so it is unknown, as is no answer at all. The exception is the 500 without a reason
// by which an eviction under two budgets is denied.

import type { WriteAction } from '../core/actions.ts';
import type { Kind, KubeObject, ObjectKey } from '../core/api/object.ts';
import { POD } from '../core/api/workload.ts';
import { assertNever } from '../core/assert.ts';
import type { Outcome, StatusCause } from '../core/facts.ts';
import type { FreshAnswer, KubeWriter } from '../core/ports/kube-writer.ts';
import type { HttpAnswer, HttpRequest, KubeApi } from './kube-api.ts';
import { collectionPath, type ServedResource, type ServedResources } from './served-resources.ts';

/** A Status of meta/v1, in as far as an outcome says it. */
interface Status {
  readonly kind: 'Status';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly StatusCause[]; readonly retryAfterSeconds?: number };
}

/** Source: apimachinery pkg/api/errors/errors.go, NewGenericServerResponse. */
const NOT_SERVED = 'the server could not find the requested resource';

export class LiveKubeWriter implements KubeWriter {
  private readonly api: KubeApi;
  private readonly resources: ServedResources;

  constructor(api: KubeApi, resources: ServedResources) {
    this.api = api;
    this.resources = resources;
  }

  /** `done` as the server would have answered; nothing is kept. */
  submit(fieldManager: string, write: WriteAction, done: (outcome: Outcome) => void): void {
    void this.perform(fieldManager, write).then(done);
  }

  readFresh(kind: Kind, key: ObjectKey, done: (answer: FreshAnswer) => void): void {
    void this.read(kind, key).then(done);
  }

  private async perform(fieldManager: string, write: WriteAction): Promise<Outcome> {
    const found = await this.resources.find(write.do === 'evict' ? POD : write.kind);
    if (found.kind === 'lost') return { kind: 'unknown', message: found.message };
    if (found.kind === 'unserved') return { kind: 'refused', code: 404, reason: 'NotFound', message: NOT_SERVED };
    return outcomeOf(await this.api.send(requestOf(fieldManager, write, found.resource)));
  }

  private async read(kind: Kind, key: ObjectKey): Promise<FreshAnswer> {
    const found = await this.resources.find(kind);
    if (found.kind === 'unserved') return { kind: 'absent' };
    if (found.kind === 'lost') return { kind: 'unknown', message: found.message };
    const answer = await this.api.send({ method: 'GET', path: objectPath(found.resource, key) });
    if (answer.kind === 'lost') return { kind: 'unknown', message: answer.message };
    const { code, body } = answer;
    if (code === 200) return { kind: 'found', object: body as KubeObject };
    // A 404 of something on the way, a proxy's page say, proves no absence.
    if (code === 404 && isStatus(body) && body.reason === 'NotFound') return { kind: 'absent' };
    return { kind: 'unknown', message: `answered with ${code}: ${isStatus(body) ? body.message : 'no Status'}` };
  }
}

function requestOf(fieldManager: string, write: WriteAction, resource: ServedResource): HttpRequest {
  const query = `?dryRun=All&fieldManager=${encodeURIComponent(fieldManager)}`;
  switch (write.do) {
    case 'create': {
      const { object } = write;
      const within = collectionPath({ ...resource, apiVersion: object.apiVersion }, object.metadata.namespace ?? '');
      return { method: 'POST', path: `${within}${query}`, body: object };
    }
    case 'patch': {
      const subresource = write.subresource === 'status' ? '/status' : '';
      return {
        method: 'PATCH',
        path: `${objectPath(resource, write.key)}${subresource}${query}`,
        contentType: 'application/merge-patch+json',
        body: { ...write.patch, ...guarded(write.patch.metadata, write.onlyIf) },
      };
    }
    case 'delete': {
      const { key, gracePeriodSeconds, onlyIf } = write;
      const options = deleteOptions({ ...onlyIf, ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) });
      return { method: 'DELETE', path: objectPath(resource, key), body: options };
    }
    case 'evict': {
      const { key, onlyIf } = write;
      return {
        method: 'POST',
        path: `${objectPath(resource, key)}/eviction${query}`,
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { namespace: key.namespace, name: key.name },
          deleteOptions: deleteOptions(onlyIf),
        },
      };
    }
    default:
      return assertNever(write);
  }
}

function objectPath(resource: ServedResource, { namespace, name }: ObjectKey): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** A merge patch is refused with a conflict where the uid or resourceVersion in its metadata are not the stored ones. */
function guarded(metadata: unknown, onlyIf: { readonly uid?: string; readonly resourceVersion?: string }): object {
  if (onlyIf.uid === undefined && onlyIf.resourceVersion === undefined) return {};
  return { metadata: { ...(metadata as object | undefined), ...onlyIf } };
}

function deleteOptions(asked: {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly gracePeriodSeconds?: number;
}): object {
  const { gracePeriodSeconds, ...preconditions } = asked;
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    dryRun: ['All'],
    ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  };
}

/** What an answer to a write means. */
export function outcomeOf(answer: HttpAnswer): Outcome {
  if (answer.kind === 'lost') return { kind: 'unknown', message: answer.message };
  const { code, body } = answer;
  if (code >= 200 && code < 300)
    return isStatus(body) ? { kind: 'done' } : { kind: 'done', object: body as KubeObject };
  const { message = `answered with ${code}`, reason = '', details } = isStatus(body) ? body : {};
  const isRefusal = isStatus(body) && code >= 400 && (code < 500 || (code === 500 && reason === ''));
  if (!isRefusal) return { kind: 'unknown', message };
  const retryAfterSeconds = details?.retryAfterSeconds ?? answer.retryAfterSeconds;
  return {
    kind: 'refused',
    code,
    reason,
    message,
    ...(details?.causes === undefined ? {} : { causes: details.causes }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function isStatus(body: unknown): body is Status {
  return typeof body === 'object' && body !== null && (body as { readonly kind?: unknown }).kind === 'Status';
}
