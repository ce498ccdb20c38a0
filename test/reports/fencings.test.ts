import { describe, expect, test } from 'vitest';
import { explanationCounts, fencingText, refusalText, splitBrainText } from '../../reports/explanation.ts';
import { fencingsIn, refusalsIn, splitBrainsIn } from '../../reports/fencings.ts';
import { StoryIndex } from '../../reports/story-index.ts';
import { forPeople, inSpans, spanText } from '../../reports/story-lines.ts';
import { whatifAnswer, whatifHeadlines, whatifText } from '../../reports/whatif.ts';
import type { StoryEntry } from '../../sim/result.ts';

const STYLE = { width: 100, color: false, ascii: false };
const HOSTS = [
  { name: 'w-1', shown: 'w-1', names: ['w-1', 'node-w-1', 'machine-a'] },
  { name: 'w-10', shown: 'w-10', names: ['w-10', 'node-w-10', 'machine-b'] },
  { name: 'm-0', shown: 'm-0', names: ['m-0', 'node-m-0'] },
];

type More = Omit<Partial<StoryEntry>, 'atMs' | 'topic' | 'subject' | 'text'>;

function line(atMs: number, topic: string, subject: string, text: string, more: More = {}): StoryEntry {
  return { atMs, topic, subject, text, hosts: [], ...more };
}

function down(atMs: number, host: string): StoryEntry {
  return line(atMs, 'node', `node-${host}`, 'Ready=Unknown', { hosts: [host], ready: false });
}

function up(atMs: number, host: string): StoryEntry {
  return line(atMs, 'node', `node-${host}`, 'Ready=True', { hosts: [host], ready: true });
}

function power(atMs: number, host: string, effect: 'powerOff' | 'powerOn'): StoryEntry {
  return line(atMs, 'effect', `metal/${host}`, `host: ${effect}`, { hosts: [host], effect });
}

function said(atMs: number, text: string): StoryEntry {
  return line(atMs, 'decision', 'metal/request', text, { hosts: ['w-1'] });
}

function chose(atMs: number, text: string): StoryEntry {
  return { ...said(atMs, text), chosen: ['w-1'] };
}

const FENCED: readonly StoryEntry[] = [
  line(1_000, 'fault', 'w-1', 'osHang, ends by reboot', { hosts: ['w-1'], fault: { id: '7', ended: false } }),
  down(41_000, 'w-1'),
  line(
    341_000,
    'decision',
    'metal/workers',
    'check: machine-a unhealthy: Ready=Unknown; 1 of 2 not healthy, 1 allowed',
    {
      hosts: ['w-1'],
      chosen: ['w-1'],
      rule: 'remediate',
      values: { machines: 'machine-a', expected: 2, timeoutMs: 300_000, sinceMs: 1_800_000_041_000, ignoredMs: -1 },
    },
  ),
  line(341_002, 'decision', 'metal/machine-a', 'reboot: Host w-1 is asked to power off.', {
    hosts: ['w-1'],
    rule: 'power-off-requested',
    values: { host: 'w-1', machine: 'machine-a', retry: 1 },
  }),
  line(341_004, 'effect', 'metal/w-1', 'host: power off (hard) metal/w-1', {
    hosts: ['w-1'],
    effect: 'powerOff',
    truth: 'up, osHang; would not serve again by itself',
  }),
  up(900_000, 'w-1'),
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
        '  then      +5m41s reboot: Host w-1 is asked to power off. [power-off-requested: machine machine-a,',
        '            retry 1]',
        '',
      ].join('\n'),
    ]);
  });

  test('of several: each is told with the decision that chose its own host, and the faults that last', () => {
    const fault = (atMs: number, id: string, ended: boolean): StoryEntry =>
      line(atMs, 'fault', 'w-10', `fault ${id}`, { hosts: ['w-10'], fault: { id, ended } });
    const chose = (atMs: number, host: string): StoryEntry =>
      line(atMs, 'decision', 'metal/workers', 'check: w-1 and w-10 unhealthy', { hosts: [host], chosen: [host] });
    const step = line(6, 'decision', 'metal/machine-b', 'reboot: on for w-10', { hosts: ['w-10'], chosen: ['w-1'] });
    const story = [
      fault(1, '1', false),
      fault(2, '2', false),
      fault(3, '1', true),
      down(4, 'w-10'),
      chose(5, 'w-10'),
      step,
      chose(6, 'w-1'),
      power(7, 'w-10', 'powerOff'),
      power(8, 'w-1', 'powerOff'),
      line(9, 'effect', 'metal/m-0', 'host: deprovision metal/m-0', { hosts: ['m-0'], effect: 'deprovision' }),
    ];
    const index = new StoryIndex(story, HOSTS);
    expect(
      fencingsIn(index).map(({ host, atMs, what, known, chosen, steps, faults }) => ({
        fencing: `${atMs} ${index.shown(host)} ${what}`,
        known: known?.text,
        chosenAtMs: chosen?.atMs,
        stepsAtMs: steps.map((step) => step.atMs),
        faults: faults.map(({ text }) => text),
      })),
    ).toEqual([
      {
        fencing: '7 w-10 powered off',
        known: 'Ready=Unknown',
        chosenAtMs: 5,
        stepsAtMs: [6],
        faults: ['fault 2'],
      },
      { fencing: '8 w-1 powered off', known: undefined, chosenAtMs: 6, stepsAtMs: [], faults: [] },
      { fencing: '9 m-0 deprovisioned', known: undefined, chosenAtMs: undefined, stepsAtMs: [], faults: [] },
    ]);
  });

  test.each([
    {
      title: 'an escalation is told from its first step',
      before: [down(1, 'w-1'), chose(2, 'first'), said(3, 'a'), said(4, 'a'), chose(5, 'second')],
      effect: 'deprovision' as const,
      told: ['first', 'a', 'second'],
    },
    {
      title: 'an earlier outage is not told',
      before: [down(1, 'w-1'), chose(2, 'old'), up(3, 'w-1'), down(4, 'w-1'), chose(5, 'new')],
      effect: 'powerOff' as const,
      told: ['new'],
    },
    {
      title: 'a remediation that outlives its outage still fences',
      before: [down(1, 'w-1'), chose(2, 'late'), up(3, 'w-1'), said(4, 'step')],
      effect: 'powerOff' as const,
      told: ['late', 'step'],
    },
    {
      title: 'a node that resets itself does not do so for a request of the outage before',
      before: [down(1, 'w-1'), chose(2, 'old'), up(3, 'w-1'), down(4, 'w-1'), said(5, 'step')],
      effect: 'reset' as const,
      told: [],
    },
  ])('$title', ({ before, effect, told }) => {
    const reset = line(9, 'effect', 'w-1', 'off', { hosts: ['w-1'], effect });
    const [fencing] = fencingsIn(new StoryIndex([...before, reset], HOSTS));
    const { chosen, steps } = fencing ?? { steps: [] };
    expect([...(chosen === undefined ? [] : [chosen]), ...steps].map(({ text }) => text)).toEqual(told);
  });

  test('is read from what the line says as data, not from its words', () => {
    const words = line(0, 'effect', 'metal/w-10', 'host: power off (hard) metal/w-10 (refused: fenced elsewhere)', {
      hosts: ['w-10'],
    });
    expect(fencingsIn(new StoryIndex([words], HOSTS))).toEqual([]);
  });

  test('that was not needed carries what was said after the host served again', () => {
    const needless = line(
      950_000,
      'fencing',
      'w-1',
      'the fencing was needless: left alone it would have served 40 s earlier',
      { hosts: ['w-1'] },
    );
    const index = new StoryIndex([...FENCED, needless], HOSTS);
    expect(fencingsIn(index).map((fencing) => fencing.needless)).toEqual([needless]);
  });

  test('a power-on is none', () => {
    expect(fencingsIn(new StoryIndex([power(0, 'w-1', 'powerOn')], HOSTS))).toEqual([]);
  });
});

