// The allocator as a controller: hosts ask, the ledger answers. The HostRemediations are driven by hand.

import { describe, expect, test } from 'vitest';
import { remediationBudgetController } from '../../../core/budget/remediation-budget.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { aNode, NOW_MS } from '../../kit/machine-objects.ts';
import { aBudget, aPolicy, aRequest, changeStatus, grantsOf, WORKERS } from '../../kit/own-remediation-objects.ts';

const NAMES = Array.from({ length: 20 }, (_, at) => `worker-${String(at).padStart(2, '0')}`);

function start(budget: Parameters<typeof aBudget>[0], sick: readonly string[] = NAMES): CoreBench {
  return coreBench({
    objects: [
      aPolicy(),
      aBudget(budget),
      ...NAMES.map((name) => aNode(name, sick.includes(name) ? 'Unknown' : 'True', 600_000, { labels: WORKERS })),
      ...sick.map((name) => aRequest(name)),
    ],
    controllers: [remediationBudgetController({ machineApi: 'cluster-api' })],
    atMs: NOW_MS,
  });
}

describe('a remediation budget', () => {
  test('oracle D11: a bucket of five, refilled every minute, lets twenty go one by one', () => {
    const bench = start({ maxInFlight: { count: 20 }, rate: { tokenBucket: { burst: 5, refillEvery: '60s' } } });
    bench.runFor(3_600_000);
    const waits = [0, 0, 0, 0, 0, ...Array.from({ length: 15 }, (_, at) => 60 * (at + 1))];
    expect(grantsOf(bench)).toEqual(NAMES.map((name, at) => `${name}-1 ${waits[at]} s`));
  });

  test('oracle D12: of ten hosts three at a time, 600 s each', () => {
    const bench = start({ maxInFlight: { count: 3 } }, NAMES.slice(0, 10));
    const closed: string[] = [];
    for (let second = 0; second <= 2_400; second += 600) {
      bench.run(NOW_MS + second * 1_000);
      for (const grant of grantsOf(bench)) {
        const [name = '', at] = grant.split(' ');
        if (Number(at) !== second - 600) continue;
        changeStatus(bench, name, { phase: 'Succeeded' });
        closed.push(`${second}`);
      }
      for (const grant of grantsOf(bench)) {
        const [name = '', at] = grant.split(' ');
        if (Number(at) === second) changeStatus(bench, name, { phase: 'Verifying' });
      }
      bench.runFor(1);
    }
    expect(closed).toEqual(['600', '600', '600', '1200', '1200', '1200', '1800', '1800', '1800', '2400']);
  });
});
