// Nodes and leases: the taint of a new node, what of a node never changes, and what kubelets may touch at all.
// Source: kubernetes plugin/pkg/admission/{nodetaint,noderestriction}, pkg/apis/core/validation/validation.go
// (ValidateNodeUpdate), pkg/apis/coordination/validation/validation.go.
//
// Divergence from reality: of what kubelets may not touch, nodes, their leases and pods are covered; CSINodes, claims, service
// account tokens and the references of mirror pods are not.

import { NODE, TAINT_NOT_READY } from '../../../core/api/node.ts';
import { kindOf, type NewObject } from '../../../core/api/object.ts';
import { POD } from '../../../core/api/workload.ts';
import { listAt, mapAt, numberAt, textAt, valueAt, withSpec } from '../json-fields.ts';
import { forbiddenRequest, type Refusal } from '../refusals.ts';
import { sameValue } from '../same-value.ts';
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../schema/field-errors.ts';
import type { AdmissionRequest, AdmissionRule } from './admission.ts';
import { strategyRule } from './field-rules.ts';

const LEASE = kindOf('coordination.k8s.io', 'Lease', 'Namespaced');

/** A new node is not ready until the node lifecycle controller says so. */
export const TAINT_NODES_BY_CONDITION: AdmissionRule = {
  name: 'TaintNodesByCondition',
  kinds: [NODE],
  operations: ['CREATE'],
  mutate: (node) => {
    const taints = listAt(node, 'spec', 'taints');
    const held = taints.some(
      (taint) => textAt(taint, 'key') === TAINT_NOT_READY && textAt(taint, 'effect') === 'NoSchedule',
    );
    return held ? node : withSpec(node, ['taints'], [...taints, { key: TAINT_NOT_READY, effect: 'NoSchedule' }]);
  },
};

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Taints are well formed and unique; pod ranges and the provider id are set once. */
export const NODE_VALIDATION: AdmissionRule = strategyRule('NodeValidation', [NODE], (node, { old }) => {
  const errors: FieldError[] = [...taintErrors(node)];
  if (old === undefined) return errors;
  for (const field of ['podCIDRs', 'providerID']) {
    const was = valueAt(old, 'spec', field);
    const unset = was === undefined || was === '' || (Array.isArray(was) && was.length === 0);
    if (unset || sameValue(was, valueAt(node, 'spec', field))) continue;
    const name = field === 'podCIDRs' ? 'podCIDR' : field;
    errors.push(forbidden(`spec.${field}`, `node updates may not change ${name} except from "" to valid`));
  }
  return errors;
});

function taintErrors(node: NewObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  listAt(node, 'spec', 'taints').forEach((taint, i) => {
    const field = `spec.taints[${i}]`;
    const effect = textAt(taint, 'effect');
    if (textAt(taint, 'key') === '') errors.push(required(`${field}.key`));
    if (effect === '') errors.push(required(`${field}.effect`));
    else if (!EFFECTS.includes(effect)) errors.push(notSupported(`${field}.effect`, effect, EFFECTS));
    const identity = `${effect} ${textAt(taint, 'key')}`;
    if (seen.has(identity)) {
      const text = `${textAt(taint, 'key')}${textAt(taint, 'value') === '' ? '' : `=${textAt(taint, 'value')}`}:${effect}`;
      const message = `Duplicate value: ${text}: taints must be unique by key and effect pair`;
      errors.push({ reason: 'FieldValueDuplicate', message, field });
    }
    seen.add(identity);
  });
  return errors;
}

/** A lease lasts more than 0 s, and whoever holds it has a name. */
export const LEASE_VALIDATION: AdmissionRule = strategyRule('LeaseValidation', [LEASE], (lease) => {
  const errors: FieldError[] = [];
  const seconds = numberAt(lease, 'spec', 'leaseDurationSeconds');
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  }
  const transitions = numberAt(lease, 'spec', 'leaseTransitions');
  if (transitions !== undefined && transitions < 0) {
    errors.push(invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
  }
  if (valueAt(lease, 'spec', 'holderIdentity') === '') {
    errors.push(invalidValue('spec.holderIdentity', '', 'must not be empty'));
  }
  return errors;
});

const NODES_GROUP = 'system:nodes';
const NODE_USER = 'system:node:';
const LEASE_NAMESPACE = 'kube-node-lease';
const MIRROR_POD = 'kubernetes.io/config.mirror';

