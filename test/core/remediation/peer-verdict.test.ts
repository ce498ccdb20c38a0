// What an agent concludes from its peers' answers. Cases C205 to C212, incidents I37 and I40.

import { describe, expect, test } from 'vitest';
import type { Lineage } from '../../../core/api/lineage.ts';
import {
  beginRound,
  controlPlaneIsHealthy,
  type PeerAnswer,
  type PeerReason,
  peersAnswered,
} from '../../../core/remediation/peer-verdict.ts';
import { peerBatches, selfNodeSettings } from '../../../core/remediation/self-node-settings.ts';
import { fc } from '../../kit/property.ts';

const SETTINGS = selfNodeSettings(undefined);
const NOW_MS = 1_000_000;

interface Asked {
  readonly reason: PeerReason;
  readonly healthy: boolean;
  /** How many peers were asked. */
  readonly asked: number;
}

/** A whole round at one instant; peers answer in this order. */
function ask(
  answers: readonly PeerAnswer[],
  {
    lineage = 'exact',
    silentForMs = 60_000,
    peersMin = 1,
  }: { lineage?: Lineage; silentForMs?: number; peersMin?: number } = {},
): Asked {
  const silence = { heardAtMs: NOW_MS - silentForMs, askingSinceMs: NOW_MS - silentForMs };
  let step = beginRound({ ...SETTINGS, peersMin }, lineage, answers.length, silence);
  let asked = 0;
  while (step.step === 'ask') {
    const batch = answers.slice(asked, asked + step.count);
    asked += batch.length;
    step = peersAnswered(step.round, batch, NOW_MS);
  }
  return { ...step.verdict, asked };
}

const of = (count: number, answer: PeerAnswer): readonly PeerAnswer[] => Array.from({ length: count }, () => answer);

describe('batches', () => {
  test.each([
    [0, []],
    [1, [1]],
    [3, [3]],
    [4, [3, 1]],
    [20, [3, 3, 3, 3, 3, 3, 2]],
    [103, [3, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10]],
    [109, [3, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 6]],
  ])('%i peers are asked in %j', (peers, sizes) => {
    expect(peerBatches(peers)).toEqual(sizes);
  });

  test('everybody is in one batch, and there are never more than 14 of them', () => {
    fc.assert(
      fc.property(fc.nat(3000), (peers) => {
        const sizes = peerBatches(peers);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(peers);
        expect(sizes.length).toBeLessThanOrEqual(14);
        expect(sizes.slice(0, 1)).toEqual(peers === 0 ? [] : [Math.min(3, peers)]);
      }),
    );
  });
});

describe('the first peer that knows decides', () => {
  test.each<[string, readonly PeerAnswer[], Asked]>([
    [
      'one of three says healthy',
      ['none', 'healthy', 'unhealthy'],
      { healthy: true, reason: 'request-not-found', asked: 3 },
    ],
    [
      'one knows of a request',
      ['none', 'api-error', 'unhealthy'],
      { healthy: false, reason: 'request-found', asked: 3 },
    ],
    [
      'the next batch is not asked',
      [...of(3, 'unhealthy'), ...of(9, 'healthy')],
      { healthy: false, reason: 'request-found', asked: 3 },
    ],
    ['most cannot tell', of(9, 'api-error'), { healthy: true, reason: 'most-peers-lack-the-api', asked: 6 }],
    [
      'exactly half cannot tell, the rest is silent',
      [...of(2, 'api-error'), ...of(2, 'none')],
      { healthy: true, reason: 'silence-too-short', asked: 4 },
    ],
    ['nobody answers', of(20, 'none'), { healthy: false, reason: 'isolated', asked: 20 }],
  ])('%s', (_title, answers, gives) => {
    expect(ask(answers)).toEqual(gives);
  });

  test('nobody answers, but somebody did 30 s ago', () => {
    expect(ask(of(2, 'none'), { silentForMs: 30_000 })).toEqual({
      healthy: true,
      reason: 'silence-too-short',
      asked: 2,
    });
    expect(ask(of(2, 'none'), { silentForMs: 30_001 })).toEqual({ healthy: false, reason: 'isolated', asked: 2 });
  });

  test('fewer peers than the configuration asks for: nothing is asked', () => {
    expect(ask(of(2, 'unhealthy'), { peersMin: 3 })).toEqual({ healthy: true, reason: 'too-few-peers', asked: 0 });
    expect(ask([], { peersMin: 0 })).toEqual({ healthy: false, reason: 'no-peers', asked: 0 });
  });
});

