// How each metric is called and counted in every report. One word per thing: the labels are those of the glossary.

import type { MetricName } from '../sim/result.ts';

/** `expectation`: of a count, and often far below one. */
export type Quantity = 'duration' | 'bytes' | 'count' | 'expectation';

export interface MetricWords {
  /** Column heading. */
  readonly label: string;
  readonly quantity: Quantity;
  /** One sentence for the report's glossary and docs/generated/metrics.md. */
  readonly meaning: string;
}

export const METRIC_WORDS: Readonly<Record<MetricName, MetricWords>> = {
  workloadUnavailableMs: {
    label: 'workload unavailable',
    quantity: 'duration',
    meaning: 'time with fewer replicas really serving than the workload needs, summed over workloads',
  },
  workloadUnavailableApiMs: {
    label: 'unavailable by API',
    quantity: 'duration',
    meaning: 'the same, judged by the readiness that the API shows',
  },
  lostReplicaMs: {
    label: 'lost replica time',
    quantity: 'duration',
    meaning: 'replicas wanted but not serving, times time',
  },
  outages: { label: 'outages', quantity: 'count', meaning: 'times at which a workload became unavailable' },
  longestOutageMs: { label: 'longest outage', quantity: 'duration', meaning: 'the longest of them in a run' },
  lostCoreMs: {
    label: 'lost core time',
    quantity: 'duration',
    meaning: 'processor requests that were wanted but not served, in cores times time',
  },
  lostMemoryGibMs: {
    label: 'lost memory GiB time',
    quantity: 'duration',
    meaning: 'memory requests that were wanted but not served, in GiB times time',
  },
  pendingPodMs: {
    label: 'pods Pending',
    quantity: 'duration',
    meaning: 'pods that the API shows as Pending, times time',
  },
  longestPendingMs: { label: 'longest Pending', quantity: 'duration', meaning: 'the longest wait of one pod in a run' },
  lostWorkMs: {
    label: 'lost work of Jobs',
    quantity: 'duration',
    meaning: 'execution of Job pods that ended without success',
  },
  workloadDegradedMs: {
    label: 'served slowly',
    quantity: 'duration',
    meaning: 'time in which workloads were available, but some of their replicas served slowly',
  },
  slowReplicaMs: {
    label: 'slow replica time',
    quantity: 'duration',
    meaning: 'replicas that served slowly, times time',
  },
  nodeDowntimeMs: { label: 'node downtime', quantity: 'duration', meaning: 'time not serving, summed over nodes' },
  detectMs: { label: 'detect', quantity: 'duration', meaning: 'nobody acts yet' },
  budgetWaitMs: { label: 'wait for budget', quantity: 'duration', meaning: 'a limit or budget refuses' },
  powerOffMs: { label: 'power off', quantity: 'duration', meaning: 'from the request until off is confirmed' },
  bootMs: { label: 'boot', quantity: 'duration', meaning: 'firmware and operating system' },
  reprovisionMs: { label: 'reprovision', quantity: 'duration', meaning: 'deprovision, clean, write the image' },
  rejoinMs: { label: 'rejoin', quantity: 'duration', meaning: 'operating system up until the node is Ready' },
  repairMs: { label: 'repair', quantity: 'duration', meaning: 'waiting for a person, or in a person’s hands' },
  plannedMs: { label: 'planned', quantity: 'duration', meaning: 'planned reboots and maintenance' },
  resyncMs: { label: 'resync', quantity: 'duration', meaning: 'serving again, but its data is not in sync yet' },
  fencings: {
    label: 'fencings',
    quantity: 'count',
    meaning: 'power-offs that a remediation started, and resets of hosts by themselves',
  },
  selfFencings: {
    label: 'self-fencings',
    quantity: 'count',
    meaning: 'resets of a host by its own watchdog or agent',
  },
  splitBrains: {
    label: 'split brains',
    quantity: 'count',
    meaning: 'nodes taken for rebooted, workloads released, whose host went on with the same boot',
  },
  needlessHealthy: { label: 'needless, healthy', quantity: 'count', meaning: 'fenced while the host was serving' },
  needlessSelfHealing: {
    label: 'needless, self-healing',
    quantity: 'count',
    meaning: 'fenced although the host would have served earlier without it',
  },
  needlessBooting: {
    label: 'needless, booting',
    quantity: 'count',
    meaning: 'fenced while the host was already booting',
  },
  reprovisionings: { label: 'reprovisionings', quantity: 'count', meaning: 'hosts deprovisioned and installed anew' },
  mostInFlight: {
    label: 'most in flight',
    quantity: 'count',
    meaning: 'largest number of remediations at one instant',
  },
  refusals: {
    label: 'refusals',
    quantity: 'count',
    meaning: 'decisions not to remediate a node that was unhealthy long enough',
  },
  resyncBytes: { label: 'resync bytes', quantity: 'bytes', meaning: 'copied to bring hosts back in sync' },
  reducedRedundancyMs: {
    label: 'reduced redundancy',
    quantity: 'duration',
    meaning: 'time with any data on fewer copies than wanted',
  },
  dataUnavailableMs: {
    label: 'data unavailable',
    quantity: 'duration',
    meaning: 'time with any data not accepting I/O',
  },
  dataLostGroups: { label: 'data lost', quantity: 'count', meaning: 'placement groups whose last copy was destroyed' },
  expectedDataLoss: {
    label: 'expected data lost',
    quantity: 'expectation',
    meaning:
      'placement groups that would be lost on average: rate at which last copies fail, integrated, and what was wiped',
  },
  oneReplicaShortMs: {
    label: 'one replica short',
    quantity: 'duration',
    meaning: 'time with the worst data one replica in sync short of all',
  },
  twoReplicasShortMs: {
    label: 'two replicas short',
    quantity: 'duration',
    meaning: 'time with the worst data two replicas in sync short of all',
  },
  moreReplicasShortMs: {
    label: 'more replicas short',
    quantity: 'duration',
    meaning: 'time with the worst data more than two replicas in sync short of all',
  },
  recoveryStalledMs: {
    label: 'recovery stalled',
    quantity: 'duration',
    meaning: 'time with data that was not rebuilt because no disk had room for it',
  },
  clientSlowdownMs: {
    label: 'client slowdown',
    quantity: 'duration',
    meaning: 'host time, times the factor by which storage clients waited longer, minus 1',
  },
  recoveryFaults: { label: 'faults by recovery', quantity: 'count', meaning: 'faults that recovery load caused' },
  pages: { label: 'pages', quantity: 'count', meaning: 'escalations to a person' },
  humanRepairs: { label: 'human repairs', quantity: 'count', meaning: 'repairs by a person' },
  podsMoved: { label: 'pods moved', quantity: 'count', meaning: 'pods started on another node' },
  remediationCost: {
    label: 'remediation cost',
    quantity: 'count',
    meaning:
      'attempts granted by a RemediationBudget and persons called, by its costs (default: minutes a host is out)',
  },
};

/** Parts of the node downtime, in the order in which they happen. */
export const DOWNTIME_PARTS: readonly MetricName[] = [
  'detectMs',
  'budgetWaitMs',
  'powerOffMs',
  'bootMs',
  'reprovisionMs',
  'rejoinMs',
  'repairMs',
  'plannedMs',
];

export const NEEDLESS_PARTS: readonly MetricName[] = ['needlessHealthy', 'needlessSelfHealing', 'needlessBooting'];
