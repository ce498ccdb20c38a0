// Stand-in for OpenShift's MachineHealthCheck (machine.openshift.io/v1beta1): deletes unhealthy Machines, or asks for an
// external remediation of them, unless too many are unhealthy at once. Source: openshift/machine-api-operator 95119612, cases C001 to C036,
// machine-api-operator pkg/controller/machinehealthcheck.
//
// Divergence from reality. While short-circuited the product requeues after 1 ms for ever; here the key is decided again
// when something changes, which gives the same answers. Events that it repeats in every pass are recorded once per episode.
// Targets are acted on in key order; the product's cache lists in no fixed order. After the first write that fails, the
// rest of the pass waits for the next one; the product goes on. A template that is missing is waited for, not asked for again
// with back-off. As in the product nothing in the API says so: it sets ExternalRemediationTemplateAvailable and
// ExternalRemediationRequestAvailable on its copy of the check after it has written the status. Other templates than
// Metal3RemediationTemplates are looked up, not watched.

import type { Action } from '../actions.ts';
import { ANNOTATION_CAPI_PAUSED } from '../api/cluster.ts';
import { countOf } from '../api/int-or-percent.ts';
import {
  ANNOTATION_EXTERNAL_REMEDIATION,
  isExternallyRemediated,
  type Machine,
  OPENSHIFT_MACHINE,
} from '../api/machine.ts';
import { requestKind } from '../api/node-health-check.ts';
import { controllerOwner, keyOf, keyString } from '../api/object.ts';
import {
  ANNOTATION_REMEDIATION_STRATEGY,
  EXTERNAL_BAREMETAL,
  METAL3_REMEDIATION,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
  type OpenshiftMachineHealthCheck,
} from '../api/remediation.ts';
import { matchesSelector } from '../api/selector.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Because, Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { OPENSHIFT_MAX_UNHEALTHY, openshiftStatusPatch, type Pass, restrictedEvent } from './openshift-check-status.ts';
import {
  OPENSHIFT_TARGETS,
  openshiftConditionRules,
  openshiftHealth,
  openshiftStartupTimeoutMs,
} from './openshift-targets.ts';
import { type RefusedWrite, refusedWrites } from './refused-writes.ts';
import { createRequest, deleteRequests, templateOf, templateWatch } from './remediation-request.ts';
import { whyValues } from './why.ts';

/** Source: minDuration in the product: a pending target is looked at again within an hour (case C020). */
const LOOK_AGAIN_WITHIN_MS = 3_600_000;

const NAME = 'machine-health-check.openshift';

/** What was announced by an event in this episode: uids of Machines that still need a look. */
interface Memory {
  /** By DetectedUnhealthy: their timeout runs. */
  readonly detected: readonly string[];
  /** By SkippedNoController. */
  readonly skipped: readonly string[];
}

export function openshiftMachineHealthCheck(): Controller<Memory> {
  return {
    name: NAME,
    primary: OPENSHIFT_MACHINE_HEALTH_CHECK,
    watches: [
      ...OPENSHIFT_TARGETS.watches,
      templateWatch(OPENSHIFT_MACHINE_HEALTH_CHECK, ({ spec }) => spec?.remediationTemplate),
    ],
    indexes: OPENSHIFT_TARGETS.indexes,
    reads: [METAL3_REMEDIATION],
    rules: {
      'health-check-gone': 'the health check does not exist',
      paused: 'the health check is paused by an annotation',
      'all-healthy': 'all {expected} machines are healthy',
      'too-many-unhealthy': '{unhealthy} of {expected} machines are not healthy, more than the {maxUnhealthy} allowed',
      'limit-unreadable': 'maxUnhealthy cannot be read, so nothing is remediated',
      'template-missing':
        'the remediation template {template} does not exist, so {unhealthy} machines are not remediated',
      'waiting-for-timeout': '{unhealthy} of {expected} machines are not healthy, none for long enough',
      remediate: '{machines} unhealthy: {cause}; {unhealthy} of {expected} not healthy, {maxUnhealthy} allowed',
    },
    decide,
  };
}

