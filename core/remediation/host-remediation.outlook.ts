// What surrounds a decision of a HostRemediation, for somebody who asks why: each step of the policy with why it is taken or is not,
// what the budget said last, and the attempts that follow until a person is called. Nothing is decided here: the steps are
// weighed by the same code (host-remediation.plan.ts), and what comes next is what it says when every attempt takes its whole time.

import type { Attempt } from '../api/host-remediation.ts';
import type { StepAction } from '../api/remediation-policy.ts';
import { formatMicroTime } from '../api/time.ts';
import type { Because, Outlook } from '../ports/reconciler.ts';
import { backOffUntilMs, nextAttempt, type PlanInput, type WeighedStep, weighSteps } from './host-remediation.plan.ts';
import { attemptEndMs, historyOf, type Scene, whyNot } from './host-remediation.scene.ts';
import { timeoutMsOf } from './host-remediation.settings.ts';
import type { HostRemediationRule, HostRemediationState } from './host-remediation.states.ts';

/** Sentences of what surrounds a decision, for `Controller.rules`. */
export const OUTLOOK_RULES = {
  'step-running': 'step {step}, {action}: attempt {attempt} runs',
  'step-ends': 'step {step}, {action}: attempt {attempt} ends with this',
  'step-next': 'step {step}, {action}: is next, {spent} of {attempts} attempts are used up',
  'step-person': 'step {step}, Person: is next, for no step before it is left',
  'step-called': 'step {step}, Person: is called now',
  'step-left-to-person': 'step {step}, {action}: is left to the person',
  'step-used-up': 'step {step}, {action}: its {attempts} attempts are used up',
  'step-softer': 'step {step}, {action}: something harder was tried in this episode',
  'step-impossible': 'step {step}, {action}: {why}',
  'step-later': 'step {step}, {action}: comes after the steps before it',
  'budget-missing': 'budget {budget} does not exist: nothing is granted',
  'budget-granted': 'budget {budget} has granted attempt {attempt} of {action}; {inFlight} in flight, {waiting} wait',
  'budget-refuses': 'budget {budget} says {why}; {inFlight} in flight, {waiting} wait',
  'budget-unasked': 'budget {budget} is not asked now; {inFlight} in flight, {waiting} wait',
  'attempt-ends': 'attempt {attempt} of {action} ends in {inMs} ms at the latest',
  'attempt-follows': 'if the node is not back: attempt {attempt} of {action}, not before {inMs} ms from now',
  'person-follows':
    'if the node is not back: a person, in {inMs} ms if each attempt is granted at once and takes all its time',
  'person-acts': 'a person: it closes when the node has been healthy for {healthyDelayMs} ms',
  'closes-healthy': 'closes in {inMs} ms if the node stays healthy',
} as const;

interface HostEdge {
  readonly to: HostRemediationState;
  readonly rule: HostRemediationRule;
}

type OutlookRule = keyof typeof OUTLOOK_RULES;

/** Rules that end an attempt and use it up; others call it off. */
const IN_VAIN: ReadonlySet<HostRemediationRule> = new Set<HostRemediationRule>([
  'verifying-timed-out',
  'power-off-timed-out',
  'proving-timed-out',
  'power-on-timed-out',
  'node-did-not-return',
  'wipe-timed-out',
  'deletion-timed-out',
  'replacement-timed-out',
  'self-fencing-failed',
  'self-fencing-without-effect',
  'self-fencing-timed-out',
]);

/** Attempts ahead that are told one by one; after them only when a person is called. */
const ATTEMPTS_TOLD_MOST = 4;

/** @param edge that is taken: what follows begins where it leads. */
export function outlookOf(scene: Scene, edge: HostEdge): Outlook {
  return { alternatives: stepsOf(scene, edge), limits: [budgetOf(scene)], next: nextOf(scene, edge) };
}

/** As they were weighed when the running attempt was chosen. */
function stepsOf(scene: Scene, { to }: HostEdge): readonly Because[] {
  const { attempt: running, attempts, settings, phase } = scene;
  const before = attempts.filter((one) => one !== running);
  const weighed = weighSteps(planInput(scene, before, scene.nowMs));
  // A policy whose last step is a machine's goes on with a person all the same.
  const steps = settings.steps.some(({ action }) => action === 'Person') ? weighed : [...weighed, personAfter(weighed)];
  const isCalled = to === 'Person' && phase !== 'Person';
  return steps.map((one) => {
    const rule = stepRule(one, running);
    return say(isCalled ? calledRule(rule, one) : rule, stepValues(one, scene));
  });
}

