// Kinds of Kubernetes itself that the world's models have no view of, but that clients of the API write and read.

import { type KubeObject, kindOf } from '../../../core/api/object.ts';

export const EVENT = kindOf<KubeObject>('', 'Event', 'Namespaced');
export const CONFIG_MAP = kindOf<KubeObject>('', 'ConfigMap', 'Namespaced');
export const SECRET = kindOf<KubeObject>('', 'Secret', 'Namespaced');
export const SERVICE_ACCOUNT = kindOf<KubeObject>('', 'ServiceAccount', 'Namespaced');
export const SERVICE = kindOf<KubeObject>('', 'Service', 'Namespaced');
export const ENDPOINTS = kindOf<KubeObject>('', 'Endpoints', 'Namespaced');
export const DAEMON_SET = kindOf<KubeObject>('apps', 'DaemonSet', 'Namespaced');
export const JOB = kindOf<KubeObject>('batch', 'Job', 'Namespaced');
export const LEASE = kindOf<KubeObject>('coordination.k8s.io', 'Lease', 'Namespaced');
export const STORAGE_CLASS = kindOf<KubeObject>('storage.k8s.io', 'StorageClass', 'Cluster');
export const PRIORITY_CLASS = kindOf<KubeObject>('scheduling.k8s.io', 'PriorityClass', 'Cluster');
export const CUSTOM_RESOURCE_DEFINITION = kindOf<KubeObject>(
  'apiextensions.k8s.io',
  'CustomResourceDefinition',
  'Cluster',
);
export const CLUSTER_ROLE = kindOf<KubeObject>('rbac.authorization.k8s.io', 'ClusterRole', 'Cluster');
export const CLUSTER_ROLE_BINDING = kindOf<KubeObject>('rbac.authorization.k8s.io', 'ClusterRoleBinding', 'Cluster');
export const ROLE = kindOf<KubeObject>('rbac.authorization.k8s.io', 'Role', 'Namespaced');
export const ROLE_BINDING = kindOf<KubeObject>('rbac.authorization.k8s.io', 'RoleBinding', 'Namespaced');
