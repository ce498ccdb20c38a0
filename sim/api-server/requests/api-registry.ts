// The resources that are served now. They can come and go while the server runs, as CustomResourceDefinitions do.

import type { KubeObject } from '../../../core/api/object.ts';
import { assert } from '../../../core/assert.ts';
import type { ObjectStore } from '../object-store.ts';
import type { ApiResource } from './api-resource.ts';

export type RegistryListener = (event: { readonly type: 'added' | 'removed'; readonly resource: ApiResource }) => void;

export class ApiRegistry {
  private readonly store: ObjectStore;
  private readonly printed: ((stored: KubeObject) => KubeObject) | undefined;
  private readonly resources: ApiResource[] = [];
  /** By `group/plural`. */
  private readonly byName = new Map<string, ApiResource>();
  private readonly listeners: RegistryListener[] = [];

  /** @param printed how objects that are stored lean are made whole when they are read; absent: all are whole. */
  constructor(store: ObjectStore, printed?: (stored: KubeObject) => KubeObject) {
    this.store = store;
    this.printed = printed;
  }

  /** Serves a resource from now on, in place of one of the same group and plural. Its kind's store options change with it. */
  add(added: ApiResource): void {
    assert(added.versions.length > 0, 'a resource has a version');
    const resource = this.printed === undefined ? added : { ...added, printed: this.printed };
    const name = `${resource.group}/${resource.plural}`;
    const known = this.byName.get(name);
    const position = known === undefined ? this.resources.length : this.resources.indexOf(known);
    this.resources[position] = resource;
    this.byName.set(name, resource);
    if (resource.shape === undefined) this.store.register(resource.kind, resource.storeOptions);
    for (const listener of this.listeners) listener({ type: 'added', resource });
  }

  /**
   * Serves it no longer: its paths answer 404, running watches of it end. Its objects stay in the store: who takes a resource
   * away deletes them before, as the finalizer of a CustomResourceDefinition does.
   */
  remove(group: string, plural: string): boolean {
    const name = `${group}/${plural}`;
    const known = this.byName.get(name);
    if (known === undefined) return false;
    this.byName.delete(name);
    this.resources.splice(this.resources.indexOf(known), 1);
    if (known.shape === undefined) this.store.withdraw(known.kind);
    for (const listener of this.listeners) listener({ type: 'removed', resource: known });
    return true;
  }

  onChange(listener: RegistryListener): void {
    this.listeners.push(listener);
  }

  /** The resource at a path, when that version of it is served. */
  find(group: string, version: string, plural: string): ApiResource | undefined {
    const resource = this.byName.get(`${group}/${plural}`);
    return resource?.versions.includes(version) ? resource : undefined;
  }

  /** The resource under which a stored kind is served in its own shape. */
  ofKind(kindKey: string): ApiResource | undefined {
    return this.resources.find(({ kind, shape }) => kind.key === kindKey && shape === undefined);
  }

  /** In the order in which they were added. */
  all(): readonly ApiResource[] {
    return this.resources;
  }

  /** Groups in order of their first resource; the core group is ''. */
  groups(): readonly string[] {
    return [...new Set(this.resources.map(({ group }) => group))];
  }

  /** Served versions of a group, the preferred first: GA before beta before alpha, then the higher number. */
  versionsOf(group: string): readonly string[] {
    const versions = new Set<string>();
    for (const resource of this.resources)
      if (resource.group === group) for (const v of resource.versions) versions.add(v);
    return [...versions].sort(byPriority);
  }

  /** The resources of one group version. */
  resourcesOf(group: string, version: string): readonly ApiResource[] {
    return this.resources.filter((resource) => resource.group === group && resource.versions.includes(version));
  }
}

const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

/** Source: apimachinery pkg/version/helpers.go (CompareKubeAwareVersionStrings). */
function byPriority(a: string, b: string): number {
  const ranks = [rank(a), rank(b)] as const;
  for (let i = 0; i < 3; i++) {
    const difference = (ranks[1][i] ?? 0) - (ranks[0][i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : 1;
}

function rank(version: string): readonly number[] {
  const match = VERSION.exec(version);
  if (match === null) return [-1, 0, 0];
  const stage = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
  return [stage, Number(match[1]), Number(match[3] ?? 0)];
}
