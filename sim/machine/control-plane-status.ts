// The numbers in the status of a KubeadmControlPlane.
// Source: cluster-api controlplane/kubeadm reconcilers status.go (setReplicas, status.version is the lowest of its Machines).
//
// Divergence from reality: a Machine counts as ready and available when its Node is Ready.

import type { KubeadmControlPlane } from '../../core/api/cluster.ts';
import { compareVersions } from '../../core/api/version.ts';
import type { StoredMachine } from './machine-objects.ts';

export function controlPlaneStatus(
  controlPlane: KubeadmControlPlane,
  machines: readonly StoredMachine[],
  ready: number,
  isOutdated: (machine: StoredMachine) => boolean,
): NonNullable<KubeadmControlPlane['status']> {
  const { generation } = controlPlane.metadata;
  const initialized =
    controlPlane.status?.initialization?.controlPlaneInitialized === true ||
    machines.some(({ status }) => status?.nodeRef !== undefined);
  const version = lowestVersion(machines) ?? controlPlane.status?.version;
  return {
    replicas: machines.length,
    readyReplicas: ready,
    availableReplicas: ready,
    upToDateReplicas: machines.filter((machine) => !isOutdated(machine)).length,
    ...(initialized
      ? { initialization: { ...controlPlane.status?.initialization, controlPlaneInitialized: true } }
      : {}),
    ...(version === undefined ? {} : { version }),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
}

/** Of the Machines that run; undefined where none says its version. */
function lowestVersion(machines: readonly StoredMachine[]): string | undefined {
  let lowest: string | undefined;
  for (const { spec, status } of machines) {
    if (status?.nodeRef === undefined || spec?.version === undefined) continue;
    if (lowest === undefined || compareVersions(spec.version, lowest) < 0) lowest = spec.version;
  }
  return lowest;
}
