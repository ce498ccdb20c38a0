// Client faults from YAML to the config of a run: every class with its defaults, and the example that has them all.

import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import type { ClientFault } from '../../sim/config.ts';
import { studyFiles } from '../../twin/study-files.ts';
import { memoryFiles } from './memory-files.ts';

const HEAD = `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
  duration: 30d
  cluster: { generate: { racks: 3, groups: [{ name: master, role: control-plane, count: 3 }, { name: worker, count: 6 }] } }
  policies: [{ name: none }]
`;

function resolved(clients: string): readonly ClientFault[] | undefined {
  const loaded = loadStudy(
    { scenarioFile: 's.yaml', policies: [] },
    memoryFiles({ 's.yaml': `${HEAD}  faults:\n    clients:\n      - ${clients}\n` }),
  );
  if (!('study' in loaded)) throw new Error(loaded.problems.map(({ message }) => message).join('; '));
  return loaded.study.config.clientFaults;
}

const CRASH = { name: 'controllerCrash at 1d', start: { kind: 'at', atMs: 86_400_000 } } as const;
const MINUTE = { kind: 'constant', value: 60_000 } as const;
const MACHINES = ['Machine.machine.openshift.io', 'Machine.cluster.x-k8s.io'];

describe('a client fault', () => {
  test.each<{ written: string; fault: object }>([
    {
      written: '{ fault: controllerCrash, at: 1d, for: 1m }',
      fault: { ...CRASH, lastsMs: MINUTE, what: { fault: 'controllerCrash' } },
    },
    {
      written:
        '{ name: n, fault: controllerPause, perYear: 12, for: { exponential: { mean: 1m } }, controllers: [bare-metal-host] }',
      fault: {
        name: 'n',
        start: { kind: 'random', perYear: 12 },
        lastsMs: { kind: 'exponential', mean: 60_000 },
        controllers: ['bare-metal-host'],
        what: { fault: 'controllerPause' },
      },
    },
    {
      written:
        '{ fault: lostReplies, when: { event: powerOffAnswered, node: worker-1, after: 2s, times: 3 }, for: 1m }',
      fault: {
        name: 'lostReplies 2s after powerOffAnswered of worker-1',
        start: {
          kind: 'event',
          event: 'powerOffAnswered',
          host: 'worker-1',
          nth: 1,
          afterMs: 2000,
          times: 3,
          share: 1,
        },
        lastsMs: MINUTE,
        what: { fault: 'lostReplies', share: 1 },
      },
    },
    {
      written: '{ fault: controllerCrash, when: { perYear: 12 }, for: 1m }',
      fault: {
        name: 'controllerCrash 12 per year',
        start: { kind: 'random', perYear: 12 },
        lastsMs: MINUTE,
        what: { fault: 'controllerCrash' },
      },
    },
    {
      written: '{ name: n, fault: apiServerOutage, at: 1d, for: 1m }',
      fault: { ...CRASH, name: 'n', lastsMs: MINUTE, what: { fault: 'apiServerOutage', answers: 'refused' } },
    },
    {
      written:
        '{ name: n, fault: apiErrors, at: 1d, for: 1m, code: 429, retryAfter: 2s, share: 5%, atMost: 3, verbs: [patch], kinds: [Machine] }',
      fault: {
        ...CRASH,
        name: 'n',
        lastsMs: MINUTE,
        what: {
          fault: 'apiErrors',
          code: 429,
          retryAfterMs: 2_000,
          share: 0.05,
          atMost: 3,
          verbs: ['patch'],
          kindKeys: MACHINES,
        },
      },
    },
    {
      written: '{ name: n, fault: lostReplies, at: 1d, for: 1m }',
      fault: { ...CRASH, name: 'n', lastsMs: MINUTE, what: { fault: 'lostReplies', share: 1 } },
    },
    {
      written: '{ name: n, fault: lostRequests, at: 1d, for: 1m, verbs: [read] }',
      fault: { ...CRASH, name: 'n', lastsMs: MINUTE, what: { fault: 'lostRequests', share: 1, verbs: ['read'] } },
    },
    {
      written: '{ name: n, fault: slowRequests, at: 1d, for: 1m, delay: 1m }',
      fault: { ...CRASH, name: 'n', lastsMs: MINUTE, what: { fault: 'slowRequests', share: 1, delayMs: MINUTE } },
    },
    {
      written: '{ name: n, fault: watchBreak, at: 1d, for: 1m, kinds: [Machine.machine.openshift.io] }',
      fault: {
        ...CRASH,
        name: 'n',
        lastsMs: MINUTE,
        what: { fault: 'watchBreak', afterwards: 'relist', kindKeys: ['Machine.machine.openshift.io'] },
      },
    },
    {
      written: '{ name: n, fault: watchBreak, at: 1d, for: 1m, afterwards: resume }',
      fault: { ...CRASH, name: 'n', lastsMs: MINUTE, what: { fault: 'watchBreak', afterwards: 'resume' } },
    },
    {
      written: '{ name: n, fault: lateEvents, at: 1d, for: 1m, delay: 1m, share: 0.5 }',
      fault: { ...CRASH, name: 'n', lastsMs: MINUTE, what: { fault: 'lateEvents', share: 0.5, delayMs: MINUTE } },
    },
    {
      written: '{ name: n, fault: lostEvents, at: 1d, for: 1m, kinds: [Node] }',
      fault: { ...CRASH, name: 'n', lastsMs: MINUTE, what: { fault: 'lostEvents', share: 1, kindKeys: ['Node'] } },
    },
    {
      written: '{ name: n, fault: doubledEvents, at: 1d, for: 1m, atMost: 1 }',
      fault: { ...CRASH, name: 'n', lastsMs: MINUTE, what: { fault: 'doubledEvents', share: 1, atMost: 1 } },
    },
    {
      written: '{ name: n, fault: crashBetweenActions, at: 1d, for: 1m, share: 10%, restartAfter: 1m }',
      fault: {
        ...CRASH,
        name: 'n',
        lastsMs: MINUTE,
        what: { fault: 'crashBetweenActions', share: 0.1, restartAfterMs: MINUTE },
      },
    },
    {
      written: '{ name: n, fault: staleRestart, at: 1d, for: 1m, behind: 5m, catchUp: 30s }',
      fault: {
        ...CRASH,
        name: 'n',
        lastsMs: MINUTE,
        what: { fault: 'staleRestart', behindMs: 300_000, catchUpMs: 30_000 },
      },
    },
  ])('$written', ({ written, fault }) => {
    expect(resolved(written)).toEqual([fault]);
  });

  test('without a name is called by its class and when it comes, and counted from the second on', () => {
    const three = ['at: 1d', 'at: 1d', 'perYear: 2'].map((when) => `{ fault: controllerCrash, ${when}, for: 1m }`);
    expect(resolved(three.join('\n      - '))?.map(({ name }) => name)).toEqual([
      'controllerCrash at 1d',
      'controllerCrash at 1d (2)',
      'controllerCrash 2 per year',
    ]);
  });

  test('of which there is none leaves no trace in the config, so that old digests stay', () => {
    const loaded = loadStudy({ scenarioFile: 's.yaml', policies: [] }, memoryFiles({ 's.yaml': HEAD }));
    expect('study' in loaded && Object.keys(loaded.study?.config ?? {}).includes('clientFaults')).toBe(false);
  });
});

test('the example is without errors, and strikes in these ways', () => {
  const loaded = loadStudy({ scenarioFile: 'examples/flaky-control-plane.yaml', policies: [] }, studyFiles);
  if (!('study' in loaded)) throw new Error(loaded.problems.map(({ message }) => message).join('; '));
  // Of its policies as in every study of a pool over racks: limits that storage does not survive.
  expect(loaded.study.problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
    'warning MT138',
    'warning MT138',
  ]);
  expect([...new Set(loaded.study.config.clientFaults?.map(({ what }) => what.fault))].sort()).toEqual([
    'apiErrors',
    'apiServerOutage',
    'controllerCrash',
    'controllerPause',
    'crashBetweenActions',
    'lostEvents',
    'lostReplies',
    'slowRequests',
    'staleRestart',
    'watchBreak',
  ]);
});
