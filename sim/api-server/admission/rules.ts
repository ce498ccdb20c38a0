// The rules of a virtual cluster in the order in which they are asked: Kubernetes' own, then the products' webhooks.
// Source: kubernetes pkg/kubeapiserver/options/plugins.go for the order of the plugins.
//
// Divergence from reality: LimitRanger and ResourceQuota are not there; namespaces are the front's to check.

import type { AdmissionRule } from './admission.ts';
import { BARE_METAL_HOST_WEBHOOK } from './bare-metal-host.ts';
import { CAPI_MACHINE_HEALTH_CHECK_WEBHOOK, CAPI_MACHINE_SET_WEBHOOK, CAPI_MACHINE_WEBHOOK } from './cluster-api.ts';
import { fenceAgentsRemediationWebhooks } from './fence-agents-remediation.ts';
import { METAL3_REMEDIATION_TEMPLATE_WEBHOOK, METAL3_REMEDIATION_WEBHOOK } from './metal3-remediation.ts';
import { LEASE_VALIDATION, NODE_RESTRICTION, NODE_VALIDATION, TAINT_NODES_BY_CONDITION } from './node-admission.ts';
import { NODE_HEALTH_CHECK_WEBHOOK } from './node-health-check.ts';
import { NODE_HEALTH_CHECK_DEFINITION } from './node-health-check-definition.ts';
import { NODE_MAINTENANCE_WEBHOOK } from './node-maintenance.ts';
import { OPENSHIFT_MACHINE_HEALTH_CHECK_RULE, OPENSHIFT_MACHINE_SET_WEBHOOK } from './openshift-machine-api.ts';
import { DEFAULT_TOLERATION_SECONDS, PRIORITY, SERVICE_ACCOUNT_RULE } from './pod-admission.ts';
import { POD_DEFAULTS, POD_VALIDATION } from './pod-strategy.ts';
import {
  SELF_NODE_REMEDIATION_CONFIG_WEBHOOK,
  SELF_NODE_REMEDIATION_DEFAULTS,
  SELF_NODE_REMEDIATION_TEMPLATE_WEBHOOK,
} from './self-node-remediation.ts';
import { BUDGET_VALIDATION, JOB_UPDATE, STATEFUL_SET_UPDATE, WORKLOAD_SELECTORS } from './workload-strategy.ts';

/** The virtual API server is one of Kubernetes 1.32. Source: requests/built-in-resources.ts. */
const KUBERNETES_MINOR = 32;

/** Plugins that change or refuse, whoever writes: they suit the simulation's own loops, too. */
export const ADMISSION_PLUGINS: readonly AdmissionRule[] = [
  NODE_RESTRICTION,
  TAINT_NODES_BY_CONDITION,
  PRIORITY,
  DEFAULT_TOLERATION_SECONDS,
  SERVICE_ACCOUNT_RULE,
];

/** Defaults and checks of built-in kinds, for objects that come from outside. */
const STRATEGY_RULES: readonly AdmissionRule[] = [
  POD_DEFAULTS,
  POD_VALIDATION,
  NODE_VALIDATION,
  LEASE_VALIDATION,
  WORKLOAD_SELECTORS,
  STATEFUL_SET_UPDATE,
  JOB_UPDATE,
  BUDGET_VALIDATION,
];

/** One or more of each product; a rule is asked only about kinds that are written. */
export const PRODUCT_WEBHOOKS: readonly AdmissionRule[] = [
  BARE_METAL_HOST_WEBHOOK,
  CAPI_MACHINE_WEBHOOK,
  CAPI_MACHINE_SET_WEBHOOK,
  CAPI_MACHINE_HEALTH_CHECK_WEBHOOK,
  OPENSHIFT_MACHINE_SET_WEBHOOK,
  OPENSHIFT_MACHINE_HEALTH_CHECK_RULE,
  METAL3_REMEDIATION_WEBHOOK,
  METAL3_REMEDIATION_TEMPLATE_WEBHOOK,
  NODE_HEALTH_CHECK_DEFINITION,
  NODE_HEALTH_CHECK_WEBHOOK,
  NODE_MAINTENANCE_WEBHOOK,
  SELF_NODE_REMEDIATION_CONFIG_WEBHOOK,
  SELF_NODE_REMEDIATION_DEFAULTS,
  SELF_NODE_REMEDIATION_TEMPLATE_WEBHOOK,
  ...fenceAgentsRemediationWebhooks(KUBERNETES_MINOR),
];

/** Everything, as an API server with all products installed would ask it. */
export const ALL_RULES: readonly AdmissionRule[] = [...STRATEGY_RULES, ...ADMISSION_PLUGINS, ...PRODUCT_WEBHOOKS];
