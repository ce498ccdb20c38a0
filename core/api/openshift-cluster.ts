// What an OpenShift cluster tells about its upgrades. Source: openshift/api config/v1, machine-config
// operator's node annotations.

import type { Condition } from './conditions.ts';
import { type KubeObject, kindOf } from './object.ts';

/** One object, `version`; its condition Progressing is True while the cluster is upgraded. */
export interface ClusterVersion extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export const CLUSTER_VERSION = kindOf<ClusterVersion>('config.openshift.io', 'ClusterVersion', 'Cluster');

/** On a Node: the machine configuration that it runs, and the one that it shall run. They differ while it is upgraded. */
export const ANNOTATION_CURRENT_CONFIG = 'machineconfiguration.openshift.io/currentConfig';
export const ANNOTATION_DESIRED_CONFIG = 'machineconfiguration.openshift.io/desiredConfig';

/** Where OpenShift's etcd runs: its members, the pods that guard them and the budget over those. */
export const ETCD_NAMESPACE = 'openshift-etcd';
