// The harness sees what is wrong: controllers with one known fault each, which undisturbed runs do not show, and the way of striking
// that finds it.

import { expect, test } from 'vitest';
import type { Action } from '../../core/actions.ts';
import { FINALIZER_HOST_HELD, HOST_REMEDIATION } from '../../core/api/host-remediation.ts';
import { REMEDIATION_BUDGET } from '../../core/api/remediation-budget.ts';
import type { Controller, Decision, DecisionInput } from '../../core/ports/reconciler.ts';
import { removeFinalizer } from '../../core/remediation/object-patches.ts';
import { ending, type Flow, violationsOf } from '../kit/crash/crash-points.ts';
import { type Family, strikesOf } from '../kit/crash/families.ts';
import { policySwap, queue, reboot, recovers } from '../kit/crash/flows.ts';

type Decide = (input: DecisionInput<unknown>) => Decision<unknown>;

interface FaultyController {
  readonly fault: string;
  /** Name of the controller that has it. */
  readonly of: string;
  readonly decide: (right: Decide) => Decide;
  readonly flow: () => Flow;
  readonly foundBy: Family;
  /** What is wrong then, at one point at least. */
  readonly found: RegExp;
  /** What is to be seen without a strike. */
  readonly undisturbed?: readonly string[];
}

interface WithMark {
  readonly inner: unknown;
  readonly mark?: boolean;
}

const FAULTS: readonly FaultyController[] = [
  {
    fault: 'takes the hold back only if it remembers that it put it there',
    of: 'host-remediation',
    decide: (right) => (input) => {
      const { inner, mark = false } = (input.memory ?? { inner: undefined }) as WithMark;
      const decision = right({ ...input, memory: inner });
      const isPut = mark || decision.because.rule === 'held-off';
      const forgets = decision.because.rule === 'hold-taken-back' && !isPut;
      return {
        ...decision,
        actions: forgets ? [] : decision.actions,
        memory: { inner: decision.memory, mark: isPut } satisfies WithMark,
      };
    },
    flow: reboot,
    foundBy: 'killed for 1 s',
    found: /worker-1 is off/,
  },
  {
    fault: 'gives up its finalizer before it has taken the hold back',
    of: 'host-remediation',
    decide: (right) => (input) => {
      const decision = right(input);
      const request = input.view.get(HOST_REMEDIATION, input.key);
      if (decision.because.rule !== 'withdrawing-hold-taken-back' || request === undefined) return decision;
      return { ...decision, actions: [removeFinalizer(HOST_REMEDIATION, request, FINALIZER_HOST_HELD)] };
    },
    flow: reboot,
    foundBy: 'meanwhile the request is deleted',
    found: /worker-1 is held off/,
  },
  {
    fault: 'does not look again before it strikes',
    of: 'host-remediation',
    decide: (right) => (input) => {
      const decision = right(input);
      return { ...decision, actions: decision.actions.map(unguarded) };
    },
    flow: recovers,
    foundBy: 'stale by 60 s',
    found: /1 healthy hosts were fenced/,
  },
  {
    // The invariant sees it without any strike: whoever wrote meanwhile is overwritten.
    fault: 'writes the ledger without comparing its version',
    of: 'remediation-budget',
    decide: (right) => (input) => {
      const decision = right(input);
      return { ...decision, actions: decision.actions.map(unversioned) };
    },
    flow: queue,
    foundBy: 'two actors',
    found: /B11/,
    undisturbed: ['B11 : remediation-budget adds a place to RemediationBudget all whatever its version'],
  },
  {
    fault: 'believes its cache where something is not to be seen',
    of: 'host-remediation',
    decide: (right) => (input) => {
      const decision = right(input);
      if (decision.because.rule !== 'last-look') return decision;
      return right({ ...input, facts: [...input.facts, ...readFromCache(decision.actions, input)] });
    },
    flow: policySwap,
    foundBy: 'stale by 60 s',
    found: /worker-1 is held off/,
  },
  {
    fault: 'asks a management controller once and waits for ever',
    of: 'host-remediation',
    decide: (right) => (input) => {
      const decision = right(input);
      const isAnswer = input.facts.some(({ fact }) => fact === 'power');
      const { recheckAtMs: _, ...rest } = decision;
      return decision.because.rule === 'bmc-silent' && isAnswer ? rest : decision;
    },
    flow: reboot,
    foundBy: 'reading lost',
    found: /is Verifying/,
  },
];

function unguarded(action: Action): Action {
  if (!('guard' in action)) return action;
  const { guard: _, ...rest } = action;
  return rest as Action;
}

function unversioned(action: Action): Action {
  if (action.do !== 'patch' || action.kind.key !== REMEDIATION_BUDGET.key) return action;
  const { resourceVersion: _, ...onlyIf } = action.onlyIf ?? {};
  return { ...action, onlyIf };
}

function readFromCache(actions: readonly Action[], { view }: DecisionInput<unknown>): DecisionInput<unknown>['facts'] {
  return actions.flatMap((action) =>
    action.do === 'readFresh'
      ? [
          {
            fact: 'fresh' as const,
            kindKey: action.kind.key,
            key: action.key,
            object: view.get(action.kind, action.key),
          },
        ]
      : [],
  );
}

test.each(FAULTS)(
  '$of $fault: found by "$foundBy"',
  ({ of, decide, flow: flowOf, foundBy, found, undisturbed = [] }) => {
    const instead = (right: Controller): Controller =>
      right.name === of ? { ...right, decide: decide((input) => right.decide(input)) } : right;
    const flow = { ...flowOf(), instead };
    const base = ending(flow);
    const violations = violationsOf(flow, base, strikesOf(foundBy, base.run.points, flow));
    expect({ undisturbed: base.wrong, isFound: violations.some((text) => found.test(text)) }).toEqual({
      undisturbed,
      isFound: true,
    });
  },
);
