// Reboot against reprovision with everything else made equal: a pair of policies built from the compared ones, with the
// selectors, time-outs and limits of one of them and the action alone different.

import type { Lineage } from '../../core/api/lineage.ts';
import { type KubeObject, keyOf, keyString } from '../../core/api/object.ts';
import { ANNOTATION_REMEDIATION_STRATEGY, EXTERNAL_BAREMETAL } from '../../core/api/remediation.ts';
import type { MatchedPair, StudyPolicy } from '../study.ts';
import { type HealthCheck, healthChecksOf } from './health-check.ts';
import type { NamedManifests } from './meaning.ts';

/**
 * Taken from the first policy whose health checks all reboot, where another one reprovisions; null when no two policies
 * differ in this. The reprovisioning twin is the same manifests without the reboot. Both get the longest start-up time of
 * the two policies: a reprovision that is cut short starts anew, and would lose by its time-out instead of its action.
 * Policies that are such a pair already are returned themselves, so that nothing is run twice.
 */
export function matchedPair(policies: readonly NamedManifests[], compared: readonly StudyPolicy[]): MatchedPair | null {
  const rebooting = policies.find(({ manifests }) => allDo(['reboot', 'self-reboot'], healthChecksOf(manifests)));
  const reprovisioning = policies.find(({ manifests }) => allDo(['reprovision'], healthChecksOf(manifests)));
  if (rebooting === undefined || reprovisioning === undefined) return null;
  const checks = healthChecksOf(rebooting.manifests);
  const startups = [...checks, ...healthChecksOf(reprovisioning.manifests)].map(
    ({ startupTimeoutMs }) => startupTimeoutMs,
  );
  // 0 switches the check off, which is the longest of all.
  const startupMs = startups.includes(0) ? 0 : Math.max(...startups);
  const even = new Map(checks.map((check) => [check.manifest.object, withStartup(check, startupMs)]));
  const twins = new Map(checks.map((check) => [check.manifest.object, withoutReboot(check, startupMs)]));
  const objects = rebooting.manifests.map(({ object }) => object);
  const { lineage } = rebooting;
  const a = policyOf(
    { name: 'matched-reboot', lineage },
    objects.map((object) => even.get(object) ?? object),
  );
  const b = policyOf(
    { name: 'matched-reprovision', lineage },
    objects.map((object) => twins.get(object) ?? object),
  );
  const same = (policy: StudyPolicy): StudyPolicy | undefined =>
    compared.find(
      (other) => other.lineage === policy.lineage && JSON.stringify(other.objects) === JSON.stringify(policy.objects),
    );
  const [own, twin] = [same(a), same(b)];
  if (own !== undefined && twin !== undefined) {
    return { description: `"${own.name}" and "${twin.name}" differ in the action alone`, a: own, b: twin };
  }
  return {
    description: `selectors, time-outs and limits of "${rebooting.name}" and the longer node start-up time for both; only the action differs: reboot first, or delete the Machine and reprovision`,
    a,
    b,
  };
}

/** Why policies that treat nodes in different ways have no matched pair, where their health checks do not allow one. */
export function noPairLines(policies: readonly NamedManifests[]): readonly string[] {
  const acting = policies.filter(({ manifests }) => healthChecksOf(manifests).length > 0);
  const escalating = acting.filter(({ manifests }) =>
    healthChecksOf(manifests).some(({ action }) => action.kind === 'steps' || action.kind === 'attempts'),
  );
  if (escalating.length === 0 || acting.length < 2) return [];
  const names = escalating.map(({ name }) => `"${name}"`).join(', ');
  return [
    `no action is compared alone for ${names}: what is done follows from templates or steps, and none of its settings changes that and nothing else`,
  ];
}

function allDo(kinds: readonly HealthCheck['action']['kind'][], checks: readonly HealthCheck[]): boolean {
  return checks.length > 0 && checks.every(({ action }) => kinds.includes(action.kind));
}

function withStartup({ manifest, family, startupPath, startupTimeoutMs }: HealthCheck, startupMs: number): KubeObject {
  const { object } = manifest;
  if (family === 'mro' || startupTimeoutMs === startupMs) return object;
  const spec = (object.spec ?? {}) as Readonly<Record<string, unknown>>;
  if (!startupPath.includes('nodeStartupTimeoutSeconds')) {
    return { ...object, spec: { ...spec, nodeStartupTimeout: `${startupMs / 1000}s` } };
  }
  const checks = { ...(spec.checks as object | undefined), nodeStartupTimeoutSeconds: startupMs / 1000 };
  return { ...object, spec: { ...spec, checks } };
}

function withoutReboot(check: HealthCheck, startupMs: number): KubeObject {
  const { family } = check;
  const object = withStartup(check, startupMs);
  const spec = (object.spec ?? {}) as Readonly<Record<string, unknown>>;
  if (family === 'mro') return { ...object, spec: omit(spec, 'remediationStrategy') };
  if (family === 'openshift') {
    const { annotations: before = {}, ...metadata } = object.metadata;
    const annotations = omit(before, ANNOTATION_REMEDIATION_STRATEGY);
    return {
      ...object,
      metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
      spec: omit(spec, 'remediationTemplate'),
    };
  }
  const remediation = spec.remediation as Readonly<Record<string, unknown>> | undefined;
  return {
    ...object,
    spec: {
      ...omit(spec, 'remediationTemplate'),
      ...(remediation === undefined ? {} : { remediation: omit(remediation, 'templateRef') }),
    },
  };
}

function omit<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

function policyOf(
  { name, lineage }: { readonly name: string; readonly lineage: Lineage | undefined },
  objects: readonly KubeObject[],
): StudyPolicy {
  return { name, ...(lineage === undefined ? {} : { lineage }), objects, manifests: objects.map(manifestLine) };
}

export function manifestLine(object: KubeObject): string {
  const external =
    object.metadata.annotations?.[ANNOTATION_REMEDIATION_STRATEGY] === EXTERNAL_BAREMETAL
      ? ', reboots by annotation'
      : '';
  return `${object.kind} ${keyString(keyOf(object))} (${object.apiVersion}${external})`;
}
