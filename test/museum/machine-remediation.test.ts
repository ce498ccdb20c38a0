// Museum R3 and R4: what a crash of machine-remediation-operator did to a reboot, and what took longer than its 5 min. The
// crash points are not thought up: they are the boundaries between the actions that the controllers really performed, and a
// run dies at each of them. Source: kubevirt/machine-remediation-operator 6d411110, pkg/baremetal/remediator.

import { describe, expect, test } from 'vitest';
import type { Action } from '../../core/actions.ts';
import { BARE_METAL_HOST } from '../../core/api/bare-metal-host.ts';
import type { Lineage } from '../../core/api/lineage.ts';
import { isReady, NODE } from '../../core/api/node.ts';
import { MACHINE_REMEDIATION } from '../../core/api/remediation.ts';
import { bareMetalHostController } from '../../core/host/bare-metal-host.controller.ts';
import { machineRemediationController } from '../../core/remediation/machine-remediation.controller.ts';
import { ANNOTATION_NODE_REBOOT } from '../../core/remediation/names.ts';
import { nodeRebootController } from '../../core/remediation/node-reboot.controller.ts';
import { type CoreBench, coreBench } from '../kit/core-bench.ts';
import { anOpenshiftWorker, registersAfter } from '../kit/host-objects.ts';
import { aNode, NOW_MS, OPENSHIFT_NAMESPACE } from '../kit/machine-objects.ts';
import { fc } from '../kit/property.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

interface Crash {
  readonly at: number;
  readonly downMs: number;
}

interface Story {
  readonly lineage: Lineage;
  readonly powerOffMs?: number;
  readonly powerOnMs?: number;
  /** From power-on to a Node that is Ready. */
  readonly bootMs?: number;
  readonly lagMs?: number;
  /** Dies at these boundaries, counted from 1, each time for so long. */
  readonly crashes?: readonly Crash[];
}

interface Played {
  readonly bench: CoreBench;
  /** Every boundary between two actions: what came before, and what was to follow. */
  readonly boundaries: readonly string[];
}

/** Somebody annotates a Node whose operating system hangs; an hour later everything is over. */
function play({
  lineage,
  powerOffMs = 20 * SECOND,
  powerOnMs = 20 * SECOND,
  bootMs = MINUTE,
  lagMs = 0,
  crashes = [],
}: Story): Played {
  const node = aNode('node-0', 'Unknown', MINUTE, {
    labels: { zone: 'a' },
    annotations: { 'machine.openshift.io/machine': `${OPENSHIFT_NAMESPACE}/worker-0`, [ANNOTATION_NODE_REBOOT]: '' },
  });
  const boundaries: string[] = [];
  // The first decisions are made while the bench is being built.
  const late: { bench?: CoreBench } = {};
  const bench = coreBench({
    objects: [...anOpenshiftWorker(), node],
    controllers: [nodeRebootController({ lineage }), machineRemediationController({ lineage })],
    surroundings: [bareMetalHostController({ provisioningLimit: 20, maxProvisioningRetries: 5, lineage: 'exact' })],
    atMs: NOW_MS,
    lagMs,
    bmc: { powerOffMs, powerOnMs },
    onPower: registersAfter(bootMs),
    runtime: {
      atBoundary: (controller, key, index) => {
        const { bench } = late;
        if (bench === undefined) return;
        const list = bench.decisions.findLast(
          (decision) => decision.controller === controller && decision.key.endsWith(key.name),
        );
        const actions = (list?.actions ?? []).filter((action) => action.do !== 'recordEvent');
        const [before, next] = [actions[index - 1], actions[index]];
        if (index > actions.length || actions.length === 0) return;
        boundaries.push(
          `${before === undefined ? '' : nameOf(before)} | ${next === undefined ? '' : nameOf(next)}`.trim(),
        );
        const crash = crashes.find(({ at }) => at === boundaries.length);
        if (crash === undefined) return;
        bench.runtime.stop();
        bench.kernel.call(bench.nowMs + crash.downMs, () => bench.runtime.start());
      },
    },
  });
  late.bench = bench;
  bench.run(NOW_MS + 60 * MINUTE);
  return { bench, boundaries };
}

function nameOf(action: Action): string {
  if (action.do !== 'patch') return `${action.do} ${'kind' in action ? action.kind.kind : ''}`.trim();
  const { spec, status } = action.patch as {
    readonly spec?: { readonly online?: boolean };
    readonly status?: { readonly state?: string };
  };
  if (spec?.online !== undefined) return `host ${spec.online ? 'on' : 'off'}`;
  return status?.state === undefined ? `patch ${action.kind.kind}` : `status ${status.state}`;
}

