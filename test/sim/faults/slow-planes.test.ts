// One hang and its remediation while a whole plane is slow: what was done to the host, and when.

import { expect, test } from 'vitest';
import type { Plane } from '../../../sim/network/planes.ts';
import { hangRun, hangStudy, linesOf, MINUTE_MS } from '../../kit/hang-study.ts';

const study = hangStudy();
const USUAL = [
  '10:50.000 Ready=Unknown',
  '15:51.200 powerOff',
  '16:21.100 Node deleted',
  '16:21.400 powerOn',
  '17:56.400 Ready=False',
  '18:06.400 Ready=True',
];

test.each<{ given: string; plane: Plane; delayMs: number; lossShare?: number; lines: readonly string[] }>([
  { given: 'nothing to wait for', plane: 'api', delayMs: 0, lines: USUAL },
  {
    given: 'a request takes 2 s longer, and so does what watches tell: 10 s until off, 14 s more until on',
    plane: 'api',
    delayMs: 2000,
    lines: [
      '10:50.000 Ready=Unknown',
      '16:01.200 powerOff',
      '16:29.100 Node deleted',
      '16:43.400 powerOn',
      '18:18.400 Ready=False',
      '18:28.400 Ready=True',
    ],
  },
  {
    given: 'two of five packets are sent again: 400 ms for each request',
    plane: 'api',
    delayMs: 0,
    lossShare: 0.4,
    lines: [
      '10:50.000 Ready=Unknown',
      '15:53.200 powerOff',
      '16:22.700 Node deleted',
      '16:25.800 powerOn',
      '18:00.800 Ready=False',
      '18:10.800 Ready=True',
    ],
  },
  { given: 'answers that come before the next look at them', plane: 'bmc', delayMs: 2000, lines: USUAL },
  {
    given: 'answers later than anybody waits for: it is switched off, nobody learns of it, and it is tried again',
    plane: 'bmc',
    delayMs: MINUTE_MS,
    lines: [
      '10:50.000 Ready=Unknown',
      '15:51.200 powerOff',
      '19:50.937 powerOff',
      '25:50.780 powerOff',
      '31:51.303 powerOff',
    ],
  },
  { given: 'what no remediation goes over', plane: 'storage', delayMs: MINUTE_MS, lines: USUAL },
  { given: 'what none of these controllers goes over', plane: 'peers', delayMs: MINUTE_MS, lines: USUAL },
])('$plane, $delayMs ms: $given', ({ plane, delayMs, lossShare = 0, lines }) => {
  const slow = {
    name: 'slow',
    fault: 'slowPlane',
    target: 'site',
    atMs: 5 * MINUTE_MS,
    forMs: 60 * MINUTE_MS,
    parameters: { plane, delayMs, lossShare },
  } as const;
  expect(linesOf(hangRun(study, [], undefined, [slow]), 'effect', 'node')).toEqual(lines);
});

test('a plane that is as fast as before is felt no more', () => {
  const slow = {
    name: 'slow',
    fault: 'slowPlane',
    target: 'site',
    atMs: MINUTE_MS,
    forMs: 9 * MINUTE_MS,
    parameters: { plane: 'api', delayMs: 5000, lossShare: 0 },
  } as const;
  expect(linesOf(hangRun(study, [], undefined, [slow]), 'effect', 'node')).toEqual(USUAL);
});
