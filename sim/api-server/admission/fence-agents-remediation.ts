// The definition's defaults and the webhooks of the fence agents remediation operator.
// Source: medik8s/fence-agents-remediation 51f603e0 api/v1alpha1/fenceagentsremediation_{types,params,webhook}.go,
// fenceagentsremediationtemplate_webhook.go.
//
// Divergence from reality: which agents the operator's image carries is not known, so any name is taken that the definition's pattern
// allows. The defaults are set here, where a real server takes them from the definition.

import {
  FENCE_AGENTS_REMEDIATION,
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
  type FenceAgentsRemediationSpec,
} from '../../../core/api/fence-agents-remediation.ts';
import { ANNOTATION_MULTIPLE_TEMPLATES } from '../../../core/api/medik8s.ts';
import type { Kind, NewObject } from '../../../core/api/object.ts';
import { SECRET } from '../../../core/api/secret.ts';
import { FENCE_RETRY_COUNT, FENCE_RETRY_INTERVAL_MS, FENCE_TIMEOUT_MS } from '../../../core/remediation/defaults.ts';
import {
  fenceParameters,
  MISSING_PARAMETERS,
  nodesOfSpec,
  renderForNode,
} from '../../../core/remediation/fence-parameters.ts';
import { mapAt, textAt, valueAt, withAnnotationDefault, withSpec, withSpecDefault } from '../json-fields.ts';
import type { JsonObject } from '../same-value.ts';
import type { AdmissionRequest, AdmissionRule } from './admission.ts';
import { denial } from './field-rules.ts';

const AGENT = /^fence_.+/;
/** From this minor version of Kubernetes 1 on, the out-of-service taint does something. Source: fenceagentsremediation_params.go. */
const OUT_OF_SERVICE_SINCE = 26;
/** The default of an early version, which a webhook still sets and takes away. Source: as above, OldDefaultSecretName. */
const OLD_DEFAULT_SECRET = 'fence-agents-credentials-shared';
/** Name under which shared parameters are tried out where a spec names no node. Source: as above. */
const ANY_NODE = 'temp-validation';

/** Source: fenceagentsremediation_types.go, kubebuilder defaults. */
const DEFAULTS: JsonObject = {
  retrycount: FENCE_RETRY_COUNT,
  retryinterval: `${FENCE_RETRY_INTERVAL_MS / 1000}s`,
  timeout: `${FENCE_TIMEOUT_MS / 1000}s`,
  remediationStrategy: 'ResourceDeletion',
};

/**
 * The rules for remediations and their templates.
 * @param kubernetesMinor 32 of Kubernetes 1.32.
 */
export function fenceAgentsRemediationWebhooks(kubernetesMinor: number): readonly AdmissionRule[] {
  return [
    rule('vfenceagentsremediation.kb.io', FENCE_AGENTS_REMEDIATION, [], kubernetesMinor),
    rule(
      'vfenceagentsremediationtemplate.kb.io',
      FENCE_AGENTS_REMEDIATION_TEMPLATE,
      ['template', 'spec'],
      kubernetesMinor,
    ),
  ];
}

/** @param within where a remediation's spec stands in the spec of this kind. */
function rule(name: string, kind: Kind, within: readonly string[], kubernetesMinor: number): AdmissionRule {
  return {
    name,
    kinds: [kind],
    operations: ['CREATE', 'UPDATE'],
    mutate: (object, request) => withDefaults(object, within, request),
    validate: (request) => {
      const { object } = request;
      if (object === undefined) return undefined;
      const problems = [
        ...specProblems(mapAt(object, 'spec', ...within), request, kubernetesMinor),
        within.length === 0 ? undefined : oldDefaultProblem(request, within),
      ];
      return denial(name, problems);
    },
  };
}

function withDefaults(object: NewObject, within: readonly string[], request: AdmissionRequest): NewObject {
  let next = object;
  for (const [field, value] of Object.entries(DEFAULTS)) next = withSpecDefault(next, [...within, field], value);
  if (within.length > 0) next = withAnnotationDefault(next, ANNOTATION_MULTIPLE_TEMPLATES, 'true');
  const given = valueAt(next, 'spec', ...within, 'sharedSecretName');
  const exists = hasOldDefaultSecret(request);
  if (given === undefined && exists && request.operation === 'CREATE') {
    return withSpec(next, [...within, 'sharedSecretName'], OLD_DEFAULT_SECRET);
  }
  return given === OLD_DEFAULT_SECRET && !exists ? withoutSharedSecret(next, within) : next;
}

function withoutSharedSecret(object: NewObject, within: readonly string[]): NewObject {
  const { sharedSecretName: _, ...spec } = mapAt(object, 'spec', ...within);
  return within.length === 0 ? { ...object, spec } : withSpec(object, within, spec);
}

function hasOldDefaultSecret({ view, key }: AdmissionRequest): boolean {
  return view.get(SECRET, { namespace: key.namespace, name: OLD_DEFAULT_SECRET }) !== undefined;
}

/** A template may not lose the name of the old default Secret while that exists. */
function oldDefaultProblem(request: AdmissionRequest, within: readonly string[]): string | undefined {
  const name = (object: unknown): string => textAt(object, 'spec', ...within, 'sharedSecretName');
  if (name(request.old) !== OLD_DEFAULT_SECRET || name(request.object) !== '' || !hasOldDefaultSecret(request)) {
    return undefined;
  }
  return `shared secret with the deprecated default name "${OLD_DEFAULT_SECRET}" exists, please delete the secret before removing the name from the FenceAgentsRemediationTemplate CR`;
}

function specProblems(
  fields: JsonObject,
  request: AdmissionRequest,
  kubernetesMinor: number,
): readonly (string | undefined)[] {
  const agent = textAt(fields, 'agent');
  const tooOld = fields.remediationStrategy === 'OutOfServiceTaint' && kubernetesMinor < OUT_OF_SERVICE_SINCE;
  // The definition's schema has checked the types of these fields.
  const spec = fields as FenceAgentsRemediationSpec;
  return [
    AGENT.test(agent) ? undefined : `unsupported fence agent: ${agent}`,
    tooOld
      ? 'OutOfServiceTaint remediation strategy is not supported at kubernetes version lower than 1.26, please use a different remediation strategy'
      : undefined,
    ...Object.entries(spec.sharedparameters ?? {}).map(([name, value]) =>
      renderForNode(value, ANY_NODE) === undefined
        ? `invalid NodeTemplate syntax in shared parameter ${name}`
        : undefined,
    ),
    parameterProblem(spec, request),
  ];
}

/** The first problem with the parameters of a node that the spec names, or of any node where it names none. */
function parameterProblem(spec: FenceAgentsRemediationSpec, { view, key }: AdmissionRequest): string | undefined {
  const { sharedparameters = {}, nodeparameters = {}, sharedSecretName, nodeSecretNames } = spec;
  const isEmpty = Object.keys(sharedparameters).length + Object.keys(nodeparameters).length === 0;
  if (isEmpty && sharedSecretName === undefined && nodeSecretNames === undefined) return MISSING_PARAMETERS;
  const named = nodesOfSpec(spec);
  for (const nodeName of named.length === 0 ? [ANY_NODE] : named) {
    const built = fenceParameters(spec, { namespace: key.namespace, nodeName }, view);
    if (built.kind === 'wrong') return built.problem;
    if (built.kind === 'secretMissing') {
      const { name, namespace } = built.secret;
      return `secret '${name}' not found in namespace '${namespace}': secrets "${name}" not found`;
    }
  }
  return undefined;
}