/** A person is called although steps are left: nobody knows enough to go on. */
function calledRule(rule: OutlookRule, { action }: WeighedStep): OutlookRule {
  if (action === 'Person') return rule === 'step-person' ? rule : 'step-called';
  if (rule === 'step-running') return 'step-ends';
  return rule === 'step-later' || rule === 'step-next' ? 'step-left-to-person' : rule;
}

function stepRule({ step, action, verdict }: WeighedStep, running: Attempt | undefined): OutlookRule {
  if (step === running?.step && action === running.action) return 'step-running';
  return action === 'Person' && verdict === 'next' ? 'step-person' : `step-${verdict}`;
}

function stepValues({ step, action, attempts, spent }: WeighedStep, scene: Scene): Because['values'] {
  const { options, settings, host, machine, attempt } = scene;
  const why = whyNot(action, { options, settings, host, machine }) ?? '';
  return { step, action, attempts, spent, attempt: attempt?.attempt ?? 0, why };
}

function personAfter(weighed: readonly WeighedStep[]): WeighedStep {
  const isNext = weighed.every(({ verdict }) => verdict !== 'next');
  return { step: weighed.length, action: 'Person', attempts: 1, spent: 0, verdict: isNext ? 'next' : 'later' };
}

function budgetOf({ budget, grant, request, phase }: Scene): Because {
  const name = budget?.metadata.name ?? request.spec?.budget ?? '';
  if (budget === undefined) return say('budget-missing', { budget: name });
  const { inFlight = 0, waiting = 0, waitingFor = {} } = budget.status ?? {};
  const values = { budget: name, inFlight, waiting };
  const why = waitingFor[request.metadata.name];
  if (why !== undefined) return say('budget-refuses', { ...values, why });
  if (grant === undefined) return say('budget-unasked', { ...values, phase });
  return say('budget-granted', { ...values, attempt: grant.attempt, action: grant.action });
}

function nextOf(scene: Scene, { to, rule }: HostEdge): readonly Because[] {
  const { phase, phaseSinceMs, settings, nowMs } = scene;
  const { healthyDelayMs } = settings;
  if (to === 'Succeeded' || to === 'Cancelled' || to === 'Withdrawing') return [];
  if (to === 'Person') return [say('person-acts', { healthyDelayMs })];
  if (to === 'Settling') {
    const sinceMs = phase === 'Settling' ? phaseSinceMs : nowMs;
    return [say('closes-healthy', { inMs: Math.max(0, sinceMs + healthyDelayMs - nowMs) })];
  }
  const running = scene.attempt;
  if (running === undefined) return following(scene, scene.attempts, nowMs);
  if (to === 'Waiting') {
    const others = scene.attempts.filter((one) => one !== running);
    return following(scene, IN_VAIN.has(rule) ? [...others, timedOut(running, nowMs)] : others, nowMs);
  }
  const endMs = Math.max(nowMs, attemptEndMs(scene));
  const { attempt, action } = running;
  const ended = scene.attempts.map((one) => (one === running ? timedOut(one, endMs) : one));
  return [say('attempt-ends', { attempt, action, inMs: endMs - nowMs }), ...following(scene, ended, endMs)];
}

/** The attempts from `atMs` on, each granted at once and in vain, and the person after them. */
function following(scene: Scene, before: readonly Attempt[], fromMs: number): readonly Because[] {
  const told: Because[] = [];
  const attempts = [...before];
  let atMs = fromMs;
  for (;;) {
    const input = planInput(scene, attempts, atMs);
    const plan = nextAttempt(input);
    if (plan.kind === 'person') return [...told, say('person-follows', { inMs: atMs - scene.nowMs })];
    const { step, action, attempt } = plan;
    const startMs = Math.max(atMs, backOffUntilMs(input));
    if (told.length < ATTEMPTS_TOLD_MOST)
      told.push(say('attempt-follows', { attempt, action, inMs: startMs - scene.nowMs }));
    atMs = startMs + timeoutMsOf(action, scene.settings.steps[step]);
    const grantedAt = formatMicroTime(startMs);
    attempts.push(timedOut({ step, action, attempt, grantedAt }, atMs));
  }
}

/** Every attempt in vain uses one up, so the attempts that follow come to an end. */
function timedOut(attempt: Attempt, endMs: number): Attempt {
  return { ...attempt, endedAt: formatMicroTime(endMs), outcome: 'TimedOut' };
}

function planInput(scene: Scene, attempts: readonly Attempt[], nowMs: number): PlanInput {
  const { settings, options, host, machine, request, view } = scene;
  const canDo = (action: StepAction): boolean => whyNot(action, { options, settings, host, machine }) === undefined;
  return { settings, attempts, history: historyOf(request, host, view), canDo, nowMs };
}

function say(rule: OutlookRule, values: Because['values']): Because {
  return { rule, values };
}
