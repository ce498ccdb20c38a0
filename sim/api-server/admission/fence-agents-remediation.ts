// The webhooks of the fence agents remediation operator.
// Source: medik8s/fence-agents-remediation api/v1alpha1/fenceagentsremediation{_params,template_webhook}.go (main of 2026);
// remediation facts 1.H.
//
// Divergence from reality: which agents the operator's image carries is not known, so any name is taken that the definition's pattern
// allows. Secrets are not opened: a named one counts as giving what is missing.

import type { NewObject } from '../../../core/api/object.ts';
import type { AdmissionRule } from './admission.ts';
import { denial } from './field-rules.ts';
import { mapAt, textAt, valueAt, withAnnotationDefault } from './json-fields.ts';
import {
  ANNOTATION_MULTIPLE_TEMPLATES,
  FENCE_AGENTS_REMEDIATION,
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
} from './medik8s.ts';

const AGENT = /^fence_.+/;
const MISSING = 'invalid spec: mandatory parameters are missing';

/** A remediation names an agent, and parameters that differ by node. */
export const FENCE_AGENTS_REMEDIATION_WEBHOOK: AdmissionRule = {
  name: 'vfenceagentsremediation.kb.io',
  kinds: [FENCE_AGENTS_REMEDIATION],
  operations: ['CREATE', 'UPDATE'],
  validate: ({ object }) =>
    object === undefined ? undefined : denial('vfenceagentsremediation.kb.io', specProblems(object, ['spec'])),
};

/** As for a remediation; several templates of the kind may stand in one escalation. */
export const FENCE_AGENTS_REMEDIATION_TEMPLATE_WEBHOOK: AdmissionRule = {
  name: 'vfenceagentsremediationtemplate.kb.io',
  kinds: [FENCE_AGENTS_REMEDIATION_TEMPLATE],
  operations: ['CREATE', 'UPDATE'],
  mutate: (template) => withAnnotationDefault(template, ANNOTATION_MULTIPLE_TEMPLATES, 'true'),
  validate: ({ object }) =>
    object === undefined
      ? undefined
      : denial('vfenceagentsremediationtemplate.kb.io', specProblems(object, ['spec', 'template', 'spec'])),
};

function specProblems(object: NewObject, path: readonly string[]): readonly (string | undefined)[] {
  const spec = mapAt(object, ...path);
  const agent = textAt(spec, 'agent');
  return [AGENT.test(agent) ? undefined : `unsupported fence agent: ${agent}`, parameterProblem(spec)];
}

function parameterProblem(spec: unknown): string | undefined {
  const shared = mapAt(spec, 'sharedparameters');
  const perNode = mapAt(spec, 'nodeparameters');
  const hasSecrets = valueAt(spec, 'sharedSecretName') !== undefined || valueAt(spec, 'nodeSecretNames') !== undefined;
  const texts = Object.values(shared).map((value) => (typeof value === 'string' ? value : ''));
  if (Object.keys(shared).length === 0 && Object.keys(perNode).length === 0) return hasSecrets ? undefined : MISSING;
  const actions = ['action', '--action'].flatMap((name) => [
    textAt(shared, name),
    ...Object.values(mapAt(perNode, name)),
  ]);
  if (actions.some((action) => action !== '' && action !== 'reboot' && action !== 'off')) {
    return "FAR doesn't support any other action than `reboot` or `off`";
  }
  const differs = Object.keys(perNode).length > 0 || texts.some((text) => text.includes('{{'));
  return differs || hasSecrets ? undefined : MISSING;
}
