// faults.replay: recorded failures strike the hosts, at the instants and for the times that the trace has, in every world.

import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../../scenarios/compile.ts';
import type { PolicyConfig, SimConfig } from '../../../sim/config.ts';
import { simulate } from '../../../sim/simulation.ts';
import { withTexts, writtenStudy } from '../../kit/written-study.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const TRACE = `host,start,end,fault,cause
n10,2026-03-01T06:00:00Z,2026-03-01T10:00:00Z,osHang,Software: kernel
n2,2026-03-02T00:00:00Z,2026-03-02T00:30:00Z,,unknown
n10,2026-03-05T00:00:00Z,,hostDead,Hardware: board
`;

function scenario(replay: string, background = 'background: none'): string {
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: replayed }
spec:
  study: steady
  duration: 10d
  seed: replayed
  cluster:
    generate:
      machineApi: openshift
      racks: 1
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 3 }
  faults:
    ${background}
    replay: ${replay}
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
`;
}

const POLICIES = [
  { name: 'none', files: [] },
  { name: 'reboot', files: ['examples/policies/reboot-first.yaml'] },
];

function loaded(replay: string, options: { readonly trace?: string; readonly background?: string } = {}) {
  const texts = { 'a/s.yaml': scenario(replay, options.background), 'a/t.csv': options.trace ?? TRACE };
  return { request: { scenarioFile: 'a/s.yaml', policies: POLICIES }, texts };
}

function studyOf(replay: string, options = {}) {
  const { request, texts } = loaded(replay, options);
  return writtenStudy(request, texts);
}

function problemsOf(replay: string, trace?: string) {
  const { request, texts } = loaded(replay, trace === undefined ? {} : { trace });
  const found = loadStudy(request, withTexts(texts));
  return ('problems' in found ? found.problems : found.study.problems)
    .filter(({ file }) => file.startsWith('a/'))
    .map(({ code, severity, file, line, column, message }) => [code, severity, `${file}:${line}:${column}`, message]);
}

describe('what is replayed', () => {
  test('hosts by order, instants from a day on, a fault where the trace says none', () => {
    const { config, assumptions } = studyOf('{ file: t.csv, hosts: inOrder, from: 2026-03-01, fault: kubeletDead }');
    expect(config.replay).toEqual([
      { atMs: 6 * HOUR_MS, host: 'worker-1', fault: 'osHang', forMs: 4 * HOUR_MS, severity: 'drawn' },
      { atMs: DAY_MS, host: 'worker-0', fault: 'kubeletDead', forMs: HOUR_MS / 2, severity: 'drawn' },
      { atMs: 4 * DAY_MS, host: 'worker-1', fault: 'hostDead', severity: 'drawn' },
    ]);
    expect(assumptions.find(({ name }) => name === 'replayed failures')).toEqual({
      name: 'replayed failures',
      value: '3 of 3, on 2 hosts, recorded from 2026-03-01T00:00:00Z on; what ends them sooner is drawn',
      source: 't.csv',
    });
  });

  test('as written, a part of it, ten times as often', () => {
    const { config } = studyOf(
      '{ file: t.csv, hosts: { n10: worker-2 }, from: "2026-03-01T01:00:00Z", to: 2026-03-05, scale: 10, severity: any }',
      { trace: TRACE.replace(',,unknown', ',osHang,unknown') },
    );
    expect(config.replay).toEqual([
      { atMs: HOUR_MS / 2, host: 'worker-2', fault: 'osHang', forMs: 4 * HOUR_MS, severity: 'any' },
    ]);
  });

  test('without a replay the config has none', () => {
    const { request, texts } = loaded('{ file: t.csv }');
    const without = { ...texts, 'a/s.yaml': texts['a/s.yaml'].replace(/ {4}replay:.*\n/, '') };
    expect('replay' in writtenStudy(request, without).config).toBe(false);
  });
});

