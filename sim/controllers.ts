// The controllers of core that a virtual cluster of each Machine API runs: the stand-ins for the products, in plain sight.

import { FENCE_AGENTS_REMEDIATION, FENCE_AGENTS_REMEDIATION_TEMPLATE } from '../core/api/fence-agents-remediation.ts';
import type { Lineage } from '../core/api/lineage.ts';
import type { MachineApi } from '../core/api/machine.ts';
import {
  MACHINE_DELETION_REMEDIATION,
  MACHINE_DELETION_REMEDIATION_TEMPLATE,
} from '../core/api/machine-deletion-remediation.ts';
import { NODE, type Node } from '../core/api/node.ts';
import {
  NODE_HEALTH_CHECK,
  type NodeHealthCheck,
  REMEDIATOR_TEMPLATES,
  type TemplateKind,
  templatesOf,
} from '../core/api/node-health-check.ts';
import { type Kind, type KubeObject, kindKeyOf } from '../core/api/object.ts';
import {
  MACHINE_DISRUPTION_BUDGET,
  MACHINE_REMEDIATION,
  METAL3_REMEDIATION,
  METAL3_REMEDIATION_TEMPLATE,
  MRO_MACHINE_HEALTH_CHECK,
} from '../core/api/remediation.ts';
import { REMEDIATION_BUDGET } from '../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY } from '../core/api/remediation-policy.ts';
import { minorVersion } from '../core/api/version.ts';
import {
  KUBEVIRT,
  VIRTUAL_MACHINE,
  VIRTUAL_MACHINE_INSTANCE,
  VIRTUAL_MACHINE_INSTANCE_MIGRATION,
} from '../core/api/virtual-machine.ts';
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
import { remediationBudgetController } from '../core/budget/remediation-budget.controller.ts';
import { capiMachineHealthCheck } from '../core/health/cluster-api-machine-health-check.controller.ts';
import { mroMachineHealthCheck } from '../core/health/mro-machine-health-check.controller.ts';
import { mroUnhealthyConditions } from '../core/health/mro-unhealthy-conditions.ts';
import { nodeHealthCheck } from '../core/health/node-health-check.controller.ts';
import { openshiftMachineHealthCheck } from '../core/health/openshift-machine-health-check.controller.ts';
import { remediationPolicyController } from '../core/health/remediation-policy.controller.ts';
import { bareMetalHostController } from '../core/host/bare-metal-host.controller.ts';
import { nodeMaintenanceController } from '../core/maintenance/node-maintenance.controller.ts';
import { KUBEVIRT_MAINTENANCE, MEDIK8S_MAINTENANCE } from '../core/maintenance/products.ts';
import type { Controller } from '../core/ports/reconciler.ts';
import { externalBaremetalController } from '../core/remediation/external-baremetal.controller.ts';
import { fenceAgentsRemediationController } from '../core/remediation/fence-agents-remediation.controller.ts';
import { fenceAgentsTemplateController } from '../core/remediation/fence-agents-template.controller.ts';
import { hostRemediationController } from '../core/remediation/host-remediation.controller.ts';
import { machineDeletionRemediationController } from '../core/remediation/machine-deletion-remediation.controller.ts';
import { machineRemediationController } from '../core/remediation/machine-remediation.controller.ts';
import { metal3RemediationController } from '../core/remediation/metal3-remediation.controller.ts';
import { nodeRebootController } from '../core/remediation/node-reboot.controller.ts';
import { ownerControlPlaneRemediation } from '../core/remediation/owner-control-plane.controller.ts';
import { ownerMachineSetRemediation } from '../core/remediation/owner-machine-set.controller.ts';
import { selfNodeRemediationController } from '../core/remediation/self-node-remediation.controller.ts';
import type { PolicyConfig, SimConfig } from './config.ts';
import { hasSelfNodeRemediation } from './node/self-node-remediation-objects.ts';
import { objectsOfAllVersions } from './people/policy-rollout.ts';

/** Source: baremetal-operator, flag --max-provisioning-retries. */
export const MAX_PROVISIONING_RETRIES = 5;

/** Kinds of the original operator: without an object of one of them, it is not installed. */
const MRO_KINDS: readonly Kind[] = [MRO_MACHINE_HEALTH_CHECK, MACHINE_REMEDIATION, MACHINE_DISRUPTION_BUDGET];

/** The same of fence agents remediation. */
const FENCE_AGENTS_KINDS: readonly Kind[] = [FENCE_AGENTS_REMEDIATION, FENCE_AGENTS_REMEDIATION_TEMPLATE];

