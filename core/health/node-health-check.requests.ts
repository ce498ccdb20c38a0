// Remediation requests as a node health check finds and makes them: whose they are, which node and template they are for.
// Source: node-healthcheck-operator internal/controller/resources/manager.go.

import type { CreateAction, DeleteAction } from '../actions.ts';
import { type ConditionStatus, findCondition } from '../api/conditions.ts';
import { ANNOTATION_OPENSHIFT_MACHINE, OPENSHIFT_MACHINE, parseKey } from '../api/machine.ts';
import {
  ANNOTATION_MULTIPLE_TEMPLATES,
  ANNOTATION_NODE_NAME,
  ANNOTATION_TEMPLATE_NAME,
  nodeNameOf,
} from '../api/medik8s.ts';
import type { Node } from '../api/node.ts';
import {
  LABEL_CONTROL_PLANE_REQUEST,
  NODE_HEALTH_CHECK_API_VERSION,
  type NodeHealthCheck,
  type RemediationRequest,
  type RemediationTemplate,
  requestKind,
  type TemplateReference,
  templateKind,
  templatesOf,
} from '../api/node-health-check.ts';
import { type Kind, keyOf, type OwnerReference } from '../api/object.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';

export interface FoundRequest {
  readonly kind: Kind<RemediationRequest>;
  readonly request: RemediationRequest;
}

/** By the name of the node that they are for. */
export type RequestsByNode = ReadonlyMap<string, readonly FoundRequest[]>;

const LABEL_PART_OF = 'app.kubernetes.io/part-of';
const PART_OF = 'node-healthcheck-controller';
const CONTROL_PLANE = 'control plane';

/** The requests that the view knows, by node, by health check, and those for the control plane. One index per kind. */
export class RequestBook {
  readonly indexes: readonly IndexSpec<RemediationRequest>[];
  private readonly byKind: ReadonlyMap<string, IndexSpec<RemediationRequest>>;

  constructor(kinds: readonly Kind<RemediationRequest>[]) {
    this.byKind = new Map(kinds.map((kind) => [kind.key, indexOf(kind)]));
    this.indexes = [...this.byKind.values()];
  }

  /** Whether requests made from this template are watched. */
  knows(template: TemplateReference): boolean {
    return this.byKind.has(requestKind(template).key);
  }

  /** The check's own requests, made from the templates that it names now. */
  ownedBy(check: NodeHealthCheck, view: ClusterView): readonly FoundRequest[] {
    return this.under(`check ${check.metadata.name}`, check, view);
  }

  /** Requests for nodes of the control plane, whoever's they are, made from the templates that the check names. */
  forControlPlane(check: NodeHealthCheck, view: ClusterView): readonly FoundRequest[] {
    return this.under(CONTROL_PLANE, check, view);
  }

  /** The request for a node from a template, whoever's it is. */
  find(nodeName: string, template: TemplateReference, view: ClusterView): RemediationRequest | undefined {
    const index = this.byKind.get(requestKind(template).key);
    if (index === undefined) return undefined;
    return view.byIndex(index, `node ${nodeName}`).find((request) => isFor(request, nodeName, template.name));
  }

  private under(value: string, check: NodeHealthCheck, view: ClusterView): readonly FoundRequest[] {
    const found = new Map<string, FoundRequest>();
    for (const template of templatesOf(check)) {
      const kind = requestKind(template);
      const index = this.byKind.get(kind.key);
      if (index === undefined) continue;
      for (const request of view.byIndex(index, value)) {
        if (isFor(request, nodeNameOf(request), template.name)) found.set(request.metadata.uid, { kind, request });
      }
    }
    return [...found.values()];
  }
}

function indexOf(kind: Kind<RemediationRequest>): IndexSpec<RemediationRequest> {
  return {
    name: `node-health-check/requests.${kind.key}`,
    of: kind,
    part: (request) => request.metadata,
    values: (request) => [
      `node ${nodeNameOf(request)}`,
      ...checksOf(request).map((name) => `check ${name}`),
      ...(request.metadata.labels?.[LABEL_CONTROL_PLANE_REQUEST] === undefined ? [] : [CONTROL_PLANE]),
    ],
  };
}

