// What tests of admission ask: one write of one object against a cluster that holds others.

import { type Kind, type KubeObject, kindOf, type NewObject } from '../../../../core/api/object.ts';
import {
  AdmissionChain,
  type AdmissionOperation,
  type AdmissionRule,
  type AdmissionUser,
} from '../../../../sim/api-server/admission/admission.ts';
import { aStore, metadata } from '../objects.ts';

export interface Write {
  readonly operation?: AdmissionOperation;
  readonly subresource?: string;
  /** What is written: fields beside apiVersion, kind and metadata.name. */
  readonly object?: Partial<NewObject>;
  readonly old?: Partial<NewObject>;
  readonly user?: AdmissionUser;
  /** What the cluster holds besides. */
  readonly cluster?: readonly KubeObject[];
}

type Answer =
  | { readonly object: NewObject | undefined; readonly warnings: readonly string[] }
  | { readonly code: number; readonly reason: string; readonly message: string; readonly causes?: readonly object[] };

/** The answer to one write of `apiVersion` and `kind`; objects are called `a` in the namespace `n` unless they say otherwise. */
export function answerTo(rules: readonly AdmissionRule[], type: readonly [string, string], write: Write): Answer {
  const { operation = write.old === undefined ? 'CREATE' : 'UPDATE', subresource = '', user, cluster = [] } = write;
  const [apiVersion, name] = type;
  const complete = (fields: Write['object']): KubeObject | undefined =>
    fields === undefined
      ? undefined
      : { apiVersion, kind: name, ...fields, metadata: metadata('a', { namespace: 'n', ...fields.metadata }) };
  const object = complete(write.object);
  const old = complete(write.old);
  const view = aStore(cluster);
  const subject = object ?? old;
  const key = { namespace: subject?.metadata.namespace ?? '', name: subject?.metadata.name ?? '' };
  const answer = new AdmissionChain(rules).admit({
    operation,
    kind: kindFor(apiVersion, name),
    key,
    subresource,
    object,
    old,
    user,
    view,
    nowMs: 0,
  });
  if (answer.kind === 'admitted') return { object: answer.object, warnings: answer.warnings };
  const { kind: _kind, ...refusal } = answer;
  return refusal;
}

function kindFor(apiVersion: string, name: string): Kind {
  const slash = apiVersion.indexOf('/');
  return kindOf(slash < 0 ? '' : apiVersion.slice(0, slash), name, 'Namespaced');
}

/** A refusal by a webhook that only says why. */
export function denied(webhook: string, why: string): object {
  return { code: 403, reason: 'Forbidden', message: `admission webhook "${webhook}" denied the request: ${why}` };
}

/** 422 with one cause. */
export function invalid(kind: string, field: string, reason: string, message: string, webhook = ''): object {
  const by = webhook === '' ? '' : `admission webhook "${webhook}" denied the request: `;
  return {
    code: 422,
    reason: 'Invalid',
    message: `${by}${kind} "a" is invalid: ${field}: ${message}`,
    causes: [{ reason: `FieldValue${reason}`, message, field }],
  };
}
