// What pages a person: a remediation that gave up and said so, or a host that its operator marked as in error, or whose BMC it
// has lost, while its node does not serve. One rule for all policies.

import { BARE_METAL_HOST, type BareMetalHost } from '../../core/api/bare-metal-host.ts';
import { findCondition } from '../../core/api/conditions.ts';
import { CONDITION_NEEDS_PERSON, HOST_REMEDIATION, type HostRemediation } from '../../core/api/host-remediation.ts';
import { CAPI_MACHINE, OPENSHIFT_MACHINE } from '../../core/api/machine.ts';
import { keyOf } from '../../core/api/object.ts';
import {
  MACHINE_REMEDIATION,
  type MachineRemediation,
  METAL3_REMEDIATION,
  type Metal3Remediation,
} from '../../core/api/remediation.ts';
import { saysPowerFailure } from '../../core/host/host-conditions.ts';
import type { Change } from '../api-server/change.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { isOf } from '../api-server/typed-change.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { RunObserver } from './run-observer.ts';

export interface EscalationParts {
  readonly store: ObjectStore;
  readonly fleet: HostFleet;
  readonly observer: RunObserver;
  readonly page: (host: number, reason: string) => void;
}

/** Watches the API for escalations and pages. */
export function watchEscalations(parts: EscalationParts): void {
  parts.store.tap(
    (change) => {
      const found = escalationOf(change, parts);
      if (found !== undefined && found.host >= 0) parts.page(found.host, found.reason);
    },
    [MACHINE_REMEDIATION, METAL3_REMEDIATION, HOST_REMEDIATION, BARE_METAL_HOST],
  );
}

function escalationOf(change: Change, parts: EscalationParts): { host: number; reason: string } | undefined {
  if (isOf(change, MACHINE_REMEDIATION)) return machineRemediation(change.before, change.after, parts);
  if (isOf(change, METAL3_REMEDIATION)) return metal3Remediation(change.before, change.after, parts);
  if (isOf(change, HOST_REMEDIATION)) return hostRemediation(change.before, change.after, parts);
  if (isOf(change, BARE_METAL_HOST)) return bareMetalHost(change.before, change.after, parts);
  return undefined;
}

function machineRemediation(
  before: MachineRemediation | undefined,
  after: MachineRemediation | undefined,
  parts: EscalationParts,
): { host: number; reason: string } | undefined {
  if (after?.status?.state !== 'Failed' || before?.status?.state === 'Failed') return undefined;
  const namespace = after.metadata.namespace ?? '';
  const machine = parts.store.get(OPENSHIFT_MACHINE, { namespace, name: after.spec?.machineName ?? '' });
  if (machine === undefined) return undefined;
  return { host: parts.observer.hostOfMachine(machine), reason: `MachineRemediation ${after.metadata.name} failed` };
}

function metal3Remediation(
  before: Metal3Remediation | undefined,
  after: Metal3Remediation | undefined,
  parts: EscalationParts,
): { host: number; reason: string } | undefined {
  if (after?.status?.phase !== 'Failed' || before?.status?.phase === 'Failed') return undefined;
  const namespace = after.metadata.namespace ?? '';
  const name = after.metadata.ownerReferences?.find(({ kind }) => kind === 'Machine')?.name ?? after.metadata.name;
  const { store } = parts;
  const machine = store.get(CAPI_MACHINE, { namespace, name }) ?? store.get(OPENSHIFT_MACHINE, { namespace, name });
  if (machine === undefined) return undefined;
  return { host: parts.observer.hostOfMachine(machine), reason: `Metal3Remediation ${after.metadata.name} failed` };
}

/** Ours calls a person by a condition, once per episode. */
function hostRemediation(
  before: HostRemediation | undefined,
  after: HostRemediation | undefined,
  { fleet }: EscalationParts,
): { host: number; reason: string } | undefined {
  if (after === undefined || !callsPerson(after) || (before !== undefined && callsPerson(before))) return undefined;
  const { status, spec, metadata } = after;
  const host = status?.host === undefined ? fleet.indexOfNode(spec?.node.name ?? '') : fleet.indexOfHost(status.host);
  return { host, reason: `HostRemediation ${metadata.name}: ${callsPerson(after)}` };
}

/** The reason, or nothing. */
function callsPerson({ status }: HostRemediation): string | undefined {
  const called = findCondition(status?.conditions, CONDITION_NEEDS_PERSON);
  return called?.status === 'True' ? called.reason : undefined;
}

function bareMetalHost(
  before: BareMetalHost | undefined,
  after: BareMetalHost | undefined,
  parts: EscalationParts,
): { host: number; reason: string } | undefined {
  const trouble = after === undefined ? undefined : troubleOf(after);
  if (after === undefined || trouble === undefined || (before !== undefined && troubleOf(before) === trouble)) {
    return undefined;
  }
  const host = parts.fleet.indexOfHost(keyOf(after));
  if (host < 0 || parts.fleet.kubeletActs(host) || !parts.observer.downtime.holdsSlot(host)) return undefined;
  return { host, reason: `BareMetalHost ${after.metadata.name}: ${trouble}` };
}

function troubleOf({ status }: BareMetalHost): string | undefined {
  if (status?.operationalStatus === 'error') return status.errorType ?? 'error';
  return saysPowerFailure(status?.conditions) ? 'power failure' : undefined;
}
