// Whom the policies in force select: Nodes by our own policies and by node health checks, Machines by Machine health checks.

import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { type LabelSelector, machineKind } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import { NODE_HEALTH_CHECK } from '../../../core/api/node-health-check.ts';
import { type Kind, type KubeObject, keyOf } from '../../../core/api/object.ts';
import {
  CAPI_MACHINE_HEALTH_CHECK,
  MRO_MACHINE_HEALTH_CHECK,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
} from '../../../core/api/remediation.ts';
import { REMEDIATION_POLICY } from '../../../core/api/remediation-policy.ts';
import { isEmptySelector, matchesSelector } from '../../../core/api/selector.ts';
import { hostOfMachine } from '../../../core/cluster/machine-links.ts';
import type { World } from '../../world.ts';
import { hostName, nodeHost } from './tell.ts';

type Selecting = KubeObject & { readonly spec?: { readonly selector?: LabelSelector } };

/** Health checks by Machine; an empty selector selects all. */
const MACHINE_CHECKS: readonly Kind<Selecting>[] = [
  OPENSHIFT_MACHINE_HEALTH_CHECK,
  CAPI_MACHINE_HEALTH_CHECK,
  MRO_MACHINE_HEALTH_CHECK,
];

/** Names of hosts; undefined where no policy is in force. Whose Node is gone stays in the scope of his open request. */
export function scopeOf(world: World): readonly string[] | undefined {
  const { store, fleet, config } = world;
  const policies = store.list(REMEDIATION_POLICY);
  const nodeChecks = store.list(NODE_HEALTH_CHECK);
  const machineChecks = MACHINE_CHECKS.flatMap((kind) => store.list(kind));
  if (policies.length + nodeChecks.length + machineChecks.length === 0) return undefined;
  const hosts = new Set<string>();
  for (const node of store.list(NODE)) {
    const { labels, name } = node.metadata;
    const isOwn = policies.some(
      ({ spec }) => !isEmptySelector(spec?.selector) && matchesSelector(spec?.selector, labels),
    );
    if (isOwn || nodeChecks.some(({ spec }) => matchesSelector(spec?.selector, labels)))
      hosts.add(nodeHost(world, name));
  }
  for (const { spec, status } of store.list(HOST_REMEDIATION)) {
    const isOpen = status?.closedAt === undefined;
    const name = spec?.node.name ?? '';
    if (isOpen && store.get(NODE, { namespace: '', name }) === undefined) hosts.add(nodeHost(world, name));
  }
  if (machineChecks.length > 0) {
    for (const machine of store.list(machineKind(config.machineApi))) {
      if (!machineChecks.some(({ spec }) => matchesSelector(spec?.selector, machine.metadata.labels))) continue;
      const host = hostOfMachine(config.machineApi, machine, store);
      const index = host === undefined ? -1 : fleet.indexOfHost(keyOf(host));
      if (index >= 0) hosts.add(hostName(world, index));
    }
  }
  return [...hosts].sort();
}
