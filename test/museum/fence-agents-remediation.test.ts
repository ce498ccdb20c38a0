// Museum, incidents I57 and I58: what the death of the fence agents' operator does to a fencing. The crash points are not
// thought up: they are the boundaries between the actions that the controller really performed, and the instants at which its
// agent was at work. Source: medik8s/fence-agents-remediation 51f603e0.

import { describe, expect, test } from 'vitest';
import { findCondition } from '../../core/api/conditions.ts';
import { FENCE_AGENTS_REMEDIATION, type FenceAgentsRemediation } from '../../core/api/fence-agents-remediation.ts';
import type { Lineage } from '../../core/api/lineage.ts';
import { NODE } from '../../core/api/node.ts';
import { POD } from '../../core/api/workload.ts';
import { fenceAgentsRemediationController } from '../../core/remediation/fence-agents-remediation.controller.ts';
import { actionLabel } from '../../core/runtime/action-label.ts';
import { type CoreBench, coreBench } from '../kit/core-bench.ts';
import { aHost } from '../kit/host-objects.ts';
import { aNode, meta, NOW_MS } from '../kit/machine-objects.ts';
import { fc } from '../kit/property.ts';

const KEY = 'medik8s/worker-0';
const HOST = { namespace: 'openshift-machine-api', name: 'host-0' };
const MINUTE = 60_000;

interface Story {
  readonly lineage: Lineage;
  readonly strategy?: 'ResourceDeletion' | 'OutOfServiceTaint';
  readonly lagMs?: number;
  readonly forgetMemory?: boolean;
  /** Dies before the n-th action of its life, counted from 1 and with the ends of lists, for a second. */
  readonly diesAt?: number;
}

interface Played {
  readonly bench: CoreBench;
  /** What was done before each boundary, and what was to follow. */
  readonly boundaries: readonly string[];
}

function request(strategy: Story['strategy'] = 'ResourceDeletion'): FenceAgentsRemediation {
  return {
    apiVersion: 'fence-agents-remediation.medik8s.io/v1alpha1',
    kind: 'FenceAgentsRemediation',
    metadata: meta('worker-0', { namespace: 'medik8s' }),
    spec: {
      agent: 'fence_ipmilan',
      retrycount: 2,
      nodeparameters: { '--ip': { 'worker-0': '192.0.2.1' } },
      remediationStrategy: strategy,
    },
  };
}

type Boundary = (index: number) => void;

function benchOf({ lineage, strategy, lagMs = 0, forgetMemory = false }: Story, atBoundary: Boundary): CoreBench {
  return coreBench({
    objects: [
      request(strategy),
      aNode('worker-0', 'Unknown', MINUTE),
      aHost('host-0', 'provisioned', { spec: { bmc: { address: 'ipmi://192.0.2.1' } } }),
      { apiVersion: 'v1', kind: 'Pod', metadata: meta('web', { namespace: 'apps' }), spec: { nodeName: 'worker-0' } },
    ],
    controllers: [fenceAgentsRemediationController({ lineage })],
    atMs: NOW_MS,
    lagMs,
    runtime: { forgetMemory, atBoundary: (_controller, _key, index) => atBoundary(index) },
  });
}

