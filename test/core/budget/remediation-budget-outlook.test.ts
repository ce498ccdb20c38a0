// What surrounds the decisions of a budget and of a policy: who asked and waits for what, the limits with their use, who is left
// alone, and when it looks again.

import { describe, expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import type { RemediationBudget } from '../../../core/api/remediation-budget.ts';
import { LABEL_EXCLUDE } from '../../../core/api/remediation-policy.ts';
import { remediationBudgetController } from '../../../core/budget/remediation-budget.controller.ts';
import { remediationPolicyController } from '../../../core/health/remediation-policy.controller.ts';
import type { Outlook } from '../../../core/ports/reconciler.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { aNode, NOW_MS } from '../../kit/machine-objects.ts';
import { aBudget, aPolicy, aRequest, WORKERS } from '../../kit/own-remediation-objects.ts';

const RACK = 'topology.example/rack';

function sick(name: string, rack = 'r1', labels = {}): KubeObject {
  return aNode(name, 'Unknown', 600_000, { labels: { ...WORKERS, [RACK]: rack, ...labels } });
}

function well(count: number): readonly KubeObject[] {
  return Array.from({ length: count }, (_, at) => aNode(`well-${at}`, 'True', 86_400_000, { labels: WORKERS }));
}

/** Rule and values of each part, short enough to read. */
function read(outlook: Outlook | undefined) {
  const told = (part: Outlook['limits'] = []): readonly string[] =>
    part.map(({ rule, values }) =>
      [rule, ...Object.entries(values).map(([name, value]) => `${name}=${value}`)].join(' '),
    );
  return { alternatives: told(outlook?.alternatives), limits: told(outlook?.limits), next: told(outlook?.next) };
}

function outlookAt(bench: CoreBench, rule: string) {
  const found = bench.decisions.find(({ because }) => because.rule === rule);
  return found === undefined ? bench.rules() : read(found.outlook);
}

describe('a budget', () => {
  function start(budget: RemediationBudget['spec'], objects: readonly KubeObject[]): CoreBench {
    return coreBench({
      objects: [aPolicy(), aBudget(budget), ...objects],
      controllers: [remediationBudgetController({ machineApi: 'cluster-api' })],
      atMs: NOW_MS,
      outlooks: true,
    });
  }

  test('tells whom it lets go, who comes next and for what, and every limit that it has with its use', () => {
    const bench = start(
      {
        maxInFlight: { count: 2 },
        maxUnavailable: { count: 5 },
        domains: [{ topologyKey: RACK, maxInFlight: 1 }],
        rate: { tokenBucket: { burst: 1, refillEvery: '10m' } },
      },
      [
        ...well(7),
        sick('a'),
        sick('b'),
        sick('c', 'r2'),
        aRequest('a', { impact: 1 }, 60_000),
        aRequest('b', { impact: 2 }, 120_000),
        aRequest('c', { impact: 3 }, 30_000),
      ],
    );
    bench.run(NOW_MS);
    expect(outlookAt(bench, 'granted')).toEqual({
      alternatives: [
        'ask-granted remediation=a-1 action=Reboot attempt=1 impact=1',
        'ask-waits remediation=b-1 action=Reboot attempt=1 impact=2 place=1 waitedMs=120000 why=DomainCapReached',
        'ask-waits remediation=c-1 action=Reboot attempt=1 impact=3 place=2 waitedMs=30000 why=RateLimited',
      ],
      limits: [
        'limit-unavailable used=3 expected=10 allowed=5',
        'limit-in-flight used=1 allowed=2 who=a',
        `limit-domain topologyKey=${RACK} domain=r1 used=1 allowed=1`,
        'limit-rate inMs=600000',
      ],
      next: ['first-in-line remediation=b-1 why=DomainCapReached', 'looks-again inMs=600000'],
    });
  });

  test('tells how a storm ends', () => {
    const bench = start({ maxUnavailable: { count: 1 }, stormCoolDown: '5m' }, [
      ...well(3),
      sick('a'),
      sick('b'),
      aRequest('a'),
    ]);
    bench.run(NOW_MS);
    expect(outlookAt(bench, 'storm-begins')).toEqual({
      alternatives: ['ask-waits remediation=a-1 action=Reboot attempt=1 impact=2 place=1 waitedMs=0 why=Storm'],
      limits: ['limit-storm', 'limit-unavailable used=2 expected=5 allowed=1'],
      next: ['first-in-line remediation=a-1 why=Storm', 'after-storm coolDownMs=300000 allowed=1 expected=5'],
    });
  });

  test('counts those far behind instead of naming them', () => {
    const names = Array.from({ length: 13 }, (_, at) => `n${String(at).padStart(2, '0')}`);
    const bench = start({ maxInFlight: { count: 1 } }, [
      ...names.map((name) => sick(name, name)),
      ...names.map((name) => aRequest(name)),
    ]);
    bench.run(NOW_MS);
    const found = bench.decisions.find(({ because }) => because.rule === 'granted');
    expect(found?.outlook?.alternatives.map(({ rule }) => rule)).toEqual([
      'ask-granted',
      ...Array.from({ length: 10 }, () => 'ask-waits'),
      'more-wait',
    ]);
    expect(found?.outlook?.alternatives.at(-1)?.values).toEqual({ more: 2 });
  });
});

describe('a policy', () => {
  test('tells whom it leaves alone and why, how many failed at once, and when it looks again', () => {
    const bench = coreBench({
      objects: [
        aPolicy({ unhealthyConditions: [{ type: 'Ready', status: 'Unknown', duration: '300s' }] }),
        aBudget(),
        ...well(6),
        sick('a'),
        sick('b', 'r1', { [LABEL_EXCLUDE]: '' }),
        aNode('c', 'Unknown', 240_000, { labels: WORKERS }),
      ],
      controllers: [remediationPolicyController({ machineApi: 'cluster-api' })],
      atMs: NOW_MS,
      outlooks: true,
    });
    bench.run(NOW_MS);
    expect(outlookAt(bench, 'remediate')).toEqual({
      alternatives: ['node-left-alone node=b why=it is excluded by its label'],
      limits: ['signal-share failedAtOnce=2 pool=9 percent=50 atLeast=3 withinMs=120000 coolDownMs=600000 lastsMs=0'],
      next: ['looks-again inMs=60000'],
    });
  });

  test('that is paused tells who waits', () => {
    const bench = coreBench({
      objects: [aPolicy({ pauseRequests: ['works'] }), aBudget(), ...well(6), sick('a')],
      controllers: [remediationPolicyController({ machineApi: 'cluster-api' })],
      atMs: NOW_MS,
      outlooks: true,
    });
    bench.run(NOW_MS);
    expect(bench.list(NODE)).toHaveLength(7);
    expect(outlookAt(bench, 'paused')).toMatchObject({ alternatives: ['node-held-back node=a'] });
  });
});
