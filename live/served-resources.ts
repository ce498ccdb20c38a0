// Where a server serves a kind: its version and its plural, by discovery. What was found is kept; what is not served is asked
// for again, because a CustomResourceDefinition may come later.

import type { Kind } from '../core/api/object.ts';
import type { HttpAnswer, KubeApi } from './kube-api.ts';

export interface ServedResource {
  readonly kind: Kind;
  /** `v1`, `machine.openshift.io/v1beta1`. */
  readonly apiVersion: string;
  readonly plural: string;
}

export type Found =
  | { readonly kind: 'served'; readonly resource: ServedResource }
  /** The server knows no such resource. */
  | { readonly kind: 'unserved' }
  | { readonly kind: 'lost'; readonly message: string };

interface GroupBody {
  readonly versions?: readonly { readonly version: string }[];
  readonly preferredVersion?: { readonly version: string };
}

interface ResourceListBody {
  readonly resources?: readonly { readonly name: string; readonly kind: string }[];
}

export class ServedResources {
  private readonly api: KubeApi;
  private readonly found = new Map<string, ServedResource>();

  constructor(api: KubeApi) {
    this.api = api;
  }

  /** Under the group's preferred version where that has it, else under the first that has. */
  async find(kind: Kind): Promise<Found> {
    const known = this.found.get(kind.key);
    if (known !== undefined) return { kind: 'served', resource: known };
    const versions = kind.group === '' ? ['v1'] : await this.versionsOf(kind.group);
    if (typeof versions === 'string') return { kind: 'lost', message: versions };
    for (const version of versions) {
      const apiVersion = kind.group === '' ? version : `${kind.group}/${version}`;
      const answer = await this.api.send({ method: 'GET', path: rootOf(apiVersion) });
      const body = bodyOf<ResourceListBody>(answer);
      if (typeof body === 'string') return { kind: 'lost', message: body };
      const plural = body?.resources?.find((one) => one.kind === kind.kind && !one.name.includes('/'))?.name;
      if (plural === undefined) continue;
      const resource = { kind, apiVersion, plural };
      this.found.set(kind.key, resource);
      return { kind: 'served', resource };
    }
    return { kind: 'unserved' };
  }

  /** The server says that this resource is gone: it is looked for again. */
  forget(kind: Kind): void {
    this.found.delete(kind.key);
  }

  /** The preferred one first; why, when they cannot be learnt. */
  private async versionsOf(group: string): Promise<readonly string[] | string> {
    const body = bodyOf<GroupBody>(await this.api.send({ method: 'GET', path: `/apis/${group}` }));
    if (body === undefined || typeof body === 'string') return body ?? [];
    const preferred = body.preferredVersion === undefined ? [] : [body.preferredVersion.version];
    return [...new Set([...preferred, ...(body.versions ?? []).map(({ version }) => version)])];
  }
}

/** The collection in a namespace, or in all of them. */
export function collectionPath({ apiVersion, plural }: ServedResource, namespace: string): string {
  const within = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${rootOf(apiVersion)}${within}/${plural}`;
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The body of a good answer; undefined for 404; why, for any other. */
function bodyOf<Body>(answer: HttpAnswer): Body | string | undefined {
  if (answer.kind === 'lost') return answer.message;
  if (answer.code === 404) return undefined;
  return answer.code === 200 ? (answer.body as Body) : `discovery is answered with ${answer.code}`;
}
