// Which host a Machine without one takes: available, not consumed, without error, matching the host selector; among those the
// product picks at random. `same-first` prefers the host that the Machine's set gave back last.
// Source: CAPBM pkg/cloud/baremetal/actuators/machine (chooseHost), CAPM3 baremetal/metal3machine_manager.go (chooseHost).
// CAPM3 alone passes over hosts that are paused or carry its unhealthy annotation; CAPBM alone checks externallyProvisioned.
//
// A host with CAPM3's node reuse label is for Machines of that MachineDeployment only, and those wait for it.
//
// Divergence from reality: templates with nodeReuse do not label hosts that their Machines give back; `same-first` stands for that.

import { ANNOTATION_PAUSED } from '../../core/api/bare-metal-host.ts';
import { LABEL_NODE_REUSE, type LabelSelector, type MachineApi } from '../../core/api/machine.ts';
import { keyOf, keyString } from '../../core/api/object.ts';
import { matchesSelector } from '../../core/api/selector.ts';
import { ANNOTATION_UNHEALTHY_HOST } from '../../core/remediation/names.ts';
import type { StoredHost } from './machine-objects.ts';

export function isAvailable(host: StoredHost, machineApi: MachineApi): boolean {
  const state = host.status?.provisioning?.state;
  if (state !== 'available' && state !== 'ready') return false;
  if (host.spec?.consumerRef !== undefined || host.metadata.deletionTimestamp !== undefined) return false;
  if ((host.status?.errorMessage ?? '') !== '') return false;
  if (machineApi === 'openshift') return host.spec?.externallyProvisioned !== true;
  const { annotations } = host.metadata;
  return annotations?.[ANNOTATION_PAUSED] === undefined && annotations?.[ANNOTATION_UNHEALTHY_HOST] === undefined;
}

export interface Choice {
  readonly namespace: string;
  readonly selector: LabelSelector | undefined;
  readonly machineApi: MachineApi;
  /** Cluster API: the MachineDeployment of the Machine. */
  readonly deployment: string | undefined;
  /** `namespace/name` of the host to prefer. */
  readonly preferred: string | undefined;
  /** A uniform number in [0, 1), drawn only when there is a choice. */
  readonly draw: () => number;
}

function isKept(host: StoredHost, machineApi: MachineApi): boolean {
  return machineApi === 'cluster-api' && host.metadata.labels?.[LABEL_NODE_REUSE] !== undefined;
}

/** Given back, or about to be, for the next Machine of this deployment. */
function isKeptFor(deployment: string | undefined, { metadata, spec }: StoredHost): boolean {
  if (deployment === undefined || spec?.consumerRef !== undefined) return false;
  return metadata.labels?.[LABEL_NODE_REUSE] === deployment;
}

/** @param hosts in key order. */
export function chosenHost(hosts: readonly StoredHost[], choice: Choice): StoredHost | undefined {
  const meant = hosts.filter(
    ({ metadata }) => metadata.namespace === choice.namespace && matchesSelector(choice.selector, metadata.labels),
  );
  const kept = choice.machineApi === 'openshift' ? [] : meant.filter((host) => isKeptFor(choice.deployment, host));
  const candidates = (kept.length > 0 ? kept : meant).filter(
    (host) => isAvailable(host, choice.machineApi) && (kept.length > 0 || !isKept(host, choice.machineApi)),
  );
  if (candidates.length < 2) return candidates[0];
  const same = candidates.find((host) => keyString(keyOf(host)) === choice.preferred);
  return same ?? candidates[Math.floor(choice.draw() * candidates.length)];
}
