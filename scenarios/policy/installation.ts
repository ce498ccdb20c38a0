// What an operator brings with it when it is installed, and which no user writes: self node remediation makes its template and
// its configuration. A policy that refers to that operator has them.
// Source: self-node-remediation api/v1alpha1, NewRemediationTemplates and NewDefaultSelfNodeRemediationConfig.

import {
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
  type FenceAgentsRemediationTemplate,
} from '../../core/api/fence-agents-remediation.ts';
import { ANNOTATION_MULTIPLE_TEMPLATES } from '../../core/api/medik8s.ts';
import { type KubeObject, keyOf, keyString, kindKeyOf, type ObjectKey } from '../../core/api/object.ts';
import { SECRET, type Secret } from '../../core/api/secret.ts';
import {
  SELF_NODE_REMEDIATION_CONFIG,
  SELF_NODE_REMEDIATION_CONFIG_NAME,
  SELF_NODE_REMEDIATION_TEMPLATE,
  SELF_NODE_REMEDIATION_TEMPLATE_NAME,
} from '../../core/api/self-node-remediation.ts';
import { SELF_NODE_DEFAULTS } from '../../core/remediation/self-node-settings.ts';
import type { Assumption } from '../cluster/assumption.ts';
import type { ObjectSet } from '../cluster/object-set.ts';
import { uidOf } from '../generate/names.ts';
import { healthChecksOf } from './health-check.ts';
import type { Manifest } from './read-policy.ts';
import { unreadData } from './stored-manifest.ts';

export interface Installation {
  /** Objects that are there without being written; of the cluster where it has them. */
  readonly manifests: readonly InstalledManifest[];
  readonly assumptions: readonly Assumption[];
}

export interface InstalledManifest extends Manifest {
  /** Why it is there, for a list of manifests. */
  readonly because: string;
}

const SELF_NODE_GROUP = SELF_NODE_REMEDIATION_TEMPLATE.group;
/** Marks templates that an operator makes. Source: medik8s/common pkg/labels. */
const LABEL_DEFAULT_TEMPLATE = 'remediation.medik8s.io/default-template';
const API_VERSION = `${SELF_NODE_GROUP}/v1alpha1`;

/** What the operators that a policy refers to have in the cluster, beside what the policy says itself. */
export function installationOf(
  policy: { readonly name: string; readonly manifests: readonly Manifest[] },
  input: ObjectSet | undefined,
): Installation {
  const parts = [selfNodeInstallation(policy, input), assumedSecrets(policy)];
  return {
    manifests: parts.flatMap(({ manifests }) => manifests),
    assumptions: parts.flatMap(({ assumptions }) => assumptions),
  };
}

function selfNodeInstallation(
  { name, manifests }: { readonly name: string; readonly manifests: readonly Manifest[] },
  input: ObjectSet | undefined,
): Installation {
  const namespace = selfNodeNamespace(manifests);
  if (namespace === undefined) return { manifests: [], assumptions: [] };
  const wanted = [template(namespace), configuration(namespace)].filter(
    ({ kind, metadata }) =>
      !manifests.some(({ object: own }) => own.kind === kind && own.metadata.name === metadata.name),
  );
  const found = wanted.map((made) => ({
    made,
    ofCluster: input?.listByKey(kindKeyOf(made)).find(({ metadata }) => metadata.name === made.metadata.name),
  }));
  return {
    manifests: found.map(({ made, ofCluster }) => ({
      object: ofCluster ?? made,
      document: undefined,
      because: 'brought by its operator',
    })),
    assumptions: found.map(({ made: { kind, metadata }, ofCluster }) => ({
      name: `policy ${name}: ${kind} ${metadata.namespace}/${metadata.name}`,
      value: ofCluster === undefined ? 'as its operator makes it' : 'as found in the cluster',
      source: 'the policy uses self node remediation, whose operator brings it along',
    })),
  };
}