describe('what is wrong', () => {
  const S = 'a/s.yaml';
  test.each([
    [
      'a file that is not there',
      '{ file: nothing.csv }',
      undefined,
      [['MT101', 'error', `${S}:18:21`, 'cannot read a/nothing.csv: it does not exist']],
    ],
    [
      'hosts that the cluster does not have, and failures of no known kind',
      '{ file: t.csv }',
      'host,start,end,fault\nworker-7,2026-03-01T00:00:00Z,,osHang\nworker-1,2026-03-01T00:00:00Z,,osHnag\nworker-1,2026-03-01T00:00:00Z,,\nworker-1,2026-03-01T00:00:00Z,,rackPowerLoss\n',
      [
        ['MT121', 'error', 'a/t.csv:2:1', 'the cluster has no host "worker-7"'],
        ['MT171', 'error', 'a/t.csv:3:32', '"osHnag" is no fault of a host that has a recorded length'],
        ['MT171', 'error', 'a/t.csv:4:1', 'nobody says which fault this was'],
        ['MT171', 'error', 'a/t.csv:5:32', '"rackPowerLoss" is no fault of a host that has a recorded length'],
      ],
    ],
    [
      'days that are none, a host that is none',
      '{ file: t.csv, hosts: { n2: worker-9 }, from: yesterday, to: 2026-13-01, fault: osHang }',
      undefined,
      [
        ['MT121', 'error', `${S}:18:41`, 'the cluster has no host "worker-9"'],
        ['MT105', 'error', `${S}:18:59`, '"yesterday" is neither a day nor an instant'],
        ['MT105', 'error', `${S}:18:74`, '"2026-13-01" is neither a day nor an instant'],
      ],
    ],
    [
      'nothing left of it',
      '{ file: t.csv, hosts: inOrder, from: 2027-01-01, fault: osHang }',
      undefined,
      [['MT173', 'error', `${S}:18:21`, 'no failure of t.csv falls into the run']],
    ],
    [
      'a trace that cannot be read',
      '{ file: t.csv }',
      'host,start,end\nworker-1,now,\n',
      [['MT171', 'error', 'a/t.csv:2:10', '"now" is not an instant']],
    ],
  ])('%s', (_, replay, trace, expected) => {
    expect(problemsOf(replay, trace)).toEqual(expected);
  });

  test('more hosts than the cluster has, and one that never fails, are warnings', () => {
    const rows = Array.from({ length: 5 }, (_, index) => `x${index},2026-03-01T00:00:00Z,,osHang\n`).join('');
    expect(problemsOf('{ file: t.csv, hosts: inOrder }', `host,start,end,fault\n${rows}`)).toEqual([
      ['MT173', 'warning', `${S}:18:35`, '5 hosts fail in the trace and the cluster has 3: failures of 2 are left out'],
    ]);
    expect(problemsOf('{ file: t.csv, hosts: { n2: worker-0, n3: worker-1 }, fault: osHang }')).toEqual([
      ['MT173', 'warning', `${S}:18:51`, '"n3" does not fail in the trace'],
    ]);
  });
});

/** Fault lines of the story as [hours, host, text], the background's too. */
function faultsOf(config: SimConfig, policy: PolicyConfig, replication = 1) {
  const { recording, result } = simulate(config, policy, { replication, record: true });
  const lines = (recording?.story ?? []).filter(({ topic }) => topic === 'fault');
  return {
    fingerprint: result.fingerprint,
    lines: lines.map(({ atMs, subject, text }) => [atMs / HOUR_MS, subject, text] as const),
  };
}

describe('in the simulator', () => {
  const recordedHang = TRACE.split('\n').slice(0, 2).join('\n');
  const replay = '{ file: t.csv, hosts: inOrder, from: 2026-03-01, severity: SEVERITY }';
  const hang = (severity: string, background?: string) =>
    studyOf(replay.replace('SEVERITY', severity), {
      trace: `${recordedHang}\n`,
      ...(background === undefined ? {} : { background }),
    });
  const policyOf = (study: ReturnType<typeof hang>, name: string): PolicyConfig => {
    const policy = study.policies.find((each) => each.name === name);
    if (policy === undefined) throw new Error(name);
    return policy;
  };

  test('nobody does anything: it lasts as recorded, however hard it is', () => {
    for (const severity of ['any', 'drawn']) {
      const study = hang(severity);
      for (let replication = 1; replication <= 8; replication++) {
        const { lines } = faultsOf(study.config, policyOf(study, 'none'), replication);
        expect(lines.map(([hours, subject]) => [hours, subject])).toEqual([
          [6, 'worker-0'],
          [10, 'worker-0'],
        ]);
      }
    }
  });

  test('any remediation ends it sooner, or what was drawn', () => {
    const endOf = (severity: string, cures: string): number => {
      const study = hang(severity, `background: { osHang: { perYear: 0, cures: ${cures} } }`);
      const quiet = { ...study.config, faults: { ...study.config.faults, classes: silentBut(study.config) } };
      const { lines } = faultsOf(quiet, policyOf(study, 'reboot'));
      return lines.find(([hours, subject]) => hours > 6 && subject === 'worker-0')?.[0] ?? Number.NaN;
    };
    const person = '{ itself: 0, reboot: 0, powerCycle: 0, reprovision: 0 }';
    expect(endOf('any', person)).toBeLessThan(7);
    expect(endOf('drawn', '{ itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 }')).toBeLessThan(7);
    expect(endOf('drawn', person)).toBe(10);
  });

  test('the background is the same beside it, and the same world comes out twice', () => {
    const study = hang('drawn', 'background: { selfHealingOutage: { perYear: 200 } }');
    const { replay: _replay, ...config } = study.config;
    const beside = faultsOf(study.config, policyOf(study, 'none'));
    const alone = faultsOf(config, policyOf(study, 'none'));
    const births = ({ lines }: typeof beside) =>
      lines.filter(([, , text]) => text.startsWith('selfHealingOutage')).length;
    expect(births(beside)).toBeGreaterThan(10);
    expect(beside.lines.filter(([hours, subject]) => subject !== 'worker-0' || hours < 6)).toEqual(
      alone.lines.filter(([hours, subject]) => subject !== 'worker-0' || hours < 6),
    );
    expect(faultsOf(study.config, policyOf(study, 'none'))).toEqual(beside);
    expect(beside.fingerprint).not.toBe(alone.fingerprint);
  });
});

function silentBut(config: SimConfig): SimConfig['faults']['classes'] {
  const entries = Object.entries(config.faults.classes).map(([name, fault]) => [name, { ...fault, perYear: 0 }]);
  return Object.fromEntries(entries) as SimConfig['faults']['classes'];
}
