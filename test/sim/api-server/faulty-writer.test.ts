// What a client is told, when, and what is in the store afterwards, for everything that can happen to a request.

import { describe, expect, test } from 'vitest';
import type { WriteAction } from '../../../core/actions.ts';
import { NODE } from '../../../core/api/node.ts';
import type { Outcome } from '../../../core/facts.ts';
import { FaultyWriter, type RequestFate, SERVER_TIMEOUT } from '../../../sim/api-server/faulty-writer.ts';
import { StoreWriter } from '../../../sim/api-server/kube-writer.ts';
import {
  conflict,
  MODIFIED_MEANWHILE,
  serviceUnavailable,
  throttled,
  webhookFailed,
} from '../../../sim/api-server/refusals.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { fc } from '../../kit/property.ts';
import { aNode, aStore, keyIn, START_MS } from './objects.ts';

const A = keyIn('', 'a');

function label(labels: Readonly<Record<string, string>>): WriteAction {
  return { do: 'patch', kind: NODE, key: A, subresource: 'main', patch: { metadata: { labels } }, onlyIf: {} };
}

interface Row {
  readonly given: string;
  /** Fates of the tries, one after the other; then requests are left alone. */
  readonly fates: readonly (RequestFate | undefined)[];
  readonly told: string;
  readonly stored: boolean;
}

const lost = { afterMs: 300, message: 'unexpected EOF' };
const throttledOnce: RequestFate = { kind: 'refused', refusal: throttled(), retryAfterMs: 1_000 };

const ROWS: readonly Row[] = [
  { given: 'no fault', fates: [undefined], told: '0 done', stored: true },
  {
    given: 'a conflict',
    fates: [{ kind: 'refused', refusal: conflict(NODE, 'a', MODIFIED_MEANWHILE) }],
    told: '0 refused 409 Conflict',
    stored: false,
  },
  {
    given: '429 without Retry-After',
    fates: [{ kind: 'refused', refusal: throttled() }],
    told: '0 refused 429 TooManyRequests',
    stored: false,
  },
  {
    given: '429 with Retry-After, twice: the client tries again by itself',
    fates: [throttledOnce, throttledOnce],
    told: '2000 done',
    stored: true,
  },
  {
    given: '429 with Retry-After for ever: the client gives up after its eleventh try',
    fates: Array.from({ length: 20 }, () => throttledOnce),
    told: '10000 refused 429 TooManyRequests',
    stored: false,
  },
  {
    given: '500',
    fates: [{ kind: 'refused', refusal: webhookFailed() }],
    told: '0 refused 500 InternalError',
    stored: false,
  },
  {
    given: '503',
    fates: [{ kind: 'refused', refusal: serviceUnavailable() }],
    told: '0 refused 503 ServiceUnavailable',
    stored: false,
  },
  { given: 'a lost reply', fates: [{ kind: 'lostReply', ...lost }], told: '300 unknown', stored: true },
  { given: 'a lost request', fates: [{ kind: 'lostRequest', ...lost }], told: '300 unknown', stored: false },
  { given: 'a slow server', fates: [{ kind: 'slow', delayMs: 60_000 }], told: '60000 done', stored: true },
  {
    given: 'a server too slow for its own limit',
    fates: [{ kind: 'slow', delayMs: 60_001 }],
    told: '60000 unknown',
    stored: false,
  },
];

function bench() {
  const kernel = new Kernel(START_MS);
  const store = aStore([aNode('a')], kernel);
  const writer = new FaultyWriter(new StoreWriter(store), kernel);
  const labels = () => store.get(NODE, A)?.metadata.labels ?? {};
  return { kernel, store, writer, labels };
}

function words(outcome: Outcome): string {
  return outcome.kind === 'refused' ? `refused ${outcome.code} ${outcome.reason}` : outcome.kind;
}

