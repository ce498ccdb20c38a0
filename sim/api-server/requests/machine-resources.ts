// The kinds of machines, hosts and remediation as their CustomResourceDefinitions serve them: names, versions, columns.
// Source: the CRDs of cluster-api, cluster-api-provider-metal3, baremetal-operator, machine-api-operator and the medik8s operators
// (kubebuilder markers of their types).
//
// Divergence from reality: objects are the same under every served version but for their apiVersion, as with conversion
// strategy None; Cluster API converts fields between v1beta1 and v1beta2.

import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { CAPI_CLUSTER, CAPI_MACHINE_DEPLOYMENT, KUBEADM_CONTROL_PLANE } from '../../../core/api/cluster.ts';
import {
  CAPI_MACHINE,
  CAPI_MACHINE_SET,
  METAL3_MACHINE,
  OPENSHIFT_MACHINE,
  OPENSHIFT_MACHINE_SET,
} from '../../../core/api/machine.ts';
import { KUBEVIRT_NODE_MAINTENANCE } from '../../../core/api/node-maintenance.ts';
import {
  CAPI_MACHINE_HEALTH_CHECK,
  MACHINE_DISRUPTION_BUDGET,
  MACHINE_REMEDIATION,
  METAL3_REMEDIATION,
  METAL3_REMEDIATION_TEMPLATE,
  MRO_MACHINE_HEALTH_CHECK,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
} from '../../../core/api/remediation.ts';
import { textAt } from '../json-fields.ts';
import { type ApiResource, type CustomResource, customResource, plainKind, type ScaleShape } from './api-resource.ts';
import type { ColumnType, PrinterColumn } from './table-column.ts';

function col(name: string, jsonPath: string, type: ColumnType = 'string', priority = 0): PrinterColumn {
  return { name, type, jsonPath, priority };
}

function condition(name: string, type: string, priority = 0): PrinterColumn {
  return col(name, `.status.conditions[?(@.type=="${type}")].status`, 'string', priority);
}

const AGE = col('Age', '.metadata.creationTimestamp', 'date');
const CLUSTER = col('Cluster', '.spec.clusterName');
const CLUSTER_LABEL = col('Cluster', '.metadata.labels.cluster\\.x-k8s\\.io/cluster-name');
const PHASE = col('Phase', '.status.phase');

type Definition = Omit<CustomResource, 'versions'> & {
  readonly versions: readonly string[];
  readonly columns?: readonly PrinterColumn[];
};

/** All have a status subresource unless told otherwise, and the same columns in every version. */
function defined({ versions, columns, ...rest }: Definition): ApiResource {
  return customResource({
    subresources: { status: true },
    ...rest,
    versions: versions.map((name) => ({
      name,
      ...(columns === undefined ? {} : { additionalPrinterColumns: columns }),
    })),
  });
}

function scale(selectorPath: readonly string[]): ScaleShape {
  return {
    specReplicas: ['spec', 'replicas'],
    statusReplicas: ['status', 'replicas'],
    selector: (object) => textAt(object, ...selectorPath),
  };
}

const SELECTOR_SCALE = scale(['status', 'selector']);
const CAPI = { versions: ['v1beta2', 'v1beta1'], categories: ['cluster-api'] } as const;
const REPLICAS = [
  col('Desired', '.spec.replicas', 'integer'),
  col('Current', '.status.replicas', 'integer'),
  col('Ready', '.status.readyReplicas', 'integer'),
  col('Available', '.status.availableReplicas', 'integer'),
];

const CLUSTER_API: readonly ApiResource[] = [
  defined({
    ...CAPI,
    kind: CAPI_CLUSTER,
    plural: 'clusters',
    shortNames: ['cl'],
    columns: [condition('Available', 'Available'), PHASE, AGE],
  }),
  defined({
    ...CAPI,
    kind: CAPI_MACHINE,
    plural: 'machines',
    shortNames: ['ma'],
    columns: [
      CLUSTER,
      col('Node Name', '.status.nodeRef.name'),
      col('Provider ID', '.spec.providerID', 'string', 10),
      condition('Ready', 'Ready'),
      condition('Available', 'Available'),
      condition('Up-to-date', 'UpToDate'),
      condition('Paused', 'Paused', 10),
      PHASE,
      AGE,
      col('Version', '.spec.version'),
    ],
  }),
  defined({
    ...CAPI,
    kind: CAPI_MACHINE_SET,
    plural: 'machinesets',
    shortNames: ['ms'],
    subresources: { status: true, scale: SELECTOR_SCALE },
    columns: [CLUSTER, ...REPLICAS, AGE, col('Version', '.spec.template.spec.version')],
  }),
  defined({
    ...CAPI,
    kind: CAPI_MACHINE_DEPLOYMENT,
    plural: 'machinedeployments',
    shortNames: ['md'],
    subresources: { status: true, scale: SELECTOR_SCALE },
    columns: [CLUSTER, ...REPLICAS, PHASE, AGE, col('Version', '.spec.template.spec.version')],
  }),
  defined({
    ...CAPI,
    kind: CAPI_MACHINE_HEALTH_CHECK,
    plural: 'machinehealthchecks',
    shortNames: ['mhc', 'mhcs'],
    columns: [
      CLUSTER,
      col('Replicas', '.status.expectedMachines', 'integer'),
      col('Healthy', '.status.currentHealthy', 'integer'),
      condition('Paused', 'Paused', 10),
      AGE,
    ],
  }),
  defined({
    ...CAPI,
    kind: KUBEADM_CONTROL_PLANE,
    plural: 'kubeadmcontrolplanes',
    shortNames: ['kcp'],
    subresources: { status: true, scale: SELECTOR_SCALE },
    columns: [CLUSTER_LABEL, ...REPLICAS, AGE, col('Version', '.spec.version')],
  }),
];

