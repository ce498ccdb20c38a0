// Policy objects past the webhooks of the medik8s operators, as an API server would ask them: what a webhook fills in is there,
// what it refuses is a problem. Objects found in a cluster have passed already.

import type { Kind, KubeObject, ObjectKey } from '../../core/api/object.ts';
import { keyOf, kindOf } from '../../core/api/object.ts';
import type { ClusterView } from '../../core/ports/cluster-view.ts';
import { type Admission, AdmissionChain } from '../../sim/api-server/admission/admission.ts';
import { PRODUCT_WEBHOOKS } from '../../sim/api-server/admission/rules.ts';
import { ObjectSet } from '../cluster/object-set.ts';
import type { PositionedDocument } from '../positioned-yaml.ts';
import type { Problem } from '../problem.ts';
import type { Manifest } from './read-policy.ts';

export interface AdmittedManifests {
  readonly manifests: readonly Manifest[];
  /** What webhooks refuse, and what they warn of. */
  readonly problems: readonly Problem[];
}

/** The checks of the other products are checks of this folder, which point at the field. */
const MEDIK8S = /(^|\.)medik8s\.io\//;

/**
 * As if the files were applied until nothing changes any more, templates before those who refer to them.
 * @param others objects of the cluster that webhooks may look at.
 */
export function admitted(
  manifests: readonly Manifest[],
  others: readonly KubeObject[],
  nowMs: number,
): AdmittedManifests {
  const chain: Admission = new AdmissionChain(PRODUCT_WEBHOOKS);
  const passed = new Map<Manifest, Manifest>();
  const problems: Problem[] = [];
  const unasked = manifests.filter((manifest) => !isAsked(manifest)).map(({ object }) => object);
  const inOrder = manifests.filter(isAsked).sort((a, b) => Number(refersToOthers(a)) - Number(refersToOthers(b)));
  for (const manifest of inOrder) {
    const { object, document } = manifest;
    const view = new FixedView([...others, ...unasked, ...[...passed.values()].map((each) => each.object)]);
    const slash = object.apiVersion.indexOf('/');
    const scope = object.metadata.namespace === undefined ? 'Cluster' : 'Namespaced';
    const kind = kindOf(slash < 0 ? '' : object.apiVersion.slice(0, slash), object.kind, scope);
    const answer = chain.admit({
      operation: 'CREATE',
      kind,
      key: keyOf(object),
      subresource: '',
      object,
      old: undefined,
      user: undefined,
      view,
      nowMs,
    });
    const place = document.placeOf(['metadata', 'name']);
    const title = `${object.kind} "${object.metadata.name}"`;
    if (answer.kind === 'refused') {
      problems.push({ code: 'MT146', severity: 'error', message: `${title} is refused: ${answer.message}`, ...place });
      continue;
    }
    for (const warning of answer.warnings) {
      problems.push({ code: 'MT146', severity: 'warning', message: `${title}: ${warning}`, ...place });
    }
    const changed = answer.object as KubeObject | undefined;
    passed.set(manifest, changed === undefined || changed === object ? manifest : { object: changed, document });
  }
  return { manifests: manifests.map((manifest) => passed.get(manifest) ?? manifest), problems };
}

/** Objects of the cluster, and those of other products, are there already. */
function isAsked(manifest: Manifest): manifest is WrittenManifest {
  return manifest.document !== undefined && MEDIK8S.test(manifest.object.apiVersion);
}

type WrittenManifest = Manifest & { readonly document: PositionedDocument };

function refersToOthers({ object }: Manifest): boolean {
  return object.kind.endsWith('HealthCheck') || object.kind === 'NodeMaintenance';
}

/** A cluster in which nothing happens. */
class FixedView implements ClusterView {
  private readonly objects: ObjectSet;

  constructor(objects: readonly KubeObject[]) {
    this.objects = new ObjectSet(objects);
  }

  get<T extends KubeObject>(kind: Kind<T>, { namespace, name }: ObjectKey): T | undefined {
    return this.objects.get(kind, namespace, name);
  }

  list<T extends KubeObject>(kind: Kind<T>): readonly T[] {
    return this.objects.list(kind);
  }

  byIndex(): never {
    throw new Error('webhooks use no index');
  }

  countByIndex(): never {
    throw new Error('webhooks use no index');
  }

  hasSynced(): boolean {
    return true;
  }
}