/** What a BMC asks of whoever calls it. Source: fence-agents lib/fencing.py, check_input. */
const CREDENTIALS = ['--username', '--password'];

/** Secrets with the credentials of BMCs are in nobody's policy file. They hold what the template does not say itself. */
function assumedSecrets({
  name,
  manifests,
}: {
  readonly name: string;
  readonly manifests: readonly Manifest[];
}): Installation {
  const given = new Set(
    manifests.flatMap(({ object: own }) => (kindKeyOf(own) === SECRET.key ? [keyString(keyOf(own))] : [])),
  );
  const missing = new Map<string, Secret>();
  for (const { object: own } of manifests) {
    if (kindKeyOf(own) !== FENCE_AGENTS_REMEDIATION_TEMPLATE.key) continue;
    const spec = (own as FenceAgentsRemediationTemplate).spec?.template?.spec ?? {};
    const plain = new Set([...Object.keys(spec.sharedparameters ?? {}), ...Object.keys(spec.nodeparameters ?? {})]);
    const keys = CREDENTIALS.filter((key) => !plain.has(key));
    for (const secret of [spec.sharedSecretName ?? [], Object.values(spec.nodeSecretNames ?? {})].flat()) {
      const key = { namespace: own.metadata.namespace ?? '', name: secret };
      if (!given.has(keyString(key)) && !missing.has(keyString(key))) missing.set(keyString(key), secretAt(key, keys));
    }
  }
  return {
    manifests: [...missing.values()].map((object) => ({ object, document: undefined, because: 'taken to exist' })),
    assumptions: [...missing.keys()].map((secret) => ({
      name: `policy ${name}: Secret ${secret}`,
      value: 'taken to exist, with credentials that the BMCs accept',
      source: 'a FenceAgentsRemediationTemplate names it; Secrets are not read',
    })),
  };
}

function secretAt({ namespace, name }: ObjectKey, keys: readonly string[]): Secret {
  const uid = uidOf(`installation/Secret/${namespace}/${name}`);
  const metadata = { name, namespace, uid, resourceVersion: '1' };
  return { apiVersion: 'v1', kind: SECRET.kind, metadata, data: unreadData(keys) };
}

/** Where the operator is installed: where its objects or the references to its templates are. */
function selfNodeNamespace(manifests: readonly Manifest[]): string | undefined {
  const references = healthChecksOf(manifests).flatMap(({ templates }) =>
    templates
      .filter(({ apiVersion }) => apiVersion.startsWith(`${SELF_NODE_GROUP}/`))
      .map(({ namespace }) => namespace),
  );
  const own = manifests.flatMap(({ object }) =>
    object.apiVersion.startsWith(`${SELF_NODE_GROUP}/`) ? [object.metadata.namespace ?? ''] : [],
  );
  return [...own, ...references][0];
}

/** Its webhook adds the annotation to every template. */
function template(namespace: string): KubeObject {
  const made = object(SELF_NODE_REMEDIATION_TEMPLATE.kind, namespace, SELF_NODE_REMEDIATION_TEMPLATE_NAME, {
    template: { spec: { remediationStrategy: 'Automatic' } },
  });
  const labels = { [LABEL_DEFAULT_TEMPLATE]: 'true' };
  const annotations = { [ANNOTATION_MULTIPLE_TEMPLATES]: 'true' };
  return { ...made, metadata: { ...made.metadata, labels, annotations } };
}

function configuration(namespace: string): KubeObject {
  return object(SELF_NODE_REMEDIATION_CONFIG.kind, namespace, SELF_NODE_REMEDIATION_CONFIG_NAME, SELF_NODE_DEFAULTS);
}

function object(kind: string, namespace: string, name: string, spec: unknown): KubeObject {
  const uid = uidOf(`installation/${kind}/${namespace}/${name}`);
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: { name, namespace, uid, resourceVersion: '1', generation: 1 },
    spec,
  };
}
