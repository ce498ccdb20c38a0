import { describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import { metaltwin } from './captured-console.ts';

const DUMP = 'test/fixtures/metal3/all.yaml';

interface Answer {
  readonly failures: readonly { readonly fault: string; readonly target: string; readonly forMs?: number }[];
  readonly lookAheadMs: number;
  readonly policies: readonly {
    readonly policy: string;
    readonly fenced: readonly { readonly host: string }[];
    readonly refused: readonly {
      readonly hosts: readonly string[];
      readonly decision: { readonly subject: string; readonly rule: string };
    }[];
  }[];
  readonly ledger: readonly { readonly kind: string }[];
}

async function answerOf(...argv: readonly string[]): Promise<Answer> {
  const { code, out } = await metaltwin('whatif', DUMP, ...argv, '-o', 'json');
  expect(code).toBe(EXIT.ok);
  return JSON.parse(out) as Answer;
}

describe('whatif', () => {
  test('fails what was asked for, and nothing in the background', async () => {
    const { failures, lookAheadMs } = await answerOf(
      '--switch-fail',
      'r01',
      '--bmc-fail',
      'bm008-r01',
      '--for',
      '4m',
      '--duration',
      '2h',
    );
    const asked = failures.filter(({ forMs }) => forMs !== undefined);
    expect({ asked: asked.map(({ fault, target, forMs }) => `${fault} ${target} ${forMs}`), lookAheadMs }).toEqual({
      asked: ['switchOutage r01 240000', 'bmcUnreachable bm008-r01 240000'],
      lookAheadMs: 7_200_000,
    });
  });

  test('gives the same answer every time', async () => {
    const [first, second] = await Promise.all([
      answerOf('--node-fail', 'bm008-r01'),
      answerOf('--node-fail', 'bm008-r01'),
    ]);
    expect(second).toEqual(first);
  });

  test('a dead storage node is refused by the range of its own check, and nobody asks under no policy', async () => {
    const { policies } = await answerOf('--node-fail', 'bm008-r01', '--policy', 'none=');
    expect(
      policies.map(({ policy, fenced, refused }) => ({
        policy,
        fenced: fenced.some(({ host }) => host === 'bm008-r01'),
        refused: refused.map(({ hosts, decision }) => `${decision.subject} ${decision.rule}: ${hosts.join(', ')}`),
      })),
    ).toEqual([
      { policy: 'none', fenced: false, refused: [] },
      {
        policy: 'as-is',
        fenced: false,
        refused: [
          'metal3/general-workers too-many-unhealthy: bm006-r01',
          'metal3/storage-workers outside-range: bm008-r01',
        ],
      },
    ]);
  });

  test('begins with what each policy does in all', async () => {
    const { out } = await metaltwin('whatif', DUMP, '--node-fail', 'bm008-r01', '--policy', 'none=', '-q');
    expect(out.split('\n').slice(0, 3)).toEqual([
      ' none: 1 host fenced (bm006-r01); not Ready before: bm006-r01',
      ' as-is: 1 host fenced (bm006-r01), 2 refused (bm006-r01, bm008-r01); not Ready before: bm006-r01',
      '',
    ]);
  });

  test('says per kind what the dump gave', async () => {
    const { out } = await metaltwin('whatif', DUMP, '--node-fail', 'bm008-r01');
    expect(out).toMatch(/^Input\n {2}BareMetalHost\.metal3\.io \(\d+\): used /m);
  });
});