export function requestsByNode(found: readonly FoundRequest[]): RequestsByNode {
  return Map.groupBy(found, ({ request }) => nodeNameOf(request));
}

/** Names of the node health checks that own a request. */
export function checksOf({ metadata }: Pick<RemediationRequest, 'metadata'>): readonly string[] {
  return (metadata.ownerReferences ?? [])
    .filter(({ apiVersion, kind }) => kind === 'NodeHealthCheck' && apiVersion === NODE_HEALTH_CHECK_API_VERSION)
    .map(({ name }) => name);
}

/** Requests that say no template are for the node of their name. */
function isFor({ metadata }: RemediationRequest, nodeName: string, templateName: string): boolean {
  const { [ANNOTATION_TEMPLATE_NAME]: template, [ANNOTATION_NODE_NAME]: node } = metadata.annotations ?? {};
  return template === undefined ? metadata.name === nodeName : template === templateName && node === nodeName;
}

export function requestCondition(request: RemediationRequest, type: string): ConditionStatus | undefined {
  return findCondition(request.status?.conditions, type)?.status;
}

export function findTemplate(reference: TemplateReference, view: ClusterView): RemediationTemplate | undefined {
  if (reference.namespace === undefined || reference.namespace === '') return undefined;
  return view.get(templateKind(reference), { namespace: reference.namespace, name: reference.name });
}

/** The Machine of a node as an owner of its request, where it may be one: in the namespace of the template. */
export type MachineOwner =
  | { readonly kind: 'none' }
  | { readonly kind: 'owner'; readonly reference: OwnerReference }
  /** The node names a Machine that is not there: the product stops here. */
  | { readonly kind: 'missing'; readonly machine: string };

export function machineOwnerOf(node: Node, templateNamespace: string, view: ClusterView): MachineOwner {
  const written = node.metadata.annotations?.[ANNOTATION_OPENSHIFT_MACHINE];
  if (written === undefined) return { kind: 'none' };
  const key = parseKey(written);
  const machine = key === undefined ? undefined : view.get(OPENSHIFT_MACHINE, key);
  if (machine === undefined) return { kind: 'missing', machine: written };
  if (machine.metadata.namespace !== templateNamespace) return { kind: 'none' };
  const { name, uid } = machine.metadata;
  return {
    kind: 'owner',
    reference: { apiVersion: machine.apiVersion, kind: 'Machine', name, uid, controller: false },
  };
}

/** A request for a node: named like it, or by the server where the template's remediator takes several for one node. */
export function createRequest(
  check: NodeHealthCheck,
  node: Node,
  template: RemediationTemplate,
  options: { readonly owner: OwnerReference | undefined; readonly isControlPlane: boolean },
): CreateAction {
  const kind = requestKind(template);
  const { name } = node.metadata;
  const takesSeveral = template.metadata.annotations?.[ANNOTATION_MULTIPLE_TEMPLATES] !== undefined;
  const checkOwner: OwnerReference = {
    apiVersion: NODE_HEALTH_CHECK_API_VERSION,
    kind: 'NodeHealthCheck',
    name: check.metadata.name,
    uid: check.metadata.uid,
    controller: false,
  };
  return {
    do: 'create',
    kind,
    object: {
      apiVersion: template.apiVersion,
      kind: kind.kind,
      metadata: {
        ...(takesSeveral ? { name: '', generateName: `${name}-` } : { name }),
        namespace: template.metadata.namespace ?? '',
        labels: { [LABEL_PART_OF]: PART_OF, ...(options.isControlPlane ? { [LABEL_CONTROL_PLANE_REQUEST]: '' } : {}) },
        annotations: { [ANNOTATION_NODE_NAME]: name, [ANNOTATION_TEMPLATE_NAME]: template.metadata.name },
        ownerReferences: options.owner === undefined ? [checkOwner] : [checkOwner, options.owner],
      },
      spec: template.spec?.template?.spec ?? {},
    },
  };
}

export function deleteRequest({ kind, request }: FoundRequest): DeleteAction {
  return { do: 'delete', kind, key: keyOf(request), onlyIf: { uid: request.metadata.uid } };
}
