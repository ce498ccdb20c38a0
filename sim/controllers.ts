// The controllers of core that a virtual cluster of each lineage runs: the stand-ins for the products, in plain sight.

import { type Kind, kindKeyOf } from '../core/api/object.ts';
import { MACHINE_DISRUPTION_BUDGET, MACHINE_REMEDIATION, MRO_MACHINE_HEALTH_CHECK } from '../core/api/remediation.ts';
import {
  DEPLOYMENT,
  PERSISTENT_VOLUME,
  PERSISTENT_VOLUME_CLAIM,
  POD,
  POD_DISRUPTION_BUDGET,
  REPLICA_SET,
  STATEFUL_SET,
  VOLUME_ATTACHMENT,
} from '../core/api/workload.ts';
import { machineDisruptionBudget } from '../core/budget/disruption-budget.controller.ts';
import { capiMachineHealthCheck } from '../core/health/cluster-api-machine-health-check.controller.ts';
import { MRO_UNHEALTHY_CONDITIONS, mroMachineHealthCheck } from '../core/health/mro-machine-health-check.controller.ts';
import { openshiftMachineHealthCheck } from '../core/health/openshift-machine-health-check.controller.ts';
import { bareMetalHostController } from '../core/host/bare-metal-host.controller.ts';
import type { Controller } from '../core/ports/reconciler.ts';
import { externalBaremetalController } from '../core/remediation/external-baremetal.controller.ts';
import { machineRemediationController } from '../core/remediation/machine-remediation.controller.ts';
import { metal3RemediationController } from '../core/remediation/metal3-remediation.controller.ts';
import { nodeRebootController } from '../core/remediation/node-reboot.controller.ts';
import { ownerControlPlaneRemediation } from '../core/remediation/owner-control-plane.controller.ts';
import { ownerMachineSetRemediation } from '../core/remediation/owner-machine-set.controller.ts';
import type { Lineage, PolicyConfig, SimConfig } from './config.ts';

/** Source: baremetal-operator, flag --max-provisioning-retries. */
export const MAX_PROVISIONING_RETRIES = 5;

/** Products as they are, their defects included. */
const EXACT = { lineage: 'exact' } as const;

/** Kinds of the original operator: without an object of one of them, it is not installed. */
const MRO_KINDS: ReadonlySet<string> = new Set(
  [MRO_MACHINE_HEALTH_CHECK, MACHINE_REMEDIATION, MACHINE_DISRUPTION_BUDGET].map((kind) => kind.key),
);

/**
 * The host operator always; health checks and remediators of the cluster's lineage; the original operator (MRO) where the
 * objects show that it is installed.
 */
export function controllersOf(
  config: Pick<SimConfig, 'lineage' | 'objects' | 'provisioning'>,
  policy: PolicyConfig,
): readonly Controller[] {
  const host = bareMetalHostController({
    provisioningLimit: config.provisioning.limit,
    maxProvisioningRetries: MAX_PROVISIONING_RETRIES,
  });
  switch (config.lineage) {
    case 'openshift': {
      const own = [host, openshiftMachineHealthCheck(), externalBaremetalController()];
      const hasMro = [...config.objects, ...policy.objects].some((object) => MRO_KINDS.has(kindKeyOf(object)));
      return hasMro ? [...own, ...machineRemediationOperator()] : own;
    }
    case 'cluster-api':
      return [
        host,
        capiMachineHealthCheck({ ...EXACT, withoutCluster: 'assume-running' }),
        metal3RemediationController({ lineage: 'cluster-api', outOfServiceTaint: true }),
        ownerMachineSetRemediation(),
        ownerControlPlaneRemediation(),
      ];
  }
}

/**
 * Kinds that the controllers of a lineage never read, and whose changes their caches are therefore not sent: OpenShift's
 * leave workloads alone, Cluster API's wait for pods and attachments of a node that is off.
 */
export function unwatchedKinds(lineage: Lineage): readonly Kind[] {
  const owners = [
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    PERSISTENT_VOLUME,
    PERSISTENT_VOLUME_CLAIM,
    POD_DISRUPTION_BUDGET,
  ];
  return lineage === 'openshift' ? [...owners, POD, VOLUME_ATTACHMENT] : owners;
}

function machineRemediationOperator(): readonly Controller[] {
  return [
    mroMachineHealthCheck({ ...EXACT, unhealthyConditions: MRO_UNHEALTHY_CONDITIONS }),
    machineDisruptionBudget(EXACT),
    nodeRebootController(),
    machineRemediationController(EXACT),
  ];
}
