// Resources for kinds that the store has, from a dump for instance, and that nobody described: named by the usual rules.

import type { Kind } from '../../../core/api/object.ts';
import { resourceName } from '../names.ts';
import type { ObjectStore } from '../object-store.ts';
import type { ApiRegistry } from './api-registry.ts';
import { type ApiResource, customResource } from './api-resource.ts';

/** Custom resources for those of `kinds` that the registry does not serve, in the versions that their objects have. */
export function foundResources(
  store: ObjectStore,
  kinds: readonly Kind[],
  registry: ApiRegistry,
): readonly ApiResource[] {
  const found: ApiResource[] = [];
  for (const kind of kinds) {
    if (registry.ofKind(kind.key) !== undefined) continue;
    const plural = resourceName(kind).split('.')[0] ?? '';
    const names = new Set(store.list(kind).map(({ apiVersion }) => apiVersion.slice(apiVersion.indexOf('/') + 1)));
    const versions = (names.size === 0 ? ['v1'] : [...names].sort()).map((name) => ({ name }));
    found.push(customResource({ kind, plural, versions, subresources: { status: true } }));
  }
  return found;
}
