// What marks a Node of the control plane, and is gone with its Node object: the role label and the taints of the role. kubeadm sets both
// when the node joins; kubelets of OpenShift's masters register with them.
// Source: kubeadm's mark-control-plane phase; KubeadmControlPlane condition NodeKubeadmLabelsAndTaintsSet; machine configuration of
// OpenShift's masters (--register-with-taints).
//
// Divergence from reality: what a role's taints are is taken from the control plane Nodes of the start, where one may have had them
// taken off; they are set when the Machine is linked, just after the kubelet registered.

import { LABEL_CAPI_CONTROL_PLANE, LABEL_OPENSHIFT_ROLE } from '../../core/api/machine.ts';
import {
  isControlPlaneNode,
  LABEL_CONTROL_PLANE,
  LABEL_MASTER,
  LABEL_WORKER,
  NODE,
  type Node,
  type Taint,
} from '../../core/api/node.ts';
import type { StringMap } from '../../core/api/object.ts';
import type { ClusterView } from '../../core/ports/cluster-view.ts';
import type { StoredMachine } from './machine-objects.ts';

const ROLES: ReadonlySet<string> = new Set([LABEL_CONTROL_PLANE, LABEL_MASTER]);

/** A Machine of the control plane, in either machineApi. */
export function isControlPlaneMachine(machine: StoredMachine | undefined): boolean {
  const { labels } = machine?.metadata ?? {};
  return labels?.[LABEL_CAPI_CONTROL_PLANE] !== undefined || labels?.[LABEL_OPENSHIFT_ROLE] === 'master';
}

/** Role labels and taints as the control plane Nodes of the start had them. */
export class ControlPlaneMarks {
  private labels: StringMap = {};
  private taints: readonly Taint[] = [];

  load(view: ClusterView): void {
    const node = view.list(NODE).find(isControlPlaneNode);
    if (node === undefined) return;
    const roles = Object.entries(node.metadata.labels ?? {}).filter(([name]) => ROLES.has(name));
    this.labels = Object.fromEntries(roles);
    this.taints = (node.spec?.taints ?? []).filter(({ key }) => ROLES.has(key));
  }

  /** The Node with its role's marks; the same object where it has them all. */
  marked(node: Node): Node {
    const { labels = {} } = node.metadata;
    const taints = node.spec?.taints ?? [];
    const missing = this.taints.filter(
      ({ key, effect }) => !taints.some((own) => own.key === key && own.effect === effect),
    );
    const isLabelled = Object.entries(this.labels).every(([name, value]) => labels[name] === value);
    if (isLabelled && missing.length === 0) return node;
    const { [LABEL_WORKER]: _, ...rest } = labels;
    return {
      ...node,
      metadata: { ...node.metadata, labels: { ...(isLabelled ? labels : rest), ...this.labels } },
      spec: { ...node.spec, ...(missing.length === 0 ? {} : { taints: [...taints, ...missing] }) },
    };
  }
}
