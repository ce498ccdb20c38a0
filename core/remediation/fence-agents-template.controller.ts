// Validation of a FenceAgentsRemediationTemplate (fence-agents-remediation.medik8s.io): where it asks for that, the fence agent
// is run with `status` for a sample of its nodes, one after another, and the template's status says for which it works.
// A stand-in for fence-agents-remediation. Its state is the condition and the two maps of results; the run that is under way
// lives in memory and is done again after a restart, which changes nothing.
//
// Divergence from reality: the product waits for each agent inside one look, and so validates one template at a time; an error
// that it would meet again at once is written as a result there, too.

import type { Action, FenceAction } from '../actions.ts';
import { type Condition, type ConditionStatus, findCondition, withCondition } from '../api/conditions.ts';
import {
  CONDITION_STATUS_VALIDATION_SUCCEEDED,
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
  type FenceAgentsRemediationSpec,
  type FenceAgentsRemediationTemplate,
} from '../api/fence-agents-remediation.ts';
import { countOf } from '../api/int-or-percent.ts';
import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import { keyOf } from '../api/object.ts';
import { SECRET } from '../api/secret.ts';
import type { Fact, OperationEnd } from '../facts.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { FENCE_START_MS, STATUS_VALIDATION_TIMEOUT_MS } from './defaults.ts';
import { type FenceParameters, fenceParameters, nodesOfSpec } from './fence-parameters.ts';
import { medik8sEvent } from './medik8s-event.ts';
import { patchStatus } from './object-patches.ts';

export interface FenceAgentsTemplateOptions {
  readonly lineage: Lineage;
}

/** The agent that runs, or was asked for in the last decision. */
interface ValidationMemory {
  readonly node: string;
  readonly generation: number;
  readonly operationId: string;
  readonly isStarting: boolean;
}

const SWITCHES: readonly LineageSwitch[] = [
  {
    trap: 'C218',
    product: 'FenceAgentsRemediationTemplate of fence-agents-remediation',
    upstream:
      'Whatever goes wrong with the one try of `status`, the end of the tries is taken for the end of its time.',
    hurts: 'A wrong address, a wrong option and a host that is off all read "timed out": nobody finds the mistake.',
    corrected: 'The result says what the agent said.',
  },
];

const RULES = {
  gone: 'The template is gone.',
  validated: 'The template is validated as it is.',
  'no-nodes': 'The template names no node: there is nothing to validate.',
  'sample-unreadable': 'statusValidationSample {sample} is neither a number nor a percentage.',
  'validation-off': 'The template asks for no validation.',
  'validation-started': 'Validation for {size} of {nodes} nodes starts.',
  'agent-runs': 'The agent is asked for the status of {node}.',
  'agent-run': 'The agent is run with status for {node}.',
  'node-validated': 'Node {node} is validated.',
  'parameters-wrong': 'The options for {node} are wrong: {problem}',
  'validation-ended': 'Validation ended; it failed for {failed} nodes.',
} as const;

export function fenceAgentsTemplateController(options: FenceAgentsTemplateOptions): Controller<ValidationMemory> {
  return {
    name: 'fence-agents-remediation-template',
    primary: FENCE_AGENTS_REMEDIATION_TEMPLATE,
    watches: [],
    indexes: [],
    reads: [SECRET],
    switches: SWITCHES,
    rules: RULES,
    decide: (input) => decide(input, options.lineage),
  };
}

interface Validation {
  readonly template: FenceAgentsRemediationTemplate;
  readonly generation: number;
  readonly spec: FenceAgentsRemediationSpec;
  /** The nodes that are validated, in order. */
  readonly sample: readonly string[];
  readonly nowMs: number;
}

