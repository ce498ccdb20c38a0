// What a Cluster API MachineSet looks at before it creates a Machine or remediates one: the control plane is settled, and the versions
// fit. The first for replicas, in sim/machine, tries again every 15 s.
// Source: cluster-api core/reconcilers/machineset/machineset_preflight.go.
//
// Divergence from reality: clusters with a managed topology are not known, so neither is the check ControlPlaneVersionSkew; a
// skip annotation is read from the MachineSet only, not from its bootstrap template.

import { CAPI_CLUSTER, KUBEADM_CONTROL_PLANE } from '../api/cluster.ts';
import type { MachineSet } from '../api/machine.ts';
import { minorVersion } from '../api/version.ts';
import type { ClusterView } from '../ports/cluster-view.ts';

const SKIP = 'machineset.cluster.x-k8s.io/skip-preflight-checks';
/** Source: the kubelet may be three minor versions older than the API server. */
const MINOR_SKEW = 3;

export type PreflightCheck = 'ControlPlaneIsStable' | 'KubernetesVersionSkew' | 'KubeadmVersionSkew';

export interface FailedCheck {
  readonly check: PreflightCheck;
  readonly message: string;
}

export interface Preflight {
  /** In the order of the product. Empty: go on. */
  readonly failed: readonly FailedCheck[];
  /** The version of the control plane, and the one that it is on its way to; empty where they are not known. */
  readonly from: string;
  readonly to: string;
}

const PASSED: Preflight = { failed: [], from: '', to: '' };

export function preflight(set: MachineSet, view: ClusterView): Preflight {
  const namespace = set.metadata.namespace ?? '';
  const template = set.spec?.template?.spec;
  const clusterName = template?.clusterName;
  const cluster = clusterName === undefined ? undefined : view.get(CAPI_CLUSTER, { namespace, name: clusterName });
  const { kind, name } = cluster?.spec?.controlPlaneRef ?? {};
  if (kind !== KUBEADM_CONTROL_PLANE.kind || name === undefined) return PASSED;
  const controlPlane = view.get(KUBEADM_CONTROL_PLANE, { namespace, name });
  const to = controlPlane?.spec?.version;
  if (to === undefined) return PASSED;
  const from = controlPlane?.status?.version ?? '';
  const isKubeadm = template?.bootstrap?.configRef?.kind === 'KubeadmConfigTemplate';
  const failed = [...stability(from, to), ...skew(template?.version, to, isKubeadm)];
  const skipped = (set.metadata.annotations?.[SKIP] ?? '').split(',').map((check) => check.trim());
  if (skipped.includes('All')) return PASSED;
  return { failed: failed.filter(({ check }) => !skipped.includes(check)), from, to };
}

function stability(from: string, to: string): readonly FailedCheck[] {
  if (from === to) return [];
  const what = from === '' ? 'is provisioning' : `is upgrading from ${from} to ${to}`;
  return [
    { check: 'ControlPlaneIsStable', message: `KubeadmControlPlane ${what} ${failedBy('ControlPlaneIsStable')}` },
  ];
}

function skew(version: string | undefined, controlPlane: string, isKubeadm: boolean): readonly FailedCheck[] {
  const own = minorVersion(version);
  const theirs = minorVersion(controlPlane);
  if (own === undefined || theirs === undefined) return [];
  const both = `MachineSet version (${version}) and ControlPlane version (${controlPlane}) do not conform to`;
  const failed: FailedCheck[] = [];
  if (own > theirs || own < theirs - MINOR_SKEW) {
    const why = own > theirs ? 'higher than' : `more than ${MINOR_SKEW} minor versions older than the`;
    const message = `${both} the kubernetes version skew policy as MachineSet version is ${why} ControlPlane version`;
    failed.push({ check: 'KubernetesVersionSkew', message: `${message} ${failedBy('KubernetesVersionSkew')}` });
  }
  if (isKubeadm && own !== theirs) {
    const message = `${both} kubeadm version skew policy as kubeadm only supports joining with the same major+minor version as the control plane`;
    failed.push({ check: 'KubeadmVersionSkew', message: `${message} ${failedBy('KubeadmVersionSkew')}` });
  }
  return failed;
}

function failedBy(check: PreflightCheck): string {
  return `("${check}" preflight check failed)`;
}
