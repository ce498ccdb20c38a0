// What a health check has done to an unhealthy node: by its template, or by the steps of an escalation.

import {
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
  type FenceAgentsRemediationTemplate,
} from '../../core/api/fence-agents-remediation.ts';
import { MACHINE_DELETION_REMEDIATION_TEMPLATE } from '../../core/api/machine-deletion-remediation.ts';
import type { KubeObject } from '../../core/api/object.ts';
import { kindKeyOf } from '../../core/api/object.ts';
import { METAL3_REMEDIATION_TEMPLATE, type Metal3RemediationTemplate } from '../../core/api/remediation.ts';
import type { StepAction } from '../../core/api/remediation-policy.ts';
import { SELF_NODE_REMEDIATION_TEMPLATE } from '../../core/api/self-node-remediation.ts';
import type { Path } from '../positioned-yaml.ts';
import { parseGoDuration } from '../quantities.ts';
import type { Manifest } from './read-policy.ts';

export interface TemplateReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Where it is looked for. */
  readonly namespace: string;
  /** Of the name in the manifest. */
  readonly path: Path;
}

/** What one template does. `unknown`: it is missing, or its controller is not built. */
export type Remedy =
  | {
      readonly kind: 'reboot';
      readonly retries: number;
      readonly timeoutMs: number | undefined;
      readonly lastly: 'reprovision' | 'person';
    }
  | { readonly kind: 'reprovision' }
  | { readonly kind: 'self-reboot' }
  | {
      readonly kind: 'fence-agent';
      readonly agent: string;
      readonly power: 'reboot' | 'off';
      readonly tries: number;
      /** Of one try. */
      readonly timeoutMs: number;
      readonly intervalMs: number;
    }
  | { readonly kind: 'unknown'; readonly name: string };

export interface RemedyStep {
  readonly order: number;
  /** Undefined: without an end. */
  readonly timeoutMs: number | undefined;
  readonly timeoutPath: Path;
  readonly remedy: Remedy;
  readonly reference: TemplateReference;
}

/** One step of our own policy. */
export interface AttemptStep {
  readonly action: StepAction;
  readonly attempts: number;
  /** Of one attempt; undefined for a person. */
  readonly timeoutMs: number | undefined;
  readonly path: Path;
}

export type RemedyAction =
  | Remedy
  | { readonly kind: 'steps'; readonly steps: readonly RemedyStep[] }
  | { readonly kind: 'attempts'; readonly steps: readonly AttemptStep[]; readonly mayWipe: boolean };

/** Source: CAPM3 metal3remediation_types.go: retryLimit 1, timeout 600 s. */
const METAL3_RETRIES = 1;
const METAL3_TIMEOUT_MS = 600_000;
/** Source: fence-agents-remediation fenceagentsremediation_types.go: retrycount 5, timeout 60 s, retryinterval 5 s. */
const FENCE_AGENT_TRIES = 5;
const FENCE_AGENT_TIMEOUT_MS = 60_000;
const FENCE_AGENT_INTERVAL_MS = 5_000;

/** What a template does, whatever its kind. */
export function remedyOf(reference: TemplateReference, all: readonly Manifest[]): Remedy {
  const { apiVersion, kind, name, namespace } = reference;
  switch (kindKeyOf({ apiVersion, kind })) {
    case METAL3_REMEDIATION_TEMPLATE.key:
      return rebootByTemplate(reference, namespace, all);
    case SELF_NODE_REMEDIATION_TEMPLATE.key:
      return { kind: 'self-reboot' };
    case MACHINE_DELETION_REMEDIATION_TEMPLATE.key:
      return { kind: 'reprovision' };
    case FENCE_AGENTS_REMEDIATION_TEMPLATE.key:
      return fencing(findTemplate(FENCE_AGENTS_REMEDIATION_TEMPLATE.key, name, namespace, all), name);
    default:
      return { kind: 'unknown', name: `${kind} ${name}` };
  }
}

export function rebootByTemplate(
  reference: { readonly name: string },
  namespace: string | undefined,
  all: readonly Manifest[],
): Remedy {
  const template = findTemplate(METAL3_REMEDIATION_TEMPLATE.key, reference.name, namespace, all);
  const strategy = (template as Metal3RemediationTemplate | undefined)?.spec?.template?.spec?.strategy;
  const timeoutMs =
    strategy?.timeoutSeconds === undefined ? parseGoDuration(strategy?.timeout ?? '') : strategy.timeoutSeconds * 1000;
  return {
    kind: 'reboot',
    retries: strategy?.retryLimit ?? METAL3_RETRIES,
    timeoutMs: timeoutMs ?? METAL3_TIMEOUT_MS,
    lastly: 'reprovision',
  };
}

function fencing(template: KubeObject | undefined, name: string): Remedy {
  const spec = (template as FenceAgentsRemediationTemplate | undefined)?.spec?.template?.spec;
  if (spec === undefined) return { kind: 'unknown', name: `FenceAgentsRemediationTemplate ${name}` };
  const { agent, retrycount, retryinterval, timeout, sharedparameters } = spec;
  const action = sharedparameters?.['--action'] ?? sharedparameters?.action;
  return {
    kind: 'fence-agent',
    agent: agent ?? '',
    power: action === 'off' ? 'off' : 'reboot',
    tries: retrycount ?? FENCE_AGENT_TRIES,
    timeoutMs: parseGoDuration(timeout ?? '') ?? FENCE_AGENT_TIMEOUT_MS,
    intervalMs: parseGoDuration(retryinterval ?? '') ?? FENCE_AGENT_INTERVAL_MS,
  };
}

export function findTemplate(
  kindKey: string,
  name: string,
  namespace: string | undefined,
  all: readonly Manifest[],
): KubeObject | undefined {
  return all.find(
    ({ object }) =>
      kindKeyOf(object) === kindKey && object.metadata.name === name && object.metadata.namespace === namespace,
  )?.object;
}
