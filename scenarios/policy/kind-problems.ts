// Documents whose kind is no policy here: misspelt, of a controller that is not built, of the cluster itself.

import { HOST_REMEDIATION } from '../../core/api/host-remediation.ts';
import { type KubeObject, kindKeyOf } from '../../core/api/object.ts';
import { ANNOTATION_REMEDIATE } from '../../core/api/remediation-policy.ts';
import { UNHEALTHY_CONDITIONS_NAME } from '../../core/health/mro-unhealthy-conditions.ts';
import { API_GROUP } from '../api-group.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { PositionedDocument } from '../positioned-yaml.ts';
import type { Problem } from '../problem.ts';
import { isKured } from './kured.ts';
import { MANIFEST_SCHEMAS } from './manifest-schemas.ts';

/** Kinds of remediation whose controllers do not exist here. */
const NOT_BUILT = ['StorageBasedRemediation', 'StorageBasedRemediationTemplate', 'StorageBasedRemediationConfig'];

/** Kinds that belong to the cluster, not to a policy. */
const NOT_POLICY = [
  'Node',
  'Pod',
  'Machine',
  'MachineSet',
  'MachineDeployment',
  'BareMetalHost',
  'Metal3Machine',
  'Deployment',
  'StatefulSet',
  'PodDisruptionBudget',
];

/** What releases of operators carry beside their policy. It decides nothing here, where nobody lacks a permission. */
const BESIDE_POLICY = [
  'Namespace',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
];

/** By name, each once: several products have a MachineHealthCheck. */
export const SUPPORTED_KINDS: readonly string[] = [
  ...new Set(Object.keys(MANIFEST_SCHEMAS).map((kindKey) => kindKey.split('.')[0] ?? kindKey)),
];

const SUPPORTED = `supported: ${SUPPORTED_KINDS.join(', ')}`;

/** True for objects that may stand in a policy file and change nothing. */
export function isBesidePolicy(kind: string): boolean {
  return BESIDE_POLICY.includes(kind);
}

/** A kind that no schema is for. */
export function unsupported(apiVersion: string, kind: string, document: PositionedDocument): Problem {
  const place = document.placeOf(['kind']);
  if (NOT_BUILT.includes(kind)) {
    return {
      code: 'MT142',
      severity: 'error',
      message: `the controller of ${kind} (${apiVersion}) is not built yet`,
      ...place,
      why: 'Leaving the manifest out would silently compare something else than what was asked for.',
      remedy: SUPPORTED,
    };
  }
  if (kindKeyOf({ apiVersion, kind }) === HOST_REMEDIATION.key) {
    return {
      code: 'MT145',
      severity: 'error',
      message: 'a HostRemediation is made by the controller of a RemediationPolicy, never by hand',
      ...place,
      remedy: `to have a node remediated by the same rules, annotate it: ${ANNOTATION_REMEDIATE}: "why"`,
    };
  }
  if (NOT_POLICY.includes(kind) || apiVersion.startsWith(API_GROUP)) {
    return {
      code: 'MT145',
      severity: 'error',
      message: `${kind} is no remediation policy`,
      ...place,
      remedy: SUPPORTED,
    };
  }
  const meant = didYouMean(kind, SUPPORTED_KINDS);
  return {
    code: 'MT140',
    severity: 'error',
    message: `kind "${kind}" in apiVersion ${apiVersion} is not known`,
    ...place,
    remedy:
      meant === undefined ? SUPPORTED : meant === kind ? `write ${apiVersionsOf(kind)}` : `did you mean "${meant}"?`,
  };
}

/** `machine.openshift.io/v1beta1 or cluster.x-k8s.io/v1beta1`: where a kind of this name is known. */
function apiVersionsOf(kind: string): string {
  const known = Object.entries(MANIFEST_SCHEMAS).flatMap(([kindKey, versions]) => {
    const [name = '', ...group] = kindKey.split('.');
    if (name !== kind) return [];
    return Object.keys(versions).map((version) => [group.join('.'), version].filter((part) => part !== '').join('/'));
  });
  return known.join(' or ');
}

/** Of kinds that have many uses, the object of a remediation product alone is policy. */
export function notPolicy(object: KubeObject, document: PositionedDocument): Problem | undefined {
  const wanted =
    kindKeyOf(object) === 'ConfigMap' && object.metadata.name !== UNHEALTHY_CONDITIONS_NAME
      ? `the ConfigMap "${UNHEALTHY_CONDITIONS_NAME}" of the machine remediation operator is`
      : kindKeyOf(object) === 'DaemonSet.apps' && !isKured(object)
        ? 'the DaemonSet of kured is'
        : undefined;
  if (wanted === undefined) return undefined;
  return {
    code: 'MT145',
    severity: 'error',
    message: `${object.kind} "${object.metadata.name}" is no remediation policy; only ${wanted}`,
    ...document.placeOf(['metadata', 'name']),
  };
}
