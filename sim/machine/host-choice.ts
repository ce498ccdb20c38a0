// Which host a Machine without one takes: available, not consumed, without error, matching the host selector; among those the
// product picks at random. `same-first` prefers the host that the Machine's set gave back last.
// Source: CAPBM pkg/cloud/baremetal/actuators/machine (chooseHost), CAPM3 baremetal/metal3machine_manager.go (chooseHost).
// CAPM3 alone passes over hosts that are paused or carry its unhealthy annotation; CAPBM alone checks externallyProvisioned.
//
// Divergence from reality: nodeReuse labels of CAPM3 are not read; `same-first` stands for them.

import { ANNOTATION_PAUSED } from '../../core/api/bare-metal-host.ts';
import type { LabelSelector } from '../../core/api/machine.ts';
import { keyOf, keyString } from '../../core/api/object.ts';
import { matchesSelector } from '../../core/api/selector.ts';
import { ANNOTATION_UNHEALTHY_HOST } from '../../core/remediation/names.ts';
import type { MachineApi } from '../config.ts';
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
  /** `namespace/name` of the host to prefer. */
  readonly preferred: string | undefined;
  /** A uniform number in [0, 1), drawn only when there is a choice. */
  readonly draw: () => number;
}

/** @param hosts in key order. */
export function chosenHost(hosts: readonly StoredHost[], choice: Choice): StoredHost | undefined {
  const candidates = hosts.filter(
    (host) =>
      host.metadata.namespace === choice.namespace &&
      isAvailable(host, choice.machineApi) &&
      matchesSelector(choice.selector, host.metadata.labels),
  );
  if (candidates.length < 2) return candidates[0];
  const same = candidates.find((host) => keyString(keyOf(host)) === choice.preferred);
  return same ?? candidates[Math.floor(choice.draw() * candidates.length)];
}