/** What is wrong an hour later, or `fine`. */
function end({ bench }: Played): string {
  const node = bench.get(NODE, 'node-0');
  const requests = bench.list(MACHINE_REMEDIATION);
  const { spec, status } = bench.the(BARE_METAL_HOST, `${OPENSHIFT_NAMESPACE}/host-0`);
  const wrong = [
    ...requests.map((request) => `request ${request.status?.state ?? 'untouched'}`),
    ...(spec?.online === true && status?.poweredOn === true ? [] : ['host off']),
    ...(node !== undefined && isReady(node) ? [] : ['node not Ready']),
    ...(node?.metadata.labels?.zone === 'a' ? [] : ['labels lost']),
  ];
  return wrong.length === 0 ? 'fine' : wrong.join(', ');
}

const DOWNTIMES_MS = [5 * SECOND, 30 * SECOND, 120 * SECOND];

type Table = Readonly<Record<string, readonly string[]>>;

/** How it ends after a crash at every boundary, for each downtime. */
function endings(story: Story): Table {
  const { boundaries } = play(story);
  return Object.fromEntries(
    boundaries.map((boundary, i) => [
      boundary,
      DOWNTIMES_MS.map((downMs) => end(play({ ...story, crashes: [{ at: i + 1, downMs }] }))),
    ]),
  );
}

const FINE = ['fine', 'fine', 'fine'];
/** All that happens in a reboot that goes well, in order. */
const ALL_FINE: Table = {
  '| create MachineRemediation': FINE,
  'create MachineRemediation |': FINE,
  '| status Started': FINE,
  'status Started |': FINE,
  '| host off': FINE,
  // Window A: the mark on the host says whose power-off it is.
  'host off | status PowerOff': FINE,
  'status PowerOff |': FINE,
  '| delete Node': FINE,
  // Window N: a Node that is gone is gone.
  'delete Node | host on': FINE,
  // Window B.
  'host on | status PowerOn': FINE,
  'status PowerOn |': FINE,
  '| patch Node': FINE,
  'patch Node | status Succeeded': FINE,
  'status Succeeded |': FINE,
  '| delete MachineRemediation': FINE,
  'delete MachineRemediation |': FINE,
};

describe('museum R3: the controller dies between two actions, for 5 s, 30 s and 120 s', () => {
  test.each<{ lineage: Lineage; table: Table }>([
    {
      lineage: 'exact',
      // Back in time it powers on once more; later it sees the host on, and waits for it to go off.
      table: {
        ...ALL_FINE,
        'host on | status PowerOn': ['fine', 'request Failed, labels lost', 'request Failed, labels lost'],
      },
    },
    { lineage: 'corrected', table: ALL_FINE },
  ])('$lineage', ({ lineage, table }) => {
    expect(endings({ lineage })).toEqual(table);
  });
});

test('corrected gets over any crashes, however many and for however long, behind a view that lags', () => {
  const crash = fc.record({ at: fc.integer({ min: 1, max: 30 }), downMs: fc.integer({ min: 0, max: 90 * SECOND }) });
  fc.assert(
    fc.property(fc.array(crash, { maxLength: 6 }), fc.integer({ min: 0, max: 2 * SECOND }), (crashes, lagMs) => {
      expect(end(play({ lineage: 'corrected', crashes, lagMs }))).toBe('fine');
    }),
    { numRuns: 100 },
  );
});

describe('museum R4: what takes longer than 5 min', () => {
  test.each([
    { id: 'a boot of 400 s', bootMs: 400 * SECOND, exact: 'request Failed, labels lost', corrected: 'fine' },
    { id: 'a power-on of 6 min', powerOnMs: 6 * MINUTE, exact: 'request Failed, labels lost', corrected: 'fine' },
    {
      id: 'a power-off of 6 min',
      powerOffMs: 6 * MINUTE,
      exact: 'request Failed, host off, node not Ready',
      corrected: 'fine',
    },
    // Given up, and handed back: it goes off all the same, and is powered on again.
    {
      id: 'a power-off of 30 min',
      powerOffMs: 30 * MINUTE,
      exact: 'request Failed, host off, node not Ready',
      corrected: 'request Failed',
    },
  ])('$id', ({ id: _, exact, corrected, ...times }) => {
    expect({
      exact: end(play({ ...times, lineage: 'exact' })),
      corrected: end(play({ ...times, lineage: 'corrected' })),
    }).toEqual({ exact, corrected });
  });

  test('a boot of 400 s with the controller down besides: corrected gets over every crash', () => {
    expect(endings({ lineage: 'corrected', bootMs: 400 * SECOND })).toEqual(ALL_FINE);
  });
});

describe('two requests for one reboot, of a controller that is back before its list is', () => {
  test.each([
    { lineage: 'exact' as const, created: 2 },
    { lineage: 'corrected' as const, created: 1 },
  ])('$lineage: $created', ({ lineage, created }) => {
    const story: Story = { lineage, lagMs: 2 * SECOND };
    const at = 1 + play(story).boundaries.indexOf('create MachineRemediation |');
    const played = play({ ...story, crashes: [{ at, downMs: SECOND }] });
    const creates = played.bench.performed.filter(({ action }) => action.do === 'create');
    expect({ created: creates.filter(({ outcome }) => outcome.kind === 'done').length, end: end(played) }).toEqual({
      created,
      end: 'fine',
    });
  });
});
