// The ReplicaSet of one revision of a Deployment: its name, labels and annotations, and whether it stands for a template.
// Source: kubernetes pkg/controller/deployment/sync.go (getNewReplicaSet), util/deployment_util.go (EqualIgnoreHash,
// SetNewReplicaSetAnnotations).
//
// Divergence from reality: the hash of a template is a fingerprint of its text, not the FNV hash of the real controller, so
// names differ from those that it would give; a hash that is taken by another template is not tried again.

import type { NewObject, StringMap } from '../../core/api/object.ts';
import type { Deployment, ReplicaSet } from '../../core/api/workload.ts';
import { sameValue } from '../api-server/same-value.ts';
import { Fingerprint } from '../kernel/fingerprint.ts';
import type { RolloutLimits } from './rollout.ts';

type Template = NonNullable<NonNullable<Deployment['spec']>['template']>;

export const REVISION = 'deployment.kubernetes.io/revision';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
const HASH_LABEL = 'pod-template-hash';
/** Source: kubernetes apimachinery pkg/util/rand (SafeEncodeString). */
const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const HASH_LENGTH = 10;

/** The template of a revision is that of the Deployment, the hash label apart. */
export function standsFor(set: ReplicaSet, deployment: Deployment): boolean {
  const one = set.spec?.template;
  const other = deployment.spec?.template;
  return one === other || sameValue(withoutHash(one), withoutHash(other));
}

/** A new revision, asked for `replicas` pods. */
export function revisionSet(
  deployment: Deployment,
  revision: number,
  replicas: number,
  limits: RolloutLimits,
): NewObject<ReplicaSet> {
  const { metadata, spec } = deployment;
  const hash = hashOf(spec?.template);
  const hashed = { [HASH_LABEL]: hash };
  const labels = { ...spec?.template?.metadata?.labels, ...hashed };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace ?? '',
      labels,
      annotations: { [REVISION]: String(revision), ...sizeAnnotations(limits) },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      replicas,
      selector: { ...spec?.selector, matchLabels: { ...spec?.selector?.matchLabels, ...hashed } },
      template: { ...spec?.template, metadata: { ...spec?.template?.metadata, labels } },
    },
  };
}

/** For which size of its Deployment a ReplicaSet was scaled last. */
export function sizeAnnotations({ replicas, maxSurge }: RolloutLimits): StringMap {
  return { [DESIRED_REPLICAS]: String(replicas), [MAX_REPLICAS]: String(replicas + maxSurge) };
}

export function revisionOf(object: ReplicaSet | Deployment): number {
  const revision = Number(object.metadata.annotations?.[REVISION] ?? 0);
  return Number.isNaN(revision) ? 0 : revision;
}

function withoutHash(template: Template | undefined): unknown {
  const labels = template?.metadata?.labels;
  if (labels?.[HASH_LABEL] === undefined) return template;
  const { [HASH_LABEL]: _hash, ...rest } = labels;
  return { ...template, metadata: { ...template?.metadata, labels: rest } };
}

function hashOf(template: Template | undefined): string {
  const fingerprint = new Fingerprint();
  fingerprint.addText(JSON.stringify(template ?? {}));
  const digits = fingerprint.digest();
  let hash = '';
  for (let i = 0; i < HASH_LENGTH; i++) {
    hash += SAFE_ALPHABET.charAt(Number.parseInt(digits.slice(i, i + 3), 16) % SAFE_ALPHABET.length);
  }
  return hash;
}