const METAL3: readonly ApiResource[] = [
  defined({
    kind: BARE_METAL_HOST,
    versions: ['v1alpha1'],
    plural: 'baremetalhosts',
    shortNames: ['bmh', 'bmhost'],
    columns: [
      col('Status', '.status.operationalStatus', 'string', 1),
      col('State', '.status.provisioning.state'),
      col('Consumer', '.spec.consumerRef.name'),
      col('BMC', '.spec.bmc.address', 'string', 1),
      col('Online', '.spec.online'),
      col('Error', '.status.errorType'),
      AGE,
    ],
  }),
  defined({
    ...CAPI,
    kind: METAL3_MACHINE,
    plural: 'metal3machines',
    shortNames: ['m3m', 'm3machine', 'm3machines', 'metal3m', 'metal3machine'],
    columns: [AGE, col('ProviderID', '.spec.providerID'), col('Ready', '.status.ready'), CLUSTER_LABEL, PHASE],
  }),
  defined({
    ...CAPI,
    kind: METAL3_REMEDIATION,
    plural: 'metal3remediations',
    shortNames: ['m3r', 'm3remediation'],
    columns: [
      col('Retry limit', '.spec.strategy.retryLimit'),
      col('Retry count', '.status.retryCount'),
      col('Last Remediated', '.status.lastRemediated'),
      col('Strategy', '.spec.strategy.type'),
      PHASE,
    ],
  }),
  defined({
    ...CAPI,
    kind: METAL3_REMEDIATION_TEMPLATE,
    plural: 'metal3remediationtemplates',
    shortNames: ['m3rt', 'm3remediationtemplate', 'm3remediationtemplates', 'metal3rt', 'metal3remediationtemplate'],
  }),
];

const OPENSHIFT: readonly ApiResource[] = [
  defined({
    kind: OPENSHIFT_MACHINE,
    versions: ['v1beta1'],
    plural: 'machines',
    columns: [
      PHASE,
      col('Type', '.metadata.labels.machine\\.openshift\\.io/instance-type'),
      col('Region', '.metadata.labels.machine\\.openshift\\.io/region'),
      col('Zone', '.metadata.labels.machine\\.openshift\\.io/zone'),
      AGE,
      col('Node', '.status.nodeRef.name', 'string', 1),
      col('ProviderID', '.spec.providerID', 'string', 1),
      col('State', '.metadata.annotations.machine\\.openshift\\.io/instance-state', 'string', 1),
    ],
  }),
  defined({
    kind: OPENSHIFT_MACHINE_SET,
    versions: ['v1beta1'],
    plural: 'machinesets',
    subresources: { status: true, scale: scale(['status', 'labelSelector']) },
    columns: [...REPLICAS, AGE],
  }),
  defined({
    kind: OPENSHIFT_MACHINE_HEALTH_CHECK,
    versions: ['v1beta1'],
    plural: 'machinehealthchecks',
    shortNames: ['mhc', 'mhcs'],
    columns: [
      col('MaxUnhealthy', '.spec.maxUnhealthy'),
      col('ExpectedMachines', '.status.expectedMachines', 'integer'),
      col('CurrentHealthy', '.status.currentHealthy', 'integer'),
    ],
  }),
  defined({
    kind: MRO_MACHINE_HEALTH_CHECK,
    versions: ['v1alpha1'],
    plural: 'machinehealthchecks',
    shortNames: ['mhc', 'mhcs'],
  }),
  defined({
    kind: MACHINE_REMEDIATION,
    versions: ['v1alpha1'],
    plural: 'machineremediations',
    shortNames: ['mr', 'mrs'],
  }),
  defined({
    kind: MACHINE_DISRUPTION_BUDGET,
    versions: ['v1alpha1'],
    plural: 'machinedisruptionbudgets',
    shortNames: ['mdb', 'mdbs'],
  }),
];

function medik8s(
  group: string,
  kind: string,
  scope: 'Namespaced' | 'Cluster',
  shortNames: readonly string[],
  version = 'v1alpha1',
): ApiResource {
  const plural = `${kind.toLowerCase()}s`;
  return defined({ kind: plainKind(`${group}.medik8s.io`, kind, scope), versions: [version], plural, shortNames });
}

const MEDIK8S: readonly ApiResource[] = [
  medik8s('remediation', 'NodeHealthCheck', 'Cluster', ['nhc']),
  medik8s('self-node-remediation', 'SelfNodeRemediation', 'Namespaced', ['snr', 'snremediation']),
  medik8s('self-node-remediation', 'SelfNodeRemediationTemplate', 'Namespaced', ['snrt', 'snremediationtemplate']),
  medik8s('self-node-remediation', 'SelfNodeRemediationConfig', 'Namespaced', ['snrc', 'snrconfig']),
  medik8s('fence-agents-remediation', 'FenceAgentsRemediation', 'Namespaced', ['far']),
  medik8s('fence-agents-remediation', 'FenceAgentsRemediationTemplate', 'Namespaced', ['fartemplate']),
  medik8s('machine-deletion-remediation', 'MachineDeletionRemediation', 'Namespaced', ['mdr']),
  medik8s('machine-deletion-remediation', 'MachineDeletionRemediationTemplate', 'Namespaced', ['mdrt']),
  medik8s('nodemaintenance', 'NodeMaintenance', 'Cluster', ['nm'], 'v1beta1'),
  defined({
    kind: KUBEVIRT_NODE_MAINTENANCE,
    versions: ['v1beta1'],
    plural: 'nodemaintenances',
    shortNames: ['nm'],
  }),
];

export const MACHINE_RESOURCES: readonly ApiResource[] = [...CLUSTER_API, ...METAL3, ...OPENSHIFT, ...MEDIK8S];