/** The same of machine deletion remediation. */
const MACHINE_DELETION_KINDS: readonly Kind[] = [MACHINE_DELETION_REMEDIATION, MACHINE_DELETION_REMEDIATION_TEMPLATE];

/** Our own policy: without an object of one of these kinds, it is not installed. */
const OWN_KINDS: readonly Kind[] = [REMEDIATION_POLICY, REMEDIATION_BUDGET];

/**
 * From this minor version on Kubernetes has the out-of-service taint for good. Source: cluster-api-provider-metal3, main.go
 * (minKubernetesVersionForOutOfServiceTaint); self-node-remediation, internal/utils/taints.go (IsOutOfServiceTaintGA).
 */
const OUT_OF_SERVICE_TAINT_MINOR = 28;

/** No kubelet of the cluster is older than the taint. */
function knowsOutOfServiceTaint(objects: readonly KubeObject[]): boolean {
  return objects.every((object) => {
    const minor = isNode(object) ? minorVersion(object.status?.nodeInfo?.kubeletVersion) : undefined;
    return minor === undefined || minor >= OUT_OF_SERVICE_TAINT_MINOR;
  });
}

function isNode(object: KubeObject): object is Node {
  return object.kind === NODE.kind && object.apiVersion === 'v1';
}

/** In OpenShift the copy of Metal3's remediator does nothing unless somebody uses it. */
const METAL3_KINDS: readonly Kind[] = [METAL3_REMEDIATION, METAL3_REMEDIATION_TEMPLATE];

/** What decides which controllers a virtual cluster runs, and how. */
interface Installation {
  readonly config: Pick<SimConfig, 'machineApi' | 'objects'> & {
    readonly provisioning: Pick<SimConfig['provisioning'], 'limit'>;
  };
  /** The cluster's at the start, and the policy's in all its versions. */
  readonly objects: readonly KubeObject[];
  readonly lineage: Lineage;
}

/**
 * The host operator always; health checks and remediators of the cluster's Machine API; products that a cluster has or has
 * not where an object shows that they are installed.
 */
export function controllersOf(config: Installation['config'], policy: PolicyConfig): readonly Controller[] {
  const objects = [...config.objects, ...objectsOfAllVersions(policy)];
  const installation: Installation = { config, objects, lineage: policy.lineage ?? 'exact' };
  const kinds = new Set(objects.map(kindKeyOf));
  const installed = PRODUCTS.filter((product) => product.isInstalled(config.machineApi, kinds, objects));
  return installed.flatMap((product) => product.controllers(installation));
}

interface Product {
  isInstalled(machineApi: MachineApi, kinds: ReadonlySet<string>, objects: readonly KubeObject[]): boolean;
  controllers(installation: Installation): readonly Controller[];
}

const PRODUCTS: readonly Product[] = [
  { isInstalled: () => true, controllers: bareMetalOperator },
  { isInstalled: (machineApi) => machineApi === 'openshift', controllers: openshiftMachineApi },
  { isInstalled: (machineApi) => machineApi === 'cluster-api', controllers: clusterApi },
  {
    isInstalled: (machineApi, kinds) => machineApi === 'openshift' && MRO_KINDS.some((kind) => kinds.has(kind.key)),
    controllers: machineRemediationOperator,
  },
  {
    isInstalled: (_machineApi, kinds) => FENCE_AGENTS_KINDS.some((kind) => kinds.has(kind.key)),
    controllers: fenceAgentsOperator,
  },
  {
    isInstalled: (machineApi, kinds) => machineApi === 'openshift' && METAL3_KINDS.some((kind) => kinds.has(kind.key)),
    controllers: openshiftMetal3Remediation,
  },
  {
    isInstalled: (_machineApi, kinds) => MACHINE_DELETION_KINDS.some((kind) => kinds.has(kind.key)),
    controllers: ({ config }) => [machineDeletionRemediationController({ machineApi: config.machineApi })],
  },
  { isInstalled: (_, kinds) => kinds.has(NODE_HEALTH_CHECK.key), controllers: nodeHealthCheckOperator },
  {
    isInstalled: (_machineApi, _kinds, objects) => hasSelfNodeRemediation(objects),
    controllers: selfNodeRemediation,
  },
  {
    isInstalled: (_machineApi, kinds) => OWN_KINDS.some((kind) => kinds.has(kind.key)),
    controllers: ownRemediation,
  },
  ...[MEDIK8S_MAINTENANCE, KUBEVIRT_MAINTENANCE].map(
    (product): Product => ({
      isInstalled: (_machineApi, kinds) => kinds.has(product.kind.key),
      controllers: () => [nodeMaintenanceController(product)],
    }),
  ),
];

