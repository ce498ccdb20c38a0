// Documents of NodeHealthCheck rows: nodes, checks, and remediators whose kinds are their own, as in the product's tests, so that
// nobody but the row plays them.

import { stringify } from 'yaml';
import type { ConditionStatus } from '../../core/api/conditions.ts';
import type { StringMap } from '../../core/api/object.ts';
import { ago } from './conformance.ts';
import { nodeText } from './conformance-objects.ts';

/** The definition of a namespaced kind, or of a cluster's own. */
export function definition(
  group: string,
  version: string,
  kind: string,
  scope: 'Namespaced' | 'Cluster' = 'Namespaced',
): string {
  const singular = kind.toLowerCase();
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}`, creationTimestamp: ago('96h') },
    spec: {
      group,
      scope,
      names: { kind, plural: `${singular}s`, singular, listKind: `${kind}List` },
      versions: [{ name: version, served: true, storage: true, subresources: { status: {} }, schema }],
    },
  });
}

/** A remediator of that name: the kinds of its requests and templates, and one template called `ok`. */
export function remediator(kind: string): readonly string[] {
  return [
    definition('test.medik8s.io', 'v1alpha1', kind),
    definition('test.medik8s.io', 'v1alpha1', `${kind}Template`),
    templateText(kind),
  ];
}

export function templateText(kind: string, name = 'ok', annotations: StringMap = {}): string {
  return stringify({
    apiVersion: 'test.medik8s.io/v1alpha1',
    kind: `${kind}Template`,
    metadata: { name, namespace: 'default', annotations, creationTimestamp: ago('90h') },
    spec: { template: { spec: { size: 'foo' } } },
  });
}

export function reference(kind: string, name = 'ok'): object {
  return { apiVersion: 'test.medik8s.io/v1alpha1', kind: `${kind}Template`, name, namespace: 'default' };
}

/** A worker that is not Ready for long enough when it is not Ready. */
export function worker(name: string, ready: ConditionStatus = 'True', labels: StringMap = {}, since = '400s'): string {
  return nodeText(name, ready, since, { labels: { pool: 'workers', ...labels } });
}

/** `u1`, `u2`, … unhealthy, `h1`, `h2`, … healthy. */
export function workers(sick: number, healthy: number): readonly string[] {
  return [
    ...Array.from({ length: sick }, (_, i) => worker(`u${i + 1}`, 'Unknown')),
    ...Array.from({ length: healthy }, (_, i) => worker(`h${i + 1}`)),
  ];
}

/** The check `workers` with one template, unless the spec says otherwise. */
export function check(spec: object, metadata: object = {}): string {
  return stringify({
    apiVersion: 'remediation.medik8s.io/v1alpha1',
    kind: 'NodeHealthCheck',
    metadata: { name: 'workers', ...metadata },
    spec: {
      selector: { matchLabels: { pool: 'workers' } },
      ...('escalatingRemediations' in spec ? {} : { remediationTemplate: reference('Reboot') }),
      ...spec,
    },
  });
}

/** The status of the check, for an outcome. */
export function checkStatus(status: object): string {
  return stringify({
    apiVersion: 'remediation.medik8s.io/v1alpha1',
    kind: 'NodeHealthCheck',
    metadata: { name: 'workers' },
    status,
  });
}

/** A request for a node, as it is found or to be changed. */
export function request(node: string, more: { readonly metadata?: object; readonly status?: object } = {}): string {
  return stringify({
    apiVersion: 'test.medik8s.io/v1alpha1',
    kind: 'Reboot',
    metadata: { name: node, namespace: 'default', ...more.metadata },
    ...(more.status === undefined ? {} : { status: more.status }),
  });
}

/** What a remediation of these nodes creates: a request and a lease each. */
export function remediated(...nodes: readonly string[]): readonly string[] {
  return nodes.flatMap((node) => [`Reboot default/${node}`, `Lease medik8s-leases/node-${node}`]);
}

export function lease(node: string, holder: string, renewed: string, seconds: number): string {
  const renewTime = ago(renewed).replace('Z', '.000000Z');
  return stringify({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: `node-${node}`, namespace: 'medik8s-leases' },
    spec: { holderIdentity: holder, leaseDurationSeconds: seconds, acquireTime: renewTime, renewTime },
  });
}

/** The conditions of a check that may work, in the order in which the product sets them. */
export function conditions(storm?: { readonly active: boolean; readonly cooling: boolean }): readonly object[] {
  const enabled = { type: 'Disabled', status: 'False', reason: 'NodeHealthCheckEnabled' };
  if (storm === undefined) return [enabled];
  const reason = 'HealthyNodeThresholdChange';
  return [
    enabled,
    { type: 'StormCooldownActive', status: storm.cooling ? 'True' : 'False', reason },
    { type: 'StormActive', status: storm.active ? 'True' : 'False', reason },
  ];
}

/** Events about the check, by reason. */
export function events(...reasons: readonly string[]): readonly string[] {
  return reasons.map((reason) => `NodeHealthCheck/workers ${TYPES[reason] ?? 'Normal'} ${reason}`);
}

/** The reason of as many events. */
export function repeated(reason: string, count: number): readonly string[] {
  return Array.from({ length: count }, () => reason);
}

const TYPES: Readonly<Record<string, string>> = {
  Disabled: 'Warning',
  RemediationSkipped: 'Warning',
  InvalidNodeLabel: 'Warning',
  NoTemplateLeft: 'Warning',
  StormRecoveryStarted: 'Warning',
  StormRecoveryCooldownStarted: 'Warning',
};
