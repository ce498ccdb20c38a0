// Between two decisions nothing may happen by itself: until the instant that a decision asks for, the same question has the
// same answer, whatever the host has been through.

import { expect, test } from 'vitest';
import type { Action } from '../../../core/actions.ts';
import type { BareMetalHost, HostErrorType } from '../../../core/api/bare-metal-host.ts';
import type { Fact } from '../../../core/facts.ts';
import { bareMetalHostController } from '../../../core/host/bare-metal-host.controller.ts';
import { BARE_METAL_HOST_STATES } from '../../../core/host/bare-metal-host.states.ts';
import type { HostMemory } from '../../../core/host/host-memory.ts';
import type { HostState } from '../../../core/host/host-vocabulary.ts';
import { actionLabel } from '../../../core/runtime/action-label.ts';
import { coreBench } from '../../kit/core-bench.ts';
import { aHost } from '../../kit/host-objects.ts';
import { NOW_MS, OPENSHIFT_NAMESPACE } from '../../kit/machine-objects.ts';
import { fc } from '../../kit/property.ts';

const KEY = { namespace: OPENSHIFT_NAMESPACE, name: 'host-0' };

const STATES = (Object.keys(BARE_METAL_HOST_STATES.states) as HostState[]).filter((state) => state !== 'none');

const situations = fc.record({
  state: fc.constantFrom(...STATES),
  lineage: fc.constantFrom('exact' as const, 'corrected' as const),
  online: fc.boolean(),
  deleting: fc.boolean(),
  poweredOn: fc.boolean(),
  errorCount: fc.nat(5),
  errorType: fc.constantFrom<HostErrorType | undefined>(undefined, 'power management error', 'provisioning error'),
  annotations: fc.subarray([
    'reboot.metal3.io',
    'reboot.metal3.io/a',
    'baremetalhost.metal3.io/detached',
    'inspect.metal3.io',
  ]),
});

/** What the world says, one after another, and how long after. */
const answers = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 1, max: 400_000 }),
    says: fc.constantFrom(
      'on' as const,
      'off' as const,
      'unreachable' as const,
      'succeeded' as const,
      'failed' as const,
    ),
  }),
  { maxLength: 6 },
);

function hostIn({ state, online, deleting, poweredOn, errorCount, errorType, annotations }: Situation): BareMetalHost {
  return aHost('host-0', state, {
    spec: { online },
    annotations: Object.fromEntries(annotations.map((name) => [name, ''])),
    status: {
      poweredOn,
      errorCount,
      operationalStatus: errorType === undefined ? 'OK' : 'error',
      ...(errorType === undefined ? {} : { errorType }),
      provisioning: { state },
    },
    rest: deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {},
  });
}

type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never;

function labels(actions: readonly Action[]): readonly string[] {
  return actions.map((action) => {
    const status = action.do === 'patch' ? (action.patch as { readonly status?: object }).status : undefined;
    return `${actionLabel(action)} ${Object.keys(status ?? {}).join(' ')}`;
  });
}

test('until its recheck a decision about a host stays the same', () => {
  fc.assert(
    fc.property(
      situations,
      answers,
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (situation, said, share) => {
        const controller = bareMetalHostController({
          provisioningLimit: 20,
          maxProvisioningRetries: 5,
          lineage: situation.lineage,
        });
        const { view } = coreBench({ objects: [hostIn(situation)], controllers: [], atMs: NOW_MS });
        for (const index of controller.indexes) view.addIndex(index);
        const decide = (nowMs: number, memory: HostMemory | undefined, facts: readonly Fact[]) =>
          controller.decide({ view, key: KEY, nowMs, memory, facts });
        let nowMs = NOW_MS;
        let { memory } = decide(nowMs, undefined, []);
        for (const { afterMs, says } of said) {
          nowMs += afterMs;
          ({ memory } = decide(nowMs, memory, [factOf(says, memory, nowMs)]));
        }
        const now = decide(nowMs, memory, []);
        const untilMs = now.recheckAtMs ?? nowMs + 86_400_000;
        expect(untilMs).toBeGreaterThan(nowMs);
        const earlier = decide(nowMs + Math.floor((untilMs - nowMs) * share), memory, []);
        expect({ rule: earlier.because.rule, actions: labels(earlier.actions) }).toEqual({
          rule: now.because.rule,
          actions: labels(now.actions),
        });
      },
    ),
    { numRuns: 2_000 },
  );
});

function factOf(
  says: 'on' | 'off' | 'unreachable' | 'succeeded' | 'failed',
  memory: HostMemory | undefined,
  nowMs: number,
): Fact {
  if (says === 'succeeded' || says === 'failed') {
    const operationId = memory?.command?.operationId ?? memory?.operation?.operationId ?? '';
    const end = says === 'failed' ? ({ kind: 'failed', message: 'no' } as const) : ({ kind: 'succeeded' } as const);
    return { fact: 'operation', host: KEY, operationId, end, atMs: nowMs };
  }
  return { fact: 'power', host: KEY, reading: { power: says, askedAtMs: nowMs, readAtMs: nowMs } };
}
