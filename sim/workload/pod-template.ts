// New pods from the templates of their owners, with what admission adds: a name, the owner, and the two default tolerations.
//
// Divergence from reality: of admission only DefaultTolerationSeconds is modelled; priorities, quotas and service accounts
// are not. Pods of a ReplicaSet share the labels and the spec of its template.

import { TAINT_NOT_READY, TAINT_UNREACHABLE } from '../../core/api/node.ts';
import type { NewObject } from '../../core/api/object.ts';
import type { Job, Pod, PodSpec, Toleration } from '../../core/api/workload.ts';
import type { Control } from './control-table.ts';

/** Source: kubernetes staging/src/k8s.io/api/apps/v1/types.go. */
export const REVISION_LABEL = 'controller-revision-hash';

/** The next pod of a ReplicaSet, under a generated name. */
export function replicaOf(control: Control, tolerationMs: number): NewObject<Pod> {
  const prefix = control.kind === 'Deployment' ? `${control.key.name}-sim-` : `${control.key.name}-`;
  return podOf(control, { name: '', generateName: prefix }, undefined, tolerationMs, []);
}

/** What a pod of a StatefulSet is made from: a template, and the name of the revision that it is. */
export interface SetRevision {
  readonly name: string;
  readonly template: NonNullable<Control['object']['spec']>['template'];
}

/** The pod of one ordinal, with the claims of its volumeClaimTemplates. */
export function ordinalOf(
  control: Control,
  ordinal: number,
  revision: SetRevision,
  tolerationMs: number,
): NewObject<Pod> {
  const name = ordinalName(control, ordinal);
  const templates = control.kind === 'StatefulSet' ? (control.object.spec?.volumeClaimTemplates ?? []) : [];
  const volumes: NonNullable<PodSpec['volumes']>[number][] = [];
  for (const template of templates) {
    const volume = template.metadata?.name ?? '';
    volumes.push({ name: volume, persistentVolumeClaim: { claimName: `${volume}-${name}` } });
  }
  const labels = {
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
    [REVISION_LABEL]: revision.name,
  };
  return podOf(control, { name }, labels, tolerationMs, volumes, revision.template);
}

export function ordinalName(control: Control, ordinal: number): string {
  return `${control.key.name}-${ordinal}`;
}

function podOf(
  control: Control,
  names: { readonly name: string; readonly generateName?: string },
  labels: Readonly<Record<string, string>> | undefined,
  tolerationMs: number,
  claims: NonNullable<PodSpec['volumes']>,
  template = control.object.spec?.template,
): NewObject<Pod> {
  const spec = template?.spec ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...names,
      namespace: control.key.namespace,
      labels: labels === undefined ? (template?.metadata?.labels ?? {}) : { ...template?.metadata?.labels, ...labels },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: control.kind,
          name: control.key.name,
          uid: control.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      ...spec,
      tolerations: withDefaultTolerations(spec.tolerations, tolerationMs),
      volumes: claims.length === 0 ? (spec.volumes ?? []) : [...claims, ...(spec.volumes ?? [])],
    },
    status: { phase: 'Pending' },
  };
}

/** The next pod of a Job. */
export function jobPodOf(job: Job, tolerationMs: number): NewObject<Pod> {
  const { metadata, spec } = job;
  const template = spec?.template;
  const named = { 'batch.kubernetes.io/job-name': metadata.name, 'batch.kubernetes.io/controller-uid': metadata.uid };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: `${metadata.name}-`,
      namespace: metadata.namespace ?? '',
      labels: { ...template?.metadata?.labels, ...named },
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { ...template?.spec, tolerations: withDefaultTolerations(template?.spec?.tolerations, tolerationMs) },
    status: { phase: 'Pending' },
  };
}

/** Source: plugin/pkg/admission/defaulttolerationseconds: each added unless the pod tolerates that taint in some way. */
export function withDefaultTolerations(
  own: readonly Toleration[] | undefined,
  tolerationMs: number,
): readonly Toleration[] {
  const tolerations = own ?? [];
  const added: Toleration[] = [];
  for (const key of [TAINT_NOT_READY, TAINT_UNREACHABLE]) {
    if (!tolerations.some((toleration) => concerns(toleration, key))) {
      added.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: Math.floor(tolerationMs / 1000) });
    }
  }
  return added.length === 0 ? tolerations : [...tolerations, ...added];
}

function concerns(toleration: Toleration, key: string): boolean {
  const keyMatches = toleration.key === key || toleration.key === undefined || toleration.key === '';
  const effect = toleration.effect ?? '';
  return keyMatches && (effect === 'NoExecute' || effect === '');
}
