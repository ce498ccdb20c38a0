// Remediation requests made from a template, the same in OpenShift's and Cluster API's health check: one per Machine, of the
// template's kind without "Template", named like the Machine and owned by it. Source: cases C031, C032, C062; cluster-api
// internal/controllers/machinehealthcheck (external.GenerateTemplate).

import type { CreateAction, DeleteAction } from '../actions.ts';
import { LABEL_CAPI_CLUSTER } from '../api/cluster.ts';
import type { Machine } from '../api/machine.ts';
import { requestKind, type TemplateReference, templateKind } from '../api/node-health-check.ts';
import { type Kind, type KubeObject, keyOf, kindOf, type StringMap } from '../api/object.ts';
import { METAL3_REMEDIATION_TEMPLATE } from '../api/remediation.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';

interface Template extends KubeObject {
  readonly spec?: {
    readonly template?: {
      readonly metadata?: { readonly labels?: StringMap; readonly annotations?: StringMap };
      readonly spec?: unknown;
    };
  };
}

export function templateOf(view: ClusterView, reference: TemplateReference, namespace: string): Template | undefined {
  const { group, kind } = templateKind(reference);
  return view.get(kindOf<Template>(group, kind, 'Namespaced'), { namespace, name: reference.name });
}

export function createRequest(template: Template, reference: TemplateReference, machine: Machine): CreateAction {
  const kind = requestKind(reference);
  const { metadata, spec } = template.spec?.template ?? {};
  const cluster = machine.spec?.clusterName;
  return {
    do: 'create',
    kind,
    object: {
      apiVersion: template.apiVersion,
      kind: kind.kind,
      metadata: {
        name: machine.metadata.name,
        namespace: machine.metadata.namespace ?? '',
        labels: { ...metadata?.labels, ...(cluster === undefined ? {} : { [LABEL_CAPI_CLUSTER]: cluster }) },
        annotations: {
          ...metadata?.annotations,
          'cluster.x-k8s.io/cloned-from-name': reference.name,
          'cluster.x-k8s.io/cloned-from-groupkind': `${reference.kind}.${kind.group}`,
        },
        ownerReferences: [
          {
            apiVersion: machine.apiVersion,
            kind: 'Machine',
            name: machine.metadata.name,
            uid: machine.metadata.uid,
          },
        ],
      },
      spec,
    },
  };
}

/** A template that appears, or says something else, concerns the health checks of its namespace that name it. */
export function templateWatch<Check extends KubeObject>(
  checks: Kind<Check>,
  referenceOf: (check: Check) => TemplateReference | undefined,
): Watch {
  return {
    kind: METAL3_REMEDIATION_TEMPLATE,
    keysFor: ({ before, after }, view) => {
      const template = after ?? before;
      return view
        .list(checks)
        .filter(
          (check) =>
            check.metadata.namespace === template?.metadata.namespace &&
            referenceOf(check)?.name === template?.metadata.name,
        )
        .map(keyOf);
    },
  };
}

/** Deletes the requests of Machines that `isHealthy`. Requests under way are few, so they are listed. */
export function deleteRequests(
  view: ClusterView,
  reference: TemplateReference,
  namespace: string,
  isHealthy: (machineName: string) => boolean,
): readonly DeleteAction[] {
  const kind = requestKind(reference);
  return view
    .list(kind)
    .filter(({ metadata }) => metadata.namespace === namespace && metadata.deletionTimestamp === undefined)
    .filter(({ metadata }) => isHealthy(metadata.name))
    .map((request) => ({
      do: 'delete',
      kind,
      key: keyOf(request),
      onlyIf: { uid: request.metadata.uid },
    }));
}
