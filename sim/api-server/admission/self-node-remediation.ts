// The webhooks of the self node remediation operator for its configuration and its templates, and the defaults of its kinds.
// Source: medik8s/self-node-remediation internal/webhook/v1alpha1 (main of 2026).
//
// Divergence from reality: the namespace of the operator is not known here and not asked for. Node selectors of the agents are not
// checked. The out-of-service taint is supported, as in every cluster since 1.26, so no strategy is refused.

import { formatDuration, parseDuration } from '../../../core/api/duration.ts';
import { ANNOTATION_MULTIPLE_TEMPLATES } from '../../../core/api/medik8s.ts';
import type { NewObject } from '../../../core/api/object.ts';
import {
  SELF_NODE_REMEDIATION,
  SELF_NODE_REMEDIATION_CONFIG,
  SELF_NODE_REMEDIATION_CONFIG_NAME,
  SELF_NODE_REMEDIATION_TEMPLATE,
} from '../../../core/api/self-node-remediation.ts';
import { SELF_NODE_DEFAULTS } from '../../../core/remediation/self-node-settings.ts';
import { listAt, mapAt, textAt, valueAt, withAnnotationDefault, withSpecDefault } from '../json-fields.ts';
import type { AdmissionRule } from './admission.ts';
import { denial } from './field-rules.ts';

const WEBHOOK = 'vselfnoderemediationconfig.kb.io';
/** Time between the two timeouts that peers need to answer. Source: selfnoderemediationconfig_webhook.go, MinimumBuffer. */
const PEER_BUFFER_MS = 2_000;

/** Field, name in messages, least duration. Source: selfnoderemediationconfig_webhook.go. */
const DURATIONS: readonly (readonly [string, string, number])[] = [
  ['peerApiServerTimeout', 'PeerApiServerTimeout', 10],
  ['apiServerTimeout', 'ApiServerTimeout', 10],
  ['peerDialTimeout', 'PeerDialTimeout', 10],
  ['peerRequestTimeout', 'PeerRequestTimeout', 10],
  ['apiCheckInterval', 'ApiCheckInterval', 1_000],
  ['peerUpdateInterval', 'PeerUpdateInterval', 10_000],
];

/** One configuration of the right name with durations that can work; a warning when peers could time out too early. */
export const SELF_NODE_REMEDIATION_CONFIG_WEBHOOK: AdmissionRule = {
  name: WEBHOOK,
  kinds: [SELF_NODE_REMEDIATION_CONFIG],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  mutate: (config) =>
    valueAt(config, 'spec') === undefined
      ? config
      : { ...config, spec: { ...SELF_NODE_DEFAULTS, ...mapAt(config, 'spec') } },
  validate: ({ object: config, old }) => {
    if (config === undefined) return undefined;
    const singleton =
      old === undefined && config.metadata.name !== SELF_NODE_REMEDIATION_CONFIG_NAME
        ? 'to enforce only one SelfNodeRemediationConfig in the cluster, ' +
          `a name other than ${SELF_NODE_REMEDIATION_CONFIG_NAME} is not allowed`
        : undefined;
    return denial(WEBHOOK, [durationProblem(config), tolerationProblem(config), singleton]);
  },
  warn: ({ operation, object: config, old }) => {
    if (operation === 'DELETE') {
      return old?.metadata.name === SELF_NODE_REMEDIATION_CONFIG_NAME
        ? ['The default configuration is deleted, Self Node Remediation is now disabled']
        : [];
    }
    return config === undefined ? [] : peerWarnings(config);
  },
};

function durationProblem(config: NewObject): string | undefined {
  const short = DURATIONS.filter(([field, , leastMs]) => (durationMs(config, field) ?? leastMs) < leastMs);
  if (short.length === 0) return undefined;
  return short.map(([, name, leastMs]) => `\n${name} cannot be less than ${formatDuration(leastMs)}`).join('');
}

function durationMs(config: NewObject, field: string): number | undefined {
  return parseDuration(textAt(config, 'spec', field));
}

function tolerationProblem(config: NewObject): string | undefined {
  for (const toleration of listAt(config, 'spec', 'customDsTolerations')) {
    const operator = textAt(toleration, 'operator');
    const effect = textAt(toleration, 'effect');
    if (operator === 'Exists' && textAt(toleration, 'value') !== '') {
      return 'invalid value for toleration, value must be empty for Operator value is Exists';
    }
    if (!['', 'Equal', 'Exists'].includes(operator)) return `invalid operator for toleration: ${operator}`;
    if (!['', 'NoSchedule', 'PreferNoSchedule', 'NoExecute'].includes(effect)) {
      return `invalid taint effect for toleration: ${effect}`;
    }
  }
  return undefined;
}

function peerWarnings(config: NewObject): readonly string[] {
  const peerMs = durationMs(config, 'peerRequestTimeout');
  const apiMs = durationMs(config, 'apiServerTimeout');
  if (peerMs === undefined || apiMs === undefined || peerMs >= apiMs + PEER_BUFFER_MS) return [];
  const safe = formatDuration(apiMs + PEER_BUFFER_MS);
  const sum = `${formatDuration(apiMs)} + ${formatDuration(PEER_BUFFER_MS)} = ${safe}`;
  return [
    `PeerRequestTimeout (${formatDuration(peerMs)}) is less than ApiServerTimeout + MinimumBuffer (${sum}). ` +
      'This configuration may lead to race conditions where peer health checks time out before API server checks complete, ' +
      `potentially causing premature remediation. Overriding PeerRequestTimeout to ${safe} for safer operation.`,
  ];
}

const STRATEGY = 'Automatic';

/** The default of the definition: without a spec there is nothing to fill. */
export const SELF_NODE_REMEDIATION_DEFAULTS: AdmissionRule = {
  name: 'selfnoderemediations.self-node-remediation.medik8s.io',
  kinds: [SELF_NODE_REMEDIATION],
  operations: ['CREATE', 'UPDATE'],
  mutate: (request) =>
    valueAt(request, 'spec') === undefined ? request : withSpecDefault(request, ['remediationStrategy'], STRATEGY),
};

/** Several templates of this kind may stand in one escalation. */
export const SELF_NODE_REMEDIATION_TEMPLATE_WEBHOOK: AdmissionRule = {
  name: 'mselfnoderemediationtemplate.kb.io',
  kinds: [SELF_NODE_REMEDIATION_TEMPLATE],
  operations: ['CREATE', 'UPDATE'],
  mutate: (template) =>
    withAnnotationDefault(
      valueAt(template, 'spec', 'template', 'spec') === undefined
        ? template
        : withSpecDefault(template, ['template', 'spec', 'remediationStrategy'], STRATEGY),
      ANNOTATION_MULTIPLE_TEMPLATES,
      'true',
    ),
};
