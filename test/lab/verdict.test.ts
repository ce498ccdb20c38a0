import { expect, test } from 'vitest';
import { judgeConstraints } from '../../lab/constraints.ts';
import { perMetric } from '../../lab/metric-phrases.ts';
import type {
  BreakEven,
  CouplingCheck,
  Estimate,
  InputUncertainty,
  PairSummary,
  PolicySummary,
} from '../../lab/summary.ts';
import { type Evidence, verdictOf } from '../../lab/verdict.ts';
import type { FaultClass } from '../../sim/config.ts';
import type { FaultCounts } from '../../sim/result.ts';

const MINUTE = 60_000;
const ZERO: Estimate = { mean: 0, low: 0, high: 0, n: 100, method: 'exact' };
const NEVER: Estimate = { mean: 0, low: 0, high: 0.03, n: 100, method: 'rule-of-three' };
const NO_FAULTS = {} as Record<FaultClass, FaultCounts>;

/** All costs in minutes. */
function minutes(mean: number, low: number, high: number): Estimate {
  return { mean: mean * MINUTE, low: low * MINUTE, high: high * MINUTE, n: 100, method: 't' };
}

function aPolicy(name: string, cost: Estimate, dataLost: Estimate = NEVER): PolicySummary {
  const metrics = perMetric((metric) => {
    if (metric === 'workloadUnavailableMs') return cost;
    return metric === 'dataLostGroups' ? dataLost : ZERO;
  });
  return {
    name,
    lineage: 'exact',
    manifests: [],
    metrics,
    workloads: [],
    faults: NO_FAULTS,
    scriptFired: {},
    fingerprint: name,
  };
}

function aPair(a: string, b: string, difference: Estimate, differingPairs = 100): PairSummary {
  const differences = perMetric((metric) => (metric === 'workloadUnavailableMs' ? difference : ZERO));
  return { a, b, differences, differingPairs, replications: 100 };
}

const REBOOT = aPolicy('reboot-first', minutes(100, 90, 110));
const REPROVISION = aPolicy('reprovision', minutes(136, 120, 150));
const CLEAR = aPair('reboot-first', 'reprovision', minutes(-36, -39, -33));

function evidence(changes: Partial<Evidence> & { readonly hard?: readonly string[] } = {}): Evidence {
  const { hard = ['dataLostGroups <= 0'], ...others } = changes;
  const policies = others.policies ?? [REBOOT, REPROVISION];
  return {
    context: { metric: 'workloadUnavailableMs', study: 'steady', durationMs: 365 * 1440 * MINUTE, replications: 100 },
    minimumEffect: 0.05,
    policies,
    pairs: [CLEAR],
    constraints: judgeConstraints(policies, hard),
    inputUncertainty: null,
    couplings: null,
    breakEven: null,
    priorRange: null,
    ...others,
  };
}

function overPriors(difference: Estimate): InputUncertainty {
  const aBetter = { share: 0.9, low: 0.8, high: 0.95 };
  return { a: 'reboot-first', b: 'reprovision', draws: 60, difference, low: 0, high: 0, aBetter, influence: [] };
}

function underCouplings(off: Estimate, usual: Estimate, strong: Estimate): CouplingCheck {
  const points = [
    { coupling: 'off' as const, difference: off },
    { coupling: 'default' as const, difference: usual },
    { coupling: 'strong' as const, difference: strong },
  ];
  return { a: 'reboot-first', b: 'reprovision', coupling: 'default', points };
}

function flippingAt(...flipsAt: readonly number[]): BreakEven {
  const pair = { a: 'reboot', b: 'wipe' };
  return { ...pair, input: 'rebootCures', meaning: 'share', defaultValue: 0.8, points: [], flipsAt };
}

const LOST: Estimate = { mean: 0.3, low: 0.2, high: 0.4, n: 100, method: 't' };
const PERHAPS_LOST: Estimate = { mean: 0.01, low: 0, high: 0.03, n: 100, method: 'bootstrap' };
const FIGURES =
  'reboot-first loses 36 min less workload time per year than reprovision [33, 39], paired, 100 replications';