/** A kubelet touches its own node, that node's lease, and pods bound to it. Other users are not looked at. */
export const NODE_RESTRICTION: AdmissionRule = {
  name: 'NodeRestriction',
  kinds: [NODE, POD, LEASE],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  subresources: ['', 'status', 'eviction', 'binding'],
  validate: (request) => {
    const { user, kind, key } = request;
    if (user === undefined || !user.groups.includes(NODES_GROUP)) return undefined;
    const why = user.name.startsWith(NODE_USER)
      ? restriction(request, user.name.slice(NODE_USER.length))
      : `could not determine node from user "${user.name}"`;
    return why === undefined ? undefined : refused(kind, key.name, why);
  },
};

function refused(kind: AdmissionRequest['kind'], name: string, why: string): Refusal {
  return forbiddenRequest(kind, name, why);
}

function restriction(request: AdmissionRequest, node: string): string | undefined {
  switch (request.kind.key) {
    case NODE.key:
      return nodeRestriction(request, node);
    case POD.key:
      return podRestriction(request, node);
    default:
      return leaseRestriction(request, node);
  }
}

function nodeRestriction({ object, old, key }: AdmissionRequest, node: string): string | undefined {
  const name = key.name || textAt(object, 'metadata', 'name');
  if (name !== node) return `node "${node}" is not allowed to modify node "${name}"`;
  if (object === undefined) return undefined;
  const labels = changedLabels(object, old).filter(isRestricted);
  if (labels.length > 0) {
    const verb = old === undefined ? 'set the following labels' : 'modify labels';
    return `node "${node}" is not allowed to ${verb}: ${labels.join(', ')}`;
  }
  if (old === undefined) return undefined;
  if (!sameValue(listAt(object, 'spec', 'taints'), listAt(old, 'spec', 'taints'))) {
    return `node "${node}" is not allowed to modify taints`;
  }
  return sameValue(object.metadata.ownerReferences ?? [], old.metadata.ownerReferences ?? [])
    ? undefined
    : `node "${node}" is not allowed to modify ownerReferences`;
}

function changedLabels(object: NewObject, old: NewObject | undefined): readonly string[] {
  const is = mapAt(object, 'metadata', 'labels');
  const was = mapAt(old, 'metadata', 'labels');
  return [...new Set([...Object.keys(is), ...Object.keys(was)])].filter((label) => is[label] !== was[label]).sort();
}

/** Source: kubernetes staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go. */
const KUBELET_LABELS: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);

/** Labels in the name space of Kubernetes are for kubelets only where they are listed, or in two spaces of their own. */
function isRestricted(label: string): boolean {
  const slash = label.indexOf('/');
  if (slash < 0 || KUBELET_LABELS.has(label)) return false;
  const prefix = label.slice(0, slash);
  const inside = (domain: string): boolean => prefix === domain || prefix.endsWith(`.${domain}`);
  if (inside('kubelet.kubernetes.io') || inside('node.kubernetes.io')) return false;
  return inside('kubernetes.io') || inside('k8s.io');
}

function podRestriction(request: AdmissionRequest, node: string): string | undefined {
  const { operation, subresource, object, old } = request;
  const bound = textAt(old ?? object, 'spec', 'nodeName') === node;
  if (subresource === 'status') {
    return bound ? undefined : `node "${node}" can only update pod status for pods with spec.nodeName set to itself`;
  }
  if (subresource === 'eviction') {
    return bound ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`;
  }
  if (operation === 'DELETE') {
    return bound ? undefined : `node "${node}" can only delete pods with spec.nodeName set to itself`;
  }
  if (operation === 'UPDATE' || subresource !== '') return `unexpected operation "${operation}"`;
  if (object?.metadata.annotations?.[MIRROR_POD] === undefined) {
    return `pod does not have "${MIRROR_POD}" annotation, node "${node}" can only create mirror pods`;
  }
  return bound ? undefined : `node "${node}" can only create pods with spec.nodeName set to itself`;
}

function leaseRestriction({ key, object }: AdmissionRequest, node: string): string | undefined {
  if (key.namespace !== LEASE_NAMESPACE) return `can only access leases in the "${LEASE_NAMESPACE}" system namespace`;
  const name = key.name || textAt(object, 'metadata', 'name');
  return name === node ? undefined : 'can only access node lease with the same name as the requesting node';
}