function decide(input: DecisionInput<ValidationMemory>, lineage: Lineage): Decision<ValidationMemory> {
  const { view, key, nowMs, facts } = input;
  const template = view.get(FENCE_AGENTS_REMEDIATION_TEMPLATE, key);
  if (template === undefined) return rest('gone');
  const generation = template.metadata.generation ?? 0;
  const condition = findCondition(template.status?.conditions, CONDITION_STATUS_VALIDATION_SUCCEEDED);
  const isNew = condition?.observedGeneration !== generation;
  if (!isNew && condition?.status !== 'Unknown') return rest('validated');
  const spec = template.spec?.template?.spec ?? {};
  const nodes = nodesOfSpec(spec);
  if (nodes.length === 0) return rest('no-nodes');
  const wanted = template.spec?.statusValidationSample ?? 0;
  const size = countOf(wanted, nodes.length, { rounding: 'ceil', plainString: 'error' });
  const validation: Validation = { template, generation, spec, sample: nodes.slice(0, size), nowMs };
  if (size === undefined) return sampleUnreadable(validation, wanted);
  if (size === 0) return switchedOff(template);
  if (isNew) return started(validation, nodes.length, size);
  return goOn(validation, remembered(input.memory, facts, generation), { view, facts, lineage });
}

function rest(rule: keyof typeof RULES): Decision<ValidationMemory> {
  return { actions: [], memory: undefined, because: { rule, values: {} } };
}

function sampleUnreadable(validation: Validation, sample: number | string): Decision<ValidationMemory> {
  const { template } = validation;
  const message = `The sample of the validation cannot be read: ${sample}`;
  return {
    actions: [
      medik8sEvent(template, 'Warning', 'InvalidStatusValidationSample', 'statusValidationSample cannot be read.'),
      patchStatus(FENCE_AGENTS_REMEDIATION_TEMPLATE, template, {
        conditions: conditionsWith(validation, 'False', 'ValidationFailed', message),
      }),
    ],
    memory: undefined,
    because: { rule: 'sample-unreadable', values: { sample } },
  };
}

/** Results of an earlier validation go. */
function switchedOff(template: FenceAgentsRemediationTemplate): Decision<ValidationMemory> {
  const { conditions = [], validationFailed, validationPassed } = template.status ?? {};
  const kept = conditions.filter(({ type }) => type !== CONDITION_STATUS_VALIDATION_SUCCEEDED);
  const isClean = kept.length === conditions.length && validationFailed === undefined && validationPassed === undefined;
  const clean = { conditions: kept, validationFailed: null, validationPassed: null };
  const actions = isClean ? [] : [patchStatus(FENCE_AGENTS_REMEDIATION_TEMPLATE, template, clean)];
  return { actions, memory: undefined, because: { rule: 'validation-off', values: {} } };
}

function started(validation: Validation, nodes: number, size: number): Decision<ValidationMemory> {
  const { template, sample } = validation;
  const exceeds = medik8sEvent(
    template,
    'Warning',
    'StatusValidationSampleExceedsNodes',
    'statusValidationSample is larger than the number of nodes.',
  );
  const message = `The agent is tried out for ${sample.length} node(s)`;
  return {
    actions: [
      ...(size > nodes ? [exceeds] : []),
      patchStatus(FENCE_AGENTS_REMEDIATION_TEMPLATE, template, {
        conditions: conditionsWith(validation, 'Unknown', 'ValidationInProgress', message),
        validationFailed: null,
        validationPassed: null,
      }),
    ],
    memory: undefined,
    because: { rule: 'validation-started', values: { size: sample.length, nodes } },
  };
}

/** The run that still counts: of this version of the spec, and not one whose start was refused. */
function remembered(
  memory: ValidationMemory | undefined,
  facts: readonly Fact[],
  generation: number,
): ValidationMemory | undefined {
  if (memory === undefined || memory.generation !== generation) return undefined;
  if (memory.isStarting && facts.some(({ fact }) => fact === 'outcome')) return undefined;
  return { ...memory, isStarting: false };
}

