// The controllers of core that a virtual cluster of each lineage runs: the stand-ins for the products, in plain sight.

import type { Controller } from '../core/ports/reconciler.ts';
import { machineDisruptionBudget } from '../core/budget/disruption-budget.controller.ts';
import { capiMachineHealthCheck } from '../core/health/cluster-api-machine-health-check.controller.ts';
import { MRO_UNHEALTHY_CONDITIONS, mroMachineHealthCheck } from '../core/health/mro-machine-health-check.controller.ts';
import { openshiftMachineHealthCheck } from '../core/health/openshift-machine-health-check.controller.ts';
import { bareMetalHostController } from '../core/host/bare-metal-host.controller.ts';
import { externalBaremetalController } from '../core/remediation/external-baremetal.controller.ts';
import { machineRemediationController } from '../core/remediation/machine-remediation.controller.ts';
import { metal3RemediationController } from '../core/remediation/metal3-remediation.controller.ts';
import { nodeRebootController } from '../core/remediation/node-reboot.controller.ts';
import { ownerMachineSetRemediation } from '../core/remediation/owner-machine-set.controller.ts';
import type { Lineage } from './config.ts';

/** Source: baremetal-operator, flag --max-provisioning-retries. */
const MAX_PROVISIONING_RETRIES = 5;

/** Products as they are, their defects included. */
const EXACT = { lineage: 'exact' } as const;

export function controllersOf(lineage: Lineage, provisioningLimit: number): readonly Controller[] {
  switch (lineage) {
    case 'openshift':
      return [
        bareMetalHostController({ provisioningLimit, maxProvisioningRetries: MAX_PROVISIONING_RETRIES }),
        openshiftMachineHealthCheck(),
        externalBaremetalController(),
        mroMachineHealthCheck({ ...EXACT, unhealthyConditions: MRO_UNHEALTHY_CONDITIONS }),
        machineDisruptionBudget(EXACT),
        nodeRebootController(),
        machineRemediationController(EXACT),
      ];
    case 'cluster-api':
      return [
        bareMetalHostController({ provisioningLimit, maxProvisioningRetries: MAX_PROVISIONING_RETRIES }),
        capiMachineHealthCheck({ ...EXACT, withoutCluster: 'assume-running' }),
        metal3RemediationController({ lineage: 'cluster-api', outOfServiceTaint: true }),
        ownerMachineSetRemediation(),
      ];
  }
}
