// Accounts of the pods that are no replicas of a workload: DaemonSets, Jobs and bare pods. None of them counts for
// availability. A DaemonSet wants as many pods as it ever had at once, so a node that is away is missing from its capacity;
// a bare pod is wanted until it has succeeded, and one that failed or is gone stays lost, because nobody makes it again; a Job wants no
// capacity, it loses work. Static pods and pods of owners that the model does not know have no account.
//
// Divergence from reality: a DaemonSet whose nodes were taken away for good goes on wanting a pod for each of them.

import { controllerOwner, kindKeyOf } from '../../core/api/object.ts';
import type { WorkloadKind } from '../result.ts';
import type { Availability } from './availability.ts';
import type { JobWork } from './job-work.ts';
import { isFinished, type PodRecord, requestsOf } from './pod-table.ts';

/** Key of an owner's kind to the kind of the account. */
const OWNERS: ReadonlyMap<string, WorkloadKind> = new Map([
  ['DaemonSet.apps', 'DaemonSet'],
  ['Job.batch', 'Job'],
]);

export class UnreplicatedPods {
  private readonly availability: Availability;
  private readonly jobWork: JobWork;
  /** By account of a DaemonSet: pods now, and the most at once. */
  private readonly daemons = new Map<number, { pods: number; most: number }>();
  /** Ids of bare pods that have not succeeded. */
  private readonly bare = new Set<number>();

  constructor(availability: Availability, jobWork: JobWork) {
    this.availability = availability;
    this.jobWork = jobWork;
  }

  /** A pod appeared. Call before anybody says that it serves or is ready. */
  podAdded(record: PodRecord): void {
    if (record.workload >= 0) return;
    const owner = controllerOwner(record.object);
    const kind = owner === undefined ? 'Pod' : OWNERS.get(kindKeyOf(owner));
    if (kind === undefined || (kind === 'Pod' && isFinished(record))) return;
    const name = owner === undefined ? record.text : `${record.key.namespace}/${owner.name}`;
    record.workload = this.availability.open(name, kind);
    switch (kind) {
      case 'DaemonSet':
        this.count(record, 1);
        break;
      case 'Job':
        this.jobWork.watch(record);
        break;
      default:
        this.bare.add(record.id);
        this.availability.declare(record.workload, 1, 0, requestsOf(record));
    }
  }

  podChanged(record: PodRecord): void {
    if (!this.bare.has(record.id) || record.object.status?.phase !== 'Succeeded') return;
    this.bare.delete(record.id);
    this.availability.declare(record.workload, 0, 0);
  }

  podRemoved(record: PodRecord): void {
    this.bare.delete(record.id);
    if (this.daemons.has(record.workload)) this.count(record, -1);
  }

  private count(record: PodRecord, by: 1 | -1): void {
    const daemon = this.daemons.get(record.workload) ?? { pods: 0, most: 0 };
    this.daemons.set(record.workload, daemon);
    daemon.pods += by;
    if (daemon.pods <= daemon.most) return;
    daemon.most = daemon.pods;
    this.availability.declare(record.workload, daemon.most, 0, requestsOf(record));
  }
}
