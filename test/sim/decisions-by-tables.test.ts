// Whole recorded runs: whatever a state table decides says with what, and the edge that is told as taken is the rule of the decision.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import type { StoryEntry } from '../../sim/result.ts';
import { simulate } from '../../sim/simulation.ts';
import { loaded } from '../kit/crash/crash-cluster.ts';
import * as flows from '../kit/crash/flows.ts';
import { hangRun, hangStudy } from '../kit/hang-study.ts';
import { studyOf } from '../kit/remediation-story.ts';

function storyOf({
  config,
  policy,
}: {
  readonly config: SimConfig;
  readonly policy: PolicyConfig;
}): readonly StoryEntry[] {
  return simulate(config, policy, { replication: 1, record: true }).recording?.story ?? [];
}

function example(name: string): string {
  return readFileSync(`examples/${name}.yaml`, 'utf8');
}

/** On OpenShift a worker hangs. */
function hanging(name: string): readonly StoryEntry[] {
  return hangRun(hangStudy(example(name)), []).story;
}

const STORIES: readonly StoryEntry[] = [
  ...[
    'policies/reboot-first',
    'policies/mdb-limited',
    'floods/nhc-machine-deletion',
    'floods/nhc-fence-agents',
  ].flatMap(hanging),
  ...storyOf(studyOf({ host: 'worker-1', fault: 'hostDead' })),
  ...storyOf(
    loaded({
      machineApi: 'cluster-api',
      script: '[{ at: 5m, fault: osHang, target: { host: worker-1 } }]',
      policy: example('floods/capi-metal3'),
    }),
  ),
  ...storyOf(flows.replace()),
  ...storyOf(flows.selfFencing()),
];

/** `metal3-remediation.cluster-api: Host …`: the controller of a line. */
function controllerOf({ text }: StoryEntry): string {
  return text.split(': ')[0] ?? '';
}

/** Their tables choose what is looked at; what is done about a host's power has rules of its own. */
const FINER = new Set(['bare-metal-host']);

test('the edge that a decision tells as taken is its rule, and all before it were refused', () => {
  const wrong = STORIES.filter(({ weighed, ...entry }) => {
    if (weighed === undefined || FINER.has(controllerOf(entry))) return false;
    const taken = weighed.edges.findIndex(({ verdict }) => verdict === 'taken');
    const isRule = weighed.edges[taken]?.rule === entry.rule || entry.rule === 'last-look';
    return !isRule || weighed.edges.slice(0, taken).some(({ verdict }) => verdict !== 'refused');
  });
  expect(wrong).toEqual([]);
});

test('the remediators and the host operator tell their tables, and our own controllers what surrounds their decisions', () => {
  const decisions = STORIES.filter(({ topic }) => topic === 'decision');
  const withTable = new Set(decisions.filter(({ weighed }) => weighed !== undefined).map(controllerOf));
  const surrounded = new Set(decisions.filter(({ surroundings }) => surroundings !== undefined).map(controllerOf));
  expect({ withTable: [...withTable].toSorted(), surrounded: [...surrounded].toSorted() }).toEqual({
    withTable: [
      'bare-metal-host',
      'external-baremetal',
      'fence-agents-remediation',
      'host-remediation',
      'machine-deletion-remediation.openshift',
      'machine-remediation',
      'metal3-remediation.cluster-api',
      'self-node-remediation',
    ],
    surrounded: ['host-remediation', 'remediation-budget', 'remediation-policy'],
  });
});

test.each([flows.queue(), flows.replace(), flows.deadBmc()])(
  'who asks what surrounds decisions changes nothing of the run: $name',
  ({ config, policy }) => {
    const [asked, unasked] = [true, false].map((record) => simulate(config, policy, { replication: 1, record }).result);
    expect(asked).toEqual(unasked);
  },
);
