import { describe, expect, test } from 'vitest';
import { fencingText, refusalText } from '../../reports/explanation.ts';
import { fencingsIn, refusalsIn } from '../../reports/fencings.ts';
import { StoryIndex } from '../../reports/story-index.ts';
import { whatifAnswer, whatifText } from '../../reports/whatif.ts';
import type { StoryEntry } from '../../sim/result.ts';

const STYLE = { width: 100, color: false, ascii: false };
const HOSTS = [
  { shown: 'w-1', names: ['w-1', 'node-w-1', 'machine-a'] },
  { shown: 'w-10', names: ['w-10', 'node-w-10', 'machine-b'] },
  { shown: 'm-0', names: ['m-0', 'node-m-0'] },
];

function line(atMs: number, topic: string, subject: string, text: string, more: Partial<StoryEntry> = {}): StoryEntry {
  return { atMs, topic, subject, text, ...more };
}

const FENCED: readonly StoryEntry[] = [
  line(1_000, 'fault', 'w-1', 'osHang, ends by reboot'),
  line(41_000, 'node', 'node-w-1', 'Ready=Unknown'),
  line(
    341_000,
    'decision',
    'metal/workers',
    'check: machine-a unhealthy: Ready=Unknown; 1 of 2 not healthy, 1 allowed',
    {
      rule: 'remediate',
      values: { machines: 'machine-a', expected: 2, timeoutMs: 300_000, sinceMs: 1_800_000_041_000 },
    },
  ),
  line(341_002, 'decision', 'metal/machine-a', 'reboot: Host w-1 is asked to power off.', {
    rule: 'power-off-requested',
    values: { host: 'w-1', machine: 'machine-a' },
  }),
  line(341_004, 'effect', 'metal/w-1', 'host: power off (hard) metal/w-1', {
    truth: 'up, osHang; would not serve again by itself',
  }),
  line(900_000, 'node', 'node-w-1', 'Ready=True'),
];

describe('a fencing', () => {
  test('is explained by what was known, what was true, and who decided', () => {
    const index = new StoryIndex(FENCED, HOSTS);
    const texts = fencingsIn(index).map((fencing) => fencingText(fencing, index, 'since', STYLE));
    expect(texts).toEqual([
      [
        ' +5m41s  w-1 powered off',
        '  known     Ready=Unknown since +41s',
        '  true      up, osHang; would not serve again by itself',
        '  fault     +1s osHang, ends by reboot',
        '  decided   +5m41s check: machine-a unhealthy: Ready=Unknown; 1 of 2 not healthy, 1 allowed',
        '            [remediate: timeout 5m, since 2027-01-15T08:00:41.000Z]',
        '  then      +5m41s reboot: Host w-1 is asked to power off. [power-off-requested: machine machine-a]',
        '',
      ].join('\n'),
    ]);
  });

  test('of a Machine made later is found through the decision that names both', () => {
    const later = FENCED.map(
      (entry) => JSON.parse(JSON.stringify(entry).replaceAll('machine-a', 'machine-new')) as StoryEntry,
    );
    const index = new StoryIndex(later, HOSTS);
    expect(fencingsIn(index).map(({ host, chosen }) => ({ host, chosenAtMs: chosen?.atMs }))).toEqual([
      { host: 0, chosenAtMs: 341_000 },
    ]);
  });

  test('w-1 is not w-10', () => {
    const index = new StoryIndex([line(0, 'effect', 'metal/w-10', 'host: power off (hard) metal/w-10')], HOSTS);
    expect(fencingsIn(index).map(({ host }) => index.shown(host))).toEqual(['w-10']);
  });

  test('that was not needed carries what was said after the host served again', () => {
    const needless = line(
      950_000,
      'fencing',
      'w-1',
      'the fencing was needless: left alone it would have served 40 s earlier',
    );
    const index = new StoryIndex([...FENCED, needless], HOSTS);
    expect(fencingsIn(index).map((fencing) => fencing.needless)).toEqual([needless]);
  });

  test('a power-on is none', () => {
    const index = new StoryIndex([line(0, 'effect', 'metal/w-1', 'host: power on (hard) metal/w-1')], HOSTS);
    expect(fencingsIn(index)).toEqual([]);
  });
});

