// What a path asks for: discovery, a collection, an object, a subresource.
// Source: apiserver pkg/endpoints/request/requestinfo.go.

export type RequestPath =
  | { readonly kind: 'apiVersions' }
  | { readonly kind: 'apiGroups' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'groupVersion'; readonly group: string; readonly version: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'health' }
  | ResourcePath
  | { readonly kind: 'unknown' };

export interface ResourcePath {
  readonly kind: 'resource';
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** '' for all namespaces, and for cluster-scoped resources. */
  readonly namespace: string;
  /** '' for a collection. */
  readonly name: string;
  /** '' for the object itself. */
  readonly subresource: string;
  /** The path is one of the old `/api/v1/watch/...`. */
  readonly watch: boolean;
}

export interface ParsedCall {
  readonly path: RequestPath;
  readonly query: URLSearchParams;
}

/** Undefined for a path whose percent-encoding is broken. */
export function parsedPath(pathWithQuery: string): ParsedCall | undefined {
  const mark = pathWithQuery.indexOf('?');
  const path = mark < 0 ? pathWithQuery : pathWithQuery.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : pathWithQuery.slice(mark + 1));
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '') continue;
    if (/%(?![0-9A-Fa-f]{2})/.test(segment)) return undefined;
    segments.push(decodeURIComponent(segment));
  }
  return { path: pathOf(segments), query };
}

const UNKNOWN: RequestPath = { kind: 'unknown' };

function pathOf(segments: readonly string[]): RequestPath {
  const [root, first, second, ...rest] = segments;
  switch (root) {
    case 'api':
      if (first === undefined) return { kind: 'apiVersions' };
      if (second === undefined) return { kind: 'groupVersion', group: '', version: first };
      return resourcePath('', first, [second, ...rest]);
    case 'apis':
      if (first === undefined) return { kind: 'apiGroups' };
      if (second === undefined) return { kind: 'group', group: first };
      if (rest.length === 0) return { kind: 'groupVersion', group: first, version: second };
      return resourcePath(first, second, rest);
    case 'version':
      return first === undefined ? { kind: 'version' } : UNKNOWN;
    case 'healthz':
    case 'readyz':
    case 'livez':
      return first === undefined ? { kind: 'health' } : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

/** Subresources of a Namespace; anything else after its name is a resource inside it. */
const OF_NAMESPACES: readonly string[] = ['status', 'finalize'];

function resourcePath(group: string, version: string, segments: readonly string[]): RequestPath {
  const watch = segments[0] === 'watch';
  const parts = watch ? segments.slice(1) : segments;
  const [head, namespace, inside] = parts;
  if (head === undefined) return UNKNOWN;
  const base = { kind: 'resource', group, version, watch } as const;
  const isInside = head === 'namespaces' && namespace !== undefined && inside !== undefined;
  if (isInside && !OF_NAMESPACES.includes(inside)) {
    return parts.length > 5 ? UNKNOWN : { ...base, namespace, ...placed(parts.slice(2)) };
  }
  return parts.length > 3 ? UNKNOWN : { ...base, namespace: '', ...placed(parts) };
}

function placed(parts: readonly string[]): Pick<ResourcePath, 'plural' | 'name' | 'subresource'> {
  return { plural: parts[0] ?? '', name: parts[1] ?? '', subresource: parts[2] ?? '' };
}
