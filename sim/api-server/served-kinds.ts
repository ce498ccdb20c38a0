// The kinds that the virtual API server serves, as a real one serves built-in kinds and CustomResourceDefinitions.

import { type Kind, type KubeObject, kindKeyOf, kindOf } from '../../core/api/object.ts';
import type { KindOptions } from './write-rules.ts';

export interface ServedKind {
  readonly kind: Kind;
  readonly options: KindOptions;
}

export class ServedKinds {
  private readonly served = new Map<string, ServedKind>();

  serve(kind: Kind, options: KindOptions): void {
    const known = this.served.get(kind.key);
    this.served.set(kind.key, { kind: known?.kind ?? kind, options });
  }

  withdraw(kindKey: string): void {
    this.served.delete(kindKey);
  }

  find(kindKey: string): ServedKind | undefined {
    return this.served.get(kindKey);
  }

  all(): readonly Kind[] {
    return [...this.served.values()].map(({ kind }) => kind);
  }

  /** The kind of an existing object; one that nobody registered is served from now on, scoped as the object is. */
  kindFor(object: KubeObject): Kind {
    const key = kindKeyOf(object);
    const known = this.served.get(key);
    if (known !== undefined) return known.kind;
    const slash = object.apiVersion.indexOf('/');
    const group = slash < 0 ? '' : object.apiVersion.slice(0, slash);
    const kind = kindOf(group, object.kind, (object.metadata.namespace ?? '') === '' ? 'Cluster' : 'Namespaced');
    this.served.set(key, { kind, options: { statusSubresource: true } });
    return kind;
  }
}