describe('a refusal', () => {
  const no = (atMs: number, unhealthy: number): StoryEntry =>
    line(
      atMs,
      'decision',
      'metal/workers',
      `check: ${unhealthy} of 2 machines are not healthy, more than the 1 allowed`,
      {
        rule: 'too-many-unhealthy',
        values: { unhealthy },
      },
    );
  const down = (atMs: number, node: string): StoryEntry => line(atMs, 'node', node, 'Ready=Unknown');

  const rows: readonly { title: string; story: readonly StoryEntry[]; expected: readonly string[] }[] = [
    {
      title: 'lasts until the check decides something else, and names everybody who waited',
      story: [
        down(10, 'node-w-1'),
        down(20, 'node-w-10'),
        no(30, 2),
        no(5_000, 2),
        line(6_000, 'node', 'node-w-1', 'Ready=True'),
      ],
      expected: ['0: w-1, w-10 at 30 to 5000'],
    },
    {
      title: 'names only whom its own check had found unhealthy',
      story: [
        down(10, 'node-m-0'),
        down(20, 'node-w-1'),
        no(30, 2),
        line(
          30,
          'event',
          'Machine/machine-a',
          'check: DetectedUnhealthy: Machine metal/workers/machine-a/node-w-1 is not healthy',
        ),
      ],
      expected: ['0: w-1 at 30 to 30'],
    },
    {
      title: 'does not concern a host that is being remediated',
      story: [
        down(10, 'node-w-1'),
        line(20, 'decision', 'metal/workers', 'check: machine-a unhealthy', { rule: 'remediate' }),
        down(25, 'node-w-10'),
        no(30, 2),
      ],
      expected: ['0: w-10 at 30 to 30'],
    },
    {
      title: 'after a yes in between is another one',
      story: [
        down(10, 'node-w-10'),
        no(30, 2),
        line(40, 'decision', 'metal/workers', 'check: all healthy', { rule: 'all-healthy' }),
        no(50, 2),
      ],
      expected: ['0: w-10 at 30 to 30', '1: w-10 at 50 to 50'],
    },
  ];
  for (const { title, story, expected } of rows) {
    test(title, () => {
      const index = new StoryIndex(story, HOSTS);
      const refusals = refusalsIn(index, new Set());
      expect(
        refusals.map(
          ({ hosts, atMs, untilMs }, i) =>
            `${i}: ${hosts.map((host) => index.shown(host)).join(', ')} at ${atMs} to ${untilMs}`,
        ),
      ).toEqual(expected);
    });
  }

  test('concerns also who was not Ready at the start', () => {
    const index = new StoryIndex([no(0, 2)], HOSTS);
    const [refusal] = refusalsIn(index, new Set([1]));
    expect(refusal === undefined ? '' : refusalText(refusal, index, 'since', STYLE)).toBe(
      [
        ' +0s  refused: w-10',
        '  by        metal/workers',
        '  decided   +0s check: 2 of 2 machines are not healthy, more than the 1 allowed [too-many-unhealthy]',
        '',
      ].join('\n'),
    );
  });
});

test('the answer of whatif: who, when, why, then the story without writes', () => {
  const story = [
    ...FENCED,
    line(341_003, 'action', 'metal/machine-a', 'reboot: patch BareMetalHost metal/w-1'),
  ].toSorted((a, b) => a.atMs - b.atMs);
  const run = { policy: 'mine', manifests: ['MachineHealthCheck metal/workers'], story };
  const answer = whatifAnswer(run, { hosts: HOSTS, notReadyAtStart: new Set() });
  expect(whatifText(answer, { story: true }, STYLE).split('\n')).toEqual([
    'policy mine',
    '  MachineHealthCheck metal/workers',
    '',
    ' FENCED  w-1 powered off at +5m41s',
    '         because: workers: check: machine-a unhealthy: Ready=Unknown; 1 of 2 not healthy, 1 allowed',
    '         truth: up, osHang; would not serve again by itself',
    '',
    ' +1s     fault    w-1: osHang, ends by reboot',
    ' +41s    node     node-w-1: Ready=Unknown',
    ' +5m41s  decision workers: check: machine-a unhealthy: Ready=Unknown; 1 of 2 not healthy, 1 allowed',
    ' +5m41s  decision machine-a: reboot: Host w-1 is asked to power off.',
    ' +5m41s  effect   host: power off (hard) metal/w-1 (truth: up, osHang; would not serve again by',
    '                  itself)',
    ' +15m    node     node-w-1: Ready=True',
    '',
  ]);
});

test('a policy under which nothing happens says so', () => {
  const answer = whatifAnswer(
    { policy: 'none', manifests: [], story: [] },
    { hosts: HOSTS, notReadyAtStart: new Set() },
  );
  expect(whatifText(answer, { story: false }, STYLE).split('\n')).toEqual([
    'policy none',
    '  no manifests: no remediation',
    '',
    ' nobody is fenced and nobody refused',
    '',
  ]);
});
