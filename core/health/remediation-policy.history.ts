// The HostRemediations of a node: the open one, if there is one, and those that are over, which are the memory of the host until
// the policy forgets them.

import { HOST_REMEDIATION, type HostRemediation, isClosed } from '../api/host-remediation.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';

/** All of them, by the name of the node. */
export const REMEDIATIONS_BY_NODE: IndexSpec<HostRemediation> = {
  name: 'remediation-policy/by-node',
  of: HOST_REMEDIATION,
  part: ({ spec }) => spec,
  values: ({ spec }) => [spec?.node.name ?? ''],
};

/** Of a policy: `open NAME` and `closed NAME`. */
export const REMEDIATIONS_BY_POLICY: IndexSpec<HostRemediation> = {
  name: 'remediation-policy/by-policy',
  of: HOST_REMEDIATION,
  values: (remediation) => [`${isClosed(remediation) ? 'closed' : 'open'} ${remediation.spec?.policy ?? ''}`],
};

export function remediationsOf(
  which: 'open' | 'closed',
  policyName: string,
  view: ClusterView,
): readonly HostRemediation[] {
  return view.byIndex(REMEDIATIONS_BY_POLICY, `${which} ${policyName}`);
}

/** What became of a node so far. */
export interface History {
  readonly open: HostRemediation | undefined;
  /** The last one that is over. */
  readonly last: HostRemediation | undefined;
  /** Number of the next one. */
  readonly next: number;
}

export function historyOf(nodeName: string, view: ClusterView): History {
  let open: HostRemediation | undefined;
  let last: HostRemediation | undefined;
  let highest = 0;
  for (const remediation of view.byIndex(REMEDIATIONS_BY_NODE, nodeName)) {
    const number = numberOf(remediation, nodeName);
    if (!isClosed(remediation)) open = remediation;
    else if (last === undefined || number > highest) last = remediation;
    highest = Math.max(highest, number);
  }
  return { open, last, next: highest + 1 };
}

/** `NODE-N`; 0 for one that somebody else named. */
function numberOf({ metadata }: HostRemediation, nodeName: string): number {
  const number = Number(metadata.name.slice(nodeName.length + 1));
  return Number.isInteger(number) ? number : 0;
}

/** Something was done to the host, or is about to be: what its node does now is our doing. */
export function isActing({ status }: HostRemediation): boolean {
  const { phase = 'Waiting' } = status ?? {};
  return phase !== 'Waiting' && phase !== 'Person';
}