function decide({ view, key, nowMs, memory, facts }: DecisionInput<Memory>): Decision<Memory> {
  const check = view.get(OPENSHIFT_MACHINE_HEALTH_CHECK, key);
  if (check === undefined) return idle('health-check-gone', {});
  if (check.metadata.annotations?.[ANNOTATION_CAPI_PAUSED] !== undefined) return idle('paused', {});
  const pass = look(check, view, nowMs);
  const unhealthy = pass.sick.length;
  const { expected, maxUnhealthy } = pass;
  const allowed = maxUnhealthy !== undefined && unhealthy <= maxUnhealthy;
  const counts = { expected, unhealthy, maxUnhealthy: maxUnhealthy ?? 'unreadable' };
  const { events, remembered } = announcements(pass, memory);
  const written = [
    ...refusedWrites(facts, OPENSHIFT_MACHINE).flatMap((refused) => failureEvent(check, refused, view)),
    ...openshiftStatusPatch(pass, allowed),
  ];
  if (!allowed) {
    const rule = maxUnhealthy === undefined ? 'limit-unreadable' : 'too-many-unhealthy';
    const restricted = written.some(({ do: what }) => what === 'patch') ? [restrictedEvent(pass)] : [];
    return {
      actions: [...written, ...events, ...restricted],
      memory: remembered,
      because: { rule, values: counts },
    };
  }
  const remedies = remedy(pass, new Set(memory?.skipped));
  const recheckAtMs = recheckInstant(pass);
  return {
    actions: [...written, ...events, ...remedies],
    memory: remembered,
    ...(recheckAtMs === undefined ? {} : { recheckAtMs }),
    because: because(pass, counts),
  };
}

function idle(rule: string, values: Because['values']): Decision<Memory> {
  return { actions: [], memory: undefined, because: { rule, values } };
}

function look(check: OpenshiftMachineHealthCheck, view: ClusterView, nowMs: number): Pass {
  const value = keyString(keyOf(check));
  const expected = view.countByIndex(OPENSHIFT_TARGETS.targets, value);
  const attention = view.byIndex(OPENSHIFT_TARGETS.attention, value);
  const limit = countOf(check.spec?.maxUnhealthy ?? OPENSHIFT_MAX_UNHEALTHY, expected, {
    rounding: 'floor',
    plainString: 'count',
  });
  const rules = { conditions: openshiftConditionRules(check), startupTimeoutMs: openshiftStartupTimeoutMs(check) };
  return {
    check,
    view,
    nowMs,
    expected,
    maxUnhealthy: limit === undefined ? undefined : Math.max(0, limit),
    sick: attention.map((machine) => ({ machine, health: openshiftHealth(machine, rules, view, nowMs) })),
  };
}

/** DetectedUnhealthy for targets whose timeout runs; the marks of earlier announcements that still hold are kept. */
function announcements(
  { check, sick }: Pass,
  memory: Memory | undefined,
): { readonly events: readonly Action[]; readonly remembered: Memory | undefined } {
  const known = new Set(memory?.detected);
  const events: Action[] = [];
  const detected: string[] = [];
  const skipped: string[] = [];
  for (const { machine, health } of sick) {
    const { uid } = machine.metadata;
    if (health.health === 'soon') {
      if (!known.has(uid)) {
        const node = machine.status?.nodeRef?.name ?? '';
        events.push({
          do: 'recordEvent',
          about: machine,
          type: 'Normal',
          reason: 'DetectedUnhealthy',
          message: `Machine ${targetText(check, machine)} has unhealthy node ${node}`,
        });
      }
      detected.push(uid);
    } else if (health.health === 'unhealthy' && controllerOwner(machine) === undefined) {
      skipped.push(uid);
    }
  }
  return { events, remembered: detected.length + skipped.length === 0 ? undefined : { detected, skipped } };
}

/** Everything that this pass does about unhealthy targets; all of them at once (trap T12, case C015). */
function remedy(pass: Pass, skippedBefore: ReadonlySet<string>): readonly Action[] {
  const { check, view } = pass;
  const reference = check.spec?.remediationTemplate;
  const unhealthyOnes = pass.sick.filter(({ health }) => health.health === 'unhealthy').map(({ machine }) => machine);
  if (reference === undefined)
    return unhealthyOnes.flatMap((machine) => remedyByStrategy(check, machine, skippedBefore));
  const namespace = check.metadata.namespace ?? '';
  const template = templateOf(view, reference, namespace);
  const actions: Action[] = [];
  for (const machine of unhealthyOnes) {
    if (template === undefined) break;
    if (view.get(requestKind(reference), keyOf(machine)) !== undefined) continue;
    actions.push(createRequest(template, reference, machine));
  }
  return [...actions, ...deleteRequests(view, reference, namespace, (name) => isHealthyTarget(pass, namespace, name))];
}

