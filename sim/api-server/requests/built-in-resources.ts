// The resources of Kubernetes itself that are served: names, selectable fields and columns as in 1.32.
// Source: kubernetes pkg/registry/*/storage, pkg/apis/core/v1/conversion.go (field labels).
//
// Divergence from reality: kinds that nothing here reads or writes (autoscaling, networking, admission webhooks, ...) are not
// served at all.

import { NAMESPACE } from '../../../core/api/namespace.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import {
  DEPLOYMENT,
  PERSISTENT_VOLUME,
  PERSISTENT_VOLUME_CLAIM,
  POD,
  POD_DISRUPTION_BUDGET,
  REPLICA_SET,
  STATEFUL_SET,
  VOLUME_ATTACHMENT,
} from '../../../core/api/workload.ts';
import { CLEANUP_FINALIZER } from '../definitions/custom-resource-definition.ts';
import { listAt, textAt, valueAt } from '../json-fields.ts';
import { type ApiResource, builtInResource } from './api-resource.ts';
import * as kinds from './built-in-kinds.ts';
import { NEWER_EVENT } from './event-shapes.ts';
import { ACTIVE, newNamespace, updatedNamespace } from './namespace-finalize.ts';
import { NAMESPACE_COLUMNS, NODE_COLUMNS } from './node-columns.ts';
import * as other from './other-columns.ts';
import { POD_COLUMNS } from './pod-columns.ts';
import { WORKLOAD_SCALE } from './scale.ts';
import * as workload from './workload-columns.ts';

type Read = (object: KubeObject) => string;

function field(...path: readonly string[]): Read {
  return (object) => textAt(object, ...path);
}

/** Absent counts as false, as in the typed objects of the real server. */
function flag(...path: readonly string[]): Read {
  return (object) => String(valueAt(object, ...path) === true);
}

const POD_FIELDS: Readonly<Record<string, Read>> = {
  'spec.nodeName': field('spec', 'nodeName'),
  'spec.restartPolicy': field('spec', 'restartPolicy'),
  'spec.schedulerName': field('spec', 'schedulerName'),
  'spec.serviceAccountName': field('spec', 'serviceAccountName'),
  'spec.hostNetwork': flag('spec', 'hostNetwork'),
  'status.phase': field('status', 'phase'),
  'status.podIP': podIp,
  'status.podIPs': podIp,
  'status.nominatedNodeName': field('status', 'nominatedNodeName'),
};

function podIp(pod: KubeObject): string {
  return textAt(listAt(pod, 'status', 'podIPs')[0], 'ip') || textAt(pod, 'status', 'podIP');
}

const EVENT_FIELDS: Readonly<Record<string, Read>> = {
  'involvedObject.kind': field('involvedObject', 'kind'),
  'involvedObject.namespace': field('involvedObject', 'namespace'),
  'involvedObject.name': field('involvedObject', 'name'),
  'involvedObject.uid': field('involvedObject', 'uid'),
  'involvedObject.apiVersion': field('involvedObject', 'apiVersion'),
  'involvedObject.resourceVersion': field('involvedObject', 'resourceVersion'),
  'involvedObject.fieldPath': field('involvedObject', 'fieldPath'),
  reason: field('reason'),
  reportingComponent: field('reportingComponent'),
  source: (event) => textAt(event, 'source', 'component') || textAt(event, 'reportingComponent'),
  type: field('type'),
};

/** The same fields under their names of events.k8s.io/v1. */
const NEWER_EVENT_FIELDS: Readonly<Record<string, Read>> = {
  ...Object.fromEntries(
    Object.entries(EVENT_FIELDS).map(([name, read]) => [name.replace('involvedObject.', 'regarding.'), read]),
  ),
  reportingController: field('reportingComponent'),
};

const STATUS = { status: true } as const;
const SCALED = { status: true, scale: WORKLOAD_SCALE } as const;
const ALL = ['all'];
const PENDING = { phase: 'Pending' } as const;

const CORE: readonly ApiResource[] = [
  builtInResource({
    kind: NAMESPACE,
    plural: 'namespaces',
    shortNames: ['ns'],
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    subresources: { status: true, actions: ['finalize'] },
    fields: { 'status.phase': field('status', 'phase') },
    columns: NAMESPACE_COLUMNS,
    prepareCreate: newNamespace,
    prepareUpdate: updatedNamespace,
    initialStatus: () => ACTIVE,
  }),
  builtInResource({
    kind: NODE,
    plural: 'nodes',
    shortNames: ['no'],
    subresources: STATUS,
    fields: { 'spec.unschedulable': flag('spec', 'unschedulable') },
    columns: NODE_COLUMNS,
    // A kubelet registers its Node together with its status.
    initialStatus: (node) => node.status,
  }),
  builtInResource({
    kind: POD,
    plural: 'pods',
    shortNames: ['po'],
    categories: ALL,
    subresources: { status: true, actions: ['binding', 'eviction'] },
    fields: POD_FIELDS,
    columns: POD_COLUMNS,
    returnsDeleted: true,
    initialStatus: () => PENDING,
  }),
  builtInResource({
    kind: kinds.EVENT,
    plural: 'events',
    shortNames: ['ev'],
    fields: EVENT_FIELDS,
    columns: other.EVENT_COLUMNS,
    createsOnUpdate: true,
  }),
  builtInResource({
    kind: kinds.CONFIG_MAP,
    plural: 'configmaps',
    shortNames: ['cm'],
    columns: other.CONFIG_MAP_COLUMNS,
  }),
  builtInResource({
    kind: kinds.SECRET,
    plural: 'secrets',
    fields: { type: field('type') },
    columns: other.SECRET_COLUMNS,
  }),
  builtInResource({
    kind: kinds.SERVICE_ACCOUNT,
    plural: 'serviceaccounts',
    shortNames: ['sa'],
    columns: other.SERVICE_ACCOUNT_COLUMNS,
    returnsDeleted: true,
  }),
  builtInResource({
    kind: kinds.SERVICE,
    plural: 'services',
    shortNames: ['svc'],
    categories: ALL,
    subresources: STATUS,
    fields: { 'spec.clusterIP': field('spec', 'clusterIP'), 'spec.type': field('spec', 'type') },
    columns: other.SERVICE_COLUMNS,
    returnsDeleted: true,
  }),
  builtInResource({
    kind: kinds.ENDPOINTS,
    plural: 'endpoints',
    singular: 'endpoints',
    shortNames: ['ep'],
    createsOnUpdate: true,
  }),
  builtInResource({
    kind: PERSISTENT_VOLUME,
    plural: 'persistentvolumes',
    shortNames: ['pv'],
    subresources: STATUS,
    columns: other.VOLUME_COLUMNS,
    returnsDeleted: true,
    initialStatus: () => PENDING,
  }),
  builtInResource({
    kind: PERSISTENT_VOLUME_CLAIM,
    plural: 'persistentvolumeclaims',
    shortNames: ['pvc'],
    subresources: STATUS,
    columns: other.CLAIM_COLUMNS,
    returnsDeleted: true,
    initialStatus: () => PENDING,
  }),
];