test.each([
  {
    name: 'a clear difference',
    given: {},
    expected: ['better', 'reboot-first', 'reprovision', FIGURES, []],
  },
  {
    name: 'the same with the policies the other way round',
    given: {
      policies: [REPROVISION, REBOOT],
      pairs: [aPair('reprovision', 'reboot-first', minutes(36, 33, 39))],
    },
    expected: ['better', 'reboot-first', 'reprovision', FIGURES, []],
  },
  {
    name: 'too few differing pairs',
    given: { pairs: [aPair('reboot-first', 'reprovision', minutes(-36, -39, -33), 29)] },
    expected: [
      'inconclusive',
      null,
      null,
      FIGURES,
      ['their histories differ in 29 of 100 replications, and 30 are needed: about 104 replications would have them'],
    ],
  },
  {
    name: 'just enough differing pairs',
    given: { pairs: [aPair('reboot-first', 'reprovision', minutes(-36, -39, -33), 30)] },
    expected: ['better', 'reboot-first', 'reprovision', FIGURES, []],
  },
  {
    name: 'A against A',
    given: { policies: [REBOOT, { ...REBOOT, name: 'again' }], pairs: [aPair('reboot-first', 'again', ZERO, 0)] },
    expected: [
      'inconclusive',
      null,
      null,
      'again and reboot-first did exactly the same in every replication (100)',
      ['their histories differ in 0 of 100 replications, and 30 are needed'],
    ],
  },
  {
    name: 'an interval across zero',
    given: { pairs: [aPair('reboot-first', 'reprovision', minutes(-36, -80, 8))] },
    expected: [
      'inconclusive',
      null,
      null,
      'reboot-first loses 36 min less workload time per year than reprovision [-8, 80], paired, 100 replications',
      ['the interval of the paired difference includes zero'],
    ],
  },
  {
    name: 'an interval across the minimum effect, 5 % of 136 min',
    given: { pairs: [aPair('reboot-first', 'reprovision', minutes(-9, -12, -6))] },
    expected: [
      'inconclusive',
      null,
      null,
      'reboot-first loses 9 min less workload time per year than reprovision [6, 12], paired, 100 replications',
      ["the interval reaches below the minimum effect of 5 % of the worse policy's mean"],
    ],
  },
  {
    name: 'an interval within the minimum effect',
    given: { pairs: [aPair('reboot-first', 'reprovision', minutes(-2, -5, 1))] },
    expected: [
      'equivalent',
      null,
      null,
      'reboot-first and reprovision differ by less than the minimum effect of 5 %: ' +
        'reboot-first loses 2 min less workload time per year than reprovision [-1, 5], paired, 100 replications',
      [],
    ],
  },
  {
    name: 'a policy that breaks a hard constraint cannot win, however cheap',
    given: { policies: [aPolicy('reboot-first', minutes(1, 1, 1), LOST), REPROVISION] },
    expected: [
      'better',
      'reprovision',
      'reboot-first',
      'reprovision alone breaks no hard constraint: reboot-first breaks dataLostGroups <= 0 (0.3 [0.2, 0.4] per run)',
      ['reboot-first breaks dataLostGroups <= 0 (0.3 [0.2, 0.4] per run)'],
    ],
  },
  {
    name: 'no policy keeps a hard constraint',
    given: {
      policies: [aPolicy('reboot-first', minutes(1, 1, 1), LOST)].concat(aPolicy('wipe', minutes(2, 2, 2), LOST)),
    },
    expected: [
      'inconclusive',
      null,
      null,
      'No policy keeps every hard constraint',
      [
        'reboot-first breaks dataLostGroups <= 0 (0.3 [0.2, 0.4] per run)',
        'wipe breaks dataLostGroups <= 0 (0.3 [0.2, 0.4] per run)',
      ],
    ],
  },
  {
    name: 'a winner whose hard constraint is undecided',
    given: { policies: [aPolicy('reboot-first', minutes(100, 90, 110), PERHAPS_LOST), REPROVISION] },
    expected: [
      'inconclusive',
      null,
      null,
      FIGURES,
      ['reboot-first may or may not keep dataLostGroups <= 0 (0.01 [0.00, 0.03] per run)'],
    ],
  },
  {
    name: 'priors under which the other is better',
    given: { inputUncertainty: overPriors(minutes(20, 5, 35)) },
    expected: [
      'inconclusive',
      null,
      null,
      FIGURES,
      [
        'the verdict flips within the priors: with assumed inputs drawn from them the advantage is -20 min [-35, -5] per year over 100 draws',
      ],
    ],
  },
  {
    name: 'a coupling of recovery load under which the other is better',
    given: { couplings: underCouplings(minutes(-40, -45, -35), minutes(-36, -39, -33), minutes(20, 5, 35)) },
    expected: [
      'inconclusive',
      null,
      null,
      FIGURES,
      [
        'the verdict flips between the couplings of recovery load: with strong the advantage is -20 min [-35, -5] per year',
      ],
    ],
  },
  {
    name: 'a coupling that leaves doubt',
    given: { couplings: underCouplings(minutes(-40, -45, -35), minutes(-36, -39, -33), minutes(-5, -20, 10)) },
    expected: [
      'better',
      'reboot-first',
      'reprovision',
      FIGURES,
      [
        'with the coupling of recovery load strong the advantage is 5 min [-10, 20] per year over 100 replications: not certain',
      ],
    ],
  },
  {
    name: 'couplings that all say the same',
    given: { couplings: underCouplings(minutes(-40, -45, -35), minutes(-36, -39, -33), minutes(-20, -25, -15)) },
    expected: ['better', 'reboot-first', 'reprovision', FIGURES, []],
  },
  {
    name: 'priors that leave doubt',
    given: { inputUncertainty: overPriors(minutes(-20, -45, 5)) },
    expected: [
      'better',
      'reboot-first',
      'reprovision',
      FIGURES,
      [
        'with assumed inputs drawn from their priors the advantage is 20 min [-5, 45] per year over 100 draws: not certain',
      ],
    ],
  },
  {
    name: 'a break-even within the prior',
    given: { breakEven: flippingAt(0.1, 0.62), priorRange: { low: 0.4, high: 0.9 } },
    expected: [
      'better',
      'reboot-first',
      'reprovision',
      FIGURES,
      ["conditional: between reboot and wipe the sign changes at rebootCures = 0.62, within its prior's 0.40 to 0.90"],
    ],
  },
  {
    name: 'a break-even that the prior does not reach',
    given: { breakEven: flippingAt(0.1), priorRange: { low: 0.4, high: 0.9 } },
    expected: ['better', 'reboot-first', 'reprovision', FIGURES, []],
  },
  {
    name: 'a metric that neither policy showed',
    given: {
      context: {
        metric: 'dataLostGroups' as const,
        study: 'steady' as const,
        durationMs: 365 * 1440 * MINUTE,
        replications: 100,
      },
      hard: [],
    },
    expected: [
      'inconclusive',
      null,
      null,
      'neither reboot-first nor reprovision loses any placement groups, 100 replications',
      ['nothing to decide on: longer runs, more replications or another primary metric may show some'],
    ],
  },
  {
    name: 'one policy',
    given: { policies: [REBOOT], pairs: [] },
    expected: [
      'not-compared',
      null,
      null,
      'reboot-first loses 100 min workload time per year [90, 110], 100 replications',
      ['one policy: nothing to compare it with'],
    ],
  },
  {
    name: 'a study that was interrupted before its first replication',
    given: { policies: [], pairs: [] },
    expected: ['not-compared', null, null, 'Nothing was compared: no replication was finished', []],
  },
])('$name', ({ given, expected }) => {
  const { outcome, winner, against, sentence, reasons } = verdictOf(evidence(given));
  expect([outcome, winner, against, sentence, reasons]).toEqual(expected);
});

test('the verdict repeats what was fixed before the run', () => {
  const { primaryMetric, minimumEffect, constraints } = verdictOf(evidence());
  expect({ primaryMetric, minimumEffect }).toEqual({ primaryMetric: 'workloadUnavailableMs', minimumEffect: 0.05 });
  expect(constraints.map(({ policy, constraint, outcome }) => [policy, constraint, outcome])).toEqual([
    ['reboot-first', 'dataLostGroups <= 0', 'holds'],
    ['reprovision', 'dataLostGroups <= 0', 'holds'],
  ]);
});