describe('corrected: most of those that know decide (incident I40)', () => {
  test('one wrong peer keeps no lost node and reboots no healthy one', () => {
    const lost: readonly PeerAnswer[] = ['healthy', ...of(4, 'unhealthy'), 'none'];
    const well: readonly PeerAnswer[] = ['unhealthy', ...of(4, 'healthy'), 'none'];
    expect([ask(lost), ask(well)]).toEqual([
      { healthy: true, reason: 'request-not-found', asked: 3 },
      { healthy: true, reason: 'request-not-found', asked: 3 },
    ]);
    expect([ask(lost, { lineage: 'corrected' }), ask(well, { lineage: 'corrected' })]).toEqual([
      { healthy: false, reason: 'request-found', asked: 6 },
      { healthy: true, reason: 'request-not-found', asked: 6 },
    ]);
  });

  test('unanimous peers and silent ones are understood alike in both lineages', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<PeerAnswer>('healthy', 'unhealthy', 'api-error'),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
        (answer, speaks) => {
          const answers = speaks.map((does): PeerAnswer => (does ? answer : 'none'));
          const [exact, corrected] = [ask(answers), ask(answers, { lineage: 'corrected' })];
          expect({ ...corrected, asked: 0 }).toEqual({ ...exact, asked: 0 });
        },
      ),
    );
  });

  test('the silence counts from the first round of this loss', () => {
    const silence = { heardAtMs: 0, askingSinceMs: NOW_MS };
    const verdicts = (['exact', 'corrected'] as const).map((lineage) => {
      const step = beginRound(SETTINGS, lineage, 2, silence);
      return step.step === 'ask' ? peersAnswered(step.round, of(2, 'none'), NOW_MS + 5_000) : step;
    });
    expect(verdicts).toMatchObject([
      { step: 'conclude', verdict: { healthy: false, reason: 'isolated' } },
      { step: 'conclude', verdict: { healthy: true, reason: 'silence-too-short' } },
    ]);
  });
});

describe('a control plane node', () => {
  const cutOff = { reached: false, requestFound: false, diagnosticsPass: true };
  test.each<[string, PeerReason | undefined, typeof cutOff, boolean]>([
    ['cut off from workers and control plane: reboots (incident I37)', 'isolated', cutOff, false],
    ['cut off from workers only', 'isolated', { ...cutOff, reached: true }, true],
    [
      'a control plane peer knows of a request, even before workers are asked',
      undefined,
      { ...cutOff, requestFound: true },
      false,
    ],
    ['a worker knows of a request', 'request-found', { ...cutOff, reached: true }, false],
    ['no worker has the API, its own kubelet answers', 'most-peers-lack-the-api', cutOff, true],
    [
      'no worker has the API, its own kubelet is dead',
      'most-peers-lack-the-api',
      { ...cutOff, diagnosticsPass: false },
      false,
    ],
    ['no workers, other control plane nodes reached', 'too-few-peers', { ...cutOff, reached: true }, true],
    ['no workers, nobody reached', 'too-few-peers', cutOff, false],
    ['too few checks have failed', undefined, cutOff, true],
  ])('%s', (_title, reason, found, healthy) => {
    const said = reason === undefined ? undefined : { healthy: false, reason };
    expect(controlPlaneIsHealthy(said, found)).toBe(healthy);
  });
});