function play(story: Story): Played {
  const boundaries: string[] = [];
  // The first decisions are made while the bench is being built.
  const late: { bench?: CoreBench } = {};
  const bench = benchOf(story, (index) => {
    const { bench } = late;
    const actions = bench?.decisions.at(-1)?.actions ?? [];
    const name = (at: number): string => {
      const action = actions[at];
      return action === undefined ? '' : actionLabel(action).replace(/ .*\//, ' ');
    };
    boundaries.push(`${name(index - 1)} | ${name(index)}`.trim());
    if (bench === undefined || boundaries.length !== story.diesAt) return;
    bench.runtime.stop();
    bench.kernel.call(bench.nowMs + 1_000, () => bench.runtime.start());
  });
  late.bench = bench;
  bench.run(NOW_MS + 10 * MINUTE);
  return { bench, boundaries };
}

/** What came of it: the verdict, how often the power was cut, and whether the workloads were let go. */
function end({ bench }: Played): string {
  const { status } = bench.the(FENCE_AGENTS_REMEDIATION, KEY);
  const succeeded = findCondition(status?.conditions, 'Succeeded');
  const cuts = bench.bmc.commands.filter(({ power }) => power === 'off').length;
  const taints = (bench.the(NODE, 'worker-0').spec?.taints ?? []).map(({ key }) => key.split('/')[1]);
  const released = bench.list(POD).length === 0 || taints.includes('out-of-service');
  return [
    succeeded === undefined ? 'no verdict' : `Succeeded=${succeeded.status}`,
    `${cuts} cuts`,
    released ? 'workloads released' : 'workloads held',
    `host ${bench.bmc.power(HOST)}`,
  ].join(', ');
}

const FINE = 'Succeeded=True, 1 cuts, workloads released, host on';

/** How it ends after a death at each boundary, those that end well left out. */
function deaths(story: Story): Readonly<Record<string, string>> {
  const { boundaries } = play(story);
  const ends = boundaries.map(
    (boundary, i) => [`${i + 1}: ${boundary}`, end(play({ ...story, diesAt: i + 1 }))] as const,
  );
  return Object.fromEntries(ends.filter(([, how]) => how !== FINE));
}

describe('a death at every boundary of its own actions', () => {
  test('without one it ends well in both lineages', () => {
    for (const lineage of ['exact', 'corrected'] as const) expect(end(play({ lineage }))).toBe(FINE);
  });

  test('exact: between its first two writes it is stuck for ever; before it writes the success it fences twice', () => {
    const stuck = 'no verdict, 0 cuts, workloads held, host on';
    expect(deaths({ lineage: 'exact' })).toEqual({
      '2: patch worker-0 | recordEvent RemediationStarted': stuck,
      '3: recordEvent RemediationStarted | patch worker-0': stuck,
      // The agent has succeeded, and nobody knows it.
      '11: | patch worker-0': 'Succeeded=True, 2 cuts, workloads released, host on',
    });
  });

  test.each(['ResourceDeletion', 'OutOfServiceTaint'] as const)(
    'corrected, %s: it ends well wherever it dies',
    (strategy) => {
      expect(deaths({ lineage: 'corrected', strategy })).toEqual({});
      expect(deaths({ lineage: 'corrected', strategy, lagMs: 50 })).toEqual({});
    },
  );
});

describe('at any instant', () => {
  /** Calls `disturb` at these instants after the start, and says what came of it. */
  const disturbed = (story: Story, atMs: readonly number[], disturb: (bench: CoreBench, n: number) => void): Played => {
    const bench = benchOf(story, () => undefined);
    [...atMs]
      .sort((a, b) => a - b)
      .forEach((ms, n) => {
        bench.run(NOW_MS + ms);
        disturb(bench, n);
      });
    bench.run(NOW_MS + 10 * MINUTE);
    return { bench, boundaries: [] };
  };
  const instants = fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 4 });
  const lineages = fc.constantFrom<Lineage>('exact', 'corrected');

  test('corrected fences once, whenever and however often the operator dies', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(0, 50), (atMs, lagMs) => {
        const played = disturbed({ lineage: 'corrected', lagMs }, atMs, (bench) => bench.restart());
        expect(end(played)).toBe(FINE);
      }),
      { numRuns: 100 },
    );
  });

  test('a decision more changes nothing: the same commands at the same instants', () => {
    const commands = ({ bench }: Played) => bench.bmc.commands.map(({ power, atMs }) => `${power} ${atMs - NOW_MS}`);
    fc.assert(
      fc.property(instants, lineages, fc.boolean(), (atMs, lineage, silent) => {
        const silence = (bench: CoreBench): void => bench.bmc.setReachable(HOST, !silent);
        const calm = disturbed({ lineage }, [1], silence);
        const poked = disturbed({ lineage }, [1, ...atMs], (bench, n) => {
          silence(bench);
          bench.update(FENCE_AGENTS_REMEDIATION, KEY, 'main', (current) => ({
            ...current,
            metadata: { ...current.metadata, labels: { poked: String(n) } },
          }));
        });
        expect({ end: end(poked), commands: commands(poked) }).toEqual({ end: end(calm), commands: commands(calm) });
      }),
      { numRuns: 100 },
    );
  });

  test('corrected reaches the same end with its memory emptied before every call', () => {
    const forgetful = play({ lineage: 'corrected', forgetMemory: true, lagMs: 50 });
    expect(end(forgetful)).toBe(FINE);
  });
});
