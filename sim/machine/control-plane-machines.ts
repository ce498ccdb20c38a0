// Machines of a KubeadmControlPlane: made from its template, with the hook that lets it take their etcd member away before their
// host goes, and with the record of the remediation that they complete.
// Source: cluster-api controlplane/kubeadm/pkg/desiredstate, reconcilers helpers.go (cloneConfigsAndGenerateMachine).
//
// Divergence from reality: labels and annotations of the template are not carried over to Machines that exist.

import {
  ANNOTATION_REMEDIATION_FOR,
  ANNOTATION_REMEDIATION_IN_PROGRESS,
  KCP_HOOK,
  KUBEADM_CONTROL_PLANE,
  type KubeadmControlPlane,
  LABEL_CAPI_CLUSTER,
} from '../../core/api/cluster.ts';
import { LABEL_CAPI_CONTROL_PLANE } from '../../core/api/machine.ts';
import { keyOf, type StringMap } from '../../core/api/object.ts';
import type { ClusterView } from '../../core/ports/cluster-view.ts';
import { parseRecord } from '../../core/remediation/control-plane-retries.ts';
import type { MachineContext } from './machine-context.ts';
import { CLONED_FROM_NAME, type MachineCreation } from './machine-creation.ts';
import { STORED_METAL3_MACHINE, type StoredMachine } from './machine-objects.ts';

const LABEL_CONTROL_PLANE_NAME = 'cluster.x-k8s.io/control-plane-name';

export class ControlPlaneMachines {
  private readonly context: MachineContext;
  private readonly creation: MachineCreation;

  constructor(context: MachineContext, creation: MachineCreation) {
    this.context = context;
    this.creation = creation;
  }

  /** Makes one Machine; it takes over the record of the remediation that it completes. */
  create(controlPlane: KubeadmControlPlane, siblings: ReadonlySet<string>): void {
    const { store } = this.context;
    const { name, annotations, labels, namespace = '' } = controlPlane.metadata;
    const { machineTemplate: template, version } = controlPlane.spec ?? {};
    const progress = annotations?.[ANNOTATION_REMEDIATION_IN_PROGRESS];
    const clusterName = labels?.[LABEL_CAPI_CLUSTER] ?? this.clusterOf(namespace, siblings) ?? name;
    const made: StringMap = {
      ...template?.metadata?.annotations,
      [KCP_HOOK]: '',
      ...(progress === undefined ? {} : { [ANNOTATION_REMEDIATION_FOR]: progress }),
    };
    this.creation.create(
      controlPlane,
      {
        apiVersion: `cluster.x-k8s.io/${controlPlane.apiVersion.split('/')[1] ?? 'v1beta2'}`,
        labels: {
          ...template?.metadata?.labels,
          [LABEL_CAPI_CLUSTER]: clusterName,
          [LABEL_CAPI_CONTROL_PLANE]: '',
          [LABEL_CONTROL_PLANE_NAME]: name,
        },
        annotations: made,
        spec: { ...templateSpec(controlPlane), clusterName, ...(version === undefined ? {} : { version }) },
      },
      siblings,
    );
    if (progress !== undefined) this.completeRemediation(controlPlane, progress);
    const key = keyOf(controlPlane);
    const record = parseRecord(progress);
    if (record === undefined) return;
    const { machine, timestamp, retryCount } = record;
    store.update(KUBEADM_CONTROL_PLANE, key, 'status', (current) => ({
      ...current,
      status: { ...current.status, lastRemediation: { machine, time: timestamp, retryCount } },
    }));
  }

  /** Machines that came without the hook get it, unless they are going already. */
  ensureHook(machine: StoredMachine): void {
    const { annotations, deletionTimestamp } = machine.metadata;
    if (deletionTimestamp !== undefined || annotations?.[KCP_HOOK] !== undefined) return;
    this.annotate(machine, { ...annotations, [KCP_HOOK]: '' });
  }

  dropHook(machine: StoredMachine): void {
    const { [KCP_HOOK]: _done, ...rest } = machine.metadata.annotations ?? {};
    this.annotate(machine, rest);
  }

  private annotate(machine: StoredMachine, annotations: StringMap): void {
    const { store, kinds } = this.context;
    store.update(kinds.machine, keyOf(machine), 'main', (current) => ({
      ...current,
      metadata: { ...current.metadata, annotations },
    }));
  }

  private completeRemediation(controlPlane: KubeadmControlPlane, progress: string): void {
    this.context.store.update(KUBEADM_CONTROL_PLANE, keyOf(controlPlane), 'main', (current) => {
      const { [ANNOTATION_REMEDIATION_IN_PROGRESS]: stored, ...annotations } = current.metadata.annotations ?? {};
      return stored === progress ? { ...current, metadata: { ...current.metadata, annotations } } : current;
    });
  }

  private clusterOf(namespace: string, siblings: ReadonlySet<string>): string | undefined {
    const { store, kinds } = this.context;
    for (const name of siblings) {
      const clusterName = store.get(kinds.machine, { namespace, name })?.spec?.clusterName;
      if (clusterName !== undefined) return clusterName;
    }
    return undefined;
  }
}

/** The Machine is not what the control plane would make now: another version, or cloned from another template. */
export function needsRollout(machine: StoredMachine, { spec }: KubeadmControlPlane, view: ClusterView): boolean {
  if (spec?.version !== undefined && machine.spec?.version !== undefined && spec.version !== machine.spec.version) {
    return true;
  }
  const wanted = (spec?.machineTemplate?.spec?.infrastructureRef ?? spec?.machineTemplate?.infrastructureRef)?.name;
  const name = machine.spec?.infrastructureRef?.name ?? '';
  const infrastructure = view.get(STORED_METAL3_MACHINE, { namespace: machine.metadata.namespace ?? '', name });
  const cloned = infrastructure?.metadata.annotations?.[CLONED_FROM_NAME];
  return wanted !== undefined && cloned !== undefined && wanted !== cloned;
}

function templateSpec({ spec }: KubeadmControlPlane): StoredMachine['spec'] {
  const template = spec?.machineTemplate;
  if (template?.spec !== undefined) return template.spec;
  const { infrastructureRef, nodeDrainTimeout, nodeVolumeDetachTimeout } = template ?? {};
  return {
    ...(infrastructureRef === undefined ? {} : { infrastructureRef }),
    ...(nodeDrainTimeout === undefined ? {} : { nodeDrainTimeout }),
    ...(nodeVolumeDetachTimeout === undefined ? {} : { nodeVolumeDetachTimeout }),
  };
}