function goOn(
  validation: Validation,
  memory: ValidationMemory | undefined,
  { view, facts, lineage }: { readonly view: ClusterView; readonly facts: readonly Fact[]; readonly lineage: Lineage },
): Decision<ValidationMemory> {
  const { template, spec, sample } = validation;
  if (memory !== undefined) {
    const { node } = memory;
    const ended = facts.find((fact) => fact.fact === 'fence' && fact.operationId === memory.operationId);
    if (ended?.fact !== 'fence') return { actions: [], memory, because: { rule: 'agent-runs', values: { node } } };
    return result(template, node, problemOf(ended.end, lineage), 'node-validated');
  }
  const { validationFailed = {}, validationPassed = {} } = template.status ?? {};
  const node = sample.find((name) => validationFailed[name] === undefined && validationPassed[name] === undefined);
  if (node === undefined) return ended(validation, Object.keys(validationFailed).length);
  const namespace = template.metadata.namespace ?? '';
  const parameters = fenceParameters(spec, { namespace, nodeName: node }, view);
  if (parameters.kind === 'built') return run(validation, node, parameters);
  const problem =
    parameters.kind === 'wrong' ? parameters.problem : `secret '${parameters.secret.name}' not found in its namespace`;
  return result(template, node, problem, 'parameters-wrong');
}

function run(
  { template, generation, spec, nowMs }: Validation,
  node: string,
  { plain, sharedSecret, nodeSecret }: Extract<FenceParameters, { kind: 'built' }>,
): Decision<ValidationMemory> {
  const operationId = `${template.metadata.uid}/${generation}/${node}/${nowMs}`;
  const action: FenceAction = {
    do: 'fence',
    node,
    agent: spec.agent ?? '',
    action: 'status',
    parameters: plain,
    ...(sharedSecret === undefined ? {} : { sharedSecret }),
    ...(nodeSecret === undefined ? {} : { nodeSecret }),
    timeoutMs: STATUS_VALIDATION_TIMEOUT_MS,
    operationId,
    diesWithController: true,
    guard: {
      onlyIf: [{ kind: FENCE_AGENTS_REMEDIATION_TEMPLATE, key: keyOf(template), uid: template.metadata.uid }],
      notAfterMs: nowMs + FENCE_START_MS,
    },
  };
  const memory = { node, generation, operationId, isStarting: true };
  return { actions: [action], memory, because: { rule: 'agent-run', values: { node } } };
}

function result(
  template: FenceAgentsRemediationTemplate,
  node: string,
  problem: string | undefined,
  rule: keyof typeof RULES,
): Decision<ValidationMemory> {
  const outcome =
    problem === undefined ? { validationPassed: { [node]: 'Success' } } : { validationFailed: { [node]: problem } };
  return {
    actions: [patchStatus(FENCE_AGENTS_REMEDIATION_TEMPLATE, template, outcome)],
    memory: undefined,
    because: { rule, values: { node, problem: problem ?? '' } },
  };
}

/** What stands in validationFailed; undefined for a host that is on. */
function problemOf(end: OperationEnd, lineage: Lineage): string | undefined {
  if (end.kind === 'succeeded') return undefined;
  const tookTooLong = end.kind === 'unknown' || lineage === 'exact';
  return tookTooLong
    ? `status command timed out after ${STATUS_VALIDATION_TIMEOUT_MS / 1000}s`
    : `fence agent command failed: ${end.message}`;
}

function ended(validation: Validation, failed: number): Decision<ValidationMemory> {
  const { template } = validation;
  const conditions =
    failed === 0
      ? conditionsWith(validation, 'True', 'ValidationSucceeded', 'The agent works for every node that was tried')
      : conditionsWith(validation, 'False', 'ValidationFailed', `The agent does not work for ${failed} node(s)`);
  const actions: readonly Action[] = [
    patchStatus(FENCE_AGENTS_REMEDIATION_TEMPLATE, template, { conditions, validationPassed: null }),
  ];
  return { actions, memory: undefined, because: { rule: 'validation-ended', values: { failed } } };
}

function conditionsWith(
  { template, generation, nowMs }: Validation,
  status: ConditionStatus,
  reason: string,
  message: string,
): readonly Condition[] {
  const next = { type: CONDITION_STATUS_VALIDATION_SUCCEEDED, status, reason, message, observedGeneration: generation };
  return withCondition(template.status?.conditions, next, nowMs);
}