function isHealthyTarget({ check, view, sick }: Pass, namespace: string, name: string): boolean {
  const machine = view.get(OPENSHIFT_MACHINE, { namespace, name });
  if (machine === undefined || !matchesSelector(check.spec?.selector, machine.metadata.labels)) return false;
  return !sick.some((target) => target.machine.metadata.name === name);
}

function remedyByStrategy(
  check: OpenshiftMachineHealthCheck,
  machine: Machine,
  skippedBefore: ReadonlySet<string>,
): readonly Action[] {
  const strategy = check.metadata.annotations?.[ANNOTATION_REMEDIATION_STRATEGY];
  const text = targetText(check, machine);
  // Never for phase Failed (case C028): such a Machine has no host to power-cycle.
  if (strategy === EXTERNAL_BAREMETAL && machine.status?.phase !== 'Failed') {
    return isExternallyRemediated(machine) ? [] : askForExternalRemediation(machine, text);
  }
  if (controllerOwner(machine) === undefined) {
    if (skippedBefore.has(machine.metadata.uid)) return [];
    const message = `Machine ${text} has no controller owner, skipping remediation`;
    return [{ do: 'recordEvent', about: machine, type: 'Normal', reason: 'SkippedNoController', message }];
  }
  if (machine.metadata.deletionTimestamp !== undefined) return [];
  return [
    { do: 'delete', kind: OPENSHIFT_MACHINE, key: keyOf(machine), onlyIf: { uid: machine.metadata.uid } },
    {
      do: 'recordEvent',
      about: machine,
      type: 'Normal',
      reason: 'MachineDeleted',
      message: `Machine ${text} has been remediated by requesting to delete Machine object`,
    },
  ];
}

/** What a pass did before was refused: said once, and tried again. */
function failureEvent(
  check: OpenshiftMachineHealthCheck,
  { verb, key, message }: RefusedWrite,
  view: ClusterView,
): readonly Action[] {
  const machine = view.get(OPENSHIFT_MACHINE, key);
  if (machine === undefined) return [];
  const text = targetText(check, machine);
  return [
    verb === 'delete'
      ? warning(machine, 'MachineDeletionFailed', `Machine ${text} has not been deleted: ${message}`)
      : warning(machine, 'ExternalAnnotationFailed', `Machine ${text} has not been annotated: ${message}`),
  ];
}

function warning(about: Machine, reason: string, message: string): Action {
  return { do: 'recordEvent', about, type: 'Warning', reason, message };
}

function askForExternalRemediation(machine: Machine, text: string): readonly Action[] {
  return [
    {
      do: 'patch',
      kind: OPENSHIFT_MACHINE,
      key: keyOf(machine),
      subresource: 'main',
      patch: { metadata: { annotations: { [ANNOTATION_EXTERNAL_REMEDIATION]: '' } } },
      onlyIf: { uid: machine.metadata.uid },
    },
    {
      do: 'recordEvent',
      about: machine,
      type: 'Normal',
      reason: 'ExternalAnnotationAdded',
      message: `Requesting external remediation of node associated with machine ${text}`,
    },
  ];
}

function recheckInstant({ sick, nowMs }: Pass): number | undefined {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { health } of sick) if (health.health === 'soon') earliest = Math.min(earliest, health.checkAtMs);
  return earliest === Number.POSITIVE_INFINITY ? undefined : Math.min(earliest, nowMs + LOOK_AGAIN_WITHIN_MS);
}

function because({ sick, check, view }: Pass, counts: Because['values']): Because {
  if (sick.length === 0) return { rule: 'all-healthy', values: counts };
  const first = sick.find(({ health }) => health.health === 'unhealthy');
  if (first === undefined || first.health.health !== 'unhealthy')
    return { rule: 'waiting-for-timeout', values: counts };
  const reference = check.spec?.remediationTemplate;
  if (reference !== undefined && templateOf(view, reference, check.metadata.namespace ?? '') === undefined) {
    return { rule: 'template-missing', values: { ...counts, template: reference.name } };
  }
  const machines = sick
    .filter(({ health }) => health.health === 'unhealthy')
    .map(({ machine }) => machine.metadata.name);
  return { rule: 'remediate', values: { ...counts, machines: machines.join(', '), ...whyValues(first.health.why) } };
}

/** `namespace/check/machine/node`, as the product's messages name a target. */
function targetText(check: OpenshiftMachineHealthCheck, machine: Machine): string {
  const { name, namespace } = check.metadata;
  return `${namespace ?? ''}/${name}/${machine.metadata.name}/${machine.status?.nodeRef?.name ?? ''}`;
}
