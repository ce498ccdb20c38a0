// The least front that the contract rows of patches need: ConfigMaps and Deployments of one namespace, created, read, updated
// and patched by the functions under test.

import { cannotBeHandled, decodeFields, strictDecodingError } from '../../../../sim/api-server/fields/decode.ts';
import { patchObject } from '../../../../sim/api-server/patches/patch-object.ts';
import { fieldManagerOf, patchOptionsRefusal, patchTypeOf } from '../../../../sim/api-server/patches/patch-refusals.ts';
import { applyConfiguration } from '../../../../sim/api-server/patches/server-side-apply.ts';
import { trackUpdate } from '../../../../sim/api-server/patches/track-update.ts';
import { notFound, type Refusal } from '../../../../sim/api-server/refusals.ts';
import type { ApiAnswer, ApiCall, ApiTransport } from '../../../../sim/api-server/requests/api-call.ts';
import { isJsonObject, type JsonObject } from '../../../../sim/api-server/same-value.ts';
import { by } from './objects.ts';

interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly query: URLSearchParams;
}

export class PatchingTransport implements ApiTransport {
  private readonly stored = new Map<string, JsonObject>();
  private version = 0;

  call(call: ApiCall, answer: (answer: ApiAnswer) => void): void {
    const target = targetOf(call.path);
    const result = this.perform(call, target);
    answer(
      'refused' in result
        ? {
            kind: 'object',
            code: result.refused.code,
            body: statusOf(result.refused),
            warnings: [],
            contentType: 'application/json',
          }
        : { kind: 'object', code: result.code, body: result.body, warnings: [], contentType: 'application/json' },
    );
  }

  private perform(
    call: ApiCall,
    target: Target,
  ): { readonly code: number; readonly body: JsonObject } | { readonly refused: Refusal } {
    const live = this.stored.get(`${target.kind} ${target.name}`);
    const manager = target.query.get('fieldManager') ?? '';
    const tracking = by(fieldManagerOf(manager, call.userAgent), target.apiVersion, target.kind);
    const strict = target.query.get('fieldValidation') === 'Strict';
    if (call.method === 'GET' && live !== undefined) return { code: 200, body: live };
    if (call.method === 'POST' || call.method === 'PUT') {
      const decoded = decodeFields(isJsonObject(call.body) ? call.body : {}, tracking.schema);
      const problem =
        decoded.problem ??
        (strict && decoded.strictErrors.length > 0 ? strictDecodingError(decoded.strictErrors) : undefined);
      if (problem !== undefined) return { refused: cannotBeHandled(target.apiVersion, target.kind, problem) };
      const before = call.method === 'PUT' ? live : undefined;
      return {
        code: before === undefined ? 201 : 200,
        body: this.store(before, trackUpdate(before, decoded.object, tracking)),
      };
    }
    const patchType = patchTypeOf(call.contentType ?? 'application/json', true);
    if (typeof patchType !== 'string') return { refused: patchType };
    const force = target.query.get('force');
    const wrong = patchOptionsRefusal(patchType, {
      fieldManager: manager,
      force: force === null ? undefined : force === 'true',
      dryRun: [],
      fieldValidation: target.query.get('fieldValidation') ?? '',
    });
    if (wrong !== undefined) return { refused: wrong };
    if (patchType === 'apply') {
      const applied = applyConfiguration(live, call.body, { ...tracking, force: force === 'true' });
      if (applied.kind === 'refused') return { refused: applied };
      return { code: live === undefined ? 201 : 200, body: this.store(live, applied.object) };
    }
    if (live === undefined)
      return { refused: notFound({ key: target.kind, group: '', kind: target.kind, namespaced: true }, target.name) };
    const patched = patchObject(live, {
      patchType,
      body: call.body,
      builtIn: tracking.schema,
      fieldValidation: strict ? 'Strict' : 'Warn',
    });
    if (patched.kind === 'refused') return { refused: patched };
    return { code: 200, body: this.store(live, trackUpdate(live, patched.object, tracking)) };
  }

  private store(live: JsonObject | undefined, object: JsonObject): JsonObject {
    if (object === live) return live;
    this.version += 1;
    const metadata = isJsonObject(object.metadata) ? object.metadata : {};
    const stored = { ...object, metadata: { ...metadata, uid: 'u', resourceVersion: String(this.version) } };
    this.stored.set(`${object.kind} ${metadata.name}`, stored);
    return stored;
  }
}

function targetOf(path: string): Target {
  const url = new URL(path, 'http://server');
  const parts = url.pathname.split('/').slice(1);
  const named = parts[0] === 'api' ? parts.slice(4) : parts.slice(5);
  const kind = named[0] === 'configmaps' ? 'ConfigMap' : 'Deployment';
  const apiVersion = parts[0] === 'api' ? 'v1' : `${parts[1]}/${parts[2]}`;
  return { apiVersion, kind, name: named[1] ?? '', query: url.searchParams };
}

function statusOf({ code, reason, message, causes }: Refusal): JsonObject {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, message };
  return causes === undefined ? status : { ...status, details: { causes } };
}
