// New pods from the templates of their owners, with what admission adds: a name, the owner, and the two default tolerations.
//
// Divergence from reality: of admission only DefaultTolerationSeconds is modelled; priorities, quotas and service accounts
// are not. Labels that workload controllers add are limited to those of the template, and for StatefulSets the pod's name.

import { TAINT_NOT_READY, TAINT_UNREACHABLE } from '../../core/api/node.ts';
import type { NewObject } from '../../core/api/object.ts';
import type { Pod, PodSpec, Toleration } from '../../core/api/workload.ts';
import type { Control } from './control-table.ts';

/** The next pod of a ReplicaSet, under a generated name. */
export function replicaOf(control: Control, tolerationMs: number): NewObject<Pod> {
  const prefix = control.kind === 'Deployment' ? `${control.key.name}-sim-` : `${control.key.name}-`;
  return podOf(control, { name: '', generateName: prefix }, {}, tolerationMs, []);
}

/** The pod of one ordinal, with the claims of its volumeClaimTemplates. */
export function ordinalOf(control: Control, ordinal: number, tolerationMs: number): NewObject<Pod> {
  const name = ordinalName(control, ordinal);
  const templates = control.kind === 'StatefulSet' ? (control.object.spec?.volumeClaimTemplates ?? []) : [];
  const volumes: NonNullable<PodSpec['volumes']>[number][] = [];
  for (const template of templates) {
    const volume = template.metadata?.name ?? '';
    volumes.push({ name: volume, persistentVolumeClaim: { claimName: `${volume}-${name}` } });
  }
  return podOf(control, { name }, { 'statefulset.kubernetes.io/pod-name': name }, tolerationMs, volumes);
}

export function ordinalName(control: Control, ordinal: number): string {
  return `${control.key.name}-${ordinal}`;
}

function podOf(
  control: Control,
  names: { readonly name: string; readonly generateName?: string },
  labels: Readonly<Record<string, string>>,
  tolerationMs: number,
  claims: NonNullable<PodSpec['volumes']>,
): NewObject<Pod> {
  const template = control.object.spec?.template;
  const spec = template?.spec ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...names,
      namespace: control.key.namespace,
      labels: { ...template?.metadata?.labels, ...labels },
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