describe('a request', () => {
  test.each(ROWS)('$given', ({ fates, told, stored }) => {
    const { kernel, writer, labels } = bench();
    let tries = 0;
    writer.addFault(() => fates[tries++]);
    const heard: string[] = [];
    writer.submit('me', label({ v: '1' }), (outcome) => heard.push(`${kernel.nowMs - START_MS} ${words(outcome)}`));
    kernel.runUntil(START_MS + 100_000);
    expect({ heard, labels: labels() }).toEqual({ heard: [told], labels: stored ? { v: '1' } : {} });
  });

  test('slow on the way and then lost: both, and the effect comes late', () => {
    const { kernel, writer, labels } = bench();
    writer.addFault(() => ({ kind: 'slow', delayMs: 500 }));
    writer.addFault(() => ({ kind: 'lostReply', ...lost }));
    const heard: string[] = [];
    writer.submit('me', label({ v: '1' }), (outcome) => heard.push(`${kernel.nowMs - START_MS} ${words(outcome)}`));
    const seen = [499, 500, 2_000].map((ms) => {
      kernel.runUntil(START_MS + ms);
      return labels().v;
    });
    expect({ seen, heard }).toEqual({ seen: [undefined, '1', '1'], heard: ['800 unknown'] });
  });

  test.each<{ given: string; fate: RequestFate | undefined; told: string }>([
    { given: 'no fault', fate: undefined, told: '0 found' },
    { given: 'a refusal', fate: { kind: 'refused', refusal: serviceUnavailable() }, told: '0 unknown' },
    { given: 'a lost reply', fate: { kind: 'lostReply', ...lost }, told: '300 unknown' },
    { given: 'a lost request', fate: { kind: 'lostRequest', ...lost }, told: '300 unknown' },
    { given: 'a slow server', fate: { kind: 'slow', delayMs: 900 }, told: '900 found' },
    { given: 'a server too slow', fate: { kind: 'slow', delayMs: 90_000 }, told: `60000 unknown` },
  ])('that reads, with $given', ({ fate, told }) => {
    const { kernel, writer } = bench();
    writer.addFault(({ verb }) => (verb === 'read' ? fate : undefined));
    const heard: string[] = [];
    writer.readFresh(NODE, A, (answer) => heard.push(`${kernel.nowMs - START_MS} ${answer.kind}`));
    kernel.runUntil(START_MS + 100_000);
    expect(heard).toEqual([told]);
  });

  test('names its verb, kind and object to the fault', () => {
    const { writer } = bench();
    const asked: string[] = [];
    const end = writer.addFault(({ verb, kind, key }) => {
      asked.push(`${verb} ${kind.key} ${key.namespace}/${key.name}`);
      return undefined;
    });
    const nothing = (): void => undefined;
    writer.submit('me', label({ v: '1' }), nothing);
    writer.submit('me', { do: 'evict', key: keyIn('shop', 'db'), onlyIf: {} }, nothing);
    writer.readFresh(NODE, A, nothing);
    end();
    writer.submit('me', { do: 'delete', kind: NODE, key: A, onlyIf: {} }, nothing);
    expect(asked).toEqual(['patch Node /a', 'evict Pod shop/db', 'read Node /a']);
  });

  test('given up by the server is answered in its words', () => {
    const { kernel, writer } = bench();
    writer.addFault(() => ({ kind: 'slow', delayMs: 70_000 }));
    const heard: Outcome[] = [];
    writer.submit('me', label({ v: '1' }), (outcome) => heard.push(outcome));
    kernel.runUntil(START_MS + 100_000);
    expect(heard).toEqual([{ kind: 'unknown', message: SERVER_TIMEOUT }]);
  });
});

test('with any mix of faults: one answer each; done is in the store, refused is not, unknown is wholly there or not at all', () => {
  const fate = fc.oneof<fc.Arbitrary<RequestFate | undefined>[]>(
    fc.constant(undefined),
    fc.constantFrom<RequestFate>(throttledOnce, { kind: 'refused', refusal: serviceUnavailable() }),
    fc.nat(70_000).map((delayMs): RequestFate => ({ kind: 'slow', delayMs })),
    fc.nat(1_000).map((afterMs): RequestFate => ({ kind: 'lostReply', afterMs, message: '' })),
    fc.nat(1_000).map((afterMs): RequestFate => ({ kind: 'lostRequest', afterMs, message: '' })),
  );
  const outcomesSeen = new Set<string>();
  fc.assert(
    fc.property(fc.array(fate, { maxLength: 30 }), fc.array(fc.nat(500), { maxLength: 20 }), (fates, gaps) => {
      const { kernel, writer, labels } = bench();
      let first = 0;
      let second = 0;
      writer.addFault(() => fates[first++]);
      writer.addFault(() => fates[fates.length - 1 - second++]);
      const told = gaps.map((): string[] => []);
      gaps.forEach((gap, i) => {
        writer.submit('me', label({ [`one-${i}`]: '1', [`two-${i}`]: '2' }), ({ kind }) => told[i]?.push(kind));
        kernel.runUntil(kernel.nowMs + gap);
      });
      kernel.runUntil(kernel.nowMs + 1_000_000);
      const stored = labels();
      told.forEach((outcomes, i) => {
        expect(outcomes).toHaveLength(1);
        const there = [stored[`one-${i}`], stored[`two-${i}`]];
        const whole = ['1', '2'];
        const nothing = [undefined, undefined];
        const allowed = outcomes[0] === 'done' ? [whole] : outcomes[0] === 'refused' ? [nothing] : [whole, nothing];
        expect(allowed).toContainEqual(there);
        outcomesSeen.add(`${outcomes[0]} ${there[0]}`);
      });
    }),
    { numRuns: 300 },
  );
  expect([...outcomesSeen].sort()).toEqual(['done 1', 'refused undefined', 'unknown 1', 'unknown undefined']);
});