const APPS: readonly ApiResource[] = [
  builtInResource({
    kind: DEPLOYMENT,
    plural: 'deployments',
    shortNames: ['deploy'],
    categories: ALL,
    subresources: SCALED,
    columns: workload.DEPLOYMENT_COLUMNS,
  }),
  builtInResource({
    kind: REPLICA_SET,
    plural: 'replicasets',
    shortNames: ['rs'],
    categories: ALL,
    subresources: SCALED,
    fields: { 'status.replicas': (set) => String(valueAt(set, 'status', 'replicas') ?? 0) },
    columns: workload.REPLICA_SET_COLUMNS,
  }),
  builtInResource({
    kind: STATEFUL_SET,
    plural: 'statefulsets',
    shortNames: ['sts'],
    categories: ALL,
    subresources: SCALED,
    columns: workload.STATEFUL_SET_COLUMNS,
  }),
  builtInResource({
    kind: kinds.DAEMON_SET,
    plural: 'daemonsets',
    shortNames: ['ds'],
    categories: ALL,
    subresources: STATUS,
    columns: workload.DAEMON_SET_COLUMNS,
  }),
];

const OTHERS: readonly ApiResource[] = [
  builtInResource({
    kind: kinds.JOB,
    plural: 'jobs',
    categories: ALL,
    subresources: STATUS,
    fields: { 'status.successful': (job) => String(valueAt(job, 'status', 'succeeded') ?? 0) },
    columns: workload.JOB_COLUMNS,
  }),
  builtInResource({
    kind: POD_DISRUPTION_BUDGET,
    plural: 'poddisruptionbudgets',
    shortNames: ['pdb'],
    subresources: STATUS,
    columns: workload.BUDGET_COLUMNS,
    unconditionalUpdate: false,
  }),
  builtInResource({
    kind: kinds.LEASE,
    plural: 'leases',
    columns: other.LEASE_COLUMNS,
    generation: false,
    unconditionalUpdate: false,
    createsOnUpdate: true,
  }),
  builtInResource({
    kind: VOLUME_ATTACHMENT,
    plural: 'volumeattachments',
    subresources: STATUS,
    columns: other.ATTACHMENT_COLUMNS,
    generation: false,
    returnsDeleted: true,
  }),
  builtInResource({
    kind: kinds.STORAGE_CLASS,
    plural: 'storageclasses',
    shortNames: ['sc'],
    columns: other.STORAGE_CLASS_COLUMNS,
    generation: false,
    returnsDeleted: true,
  }),
  builtInResource({ kind: kinds.PRIORITY_CLASS, plural: 'priorityclasses', shortNames: ['pc'] }),
  builtInResource({
    kind: kinds.CUSTOM_RESOURCE_DEFINITION,
    plural: 'customresourcedefinitions',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    subresources: STATUS,
    unconditionalUpdate: false,
    cleanupFinalizer: CLEANUP_FINALIZER,
  }),
  builtInResource({
    group: 'events.k8s.io',
    kind: kinds.EVENT,
    plural: 'events',
    shortNames: ['ev'],
    fields: NEWER_EVENT_FIELDS,
    columns: other.EVENT_COLUMNS,
    createsOnUpdate: true,
    shape: NEWER_EVENT,
  }),
  ...rbac(),
];

function rbac(): readonly ApiResource[] {
  const common = { generation: false, createsOnUpdate: true } as const;
  return [
    builtInResource({ ...common, kind: kinds.CLUSTER_ROLE, plural: 'clusterroles' }),
    builtInResource({ ...common, kind: kinds.CLUSTER_ROLE_BINDING, plural: 'clusterrolebindings' }),
    builtInResource({ ...common, kind: kinds.ROLE, plural: 'roles' }),
    builtInResource({ ...common, kind: kinds.ROLE_BINDING, plural: 'rolebindings' }),
  ];
}

export const BUILT_IN_RESOURCES: readonly ApiResource[] = [...CORE, ...APPS, ...OTHERS];
