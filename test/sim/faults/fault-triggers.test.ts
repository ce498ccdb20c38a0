// Faults that wait for something: for an event of the world or the API, for a step of a remediation, or for chance. One hang of one
// host and its remediation, with a second fault that comes between two of its steps.

import { describe, expect, test } from 'vitest';
import { TRIGGER_EVENTS } from '../../../sim/faults/fault-triggers.ts';
import { simulate, startedRun } from '../../../sim/simulation.ts';
import { type OracleWorld, oraclePolicy, oracleStudy } from '../../kit/oracle-run.ts';

const REBOOT_TWICE = '[{ action: Reboot, attempts: 2, timeout: 10m }, { action: Person }]';

/** A hang of w-0 that nothing but a reprovision ends. Off takes 5 s, on 3 s, firmware 60 s, writing the image 4 min. */
function world(triggered: readonly string[], steps = REBOOT_TWICE): OracleWorld {
  return {
    groups: [['w', 3]],
    duration: '2h',
    hardware: { powerOff: '5s', powerOn: '3s', firmware: '60s', imageWrite: '4m' },
    script: ['{ at: 10m, fault: osHang, target: { host: w-0 } }', ...triggered],
    cures: { osHang: '{ itself: 0, reboot: 0, powerCycle: 0, reprovision: 1 }' },
    policy: oraclePolicy(`
  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 1s }]
  steps: ${steps}
`),
  };
}

/** What happened to w-0 and by what: seconds after the start, in order. */
function historyOf(triggered: readonly string[]): readonly string[] {
  const { config, policy } = oracleStudy(world(triggered));
  const run = startedRun(config, policy, { replication: 1, record: false });
  const { kernel, weather, bmc } = run.world;
  const lines: string[] = [];
  const say = (what: string): void => {
    lines.push(`${(kernel.nowMs - config.startMs) / 1000} ${what}`);
  };
  weather.observe({
    born: ({ class: name, subject }) => say(`${name} ${config.hosts[subject]?.name ?? ''}`),
    rackChanged: () => undefined,
  });
  bmc.observe({
    commandStarted: (_host, { power }) => say(`told ${power}`),
    commandEnded: (_host, { power }, { kind }) => say(`${power} ${kind}`),
  });
  kernel.runUntil(config.startMs + config.durationMs);
  for (const runtime of run.world.runtimes) runtime.stop();
  return lines;
}

const FIRST = ['641 told off', '646 off succeeded', '648 told on', '651 on succeeded'];
const SECOND = ['1241 told off', '1246 off succeeded', '1246 told on', '1249 on succeeded'];

/** The same lines, so many seconds later. */
function later(lines: readonly string[], seconds: number): readonly string[] {
  return lines.map((line) => line.replace(/^\d+/, (at) => `${Number(at) + seconds}`));
}

interface Row {
  readonly given: string;
  readonly script: readonly string[];
  readonly expected: readonly string[];
}

const ROWS: readonly Row[] = [
  { given: 'nothing that waits', script: [], expected: ['600 osHang w-0', ...FIRST, ...SECOND] },
  {
    given: 'between off reply and off proof: nobody switches on before the BMC has answered that it is off',
    script: ['{ when: { event: powerOffAnswered, host: w-0 }, fault: bmcUnreachable, for: 5m }'],
    expected: [
      '600 osHang w-0',
      '641 told off',
      '646 bmcUnreachable w-0',
      '646 off succeeded',
      // Its attempt has run out by the time of the next; nothing is left to be switched off.
      '976.723 told on',
      '979.723 on succeeded',
    ],
  },
  {
    given: 'before the 2nd power on of the host, which then finds no BMC and is tried again',
    script: ['{ when: { event: powerOnAsked, node: w-0, nth: 2 }, fault: bmcUnreachable, for: 1m }'],
    expected: [
      '600 osHang w-0',
      ...FIRST,
      ...SECOND.slice(0, 2),
      '1246 bmcUnreachable w-0',
      '1246 told on',
      '1306 on unknown',
      '1393.71 told on',
      '1396.71 on succeeded',
    ],
  },
  {
    given:
      '20 s after a Node stops being Ready, on another host, which is remediated before the attempt on the first runs out',
    script: [
      '{ when: { event: nodeNotReady, after: 20s }, fault: osHang, target: { host: w-1 } }',
      '{ when: { event: attemptOpened, host: w-1 }, fault: selfHealingOutage, target: { host: w-2 }, for: 1s }',
    ],
    expected: [
      '600 osHang w-0',
      ...FIRST,
      '660 osHang w-1',
      '701 selfHealingOutage w-2',
      ...later(FIRST, 60),
      ...SECOND,
      ...later(SECOND, 60),
    ],
  },
  {
    given: 'after the 3rd API write of the attempt, one step before the BMC is told to switch off',
    script: ['{ when: { event: apiWrite, nth: 3 }, fault: bmcUnreachable, for: 1m }'],
    expected: [
      '600 osHang w-0',
      '641 bmcUnreachable w-0',
      '641 told off',
      '701 off unknown',
      '788.71 told off',
      '793.71 off succeeded',
      '795 told on',
      '798 on succeeded',
      ...SECOND,
    ],
  },
  {
    given: 'each of the next boots, at most three times',
    script: ['{ when: { event: bootStarted, times: 3 }, fault: selfHealingOutage, for: 1s }'],
    expected: ['600 osHang w-0', ...FIRST, '651 selfHealingOutage w-0', ...SECOND, '1249 selfHealingOutage w-0'],
  },
];

describe('faults that wait', () => {
  test.each(ROWS)('$given', ({ script, expected }) => {
    expect(historyOf(script)).toEqual(expected);
  });

  test('with a share of a half they come about every second time, and again the same', () => {
    const comes = (share: string): number => {
      const writes = `{ when: { event: apiWrite, share: ${share}, times: 1000 }, fault: selfHealingOutage, target: { host: w-2 }, for: 1ms }`;
      return historyOf([writes]).filter((line) => line.endsWith('selfHealingOutage w-2')).length;
    };
    const all = comes('100%');
    expect(all).toBeGreaterThan(20);
    const half = comes('50%');
    expect(Math.abs(half - all / 2)).toBeLessThanOrEqual(4 * Math.sqrt(all / 4));
    expect(comes('50%')).toBe(half);
    expect(comes('0%')).toBe(0);
  });

  test('at random they come as often as asked for, wherever the steps lie', () => {
    const random = '{ when: { perYear: 876600 }, fault: selfHealingOutage, target: { host: w-2 }, for: 1ms }';
    const instants = historyOf([random]).filter((line) => line.includes('selfHealingOutage w-2'));
    // 100 an hour, for two hours.
    expect(Math.abs(instants.length - 200)).toBeLessThanOrEqual(4 * Math.sqrt(200));
  });

  test('every event comes in the reprovision or the reboot of one host', () => {
    const each = Object.keys(TRIGGER_EVENTS).map((event) => {
      const state = event === 'hostShows' ? ', state: deprovisioning' : '';
      return `{ name: ${event}, when: { event: ${event}, host: w-0${state} }, fault: selfHealingOutage, target: { host: w-2 }, for: 1ms }`;
    });
    const steps = '[{ action: Reboot, timeout: 10m }, { action: ReprovisionInPlace }]';
    const { config, policy } = oracleStudy(world(each, steps));
    const { scriptFired } = simulate(config, policy, { replication: 1, record: false }).result;
    const silent = Object.entries(scriptFired).filter(([, fired]) => fired === 0);
    expect(silent).toEqual([]);
    expect(Object.keys(scriptFired).length).toBe(each.length + 1);
  });
});