describe('a refusal', () => {
  const no = (atMs: number, unhealthy: number, concerns: readonly string[] = ['w-1', 'w-10']): StoryEntry =>
    line(
      atMs,
      'decision',
      'metal/workers',
      `check: ${unhealthy} of 2 machines are not healthy, more than the 1 allowed`,
      {
        concerns,
        rule: 'too-many-unhealthy',
        values: { unhealthy },
      },
    );
  const decided = (atMs: number, more: More = {}): StoryEntry =>
    line(atMs, 'decision', 'metal/workers', 'check: decided', more);

  const rows: readonly { title: string; story: readonly StoryEntry[]; expected: readonly string[] }[] = [
    {
      title: 'lasts until the check decides something else, and names everybody who waited',
      story: [down(10, 'w-1'), down(20, 'w-10'), no(30, 2), no(5_000, 2), up(6_000, 'w-1')],
      expected: ['0: w-1, w-10 at 30 to 5000'],
    },
    {
      title: 'names only whom its own check speaks for: no master under a check of workers',
      story: [down(10, 'm-0'), down(20, 'w-1'), no(30, 2)],
      expected: ['0: w-1 at 30 to 30'],
    },
    {
      title: 'of several checks names for each its own',
      story: [
        down(10, 'm-0'),
        down(20, 'w-1'),
        no(30, 2),
        { ...no(31, 2, ['m-0']), subject: 'metal/masters' },
        no(40, 2),
      ],
      expected: ['0: w-1 at 30 to 40', '1: m-0 at 31 to 31'],
    },
    {
      title: 'does not concern a host that is being remediated, until that is Ready and down again',
      story: [
        down(10, 'w-1'),
        decided(20, { chosen: ['w-1'] }),
        down(25, 'w-10'),
        no(30, 2),
        up(40, 'w-1'),
        decided(45),
        down(50, 'w-1'),
        no(60, 2),
      ],
      expected: ['0: w-10 at 30 to 30', '1: w-1, w-10 at 60 to 60'],
    },
    {
      title: 'does not concern a host that is powered off for a request from before the start',
      story: [down(10, 'w-1'), down(10, 'w-10'), power(20, 'w-1', 'powerOff'), power(20, 'w-10', 'powerOn'), no(30, 2)],
      expected: ['0: w-10 at 30 to 30'],
    },
    {
      title: 'after a yes in between is another one',
      story: [down(10, 'w-10'), no(30, 2), decided(40), no(50, 2)],
      expected: ['0: w-10 at 30 to 30', '1: w-10 at 50 to 50'],
    },
    {
      title: 'is one only where the line says so',
      story: [down(10, 'w-1'), decided(30, { rule: 'too-many-unhealthy' })],
      expected: [],
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

test.each([
  [0, 999, 'since', '+0s'],
  [842_100, 842_900, 'since', '+14m2s'],
  [842_100, 843_000, 'since', '+14m2s to +14m3s'],
  [86_400_000, 86_400_999, 'day', 'day 1 00:00:00'],
] as const)('from %i ms to %i ms by the clock %s reads %s', (fromMs, toMs, clock, expected) => {
  expect(spanText(fromMs, toMs, clock)).toBe(expected);
});

test('the answer of whatif: who, when, why, then the story without writes', () => {
  const story = [
    ...FENCED,
    line(341_003, 'action', 'metal/machine-a', 'reboot: patch BareMetalHost metal/w-1', { hosts: ['w-1'] }),
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

test('a host that was chosen and not powered off is listed apart', () => {
  const chose = line(5_000, 'decision', 'metal/workers', 'check: both unhealthy', { chosen: ['w-10', 'w-1'] });
  const story = [chose, power(6_000, 'w-1', 'powerOff')];
  const answer = whatifAnswer({ policy: 'mine', manifests: [], story }, { hosts: HOSTS, notReadyAtStart: new Set() });
  expect(answer.otherChosen).toEqual([{ host: 1, entry: chose }]);
});

test('a host is found by any of its names, and the lines about it by its own', () => {
  const about = down(10, 'w-1');
  const index = new StoryIndex(
    [about, down(20, 'w-10'), line(30, 'workload', 'web', 'w-1 is only a word here')],
    HOSTS,
  );
  expect(['w-1', 'node-w-1', 'machine-a', 'w-2'].map((name) => index.hostNamed(name))).toEqual([0, 0, 0, undefined]);
  expect(index.about(0)).toEqual([about]);
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

test('a decision that is taken again at once is told once to people', () => {
  const story = [
    said(1, 'a'),
    said(2, 'a'),
    said(3, 'b'),
    said(4, 'a'),
    said(60_000, 'a'),
    up(60_001, 'w-1'),
    up(60_002, 'w-1'),
  ];
  expect(forPeople(story).map(({ atMs }) => atMs)).toEqual([1, 3, 4, 60_000, 60_001, 60_002]);
});

test('a split brain is told with what was true', () => {
  const told = line(7_000, 'host', 'w-1', 'taken for rebooted, but it goes on', {
    hosts: ['w-1'],
    rule: 'split-brain',
    truth: 'up, no fault',
  });
  const index = new StoryIndex([down(1, 'w-1'), told], HOSTS);
  expect(splitBrainsIn(index).map((each) => splitBrainText(each, index, 'since', STYLE))).toEqual([
    ' +7s  w-1 in a split brain\n  because   taken for rebooted, but it goes on\n  true      up, no fault\n',
  ]);
});

describe('more than one decision has a line that counts them', () => {
  const story = [
    down(1_000, 'w-1'),
    chose(2_000, 'unhealthy'),
    power(3_000, 'w-1', 'powerOff'),
    power(4_000, 'w-1', 'powerOn'),
    up(5_000, 'w-1'),
    down(6_000, 'w-1'),
    chose(7_000, 'unhealthy'),
    power(8_000, 'w-1', 'powerOff'),
  ];

  test.each([
    { given: 'two fencings of one host', of: story, expected: ' 1 host: powered off 2 times\n' },
    { given: 'one, which needs no counting', of: story.slice(0, 3), expected: undefined },
    { given: 'none', of: [], expected: undefined },
  ])('$given', ({ of, expected }) => {
    const fencings = fencingsIn(new StoryIndex(of, HOSTS));
    expect(explanationCounts({ fencings, splitBrains: [], handovers: [], refusals: [] })).toBe(expected);
  });

  test('what comes first of a what-if names a few hosts, and those that were not Ready before', () => {
    const answer = (ill: readonly number[]) =>
      whatifHeadlines(
        [whatifAnswer({ policy: 'mine', manifests: [], story }, { hosts: HOSTS, notReadyAtStart: new Set(ill) })],
        STYLE,
      );
    expect([answer([]), answer([0])]).toEqual([
      ' mine: 1 host fenced (w-1)\n',
      ' mine: 1 host fenced (w-1); not Ready before: w-1\n',
    ]);
  });
});

test.each([
  { given: 'no power-off in 180000 ms', expected: 'no power-off in 3m' },
  { given: 'after 12 ms', expected: 'after 12 ms' },
])('"$given" reads "$expected"', ({ given, expected }) => {
  expect(inSpans(given)).toBe(expected);
});
