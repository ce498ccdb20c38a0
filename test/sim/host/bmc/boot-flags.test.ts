// A boot override that expires, as the boot flags of IPMI do: what ends it before the host has started, what keeps it, and what uses it.

import { describe, expect, test } from 'vitest';
import type { BmcRequest, BootChange } from '../../../../sim/host/bmc/requests.ts';
import { BmcProbe, modelOf } from '../../../kit/bmc-probe.ts';

const set = (boot: BootChange): BmcRequest => ({ ask: 'setBoot', boot, at: 'system', expires: true });
const PXE_ONCE = set({ target: 'Pxe', enabled: 'Once' });
const PXE_ALWAYS = set({ target: 'Pxe', enabled: 'Continuous' });
const KEPT: BmcRequest = { ask: 'setBoot', boot: { target: 'Pxe', enabled: 'Once' }, at: 'system' };
const ends = (byTime: boolean, byWatchdog: boolean): BmcRequest => ({
  ask: 'setBootEnds',
  ends: { byTime, byWatchdog },
});
const WATCHDOG: BmcRequest = {
  ask: 'setWatchdog',
  watchdog: { use: 4, action: 'reset', timeoutMs: 20_000, silent: true },
};

type Step = BmcRequest | number | 'off' | 'on' | 'controller restarts';

interface Row {
  readonly given: string;
  /** Requests, and seconds that pass between them. An answer takes a tenth of a second. */
  readonly steps: readonly Step[];
  readonly told: 'Pxe' | 'None';
}

const ROWS: readonly Row[] = [
  { given: 'nothing happens for 59 s', steps: [PXE_ONCE, 59], told: 'Pxe' },
  { given: 'nothing happens for a minute', steps: [PXE_ONCE, 60], told: 'None' },
  { given: 'it is for all starts, and nothing happens for a minute', steps: [PXE_ALWAYS, 60], told: 'None' },
  { given: 'it does not expire', steps: [KEPT, 3_600], told: 'Pxe' },
  { given: 'it is replaced by one that does not expire', steps: [PXE_ONCE, 30, KEPT, 3_600], told: 'Pxe' },
  { given: 'it is set anew', steps: [PXE_ONCE, 59, PXE_ONCE, 59], told: 'Pxe' },
  { given: 'power is commanded after 50 s, and 59 s pass', steps: [PXE_ONCE, 50, 'off', 59], told: 'Pxe' },
  { given: 'power is commanded after 50 s, and a minute passes', steps: [PXE_ONCE, 50, 'off', 60], told: 'None' },
  { given: 'power is commanded too late', steps: [PXE_ONCE, 61, 'off', 1], told: 'None' },
  { given: 'the host started, and that used it', steps: [PXE_ONCE, 'off', 10, 'on', 10], told: 'None' },
  { given: 'the host started, and it is for all starts', steps: [PXE_ALWAYS, 'off', 10, 'on', 3_600], told: 'Pxe' },
  { given: 'time does not end it', steps: [ends(false, true), PXE_ONCE, 3_600], told: 'Pxe' },
  { given: 'time is told not to end it when it has done so', steps: [PXE_ONCE, 61, ends(false, true)], told: 'None' },
  {
    given: 'time may end it again, once its time has passed',
    steps: [ends(false, true), PXE_ONCE, 61, ends(true, true), 3_600],
    told: 'Pxe',
  },
  {
    given: 'time may end it again, and power is commanded',
    steps: [ends(false, true), PXE_ONCE, 61, ends(true, true), 'off', 61],
    told: 'None',
  },
  {
    given: 'the controller starts anew, after which time ends it as at first',
    steps: [ends(false, true), 'controller restarts', 100, PXE_ONCE, 61],
    told: 'None',
  },
  { given: 'the watchdog resets the host', steps: [WATCHDOG, PXE_ALWAYS, { ask: 'feedWatchdog' }, 25], told: 'None' },
  {
    given: 'the watchdog resets the host, and does not end it',
    steps: [ends(true, false), WATCHDOG, PXE_ALWAYS, { ask: 'feedWatchdog' }, 3_600],
    told: 'Pxe',
  },
];

function probed(steps: readonly Step[]): BmcProbe {
  const bmc = new BmcProbe(modelOf());
  for (const step of steps) {
    if (typeof step === 'number') bmc.wait(step);
    else if (step === 'off') bmc.reset('ForceOff');
    else if (step === 'on') bmc.reset('On');
    else if (step === 'controller restarts') bmc.ask({ ask: 'resetController' });
    else expect(bmc.ask(step)).toBe('done');
  }
  return bmc;
}

describe('given an override that expires', () => {
  test.each(ROWS)('when $given, then it is $told', ({ steps, told }) => {
    expect(probed([...steps]).answerTo({ ask: 'boot' })).toMatchObject({ boot: { target: told } });
  });

  test('when it has expired, then the host boots its disk, and before that a system that is not its own', () => {
    const stages = [50, 70].map((seconds) => {
      const bmc = probed([PXE_ONCE, seconds, 'off', 10, 'on', 95]);
      return bmc.stage();
    });
    expect(stages).toEqual(['stuck', 'joining']);
  });
});

test('the clock of a controller is set, until it starts anew', () => {
  const bmc = new BmcProbe(modelOf());
  const offset = () => bmc.answerTo({ ask: 'clock' });
  expect(bmc.ask({ ask: 'setClock', offsetMs: -7_000 })).toBe('done');
  expect(offset()).toEqual({ kind: 'clock', offsetMs: -7_000 });
  bmc.ask({ ask: 'resetController' });
  bmc.wait(100);
  expect(offset()).toEqual({ kind: 'clock', offsetMs: 0 });
});
