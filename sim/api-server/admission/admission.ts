// Admission: rules that look at a write before it is stored. A rule may change the object (mutate) and may refuse the write
// (validate); all of one shape, whether they are Kubernetes' own plugins, the strategy of a built-in kind, or a product's webhook.
// Source: Kubernetes documentation, reference/access-authn-authz/admission-controllers: first all that change, then all that refuse.
//
// Divergence from reality: webhooks answer at once and never fail. Rules that change are asked once, in order; a real server asks
// a webhook again when a later one has changed the object and the webhook wants that.

import type { Kind, KubeObject, NewObject, ObjectKey } from '../../../core/api/object.ts';
import type { ClusterView } from '../../../core/ports/cluster-view.ts';
import type { Refusal } from '../refusals.ts';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE';

export interface AdmissionUser {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface AdmissionRequest {
  readonly operation: AdmissionOperation;
  readonly kind: Kind;
  /** The name is empty on a create that leaves it to the server. */
  readonly key: ObjectKey;
  /** Empty for the object itself; `status`, `binding`, `eviction`, `scale`. */
  readonly subresource: string;
  /** The object as it would be stored; undefined on DELETE. On a status write with the rest of the stored object. */
  readonly object: NewObject | undefined;
  /** The stored object; undefined on CREATE. */
  readonly old: KubeObject | undefined;
  /** Absent: an administrator, or a loop of the simulation itself. */
  readonly user: AdmissionUser | undefined;
  /** What the API server holds now. */
  readonly view: ClusterView;
  readonly nowMs: number;
}

export interface AdmissionRule {
  readonly name: string;
  readonly kinds: readonly Kind[] | 'all';
  readonly operations: readonly AdmissionOperation[];
  /** Absent: the object itself only. */
  readonly subresources?: readonly string[];
  /** The object to store instead; the same one when nothing changes. Not asked on DELETE. */
  readonly mutate?: (object: NewObject, request: AdmissionRequest) => NewObject;
  /** Why the write is refused, or undefined. */
  readonly validate?: (request: AdmissionRequest) => Refusal | undefined;
  /** Texts for the writer of a write that is not refused. */
  readonly warn?: (request: AdmissionRequest) => readonly string[];
}

export interface Admitted {
  readonly kind: 'admitted';
  /** To be stored; undefined on DELETE. */
  readonly object: NewObject | undefined;
  readonly warnings: readonly string[];
}

/** What a store or a front asks before it writes. */
export interface Admission {
  admit(request: AdmissionRequest): Admitted | Refusal;
}

const NO_RULES: readonly AdmissionRule[] = [];
const NO_WARNINGS: readonly string[] = [];

/** Rules in the order in which they are asked. A kind that no rule is about costs one look-up. */
export class AdmissionChain implements Admission {
  private readonly rules: readonly AdmissionRule[];
  private readonly byKind = new Map<string, readonly AdmissionRule[]>();

  constructor(rules: readonly AdmissionRule[]) {
    this.rules = rules;
  }

  /** First every rule that may change the object, then every rule that may refuse it; the first refusal ends it. */
  admit(request: AdmissionRequest): Admitted | Refusal {
    const rules = this.rulesFor(request);
    let asked = request;
    for (const rule of rules) {
      if (rule.mutate === undefined || asked.object === undefined) continue;
      const object = rule.mutate(asked.object, asked);
      if (object !== asked.object) asked = { ...asked, object };
    }
    for (const rule of rules) {
      const refused = rule.validate?.(asked);
      if (refused !== undefined) return refused;
    }
    const warnings = rules.flatMap((rule) => rule.warn?.(asked) ?? NO_WARNINGS);
    return { kind: 'admitted', object: asked.object, warnings };
  }

  private rulesFor(request: AdmissionRequest): readonly AdmissionRule[] {
    const { kind, operation, subresource } = request;
    const place = `${operation} ${kind.key} ${subresource}`;
    const known = this.byKind.get(place);
    if (known !== undefined) return known;
    const found = this.rules.filter(
      ({ kinds, operations, subresources = MAIN }) =>
        (kinds === 'all' || kinds.some(({ key }) => key === kind.key)) &&
        operations.includes(operation) &&
        subresources.includes(subresource),
    );
    const rules = found.length === 0 ? NO_RULES : found;
    this.byKind.set(place, rules);
    return rules;
  }
}

const MAIN: readonly string[] = [''];

/** A rule about one kind, written against the narrow view of its objects. */
export interface RuleOf<T extends KubeObject> {
  readonly name: string;
  readonly operations: readonly AdmissionOperation[];
  readonly subresources?: readonly string[];
  readonly mutate?: (object: NewObject<T>, request: AdmissionRequest) => NewObject<T>;
  readonly validate?: (object: NewObject<T>, old: T | undefined, request: AdmissionRequest) => Refusal | undefined;
  /** Of DELETE, where there is no new object. */
  readonly validateDelete?: (old: T, request: AdmissionRequest) => Refusal | undefined;
}

/** The rule for the chain. Objects have the kind's view because a request's objects are of the request's kind. */
export function ruleFor<T extends KubeObject>(kind: Kind<T>, rule: RuleOf<T>): AdmissionRule {
  const { name, operations, subresources, mutate, validate, validateDelete } = rule;
  return {
    name,
    kinds: [kind],
    operations,
    ...(subresources === undefined ? {} : { subresources }),
    ...(mutate === undefined
      ? {}
      : { mutate: (object, request) => (isNew(object, kind) ? mutate(object, request) : object) }),
    validate: (request) => {
      const { object, old } = request;
      if (request.operation === 'DELETE') return isStored(old, kind) ? validateDelete?.(old, request) : undefined;
      if (object === undefined || !isNew(object, kind)) return undefined;
      return validate?.(object, isStored(old, kind) ? old : undefined, request);
    },
  };
}

function isNew<T extends KubeObject>(object: NewObject, _kind: Kind<T>): object is NewObject<T> {
  return object !== undefined;
}

function isStored<T extends KubeObject>(object: KubeObject | undefined, _kind: Kind<T>): object is T {
  return object !== undefined;
}
