// Which workloads count in Availability, and what they declare: the Deployment behind a ReplicaSet, else the owner itself.

import { controllerOwner } from '../../core/api/object.ts';
import { DEPLOYMENT } from '../../core/api/workload.ts';
import { BUDGETS_BY_LABEL, budgetsNear } from '../api-server/disruption-budgets.ts';
import type { WorkloadKind } from '../result.ts';
import type { Control } from './control-table.ts';
import { requiredReplicas, templateRequests, wantedReplicas } from './required-replicas.ts';
import type { WorkloadContext } from './workload-context.ts';

/** A workload that does not count as one of the users', and why. */
export interface ExcludedWorkload {
  readonly workload: string;
  readonly reason: 'pinned to one host';
}

const HOSTNAME = 'kubernetes.io/hostname';

export class WorkloadAccounts {
  private readonly context: WorkloadContext;
  private readonly excludedByName = new Map<string, ExcludedWorkload>();

  constructor(context: WorkloadContext) {
    this.context = context;
    context.store.addIndex(BUDGETS_BY_LABEL);
  }

  /** In the order in which they were found. */
  get excluded(): readonly ExcludedWorkload[] {
    return [...this.excludedByName.values()];
  }

  /** Opens or renews the account of a control's workload. ReplicaSets that want nothing are old revisions. */
  declare(control: Control): void {
    const name = control.workloadName;
    if (control.object.spec?.template?.spec?.nodeSelector?.[HOSTNAME] !== undefined) {
      this.excludedByName.set(name, { workload: name, reason: 'pinned to one host' });
      return;
    }
    const { store, config } = this.context;
    const owner = controllerOwner(control.object);
    const deployment =
      owner?.kind === 'Deployment'
        ? store.get(DEPLOYMENT, { namespace: control.key.namespace, name: owner.name })
        : undefined;
    const wanted = deployment === undefined ? wantedReplicas(control) : (deployment.spec?.replicas ?? 1);
    if (
      control.kind === 'ReplicaSet' &&
      wantedReplicas(control) === 0 &&
      control.workload < 0 &&
      owner?.kind === 'Deployment'
    )
      return;
    const labels = control.object.spec?.template?.metadata?.labels;
    const budgets = budgetsNear(control.key.namespace, labels, store);
    control.workload = this.context.availability.open(name, workloadKind(control));
    this.context.availability.declare(
      control.workload,
      wanted,
      requiredReplicas(control, config.requiredReplicas, budgets, wanted),
      templateRequests(control),
    );
  }
}

function workloadKind({ kind, object }: Control): WorkloadKind {
  return kind === 'ReplicaSet' && controllerOwner(object)?.kind === 'Deployment' ? 'Deployment' : kind;
}