function bareMetalOperator({ config, lineage }: Installation): readonly Controller[] {
  return [
    bareMetalHostController({
      provisioningLimit: config.provisioning.limit,
      maxProvisioningRetries: MAX_PROVISIONING_RETRIES,
      lineage,
    }),
  ];
}

function openshiftMachineApi(): readonly Controller[] {
  return [openshiftMachineHealthCheck(), externalBaremetalController()];
}

/** Of cluster-api-provider-baremetal: it deletes the Node and knows no out-of-service taint. */
function openshiftMetal3Remediation({ lineage }: Installation): readonly Controller[] {
  return [metal3RemediationController({ machineApi: 'openshift', outOfServiceTaint: false, lineage })];
}

function clusterApi({ lineage, objects }: Installation): readonly Controller[] {
  return [
    capiMachineHealthCheck({ lineage, withoutCluster: 'assume-running' }),
    metal3RemediationController({
      machineApi: 'cluster-api',
      outOfServiceTaint: knowsOutOfServiceTaint(objects),
      lineage,
    }),
    ownerMachineSetRemediation(),
    ownerControlPlaneRemediation(),
  ];
}

function machineRemediationOperator({ objects, lineage }: Installation): readonly Controller[] {
  return [
    mroMachineHealthCheck({ lineage, unhealthyConditions: mroUnhealthyConditions(objects) }),
    machineDisruptionBudget({ lineage }),
    nodeRebootController({ lineage }),
    machineRemediationController({ lineage }),
  ];
}

function fenceAgentsOperator({ lineage }: Installation): readonly Controller[] {
  return [fenceAgentsRemediationController({ lineage }), fenceAgentsTemplateController({ lineage })];
}

function nodeHealthCheckOperator({ config, objects, lineage }: Installation): readonly Controller[] {
  const { machineApi } = config;
  return [nodeHealthCheck({ machineApi, lineage, templates: remediatorTemplates(objects) })];
}

/** Templates of the remediators that are known, and of those that a node health check among these objects names. */
export function remediatorTemplates(objects: readonly KubeObject[]): readonly TemplateKind[] {
  return [...REMEDIATOR_TEMPLATES, ...objects.filter(isNodeHealthCheck).flatMap(templatesOf)];
}

function isNodeHealthCheck(object: KubeObject): object is NodeHealthCheck {
  return kindKeyOf(object) === NODE_HEALTH_CHECK.key;
}

function selfNodeRemediation({ lineage, objects }: Installation): readonly Controller[] {
  return [selfNodeRemediationController({ lineage, outOfServiceTaint: knowsOutOfServiceTaint(objects) })];
}

/** Judgement, allowance, and the hosts themselves. */
function ownRemediation({ config }: Installation): readonly Controller[] {
  const { machineApi } = config;
  return [
    remediationPolicyController({ machineApi }),
    remediationBudgetController({ machineApi }),
    hostRemediationController({ machineApi }),
  ];
}

/** Kinds that change a lot, and that few controllers look at. */
const BUSY_KINDS: readonly Kind[] = [
  DEPLOYMENT,
  REPLICA_SET,
  STATEFUL_SET,
  PERSISTENT_VOLUME,
  PERSISTENT_VOLUME_CLAIM,
  POD_DISRUPTION_BUDGET,
  VIRTUAL_MACHINE,
  VIRTUAL_MACHINE_INSTANCE,
  VIRTUAL_MACHINE_INSTANCE_MIGRATION,
  KUBEVIRT,
  POD,
  VOLUME_ATTACHMENT,
];

/** Busy kinds that none of these controllers watches: their caches are not sent those, and must not be asked for them. */
export function unwatchedKinds(controllers: readonly Controller[]): readonly Kind[] {
  const watched = new Set(
    controllers.flatMap(({ primary, watches, indexes }) => [
      primary.key,
      ...watches.map(({ kind }) => kind.key),
      ...indexes.flatMap(({ of, dependsOn = [] }) => [of.key, ...dependsOn.map(({ kind }) => kind.key)]),
    ]),
  );
  return BUSY_KINDS.filter(({ key }) => !watched.has(key));
}
