// The swarm can fail: each of these breaks one thing in our own controllers, and few seeds find it.

import { expect, test } from 'vitest';
import type { Action, EffectGuard } from '../../core/actions.ts';
import { BARE_METAL_HOST } from '../../core/api/bare-metal-host.ts';
import type { Kind, KubeObject } from '../../core/api/object.ts';
import { REMEDIATION_BUDGET } from '../../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY } from '../../core/api/remediation-policy.ts';
import type { ClusterView } from '../../core/ports/cluster-view.ts';
import type { Controller, Decision, DecisionInput } from '../../core/ports/reconciler.ts';
import type { Break } from './swarm-run.ts';
import { seedVerdict } from './swarm-verdict.ts';

/** What one controller is told, or what it decides, is not what it should be. */
function breaking(
  name: string,
  change: {
    readonly input?: (input: DecisionInput<unknown>) => DecisionInput<unknown>;
    readonly decision?: (decision: Decision<unknown>) => Decision<unknown>;
  },
): Break {
  return (controller: Controller) => {
    if (controller.name !== name) return controller;
    const { input = (one) => one, decision = (one) => one } = change;
    return { ...controller, decide: (one) => decision(controller.decide(input(one))) };
  };
}

interface Overlay {
  readonly spec?: object;
  readonly status?: object;
}

/** A view in which every object of one kind looks otherwise. */
function seeing(kind: Kind, overlay: Overlay) {
  return (input: DecisionInput<unknown>): DecisionInput<unknown> => {
    const { view } = input;
    const changed = <T extends KubeObject>(of: Kind<T>, object: T): T =>
      of.key === kind.key ? ({ ...object, ...laidOver(object, overlay) } as T) : object;
    const lying: ClusterView = {
      get: (of, key) => {
        const object = view.get(of, key);
        return object === undefined ? undefined : changed(of, object);
      },
      list: (of) => view.list(of).map((object) => changed(of, object)),
      byIndex: (index, value) => view.byIndex(index, value),
      countByIndex: (index, value) => view.countByIndex(index, value),
      hasSynced: (of) => view.hasSynced(of),
    };
    return { ...input, view: lying };
  };
}

function laidOver({ spec, status }: KubeObject, overlay: Overlay): Overlay {
  return { spec: { ...(spec as object), ...overlay.spec }, status: { ...(status as object), ...overlay.status } };
}

const UNLIMITED: Overlay = {
  spec: {
    maxInFlight: { count: 99 },
    maxUnavailable: undefined,
    rate: undefined,
    domains: [],
    controlPlane: { maxInFlight: 99, keepQuorum: false },
    storage: undefined,
    waitForUpgrades: false,
  },
};
const OFF: Overlay = { status: { poweredOn: false } };
const UNVERIFIED: Overlay = { spec: { identityCheck: 'WhenKnown' } };
const CREDULOUS: Overlay = { spec: { doubt: { percent: 100, atLeast: 99, within: '1s' } } };

function both(first: Break, second: Break): Break {
  return (controller) => second(first(controller));
}

function unguarded(action: Action): Action {
  const { guard: _, ...rest } = action as Action & { readonly guard?: EffectGuard };
  return rest as Action;
}

const isHold = (name: string): boolean => name.startsWith('reboot.metal3.io/');

interface Row {
  readonly what: string;
  readonly broken: Break;
  /** Where to begin: some need a rare seed. */
  readonly from: number;
  readonly finds: readonly string[];
}

const SEEDS = 40;

test.each<Row>([
  {
    what: 'a budget that reads no limit',
    broken: breaking('remediation-budget', { input: seeing(REMEDIATION_BUDGET, UNLIMITED) }),
    from: 1,
    finds: ['B1', 'B5', 'B6', 'B7'],
  },
  {
    what: 'a proof of off without a look',
    broken: breaking('host-remediation', {
      input: (input) => ({
        ...seeing(BARE_METAL_HOST, OFF)(input),
        facts: input.facts.map((fact) =>
          fact.fact === 'power' ? { ...fact, reading: { ...fact.reading, power: 'off' as const } } : fact,
        ),
      }),
      decision: ({ actions, ...decision }) => ({ ...decision, actions: actions.map(unguarded) }),
    }),
    from: 1,
    finds: ['S2', 'S9'],
  },
  {
    what: 'a hold that is never taken back',
    broken: breaking('host-remediation', {
      decision: ({ actions, ...decision }) => ({
        ...decision,
        actions: actions.filter((action) => {
          if (action.do !== 'patch' || action.kind !== BARE_METAL_HOST) return true;
          const { annotations = {} } = (action.patch.metadata ?? {}) as { annotations?: Record<string, unknown> };
          return !Object.entries(annotations).some(([mark, value]) => isHold(mark) && value === null);
        }),
      }),
    }),
    from: 1,
    finds: ['L2', 'L3', 'L4'],
  },
  {
    what: 'whoever answers is the host that is meant',
    broken: breaking('host-remediation', {
      input: (input) => ({
        ...seeing(REMEDIATION_POLICY, UNVERIFIED)(input),
        facts: input.facts.map((fact) => {
          if (fact.fact !== 'power') return fact;
          const { systemUuid: _, ...reading } = fact.reading;
          return { ...fact, reading };
        }),
      }),
    }),
    from: 160,
    finds: ['S3'],
  },
  {
    what: 'nobody doubts what he sees',
    broken: both(
      breaking('remediation-policy', { input: seeing(REMEDIATION_BUDGET, CREDULOUS) }),
      breaking('remediation-budget', { input: seeing(REMEDIATION_BUDGET, UNLIMITED) }),
    ),
    from: 1,
    finds: ['S13'],
  },
])('$what: found within a few seeds', ({ broken, from, finds }) => {
  const found = new Set<string>();
  for (let number = from; number < from + SEEDS && !finds.every((id) => found.has(id)); number++) {
    for (const trouble of seedVerdict(`swarm-${number}`, broken).troubles) found.add(trouble.split(' ')[1] ?? '');
  }
  expect([...found]).toEqual(expect.arrayContaining([...finds]));
});
