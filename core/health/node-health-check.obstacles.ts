// What keeps a node health check from working at all: a MachineHealthCheck beside it, and templates that are not there or not
// usable; and what makes it wait: an upgrade of the cluster. Source: medik8s/node-healthcheck-operator dd444329; cases C194 to C196.

import { findCondition } from '../api/conditions.ts';
import { OPENSHIFT_MACHINE_NAMESPACE } from '../api/machine.ts';
import type { Node } from '../api/node.ts';
import { CONDITION_DISABLED, type TemplateReference, templatesOf } from '../api/node-health-check.ts';
import { OPENSHIFT_MACHINE_HEALTH_CHECK } from '../api/remediation.ts';
import { isChangingConfig, isVersionProgressing } from '../cluster/upgrades.ts';
import type { Because } from '../ports/reconciler.ts';
import { findTemplate } from './node-health-check.requests.ts';
import type { Scene } from './node-health-check.scene.ts';

/** Source: templateNotFoundRequeueAfter in the product. */
const TEMPLATE_LOOK_MS = 15_000;
/** Condition of nodes that a cloud takes back: the termination handler's health check is about them. */
const TERMINATING = 'Terminating';

const ENABLED = 'No issues found, NodeHealthCheck is enabled.';

/** Why the check is disabled, written into its status; undefined when it may work. */
export function disablement(scene: Scene): Because | undefined {
  if (machineHealthChecks(scene) === 'conflicting') {
    disable(
      scene,
      'ConflictingMachineHealthCheckDetected',
      'a MachineHealthCheck exists; the two would act on the same nodes',
    );
    return { rule: 'machine-health-check-conflict', values: {} };
  }
  for (const template of templatesOf(scene.check)) {
    const problem = templateProblem(template, scene);
    if (problem === undefined) continue;
    disable(scene, problem.reason, problem.message);
    if (problem.reason === 'RemediationTemplateNotFound') scene.work.lookAgainOnly(scene.nowMs + TEMPLATE_LOOK_MS);
    return { rule: problem.rule, values: { template: template.name } };
  }
  if (scene.status.condition(CONDITION_DISABLED)?.status !== 'False') {
    const condition = {
      type: CONDITION_DISABLED,
      status: 'False',
      reason: 'NodeHealthCheckEnabled',
      message: ENABLED,
    } as const;
    scene.status.setCondition(condition);
    scene.work.tell('Normal', 'Enabled', ENABLED);
  }
  return undefined;
}

function disable({ status, work }: Scene, reason: string, message: string): void {
  const old = status.condition(CONDITION_DISABLED);
  if (old?.status === 'True' && old.reason === reason) return;
  status.setCondition({ type: CONDITION_DISABLED, status: 'True', reason, message });
  work.tell('Warning', 'Disabled', `disabled, ${reason}: ${message}`);
}

/** One check for terminating nodes alone is none of its business; any other is in its way. */
function machineHealthChecks({ isOpenshift, view }: Scene): 'none' | 'terminating' | 'conflicting' {
  const [first, second] = isOpenshift ? view.list(OPENSHIFT_MACHINE_HEALTH_CHECK) : [];
  if (first === undefined) return 'none';
  const [condition, other] = first.spec?.unhealthyConditions ?? [];
  const isForTermination = second === undefined && other === undefined && condition?.type === TERMINATING;
  return isForTermination ? 'terminating' : 'conflicting';
}

/** A terminating node is the termination handler's, and healthy as far as this check is concerned. */
export function isLeftToTermination(node: Node, scene: Scene): boolean {
  return (
    findCondition(node.status?.conditions, TERMINATING) !== undefined && machineHealthChecks(scene) === 'terminating'
  );
}

interface TemplateProblem {
  readonly rule: 'template-not-found' | 'template-invalid';
  readonly reason: 'RemediationTemplateNotFound' | 'RemediationTemplateInvalid';
  readonly message: string;
}

function templateProblem(reference: TemplateReference, { requests, view }: Scene): TemplateProblem | undefined {
  const name = `${reference.kind} ${reference.namespace ?? ''}/${reference.name}`;
  const template = requests.knows(reference) ? findTemplate(reference, view) : undefined;
  if (template === undefined) {
    return { rule: 'template-not-found', reason: 'RemediationTemplateNotFound', message: `${name} does not exist` };
  }
  const invalid = (message: string): TemplateProblem => ({
    rule: 'template-invalid',
    reason: 'RemediationTemplateInvalid',
    message,
  });
  if (template.spec?.template === undefined) return invalid(`${name} has no spec.template`);
  // A Metal3Remediation must be beside the Machine that owns it.
  if (reference.kind === 'Metal3RemediationTemplate' && reference.namespace !== OPENSHIFT_MACHINE_NAMESPACE) {
    return invalid(`${name} must be in namespace ${OPENSHIFT_MACHINE_NAMESPACE}`);
  }
  return undefined;
}

/**
 * Whether the cluster is upgraded: one of these nodes to a new machine configuration, or the whole of it. Where the version
 * cannot be read the answer is no, and remediation goes on (case C195).
 */
export function isUpgrading(matching: readonly Node[], { isOpenshift, view }: Scene): boolean {
  return isOpenshift && (matching.some(isChangingConfig) || isVersionProgressing(view));
}
