// Discovery: which groups, versions, resources and verbs the server has, in the plain and in the aggregated form.
// Source: apimachinery pkg/apis/meta/v1/types.go (APIGroupList, APIResourceList), k8s.io/api apidiscovery/v2.

import type { ApiRegistry } from './api-registry.ts';
import { type ApiResource, groupVersion } from './api-resource.ts';

export interface ServerVersion {
  readonly major: string;
  readonly minor: string;
  /** Clients pick what they send by it: `v1.32.0+metaltwin`. */
  readonly gitVersion: string;
}

export function versionBody(version: ServerVersion): object {
  return {
    ...version,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'linux/amd64',
  };
}

export function apiVersionsBody(): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }],
  };
}

export function groupListBody(registry: ApiRegistry): object {
  const groups = registry.groups().filter((group) => group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => groupPart(registry, group)) };
}

/** Undefined for a group that is not served. */
export function groupBody(registry: ApiRegistry, group: string): object | undefined {
  if (group === '' || registry.versionsOf(group).length === 0) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupPart(registry, group) };
}

function groupPart(registry: ApiRegistry, group: string) {
  const versions = registry
    .versionsOf(group)
    .map((version) => ({ groupVersion: groupVersion(group, version), version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

/** Undefined for a group version that is not served. */
export function resourceListBody(registry: ApiRegistry, group: string, version: string): object | undefined {
  const resources = registry.resourcesOf(group, version);
  if (resources.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: groupVersion(group, version),
    resources: resources.flatMap((resource) => [mainEntry(resource), ...subresourceEntries(resource)]),
  };
}

function mainEntry(resource: ApiResource): object {
  const { plural, singular, kind, verbs, shortNames, categories } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: [...verbs],
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  };
}

interface Subresource {
  readonly name: string;
  readonly verbs: readonly string[];
  /** Where the answer is of another group than the resource. */
  readonly response?: { readonly group: string; readonly version: string; readonly kind: string };
}

const READ_WRITE = ['get', 'patch', 'update'];

function subresourcesOf({ subresources }: ApiResource): readonly Subresource[] {
  const found: Subresource[] = [];
  for (const action of subresources.actions ?? []) found.push(ACTIONS[action]);
  if (subresources.scale !== undefined) {
    const response = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
    found.push({ name: 'scale', verbs: READ_WRITE, response });
  }
  if (subresources.status === true) found.push({ name: 'status', verbs: READ_WRITE });
  return found;
}

const ACTIONS: Readonly<Record<'eviction' | 'binding' | 'finalize', Subresource>> = {
  binding: { name: 'binding', verbs: ['create'], response: { group: '', version: 'v1', kind: 'Binding' } },
  eviction: { name: 'eviction', verbs: ['create'], response: { group: 'policy', version: 'v1', kind: 'Eviction' } },
  finalize: { name: 'finalize', verbs: ['update'] },
};

function subresourceEntries(resource: ApiResource): readonly object[] {
  return subresourcesOf(resource).map(({ name, verbs, response }) => ({
    name: `${resource.plural}/${name}`,
    singularName: '',
    namespaced: resource.kind.namespaced,
    ...(response === undefined || response.group === resource.group
      ? {}
      : { group: response.group, version: response.version }),
    kind: response?.kind ?? resource.kind.kind,
    verbs,
  }));
}

/** `/api` (the core group) or `/apis` (all others) in one answer. `version` is v2 or v2beta1. */
export function aggregatedBody(registry: ApiRegistry, root: 'api' | 'apis', version: string): object {
  const groups = registry.groups().filter((group) => (group === '') === (root === 'api'));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => ({
      metadata: { ...(group === '' ? {} : { name: group }), creationTimestamp: null },
      versions: registry.versionsOf(group).map((served) => ({
        version: served,
        resources: registry.resourcesOf(group, served).map((resource) => aggregatedEntry(resource, served)),
        freshness: 'Current',
      })),
    })),
  };
}

export function aggregatedContentType(version: string): string {
  return `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
}

function aggregatedEntry(resource: ApiResource, version: string): object {
  const { group, kind, plural, singular, verbs, shortNames, categories } = resource;
  const own = { group, version, kind: kind.kind };
  const subresources = subresourcesOf(resource).map(({ name, verbs: allowed, response }) => ({
    subresource: name,
    responseKind: response ?? own,
    verbs: allowed,
  }));
  return {
    resource: plural,
    responseKind: own,
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: [...verbs],
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}
